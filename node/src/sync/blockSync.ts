import { type BlocksRequest, type CertifiedBlock, RANGE_BLOCKS } from "@lucid/consensus";
import { type Clock, hasCode, type Timer } from "@lucid/consensus/base";
import { type ConsensusNetwork, P2pError, type PeerId } from "@lucid/p2p";
import type { ImportResult } from "../driver/driverTypes.js";
import { protocols } from "../driver/topics.js";
import type { ChainReader } from "../interfaces.js";
import type { Logger } from "../node/logging.js";
import { rangeFault } from "./blockRange.js";
import { type SyncPeer, SyncPeers } from "./syncPeers.js";

export interface BlockSyncModules {
  readonly network: ConsensusNetwork;
  readonly chain: ChainReader;
  /** Makes blocks final that follow on the head, as many as fit into its turn. */
  readonly importBlocks: (blocks: readonly CertifiedBlock[]) => Promise<ImportResult>;
  /** A peer under another fork version: its blocks may differ from ours without any fault of its. */
  readonly isOtherFork: (peer: PeerId) => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface SyncProgress {
  /** Where this run of catching up began. */
  readonly startingHeight: number;
  readonly currentHeight: number;
  readonly highestHeight: number;
  /** Of this run. */
  readonly blocksPerSecond: number;
}

/** Ranges under way or waiting for their turn; with RANGE_BYTES each, the most memory that sync takes. */
const MAX_BATCHES = 8;
/** Milliseconds that a busy peer is left alone. */
const BUSY_REST = 1_000;
/** Milliseconds after which somebody else is asked as well for the range that everything waits for. */
const PATIENCE = 3_000;
/** Milliseconds between two lines of progress in the log. */
const REPORT_INTERVAL = 10_000;

interface Batch extends BlocksRequest {
  state: "wanted" | "asked" | "ready";
  /** Requests under way. */
  pending: number;
  /** When it was asked for first. */
  askedAt: number;
  /** Who was asked last, or brought it. */
  peer: SyncPeer | undefined;
  blocks: readonly CertifiedBlock[];
}

function batchOf(start: number, count: number): Batch {
  return { start, count, state: "wanted", pending: 0, askedAt: 0, peer: undefined, blocks: [] };
}

/** What was brought for it is thrown away. */
function want(batch: Batch): void {
  batch.state = "wanted";
  batch.blocks = [];
}

/**
 * Brings a node that is behind to the head of its peers: ranges of blocks from several peers at once, imported in order.
 * Whoever serves what no honest node serves is banned; whoever serves nothing is put aside for longer each time and
 * disconnected. What it has imported is the chain itself, so a killed node goes on where it was.
 */
export class BlockSync {
  private readonly modules: BlockSyncModules;
  private readonly peers = new SyncPeers();
  /** In the order of their heights, without a gap. */
  private batches: Batch[] = [];
  private importing: Promise<void> | undefined;
  private timer: Timer | undefined;
  private stopped = false;
  private readonly ends: (() => void)[];
  private readonly counts = { imported: 0, dropped: 0, failed: 0 };
  private startHeight = 0;
  /** Since when everybody rests who has the next block. */
  private restingSince: number | undefined;
  private startedAt: number | undefined;
  private reportedAt = 0;

  constructor(modules: BlockSyncModules) {
    this.modules = modules;
    this.ends = [
      modules.chain.onBlock(() => this.pump()),
      modules.network.onPeer((peer, connected) => {
        if (!connected) this.peers.leave(peer.id);
      }),
    ];
  }

  /** Height of the highest peer, or the own one. */
  get highest(): number {
    return Math.max(this.peers.target(this.modules.clock.now()), this.height);
  }

  /** Undefined at the head of the peers, or one block behind: the moment between a decision elsewhere and here. */
  progress(): SyncProgress | undefined {
    const { highest, height } = this;
    if (highest <= height + 1) return undefined;
    return {
      startingHeight: this.startedAt === undefined ? height : this.startHeight,
      currentHeight: height,
      highestHeight: highest,
      blocksPerSecond: this.rate(),
    };
  }

  /** Blocks imported, peers dropped for what they served, requests that failed, ranges in memory. */
  counters(): { readonly imported: number; readonly dropped: number; readonly failed: number; readonly held: number } {
    return { ...this.counts, held: this.batches.length };
  }

  /** The peer's own word; `earliest` is the lowest height that it serves. */
  claim(peer: PeerId, height: number, earliest: number): void {
    if (this.stopped) return;
    this.peers.learn(peer, height, { earliest });
    this.pump();
  }

  /** `peer` passed on a vote on the height after `height`, so somebody has decided it; not surely the peer itself. */
  notice(peer: PeerId | undefined, height: number): void {
    if (this.stopped || peer === undefined || height <= this.height) return;
    this.peers.learn(peer, height);
    this.pump();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const end of this.ends.splice(0)) end();
    this.timer?.cancel();
    this.batches = [];
    // Requests end with the network; nothing comes of them any more.
    await this.importing;
  }

  private get height(): number {
    return this.modules.chain.head().header.height;
  }

  /** Does whatever can be done now. Called when anything has changed. */
  private pump(): void {
    if (this.stopped) return;
    this.timer?.cancel();
    this.timer = undefined;
    const now = this.modules.clock.now();
    this.plan(now);
    for (const batch of this.batches) {
      if (batch.state !== "wanted") continue;
      const peer = this.peers.pick(batch.start, now);
      if (peer !== undefined) this.ask(batch, peer);
    }
    const [first] = this.batches;
    if (first?.state === "ready") this.importing ??= this.import();
    else if (first?.state === "asked") this.askAnother(first, now);
    else this.wakeLater(now);
  }

  /** Forgets ranges that are final by now, and adds ranges up to the highest peer. */
  private plan(now: number): void {
    const { height } = this;
    const target = this.peers.target(now);
    this.batches = this.batches.filter(({ start, count }) => start + count - 1 > height);
    const [first] = this.batches;
    // What is not wanted any more: a peer had claimed too much.
    if (first !== undefined && first.start > height + 1) this.batches = [];
    this.batches = this.batches.filter(({ state, start }) => state !== "wanted" || start <= target);
    let next = height + 1;
    for (const { start, count } of this.batches) next = start + count;
    while (this.batches.length < MAX_BATCHES && next <= target) {
      const count = Math.min(RANGE_BLOCKS, target - next + 1);
      this.batches.push(batchOf(next, count));
      next += count;
    }
    if (target <= height) this.startedAt = undefined;
    else if (this.startedAt === undefined) {
      this.startedAt = now;
      this.reportedAt = now;
      this.startHeight = height;
    }
  }

  /** Everybody who has the next block rests: they are asked again before long. */
  private wakeLater(now: number): void {
    const since = this.restingSince ?? now;
    const at = this.peers.nextReturn(this.height + 1, now, since);
    this.restingSince = at === undefined ? undefined : since;
    if (at === undefined) return;
    this.timer = this.modules.clock.setTimer(at - now, () => {
      this.restingSince = undefined;
      this.peers.recall(this.height + 1, this.modules.clock.now());
      this.pump();
    });
  }

  /** One silent peer must not hold up what all others have brought. */
  private askAnother(batch: Batch, now: number): void {
    if (batch.pending > 1) return;
    const left = batch.askedAt + PATIENCE - now;
    const peer = left > 0 ? undefined : this.peers.pick(batch.start, now);
    if (left > 0) this.timer = this.modules.clock.setTimer(left, () => this.pump());
    else if (peer !== undefined && peer !== batch.peer) this.ask(batch, peer);
  }

  private ask(batch: Batch, peer: SyncPeer): void {
    if (batch.pending === 0) batch.askedAt = this.modules.clock.now();
    batch.state = "asked";
    batch.pending++;
    batch.peer = peer;
    peer.asking++;
    void this.fetch(batch, peer).finally(() => {
      peer.asking--;
      batch.pending--;
      if (batch.state === "asked" && batch.pending === 0) batch.state = "wanted";
      this.pump();
    });
  }

  private async fetch(batch: Batch, peer: SyncPeer): Promise<void> {
    const { network, clock } = this.modules;
    const request = { start: batch.start, count: batch.count };
    const sent = clock.now();
    try {
      const answer = await network.request(peer.id, protocols.blocksByRange, request);
      const fault = rangeFault(request, answer, peer.claimed);
      if (fault !== undefined) this.wrong(peer, fault);
      else if (answer.blocks.length === 0) {
        if (this.peers.lacks(peer, batch.start)) this.failure(peer, "nothing of what it says to have");
      } else {
        this.peers.answered(peer, answer.blocks.length, clock.now() - sent);
        // Another one was faster, or the blocks are final by now.
        if (batch.state === "asked") this.take(batch, peer, answer.blocks);
      }
    } catch (error) {
      this.failed(peer, error);
    }
  }

  /** The rest of a range that did not fit into one answer becomes a range of its own. */
  private take(batch: Batch, peer: SyncPeer, blocks: readonly CertifiedBlock[]): void {
    const place = this.batches.indexOf(batch);
    if (place < 0) return;
    const rest = batch.count - blocks.length;
    batch.state = "ready";
    batch.peer = peer;
    batch.blocks = blocks;
    batch.count = blocks.length;
    if (rest === 0) return;
    this.batches.splice(place + 1, 0, batchOf(batch.start + blocks.length, rest));
  }

  /** Ranges that follow on the first one go with it: who imports them looks ahead. */
  private async import(): Promise<void> {
    try {
      const { height } = this;
      const wanted = this.batches.findIndex(({ state }) => state !== "ready");
      const ready = wanted < 0 ? this.batches : this.batches.slice(0, wanted);
      const blocks = ready.flatMap((batch) => batch.blocks).filter(({ block }) => block.header.height > height);
      const { imported, fault } = await this.modules.importBlocks(blocks);
      this.counts.imported += imported;
      if (fault !== undefined) {
        const next = height + imported + 1;
        const batch = ready.find(({ start, count }) => next < start + count);
        if (batch?.peer !== undefined) this.wrong(batch.peer, fault);
        if (batch !== undefined) want(batch);
      }
      this.report();
      // The node is stopping, or busy: no turn at once.
      if (imported === 0 && fault === undefined && blocks.length > 0) {
        this.timer = this.modules.clock.setTimer(BUSY_REST, () => this.pump());
        return;
      }
    } finally {
      this.importing = undefined;
    }
    this.pump();
  }

  private failed(peer: SyncPeer, error: unknown): void {
    if (this.stopped || hasCode(error, "P2P_PEER_GONE") || hasCode(error, "P2P_STOPPED")) {
      this.peers.rest(peer, BUSY_REST, this.modules.clock.now());
    } else if (hasCode(error, "P2P_BUSY")) this.peers.rest(peer, BUSY_REST, this.modules.clock.now());
    else if (hasCode(error, "P2P_BAD_FRAME")) this.wrong(peer, "bytes that are no blocks");
    else this.failure(peer, error instanceof Error ? error.message : String(error), true);
  }

  /** Nothing came, or nothing of use. */
  private failure(peer: SyncPeer, why: string, silent = false): void {
    const { network, clock, logger } = this.modules;
    this.counts.failed++;
    logger.debug({ peer: peer.id, why }, "a peer did not bring blocks");
    if (!this.peers.strike(peer, clock.now(), silent)) return;
    this.counts.dropped++;
    logger.warn({ peer: peer.id, why }, "a peer that brings no blocks is dropped");
    const reason = new P2pError({ code: "P2P_TIMEOUT", message: `${peer.id} brings no blocks: ${why}` });
    network.drop(peer.id, reason, { ban: false });
  }

  /** What no honest node serves. */
  private wrong(peer: SyncPeer, fault: string): void {
    const { network, logger, isOtherFork, clock } = this.modules;
    if (isOtherFork(peer.id)) {
      this.peers.rest(peer, REPORT_INTERVAL, clock.now());
      return;
    }
    this.counts.dropped++;
    logger.warn({ peer: peer.id, fault }, "a peer that serves wrong blocks is banned");
    const reason = new P2pError({ code: "P2P_BAD_FRAME", message: `${peer.id} served ${fault}` });
    // The ban ends before its record does.
    this.peers.rest(peer, REPORT_INTERVAL, clock.now());
    peer.rests++;
    // What it has brought and nobody has imported is as suspect.
    for (const batch of this.batches) {
      if (batch.peer === peer && batch.state === "ready") want(batch);
    }
    network.drop(peer.id, reason, { ban: true });
  }

  private rate(): number {
    if (this.startedAt === undefined) return 0;
    const seconds = (this.modules.clock.now() - this.startedAt) / 1000;
    return seconds <= 0 ? 0 : (this.height - this.startHeight) / seconds;
  }

  private report(): void {
    const { clock, logger } = this.modules;
    const progress = this.progress();
    const now = clock.now();
    if (progress === undefined || now - this.reportedAt < REPORT_INTERVAL) return;
    this.reportedAt = now;
    const { currentHeight: height, highestHeight: target, blocksPerSecond } = progress;
    const rate = Math.round(blocksPerSecond * 10) / 10;
    const secondsLeft = rate > 0 ? Math.round((target - height) / rate) : undefined;
    logger.info({ height, target, blocksPerSecond: rate, secondsLeft }, "catching up");
  }
}
