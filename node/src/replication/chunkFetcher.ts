import { setTimeout as delay } from "node:timers/promises";
import { equalBytes, hasCode, toHex, u32be } from "@lucid/consensus/base";
import { type ConsensusNetwork, P2pError, type PeerId, type ProviderNetwork, type StreamNetwork } from "@lucid/p2p";
import { CHUNK_OVERHEAD, MAX_CHUNK_SIZE } from "@lucid/storage";
import { NodeError } from "../errors.js";
import { BodyBuffers } from "../localApi/bodyReader.js";
import type { ChunkHasher } from "../localApi/chunkHasher.js";
import { replicationLimits } from "./limits.js";
import type { PeerRest } from "./peerRest.js";
import type { PlacementView } from "./placementView.js";
import type { SessionProviders } from "./sessionProviders.js";
import { chunkGet, GET_HEADER_BYTES, type ListedChunk, replicationProtocols, type SessionRef } from "./wire.js";

export interface ChunkFetcherOptions {
  readonly nodeId: Uint8Array | undefined;
}

export interface ChunkFetcherModules {
  readonly network: ConsensusNetwork & StreamNetwork & ProviderNetwork;
  readonly hasher: ChunkHasher;
  readonly placement: PlacementView;
  readonly rest: PeerRest;
  readonly providers: Pick<SessionProviders, "find">;
  /** A chunk came with its right root. */
  readonly onReceived?: (peer: PeerId, bytes: number) => void;
}

export interface FetchChoices {
  readonly signal?: AbortSignal | undefined;
  readonly rotate?: number | undefined;
  readonly sessionId?: Uint8Array | undefined;
  /** Somebody waits for it: peers that failed a moment ago are asked too, after all others. One of them may have the only copy. */
  readonly insist?: boolean | undefined;
}

/** A blob whose root has been checked. */
export interface FetchedChunk {
  readonly blob: Uint8Array;
  readonly from: PeerId;
  /** Gives its memory back; the blob must not be used afterwards. Idempotent. */
  release(): void;
}

const MAX_BLOB = MAX_CHUNK_SIZE + CHUNK_OVERHEAD;
const MAX_OTHERS = replicationLimits.othersAsked.value;
const MAX_LISTERS = replicationLimits.listers.value;
/** Peers that have no room for one more stream are asked again after a pause, milliseconds, so often. */
const BUSY_PAUSE = 200;
const BUSY_ROUNDS = 25;
/** Buffers that are kept for the next chunks. */
const KEPT_BUFFERS = 4;

/** Whom one look for a chunk has asked. */
interface Asked {
  readonly peers: Set<PeerId>;
  busy: boolean;
}

/** Gets chunks from other nodes. Nothing that it returns is anything else than what the root names. */
export class ChunkFetcher {
  private readonly options: ChunkFetcherOptions;
  private readonly modules: ChunkFetcherModules;
  private readonly buffers = new BodyBuffers(KEPT_BUFFERS);
  private readonly inFlight = new Map<PeerId, number>();
  private readonly counts = { fetched: 0, bytes: 0, wrong: 0, failed: 0 };

  constructor(options: ChunkFetcherOptions, modules: ChunkFetcherModules) {
    this.options = options;
    this.modules = modules;
  }

  /** Chunks and bytes that came and were right, answers that were wrong, peers that had or gave nothing. */
  counters(): Readonly<ChunkFetcher["counts"]> {
    return { ...this.counts };
  }

  /**
   * A chunk from whoever has it: first the nodes that should, the least busy one first, then others, then those that announced its
   * session. A peer that sends something else than the chunk is banned, and the next one is asked.
   * @param rotate moves the start along the list: a second attempt begins with another peer
   * @param sessionId of the chunk, where it is known
   * @throws NodeError LOCAL_NOT_FOUND when nobody that was asked has it, LOCAL_BUSY when somebody may but had no room for so long
   */
  async fetch(root: Uint8Array, choices: FetchChoices = {}): Promise<FetchedChunk> {
    for (let round = 1; ; round++) {
      const asked: Asked = { peers: new Set(), busy: false };
      const found = await this.round(root, choices, asked);
      if (found !== undefined) return found;
      if (asked.busy && round < BUSY_ROUNDS) {
        await delay(BUSY_PAUSE, undefined, { signal: choices.signal });
        continue;
      }
      const where = asked.busy ? "none of those that may have it has room for a request" : "it is on none of them";
      throw new NodeError({
        code: asked.busy ? "LOCAL_BUSY" : "LOCAL_NOT_FOUND",
        message: `chunk ${toHex(root)}: ${asked.peers.size} nodes were asked, ${where}`,
        meta: { root: toHex(root), asked: asked.peers.size },
      });
    }
  }

  private async round(
    root: Uint8Array,
    { signal, rotate = 0, sessionId, insist = false }: FetchChoices,
    asked: Asked,
  ): Promise<FetchedChunk | undefined> {
    const { providers, rest } = this.modules;
    const resting: PeerId[] = [];
    const withoutResting = (peers: readonly PeerId[]): PeerId[] =>
      peers.filter((peer) => {
        const rests = rest.isResting(peer);
        if (rests) resting.push(peer);
        return !rests;
      });
    const first = await this.tryAll(withoutResting(this.candidates(root, rotate)), root, asked, signal);
    if (first !== undefined) return first;
    if (sessionId !== undefined) {
      const announced = withoutResting(await providers.find(sessionId));
      const second = await this.tryAll(announced, root, asked, signal);
      if (second !== undefined) return second;
    }
    return insist ? await this.tryAll(resting, root, asked, signal) : undefined;
  }

  private async tryAll(
    peers: readonly PeerId[],
    root: Uint8Array,
    asked: Asked,
    signal: AbortSignal | undefined,
  ): Promise<FetchedChunk | undefined> {
    for (const peer of peers) {
      if (asked.peers.has(peer)) continue;
      asked.peers.add(peer);
      signal?.throwIfAborted();
      const found = await this.tryPeer(peer, root, signal);
      if (found === "busy") asked.busy = true;
      else if (found !== undefined) return found;
    }
    return undefined;
  }

  /** From this peer and no other; undefined when it does not give it. */
  private async tryPeer(
    peer: PeerId,
    root: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<FetchedChunk | "busy" | undefined> {
    const { rest, network } = this.modules;
    this.inFlight.set(peer, (this.inFlight.get(peer) ?? 0) + 1);
    try {
      const found = await this.download(peer, root, signal);
      rest.worked(peer);
      if (found === undefined) {
        this.counts.wrong++;
        const message = "the peer sent something else than the chunk that it was asked for";
        network.drop(peer, new P2pError({ code: "P2P_BAD_FRAME", message }), { ban: true });
        rest.failed(peer);
        return undefined;
      }
      this.counts.fetched++;
      this.counts.bytes += found.blob.length;
      this.modules.onReceived?.(peer, found.blob.length);
      return found;
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      this.counts.failed++;
      // Not to have a chunk, or no room for one more stream, is no failure of the peer.
      if (hasCode(error, "P2P_BUSY")) return "busy";
      if (!hasCode(error, "P2P_REMOTE_FAILED")) rest.failed(peer);
      return undefined;
    } finally {
      const left = (this.inFlight.get(peer) ?? 1) - 1;
      if (left > 0) this.inFlight.set(peer, left);
      else this.inFlight.delete(peer);
    }
  }

  /** What connected peers hold under a session's id, from an index on, without repetition. Nothing of it is verified. */
  async listSession(sessionId: Uint8Array, from: number): Promise<ListedChunk[]> {
    const peers = this.modules.network.peers().map(({ id }) => id);
    return await this.listFrom(peers.slice(0, MAX_LISTERS), sessionId, from);
  }

  /** The same of peers that announced the session, connected or not. */
  async listAnnounced(sessionId: Uint8Array, from: number): Promise<ListedChunk[]> {
    return await this.listFrom(await this.modules.providers.find(sessionId), sessionId, from);
  }

  private async listFrom(peers: readonly PeerId[], sessionId: Uint8Array, from: number): Promise<ListedChunk[]> {
    const { network } = this.modules;
    const answers = await Promise.allSettled(
      peers.map(async (peer) => {
        await network.reach(peer);
        return await network.request(peer, replicationProtocols.sessionChunks, { sessionId, from });
      }),
    );
    const found = new Map<string, ListedChunk>();
    for (const answer of answers) {
      if (answer.status !== "fulfilled") continue;
      for (const chunk of answer.value) found.set(toHex(chunk.root), chunk);
    }
    return [...found.values()].sort((a, b) => a.index - b.index);
  }

  /** The roots of a session as some peer tells them; whoever uses them compares their tree with the chain. */
  async *rootLists(ref: SessionRef, chunkCount: number): AsyncGenerator<Uint8Array[], void, void> {
    const { network } = this.modules;
    for (const { id } of network.peers()) {
      const roots: Uint8Array[] = [];
      try {
        for (let part = 0; roots.length < chunkCount; part++) {
          const answer = await network.request(id, replicationProtocols.sessionRoots, { ...ref, part });
          if (answer.total !== chunkCount || answer.roots.length === 0) break;
          roots.push(...answer.roots);
        }
      } catch {
        continue;
      }
      if (roots.length === chunkCount) yield roots;
    }
  }

  private candidates(root: Uint8Array, rotate: number): PeerId[] {
    const { placement, network } = this.modules;
    const own = this.options.nodeId;
    const holders = placement
      .ranking(root)
      .filter(({ nodeId }) => own === undefined || !equalBytes(nodeId, own))
      .flatMap((node) => placement.peerOf(node) ?? []);
    // The first ones are those that owe it; which of them is asked depends on who is busy.
    const owing = holders.slice(0, 2).sort((a, b) => (this.inFlight.get(a) ?? 0) - (this.inFlight.get(b) ?? 0));
    const others = network
      .peers()
      .map(({ id }) => id)
      .filter((id) => !holders.includes(id))
      .slice(0, MAX_OTHERS);
    const all = [...owing, ...holders.slice(2), ...others];
    const start = all.length === 0 ? 0 : rotate % all.length;
    const turned = [...all.slice(start), ...all.slice(0, start)];
    const connected = new Set(network.peers().map(({ id }) => id));
    return [...turned.filter((peer) => connected.has(peer)), ...turned.filter((peer) => !connected.has(peer))];
  }

  /** Undefined for bytes that are not the chunk. @throws whatever keeps the peer from answering */
  private async download(
    peer: PeerId,
    root: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<FetchedChunk | undefined> {
    const { network, hasher } = this.modules;
    const channel = await network.openStream(peer, chunkGet, signal);
    try {
      await channel.write(Buffer.concat([root, u32be(0), u32be(0)]));
      await channel.accepted();
      const header = new Uint8Array(GET_HEADER_BYTES);
      await channel.read(header);
      const view = new DataView(header.buffer);
      const size = view.getUint32(0);
      if (size === 0 || size > MAX_BLOB || view.getUint32(4) !== size) return undefined;
      const buffer = this.buffers.take(1 + size);
      await channel.read(new Uint8Array(buffer, 1, size));
      await channel.finish();
      const hashed = await hasher.root(buffer, size);
      const release = this.releaser(hashed.buffer);
      if (equalBytes(hashed.root, root)) return { blob: new Uint8Array(hashed.buffer, 1, size), from: peer, release };
      release();
      return undefined;
    } finally {
      channel.abort();
    }
  }

  private releaser(buffer: SharedArrayBuffer): () => void {
    let held = true;
    return () => {
      if (held) this.buffers.give(buffer);
      held = false;
    };
  }
}
