import { CHUNK_TARGET, SNAPSHOT_HEAD_BYTES, type SnapshotInfo } from "@lucid/consensus";
import { type Clock, equalBytes, hasCode, toHex } from "@lucid/consensus/base";
import { type ConsensusNetwork, P2pError, type PeerId } from "@lucid/p2p";
import { protocols } from "../driver/topics.js";
import type { Logger } from "../node/logging.js";
import { type SyncPeer, SyncPeers } from "../sync/syncPeers.js";

export interface ChunkFetcherModules {
  readonly network: ConsensusNetwork;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

export interface FetchedChunk {
  readonly bytes: Uint8Array;
  readonly peer: PeerId;
}

/** Milliseconds between two looks for somebody who has what is missing. */
const WAIT = 500;
const BUSY_REST = 1_000;
const MAX_PIECES = SNAPSHOT_HEAD_BYTES / CHUNK_TARGET;

/** Gets chunks of one snapshot from all peers that have it. Who fails rests, who lies is banned. */
export class ChunkFetcher {
  private readonly modules: ChunkFetcherModules;
  private readonly info: SnapshotInfo;
  private readonly peers = new SyncPeers();
  private readonly infos = new Map<PeerId, SnapshotInfo>();
  private readonly banned = new Set<PeerId>();

  constructor(info: SnapshotInfo, modules: ChunkFetcherModules) {
    this.info = info;
    this.modules = modules;
  }

  /** The peer says that it has the snapshot. */
  add(peer: PeerId, info: SnapshotInfo): void {
    if (this.banned.has(peer) || !equalBytes(info.root, this.info.root)) return;
    this.infos.set(peer, info);
    // A chunk's number in the place of a height.
    this.peers.learn(peer, info.chunks - 1, { earliest: 0 });
  }

  /** Waits for as long as it takes. @throws the signal's reason */
  async get(index: number, signal: AbortSignal = this.modules.signal): Promise<FetchedChunk> {
    for (;;) {
      signal.throwIfAborted();
      const peer = this.peers.pick(index, this.modules.clock.now());
      const bytes = peer === undefined ? undefined : await this.ask(peer, index);
      if (peer !== undefined && bytes !== undefined) return { bytes, peer: peer.id };
      if (peer === undefined) await this.pause();
    }
  }

  /** All pieces of the head, of one peer: they can only be checked together. */
  async head(): Promise<{ readonly pieces: readonly Uint8Array[]; readonly peer: PeerId }> {
    const { clock, signal } = this.modules;
    for (;;) {
      signal.throwIfAborted();
      const peer = this.peers.pick(0, clock.now());
      const count = peer === undefined ? 0 : (this.infos.get(peer.id)?.headPieces ?? 0);
      const pieces: Uint8Array[] = [];
      for (let index = 0; peer !== undefined && index < count && index < MAX_PIECES; index++) {
        const piece = await this.ask(peer, index);
        if (piece === undefined) break;
        pieces.push(piece);
      }
      if (peer === undefined) await this.pause();
      else if (count === 0 || count > MAX_PIECES) this.wrong(peer.id, "a snapshot without a head");
      else if (pieces.length === count) return { pieces, peer: peer.id };
    }
  }

  /** What no honest peer serves. */
  wrong(id: PeerId, fault: string): void {
    const { network, logger } = this.modules;
    if (this.banned.has(id)) return;
    this.banned.add(id);
    this.infos.delete(id);
    this.peers.leave(id);
    logger.warn({ peer: id, fault, root: toHex(this.info.root) }, "a peer that serves a wrong snapshot is banned");
    const reason = new P2pError({ code: "P2P_BAD_FRAME", message: `${id} served ${fault}` });
    network.drop(id, reason, { ban: true });
  }

  private async ask(peer: SyncPeer, index: number): Promise<Uint8Array | undefined> {
    const { network, clock } = this.modules;
    const sent = clock.now();
    peer.asking++;
    try {
      const bytes = await network.request(peer.id, protocols.stateChunk, { root: this.info.root, index });
      if (bytes.length > 0) {
        this.peers.answered(peer, 1, clock.now() - sent);
        return bytes;
      }
      this.failure(peer, "nothing of a snapshot that it says to have");
    } catch (error) {
      if (hasCode(error, "P2P_BAD_FRAME")) this.wrong(peer.id, "bytes that are no chunk");
      else if (hasCode(error, "P2P_PEER_GONE") || hasCode(error, "P2P_BUSY"))
        this.peers.rest(peer, BUSY_REST, clock.now());
      else this.failure(peer, error instanceof Error ? error.message : String(error));
    } finally {
      peer.asking--;
    }
    return undefined;
  }

  private failure(peer: SyncPeer, why: string): void {
    const { network, clock, logger } = this.modules;
    if (!this.peers.strike(peer, clock.now())) return;
    logger.warn({ peer: peer.id, why }, "a peer that brings no chunks is dropped");
    const reason = new P2pError({ code: "P2P_TIMEOUT", message: `${peer.id} brings no chunks: ${why}` });
    network.drop(peer.id, reason, { ban: false });
  }

  private pause(): Promise<void> {
    const { clock, signal } = this.modules;
    return new Promise((resolve) => {
      const timer = clock.setTimer(WAIT, () => {
        signal.removeEventListener("abort", end);
        resolve();
      });
      const end = () => {
        timer.cancel();
        resolve();
      };
      signal.addEventListener("abort", end, { once: true });
    });
  }
}
