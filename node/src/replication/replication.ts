import { setMaxListeners } from "node:events";
import type { ChainConfig, ConsensusState, Verifier } from "@lucid/consensus";
import { type Clock, equalBytes, toHex } from "@lucid/consensus/base";
import type { ConsensusNetwork, ProviderNetwork, StreamNetwork } from "@lucid/p2p";
import type { ChunkStore, KeyValueStore } from "@lucid/storage";
import { NodeError } from "../errors.js";
import type { ChainReader } from "../interfaces.js";
import type { ChunkHasher } from "../localApi/chunkHasher.js";
import type { ReceiptSignerOptions } from "../localApi/chunkReceipts.js";
import type { Logger } from "../node/logging.js";
import { ChunkFetcher, type FetchChoices, type FetchedChunk } from "./chunkFetcher.js";
import { ChunkServer } from "./chunkServer.js";
import { Custody, type WalkReport } from "./custody.js";
import { type DrillReport, drill } from "./drill.js";
import { Forwarder, type ForwardProgress } from "./forwarder.js";
import { PeerRest } from "./peerRest.js";
import { PlacementView } from "./placementView.js";
import { partsOf, ReplicationStore } from "./replicationStore.js";
import { SessionLedger, type SessionLedgerModules } from "./sessionLedger.js";
import { SessionProviders } from "./sessionProviders.js";
import type { UploadConsent } from "./uploadConsent.js";
import { type ReceiptsReport, uploadReceipts } from "./uploadReceipts.js";
import { Uploads } from "./uploads.js";
import { type ListedChunk, MAX_SESSION_CHUNKS, replicationProtocols } from "./wire.js";

export interface ReplicationOptions {
  readonly config: ChainConfig;
  readonly nodeId: Uint8Array | undefined;
  /** Undefined without a validator key. */
  readonly receipts: ReceiptSignerOptions | undefined;
  readonly now: ReceiptSignerOptions["now"];
  readonly maxChunkSize: () => number;
  /** Receipts to wait for before a session is anchored, instead of the two that there must be. */
  readonly copiesToAnchor?: number;
}

export interface ReplicationModules {
  readonly network: ConsensusNetwork & StreamNetwork & ProviderNetwork;
  readonly chunks: ChunkStore;
  readonly hasher: ChunkHasher;
  readonly store: KeyValueStore;
  readonly chain: Pick<ChainReader, "head" | "receipts" | "onBlock">;
  readonly state: () => ConsensusState;
  readonly call: SessionLedgerModules["call"];
  /** The chain here is behind that of the peers. */
  readonly isBehind: () => boolean;
  readonly verifier: Verifier;
  /** A chunk came, with the root that was asked for, from the node with this registry index. */
  readonly onReceived?: (node: number, bytes: number) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What an operator wants to know of the chunks that this node keeps for the network. */
export interface ReplicationStatus {
  readonly epoch: number;
  /** Nodes that chunks are placed on, their operators, and the points of this one (0: none are placed here). */
  readonly nodes: number;
  readonly operators: number;
  readonly points: number;
  readonly copiesToAnchor: number;
  readonly sessions: number;
  /** Sessions that this node tells the DHT of. */
  readonly announced: number;
  readonly uploads: number;
  readonly unanchoredBytes: number;
  readonly fetched: ReturnType<ChunkFetcher["counters"]>;
  readonly lastWalk: WalkReport | undefined;
}

/** Progress of a client's session, and whether it may be anchored. */
export interface CopiesReport extends ForwardProgress {
  readonly complete: boolean;
}

/** Chunks on several nodes: takes, gives, passes on, repairs and removes them. */
export class Replication {
  private readonly options: ReplicationOptions;
  private readonly modules: ReplicationModules;
  readonly store: ReplicationStore;
  private readonly placement: PlacementView;
  private readonly ledger: SessionLedger;
  private readonly uploads: Uploads;
  private readonly providers: SessionProviders;
  private readonly fetcher: ChunkFetcher;
  private readonly forwarder: Forwarder;
  private readonly server: ChunkServer;
  private readonly custody: Custody;
  private readonly abort = new AbortController();
  private endBlocks: (() => void) | undefined;
  private epoch = -1;

  private constructor(
    options: ReplicationOptions,
    modules: ReplicationModules,
    parts: { readonly store: ReplicationStore; readonly ledger: SessionLedger; readonly uploads: Uploads },
  ) {
    const { nodeId, config, receipts, maxChunkSize, now } = options;
    const { network, chunks, hasher, state, verifier, clock, logger } = modules;
    const { store, ledger, uploads } = parts;
    this.options = options;
    // Each stream that is opened listens to it, a dozen at a time.
    setMaxListeners(0, this.abort.signal);
    this.modules = modules;
    this.store = store;
    this.ledger = ledger;
    this.uploads = uploads;
    const placement = new PlacementView({ config, state }, options.copiesToAnchor);
    this.placement = placement;
    const rest = new PeerRest(clock);
    const { genesisRoot } = config;
    const providers = new SessionProviders({ genesisRoot, nodeId }, { network, ledger, chunks, clock, logger });
    this.providers = providers;
    const { onReceived } = modules;
    this.fetcher = new ChunkFetcher(
      { nodeId },
      {
        network,
        hasher,
        placement,
        rest,
        providers,
        onReceived(peer, bytes) {
          const server = onReceived === undefined ? undefined : placement.nodeOf(peer);
          if (server !== undefined) onReceived?.(server.node, bytes);
        },
      },
    );
    this.forwarder = new Forwarder(
      { nodeId, now },
      { network, chunks, hasher, placement, store, verifier, rest, clock, logger },
    );
    this.server = new ChunkServer(
      { receipts, maxChunkSize },
      { network, chunks, hasher, placement, store, uploads, ledger, logger },
    );
    this.custody = new Custody(
      { nodeId, retryMilliseconds: config.clock.slotDuration },
      { ...modules, store, ledger, placement, fetcher: this.fetcher, forwarder: this.forwarder, uploads, providers },
    );
  }

  static async open(options: ReplicationOptions, modules: ReplicationModules): Promise<Replication> {
    const { chunks, clock, chain, call } = modules;
    const store = new ReplicationStore(modules.store);
    const ledger = await SessionLedger.open({ chain, call, store });
    const uploads = await Uploads.open(
      { chainId: Number(options.config.genesis.chainId), quotaBytes: chunks.options.quotaBytes },
      { store, clock },
    );
    return new Replication(options, modules, { store, ledger, uploads });
  }

  async start(): Promise<void> {
    this.server.start();
    for (const upload of this.uploads.all()) if (upload.forward) await this.forwarder.begin(upload);
    this.endBlocks = this.modules.chain.onBlock(({ header }) => {
      const { currentEpoch } = this.placement;
      const registers = this.ledger.registersIn(header.height);
      if (currentEpoch === this.epoch && !registers) return;
      this.epoch = currentEpoch;
      this.custody.trigger();
    });
    this.custody.trigger();
  }

  /** Idempotent; ends transfers, waits for what is being written. */
  async stop(): Promise<void> {
    this.abort.abort(new NodeError({ code: "DRIVER_STOPPED", message: "the node is stopping" }));
    this.endBlocks?.();
    this.server.stop();
    await Promise.all([this.forwarder.stop(), this.custody.stop(), this.providers.stop()]);
  }

  /** The scrub found it damaged or gone. */
  repairChunk(root: Uint8Array): void {
    this.custody.repair(root);
  }

  /** A client of this node is about to store chunks of a session. @throws NodeError UPLOAD_REFUSED, UPLOAD_LIMIT */
  async beginUpload(consent: UploadConsent): Promise<void> {
    await this.forwarder.begin(await this.uploads.admit(consent, true));
  }

  /** A client's chunk was stored here and did not exist before. */
  chunkStored(sessionId: Uint8Array, root: Uint8Array, size: number): void {
    this.forwarder.add(sessionId, root, size);
  }

  /**
   * A client's session is complete: all its roots, in the order of its tree. Keeps them, so that whoever holds a chunk can
   * find the others when the session is anchored.
   * @throws NodeError UPLOAD_REFUSED without `beginUpload`, LOCAL_BAD_REQUEST
   */
  async takeRoots(sessionId: Uint8Array, roots: readonly Uint8Array[]): Promise<void> {
    const upload = this.uploads.find(sessionId);
    if (upload === undefined) {
      throw new NodeError({
        code: "UPLOAD_REFUSED",
        message: "the owner has not consented to an upload of this session",
      });
    }
    if (roots.length === 0 || roots.length > MAX_SESSION_CHUNKS) {
      throw new NodeError({ code: "LOCAL_BAD_REQUEST", message: `a session has 1 to ${MAX_SESSION_CHUNKS} chunks` });
    }
    const owner = upload.consent.account;
    if (this.ledger.knowsRoots(owner, sessionId)) return;
    await this.store.write(this.store.rootsOps({ owner, sessionId }, roots), true);
  }

  /**
   * Where the copies of a client's session stand; waits for a change, at most so many milliseconds. Undefined for a session
   * that is not being passed on (anchored ones are not).
   */
  async copies(sessionId: Uint8Array, waitMilliseconds: number): Promise<CopiesReport | undefined> {
    const before = this.forwarder.progress(sessionId);
    if (before === undefined) return undefined;
    if (before.confirmed < before.chunks && waitMilliseconds > 0) await this.forwarder.changed(waitMilliseconds);
    const progress = this.forwarder.progress(sessionId);
    if (progress === undefined) return undefined;
    const confirmed = progress.confirmed === progress.chunks && progress.chunks > 0;
    return { ...progress, complete: confirmed && (await this.tellRoots(sessionId)) };
  }

  /** Who has signed for chunks of a client's session; @param roots at most MAX_ASKED_RECEIPTS */
  receipts(sessionId: Uint8Array, roots: readonly Uint8Array[]): Promise<ReceiptsReport> {
    const { store, placement } = this;
    return uploadReceipts(sessionId, roots, { store, placement, chunks: this.modules.chunks }, this.options.receipts);
  }

  /** @throws NodeError LOCAL_NOT_FOUND */
  fetch(root: Uint8Array, choices: Omit<FetchChoices, "signal"> = {}): Promise<FetchedChunk> {
    return this.fetcher.fetch(root, { ...choices, signal: this.abort.signal });
  }

  /**
   * What peers hold under a session's id from an index on; unverified. Those that announced the session are asked too when
   * neither the roots that the caller knows nor those of the connected peers are the manifest that the chain names.
   */
  async listSession(sessionId: Uint8Array, from: number, known: readonly Uint8Array[] = []): Promise<ListedChunk[]> {
    const found = await this.fetcher.listSession(sessionId, from);
    const roots = [...known, ...found.map(({ root }) => root)];
    if (await this.ledger.hasManifest(sessionId, roots)) return found;
    return [...found, ...(await this.fetcher.listAnnounced(sessionId, from))];
  }

  /** Walks over all sessions now. */
  repair(): Promise<WalkReport> {
    return this.custody.walk();
  }

  drill(count: number): Promise<DrillReport> {
    const { ledger, store, fetcher } = this;
    return drill(count, { ledger, store, fetcher, clock: this.modules.clock }, this.abort.signal);
  }

  status(): ReplicationStatus {
    const { nodeId } = this.options;
    const set = this.placement.current();
    const own = set.nodes.find((node) => nodeId !== undefined && equalBytes(node.nodeId, nodeId));
    return {
      epoch: this.placement.currentEpoch,
      nodes: set.nodes.length,
      operators: set.operators,
      points: own?.points ?? 0,
      copiesToAnchor: this.placement.copiesToAnchor,
      sessions: this.ledger.size,
      announced: this.providers.size,
      uploads: this.uploads.all().length,
      unanchoredBytes: this.uploads.unanchoredBytes,
      fetched: this.fetcher.counters(),
      lastWalk: this.custody.lastWalk,
    };
  }

  /** Tells the roots of a client's session to who holds chunks of it. True when at least one of them, or nobody else, has it. */
  private async tellRoots(sessionId: Uint8Array): Promise<boolean> {
    const upload = this.uploads.find(sessionId);
    const owner = upload?.consent.account;
    const roots = owner && this.store.roots({ owner, sessionId });
    if (upload === undefined || roots === undefined) return false;
    const holders = await this.forwarder.holders(sessionId);
    const told = await Promise.all(
      holders.map(async (peer) => {
        try {
          for (const [part, content] of partsOf(roots).entries()) {
            await this.modules.network.request(peer, replicationProtocols.offerRoots, {
              consent: upload.consent,
              part,
              ...content,
            });
          }
          return true;
        } catch (error) {
          this.modules.logger.debug({ error, session: toHex(sessionId) }, "a peer did not take the roots of a session");
          return false;
        }
      }),
    );
    return holders.length === 0 || told.some(Boolean);
  }
}
