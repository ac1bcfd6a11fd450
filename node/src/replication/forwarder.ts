import { setMaxListeners } from "node:events";
import { type ChunkReceipt, chunkReceiptSigningRoot, type PlacementNode, type Verifier } from "@lucid/consensus";
import { type Clock, concatBytes, equalBytes, hasCode, type Timer, toHex, u32be } from "@lucid/consensus/base";
import { type ConsensusNetwork, P2pError, type PeerId, type StreamNetwork } from "@lucid/p2p";
import type { ChunkStore } from "@lucid/storage";
import { NodeError } from "../errors.js";
import { BodyBuffers } from "../localApi/bodyReader.js";
import type { ChunkHasher } from "../localApi/chunkHasher.js";
import type { ReceiptSignerOptions } from "../localApi/chunkReceipts.js";
import type { Logger } from "../node/logging.js";
import { replicationLimits } from "./limits.js";
import type { PeerRest } from "./peerRest.js";
import type { PlacementView } from "./placementView.js";
import type { ReplicationStore, StoredReceipt, UploadRecord } from "./replicationStore.js";
import { encodeConsent } from "./uploadConsent.js";
import { chunkPut, RECEIPT_BYTES, RECEIPT_MILLISECONDS } from "./wire.js";

export interface ForwarderOptions {
  readonly nodeId: Uint8Array | undefined;
  /** Signing context by the clock: receipts of others are checked under it. */
  readonly now: ReceiptSignerOptions["now"];
}

export interface ForwarderModules {
  readonly network: ConsensusNetwork & StreamNetwork;
  readonly chunks: ChunkStore;
  readonly hasher: ChunkHasher;
  readonly placement: PlacementView;
  readonly store: ReplicationStore;
  readonly verifier: Verifier;
  readonly rest: PeerRest;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Where the copies of a session's chunks stand. */
export interface ForwardProgress {
  /** Chunks of the session that this node has. */
  readonly chunks: number;
  /** Of them those with enough receipts. */
  readonly confirmed: number;
  /** Receipts that a chunk needs. */
  readonly copies: number;
  /** Why chunks are not confirmed: code of the last refusal -> times. */
  readonly refusals: Readonly<Record<string, number>>;
}

interface Session {
  readonly upload: UploadRecord;
  /** Chunks without enough receipts, in the order of arrival. */
  readonly lacking: Map<string, { readonly root: Uint8Array; readonly size: number }>;
  readonly busy: Set<string>;
  readonly refusals: Map<string, number>;
  chunks: number;
}

interface OutgoingChunk {
  readonly root: Uint8Array;
  readonly size: number;
  /** Reads it when the first node wants it. */
  readonly blob: () => Promise<Uint8Array>;
}

/** Chunks that are passed on at a time, each to as many nodes as it needs: not more than one of them lets this node have open. */
const WIDTH = chunkPut.streamsPerPeer;
/** Memory for them: each is read once, for all nodes that it goes to. One that is larger goes alone. */
const FORWARD_BYTES = replicationLimits.forwarding.value;
/** Longest wait before what failed is tried again, milliseconds. */
const RETRY = 5_000;

/**
 * Passes the chunks of this node's clients on to the nodes that are assigned to them, and keeps their receipts. What is
 * missing follows from the chunk store and the receipts, so that it goes on after a crash. A few blobs are in memory at a
 * time, however large the session is, and each is verified before it leaves: a damaged one would get this node banned.
 */
export class Forwarder {
  private readonly options: ForwarderOptions;
  private readonly modules: ForwarderModules;
  private readonly sessions = new Map<string, Session>();
  private readonly waiters = new Set<() => void>();
  private readonly abort = new AbortController();
  private readonly buffers = new BodyBuffers(WIDTH);
  private running = 0;
  private loaded = 0;
  private timer: Timer | undefined;

  constructor(options: ForwarderOptions, modules: ForwarderModules) {
    this.options = options;
    // Each stream that is opened listens to it, a dozen at a time.
    setMaxListeners(0, this.abort.signal);
    this.modules = modules;
  }

  /** Takes a session up: now, or again after a start of the node. */
  async begin(upload: UploadRecord): Promise<void> {
    const name = toHex(upload.consent.sessionId);
    const known = this.sessions.get(name);
    const session: Session = {
      upload,
      lacking: known?.lacking ?? new Map(),
      busy: known?.busy ?? new Set(),
      refusals: known?.refusals ?? new Map(),
      chunks: known?.chunks ?? 0,
    };
    this.sessions.set(name, session);
    if (known !== undefined) return;
    for await (const { root, size } of this.modules.chunks.session(upload.consent.sessionId)) {
      session.chunks++;
      if (!(await this.isConfirmed(session, root))) session.lacking.set(toHex(root), { root, size });
    }
    this.pump();
  }

  /** A chunk of it was stored here. */
  add(sessionId: Uint8Array, root: Uint8Array, size: number): void {
    const session = this.sessions.get(toHex(sessionId));
    if (session === undefined) return;
    session.chunks++;
    session.lacking.set(toHex(root), { root, size });
    this.pump();
  }

  /** It is anchored, or dropped. */
  async end(sessionId: Uint8Array): Promise<void> {
    const { store } = this.modules;
    this.sessions.delete(toHex(sessionId));
    await store.write(await store.forgetReceiptsOps(sessionId), false);
  }

  progress(sessionId: Uint8Array): ForwardProgress | undefined {
    const session = this.sessions.get(toHex(sessionId));
    if (session === undefined) return undefined;
    return {
      chunks: session.chunks,
      confirmed: session.chunks - session.lacking.size,
      copies: this.modules.placement.copiesToAnchor,
      refusals: Object.fromEntries(session.refusals),
    };
  }

  /** Resolves after the next change, or so many milliseconds. */
  async changed(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.modules.clock.setTimer(milliseconds, () => done());
      const done = (): void => {
        timer.cancel();
        this.waiters.delete(done);
        resolve();
      };
      this.waiters.add(done);
      if (this.abort.signal.aborted) done();
    });
  }

  /** Nodes that have signed for chunks of the session, and are worth telling its roots. */
  async holders(sessionId: Uint8Array): Promise<PeerId[]> {
    const { store, placement } = this.modules;
    const ids = new Set<string>();
    for await (const [, , node] of store.receipts.ids({ prefix: sessionId })) ids.add(toHex(node));
    return placement
      .current()
      .nodes.flatMap((node) => (ids.has(toHex(node.nodeId)) ? (placement.peerOf(node) ?? []) : []));
  }

  /** Idempotent; ends transfers that are under way. */
  async stop(): Promise<void> {
    this.abort.abort();
    this.timer?.cancel();
    for (const wake of [...this.waiters]) wake();
    while (this.running > 0) await new Promise<void>((resolve) => this.waiters.add(resolve));
  }

  private pump(): void {
    if (this.abort.signal.aborted) return;
    for (const session of this.sessions.values()) {
      for (const [name, chunk] of session.lacking) {
        if (this.running >= WIDTH) return;
        if (session.busy.has(name)) continue;
        if (this.running > 0 && this.loaded + chunk.size > FORWARD_BYTES) return;
        session.busy.add(name);
        this.running++;
        this.loaded += chunk.size;
        void this.pass(session, chunk.root, chunk.size)
          .catch((error: unknown) => {
            this.modules.logger.warn({ error, root: name }, "a chunk could not be passed on");
            return false;
          })
          .then((confirmed) => {
            this.loaded -= chunk.size;
            this.settle(session, name, confirmed);
          });
      }
    }
  }

  private settle(session: Session, name: string, confirmed: boolean): void {
    this.running--;
    if (confirmed) {
      session.lacking.delete(name);
      session.busy.delete(name);
    } else if (!this.abort.signal.aborted) {
      // It stays marked as busy until the pause is over, so that others come first.
      this.timer ??= this.modules.clock.setTimer(Math.min(RETRY, this.modules.rest.next() ?? RETRY), () => {
        this.timer = undefined;
        for (const each of this.sessions.values()) each.busy.clear();
        this.pump();
      });
    }
    for (const wake of [...this.waiters]) wake();
    this.pump();
  }

  /** True when enough nodes have signed for the chunk. */
  private async pass(session: Session, root: Uint8Array, size: number): Promise<boolean> {
    const { placement, store, rest } = this.modules;
    const { sessionId } = session.upload.consent;
    const receipts = await store.receiptsOf(sessionId, root);
    const have = new Set<string>(receipts.keys());
    const own = this.options.nodeId;
    const open: PlacementNode[] = [];
    // In the order of rank: the assigned ones first, the next ones only where an assigned one does not answer.
    for (const node of placement.ranking(root)) {
      if (own !== undefined && equalBytes(node.nodeId, own)) have.add("own");
      else if (!have.has(Buffer.from(node.nodeId).toString("hex"))) open.push(node);
    }
    let missing = placement.copiesToAnchor - have.size;
    let loading: Promise<SharedArrayBuffer> | undefined;
    const blob = async (): Promise<Uint8Array> => {
      loading ??= this.load(root, size);
      return new Uint8Array(await loading, 1, size);
    };
    let failed = false;
    while (missing > 0 && open.length > 0 && !this.abort.signal.aborted) {
      const next = open.splice(0, missing);
      const given = await Promise.all(
        next.map(async (node) => {
          const peer = placement.peerOf(node);
          if (peer === undefined || rest.isResting(peer)) return false;
          const done = await this.give(session, node, peer, { root, size, blob });
          failed ||= !done;
          return done;
        }),
      );
      missing -= given.filter(Boolean).length;
    }
    // A stream that was broken off may still hold on to it.
    if (loading !== undefined && !failed) this.buffers.give(await loading);
    return missing <= 0;
  }

  /** Memory with the whole blob behind one byte, verified. @throws StorageError as ChunkStore.read; NodeError DRIVER_STOPPED */
  private async load(root: Uint8Array, size: number): Promise<SharedArrayBuffer> {
    const { chunks, hasher } = this.modules;
    const memory = this.buffers.take(1 + size);
    await chunks.readInto(root, 0, new Uint8Array(memory, 1, size));
    const hashed = await hasher.root(memory, size);
    if (equalBytes(hashed.root, root)) return memory;
    this.buffers.give(memory);
    const state = await chunks.verify(root);
    throw new NodeError({ code: "LOCAL_ROOT_MISMATCH", message: `chunk ${toHex(root)} is ${state ?? "gone"} here` });
  }

  private async give(session: Session, node: PlacementNode, peer: PeerId, chunk: OutgoingChunk): Promise<boolean> {
    const { store, rest, network } = this.modules;
    const { consent } = session.upload;
    const { root, size } = chunk;
    try {
      const receipt = await this.send(peer, consent, chunk);
      if (!this.isRight(receipt, node, root, size)) {
        const error = new P2pError({ code: "P2P_BAD_FRAME", message: "a receipt that its node did not sign" });
        network.drop(peer, error, { ban: true });
        throw error;
      }
      await store.write([store.receipts.putOp([consent.sessionId, root, node.nodeId], receipt)], false);
      rest.worked(peer);
      return true;
    } catch (error) {
      const remote = error instanceof P2pError ? error.meta?.["remote"] : undefined;
      const code = typeof remote === "string" ? remote : error instanceof P2pError ? error.code : "NODE_FAILED";
      session.refusals.set(code, (session.refusals.get(code) ?? 0) + 1);
      if (!(error instanceof P2pError)) this.modules.logger.warn({ error }, "a chunk could not be read to pass it on");
      else if (!hasCode(error, "P2P_BUSY") && code !== "LOCAL_BUSY" && code !== "STORE_BUSY") rest.failed(peer);
      return false;
    }
  }

  private async send(
    peer: PeerId,
    consent: UploadRecord["consent"],
    { root, size, blob }: OutgoingChunk,
  ): Promise<StoredReceipt> {
    const { network } = this.modules;
    const channel = await network.openStream(peer, chunkPut, this.abort.signal);
    try {
      await channel.write(concatBytes(encodeConsent(consent), root, u32be(size)));
      await channel.accepted(RECEIPT_MILLISECONDS);
      const known = new Uint8Array(1);
      await channel.read(known);
      if (known[0] === 0) {
        await channel.write(await blob());
        await channel.accepted(RECEIPT_MILLISECONDS);
      }
      const bytes = new Uint8Array(RECEIPT_BYTES);
      await channel.read(bytes);
      await channel.finish();
      const view = new DataView(bytes.buffer);
      return { epoch: view.getUint32(0), forkVersion: view.getUint32(4), signature: bytes.slice(8) };
    } finally {
      channel.abort();
    }
  }

  private isRight(stored: StoredReceipt, node: PlacementNode, root: Uint8Array, size: number): boolean {
    const { context } = this.options.now();
    const { epoch, forkVersion, signature } = stored;
    const key = this.modules.placement.keyOf(node);
    const receipt: ChunkReceipt = { chunkRoot: root, blobLength: BigInt(size), nodeId: node.nodeId, epoch };
    const message = chunkReceiptSigningRoot(receipt, { ...context, forkVersion });
    return key !== undefined && this.modules.verifier.verify(key, message, signature);
  }

  private async isConfirmed(session: Session, root: Uint8Array): Promise<boolean> {
    const { placement, store } = this.modules;
    const own = this.options.nodeId;
    const receipts = await store.receiptsOf(session.upload.consent.sessionId, root);
    const mine = placement.ranking(root).some(({ nodeId }) => own !== undefined && equalBytes(nodeId, own));
    return receipts.size + Number(mine) >= placement.copiesToAnchor;
  }
}
