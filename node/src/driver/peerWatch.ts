import type { Agreement, SlotClock, Status } from "@lucid/consensus";
import { EARLY_TOLERANCE, slotAt } from "@lucid/consensus";
import type { Clock, Timer } from "@lucid/consensus/base";
import type { ConsensusNetwork, PeerId } from "@lucid/p2p";
import type { Chain } from "../chain/chain.js";
import { serveHeaders, serveRange } from "../sync/blockRange.js";
import type { BlockSync } from "../sync/blockSync.js";
import type { ConsensusDriver } from "./consensusDriver.js";
import type { ForkWatch } from "./forkWatch.js";
import { protocols } from "./topics.js";

export interface PeerWatchOptions {
  /** Of this validator. */
  readonly nodeId: Uint8Array | undefined;
}

export interface PeerWatchModules {
  readonly network: ConsensusNetwork;
  readonly chain: Chain;
  readonly clock: Clock;
  readonly sync: BlockSync;
  readonly agreement: Agreement;
  readonly driver: ConsensusDriver;
  readonly forks: ForkWatch;
  readonly slots: SlotClock;
  /** The own clock has become wrong, or right again; milliseconds by which it is behind the peers' median. */
  readonly onClock: (trusted: boolean, offset: number) => void;
}

/** Milliseconds between two questions to a peer. */
const INTERVAL = 10_000;
const WRONG_CLOCK_INTERVAL = 2_000;
/** Milliseconds by which a wrong clock's offset must have changed to be told again. */
const OFFSET_STEP = 1_000;
const NOBODY = new Uint8Array(32);

/**
 * Knows how far the peers are, so that a node that is behind catches up, and what their clocks say, so that a node with a
 * wrong clock does not run ahead. Serves blocks and certificates to those that are behind.
 */
export class PeerWatch {
  private readonly options: PeerWatchOptions;
  private readonly modules: PeerWatchModules;
  /** Peer's clock minus ours, milliseconds. */
  private readonly offsets = new Map<PeerId, number>();
  private readonly ends: (() => void)[] = [];
  private timer: Timer | undefined;
  private stopped = false;
  private trusted = true;
  /** The offset that the agreement knows. */
  private told = 0;

  constructor(options: PeerWatchOptions, modules: PeerWatchModules) {
    this.options = options;
    this.modules = modules;
  }

  start(): void {
    const { network, chain, agreement } = this.modules;
    this.ends.push(
      this.modules.forks.start(),
      network.handle(protocols.status, (theirs, peer) => {
        this.learn(peer, theirs, 0);
        return this.own();
      }),
      network.handle(protocols.commit, (height) => chain.commit(height)),
      network.handle(protocols.blocksByRange, (request) => serveRange(chain, request)),
      network.handle(protocols.headersByRange, (request) => serveHeaders(chain, request)),
      network.handle(protocols.ownVotes, (nodeId) => agreement.votesOf(nodeId).slice(-MAX_OWN_VOTES)),
      network.onPeer((peer, connected) => {
        if (connected) void this.visit(peer.id);
        else {
          this.forget(peer.id);
          this.modules.forks.forget(peer.id);
        }
      }),
    );
    // Those that were faster than this start.
    for (const peer of network.peers()) void this.visit(peer.id);
    this.schedule();
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
    for (const end of this.ends.splice(0)) end();
  }

  /** What the peers' clocks say of this one: milliseconds by which it is behind their median; undefined without peers. */
  get drift(): { readonly offset: number | undefined; readonly trusted: boolean } {
    return { offset: this.median(), trusted: this.trusted };
  }

  /** Unix milliseconds by the own clock, or by the peers' median while the own one is wrong. */
  get networkNow(): number {
    return this.modules.clock.now() + (this.trusted ? 0 : this.told);
  }

  private schedule(): void {
    // A clock that has been set right is to be trusted soon.
    this.timer = this.modules.clock.setTimer(this.trusted ? INTERVAL : WRONG_CLOCK_INTERVAL, () => {
      for (const peer of this.modules.network.peers()) void this.visit(peer.id);
      this.schedule();
    });
  }

  /**
   * Own votes are asked for again and again, not at the start only: a copy of this data directory has the same peer id as
   * well, and gossip brings nobody what comes from his own peer id.
   */
  private async visit(peer: PeerId): Promise<void> {
    await this.ask(peer);
    const { nodeId } = this.options;
    if (nodeId === undefined) return;
    try {
      const votes = await this.modules.network.request(peer, protocols.ownVotes, nodeId);
      if (votes.length > 0) this.modules.driver.offer({ type: "ownVotes", votes });
    } catch {
      // No answer is no obstacle (the specification of the start).
    }
  }

  private async ask(peer: PeerId): Promise<void> {
    const { network, clock } = this.modules;
    const sent = clock.now();
    try {
      const theirs = await network.request(peer, protocols.status, this.own());
      if (!this.stopped) this.learn(peer, theirs, (clock.now() - sent) / 2);
    } catch {
      this.forget(peer);
    }
  }

  private own(): Status {
    const { chain, clock, slots } = this.modules;
    const head = chain.head();
    return {
      headRoot: head.root,
      height: head.header.height,
      slot: Math.max(0, slotAt(slots, clock.now())),
      earliest: Math.max(1, chain.earliestHeight()),
      time: Math.trunc(clock.now()),
      nodeId: this.options.nodeId ?? NOBODY,
      forkVersion: this.modules.forks.forkVersion,
    };
  }

  private learn(peer: PeerId, status: Status, delay: number): void {
    const height = this.modules.forks.learn(peer, status.forkVersion, status.height);
    this.modules.sync.claim(peer, height, status.earliest);
    // Followers' clocks do not count.
    if (status.nodeId.every((byte) => byte === 0)) return;
    this.offsets.set(peer, status.time + delay - this.modules.clock.now());
    this.judgeClock();
  }

  private forget(peer: PeerId): void {
    this.offsets.delete(peer);
    this.judgeClock();
  }

  /** The own clock is trusted while it is within 10 s of the peers' median, or without peers. */
  private judgeClock(): void {
    const offset = this.median() ?? 0;
    const trusted = Math.abs(offset) <= EARLY_TOLERANCE;
    const turned = trusted !== this.trusted;
    // While it is wrong, votes are judged by the peers' median, which must not grow old.
    if (!turned && (trusted || Math.abs(offset - this.told) < OFFSET_STEP)) return;
    this.trusted = trusted;
    this.told = offset;
    if (turned) this.modules.onClock(trusted, offset);
    this.modules.driver.offer({ type: "clock", trusted, offset });
  }

  private median(): number | undefined {
    const sorted = [...this.offsets.values()].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  }
}

/** Votes of one key that are told: the latest. */
const MAX_OWN_VOTES = 64;
