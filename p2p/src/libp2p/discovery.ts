import { setMaxListeners } from "node:events";
import "../promiseWithResolvers.js";
import { randomBytes } from "node:crypto";
import { peerIdFromString } from "@libp2p/peer-id";
import type { Clock, Timer } from "@lucid/consensus/base";
import type { Multiaddr } from "@multiformats/multiaddr";
import { setBounded } from "../boundedMap.js";
import type { PeerId } from "../network.js";
import type { Host } from "./host.js";
import type { NetworkLimits } from "./networkLimits.js";

/** Peers that are dialled in one round. */
const DIALS = 4;
/** With fewer peers than this the bootstrap nodes are asked again. */
const LONELY = 3;
/** Milliseconds of one walk through the DHT. */
const WALK = 10_000;

export interface DiscoveryOptions {
  readonly bootnodes: readonly Multiaddr[];
  /** Peers that this node wants. */
  readonly wanted: number;
  /** Protocol that every full node serves. */
  readonly member: string;
}

export interface DiscoveryModules {
  readonly host: Host;
  readonly clock: Clock;
  readonly limits: NetworkLimits;
  /** Full nodes that are connected. */
  readonly peerCount: () => number;
  readonly isWelcome: (peer: PeerId) => boolean;
  /** Nobody can be reached at the moment, whoever is dialled: it is nothing against a peer that it was not reached. */
  readonly isCutOff: () => boolean;
}

interface Attempt {
  readonly at: number;
  /** Milliseconds until the next one. */
  readonly wait: number;
}

/** Finds peers while there are too few: known ones, those that the DHT names, and the bootstrap nodes. */
export class Discovery {
  private readonly options: DiscoveryOptions;
  private readonly modules: DiscoveryModules;
  private readonly attempts = new Map<string, Attempt>();
  private readonly controller = new AbortController();
  private timer: Timer | undefined;
  /** Dials beside those of a round. */
  private dialling = 0;
  private round: Promise<void> | undefined;

  constructor(options: DiscoveryOptions, modules: DiscoveryModules) {
    this.options = options;
    this.modules = modules;
  }

  start(): void {
    this.schedule(0);
  }

  async stop(): Promise<void> {
    this.controller.abort();
    this.timer?.cancel();
    await this.round;
  }

  /** The way out is open again: everybody may be dialled at once. */
  forgive(): void {
    this.attempts.clear();
  }

  /** Somebody was heard of who may be a member. */
  found(peer: PeerId): void {
    const wanted = this.modules.peerCount() < this.options.wanted && this.mayDial(peer);
    if (!wanted || this.dialling >= DIALS || this.controller.signal.aborted) return;
    this.dialling++;
    const dial = this.dial(peer).finally(() => {
      this.dialling--;
    });
    void dial.catch(() => undefined);
  }

  private schedule(milliseconds: number): void {
    if (this.controller.signal.aborted) return;
    this.timer = this.modules.clock.setTimer(milliseconds, () => {
      // A round that fails (the host stops meanwhile) is followed by the next one.
      this.round = this.look().catch(() => undefined);
      void this.round.then(() => this.schedule(this.modules.limits.discoveryInterval));
    });
  }

  private async look(): Promise<void> {
    const { peerCount } = this.modules;
    const { wanted, bootnodes } = this.options;
    if (peerCount() >= wanted) return;
    if (peerCount() < LONELY) await Promise.all(bootnodes.map((address) => this.dial(address.toString(), address)));
    const candidates = await this.known();
    if (candidates.length < wanted - peerCount()) for (const peer of await this.walk()) candidates.push(peer);
    const next = shuffled([...new Set(candidates)]).slice(0, DIALS);
    await Promise.all(next.map((peer) => this.dial(peer)));
  }

  /** Members that were met before. */
  private async known(): Promise<string[]> {
    const { host } = this.modules;
    const peers = await host.peerStore.all({
      filters: [({ protocols }) => protocols.includes(this.options.member)],
    });
    return peers.map(({ id }) => id.toString()).filter((peer) => this.mayDial(peer));
  }

  /** Peers near a random point of the DHT. */
  private async walk(): Promise<string[]> {
    const { host } = this.modules;
    const found: string[] = [];
    const signal = AbortSignal.any([AbortSignal.timeout(WALK), this.controller.signal]);
    // A walk waits for the peer store in many places at once.
    setMaxListeners(0, signal);
    try {
      for await (const { id, multiaddrs } of host.peerRouting.getClosestPeers(new Uint8Array(randomBytes(32)), {
        signal,
      })) {
        if (multiaddrs.length > 0) await host.peerStore.merge(id, { multiaddrs });
        if (this.mayDial(id.toString())) found.push(id.toString());
      }
    } catch {
      // An empty or slow DHT is the normal state of a new network; the next round asks again.
    }
    return found;
  }

  private mayDial(peer: PeerId): boolean {
    const { host, isWelcome, clock } = this.modules;
    const connected = host.getConnections(peerIdFromString(peer)).length > 0;
    return !connected && isWelcome(peer) && this.hasRested(peer, clock.now());
  }

  private hasRested(name: string, now: number): boolean {
    const attempt = this.attempts.get(name);
    if (attempt === undefined) return true;
    const { limits, peerCount } = this.modules;
    const longest = peerCount() === 0 ? limits.discoveryAlone : limits.discoveryLongest;
    return attempt.at + Math.min(attempt.wait, longest) <= now;
  }

  private async dial(name: string, address?: Multiaddr): Promise<void> {
    const { host, clock, limits } = this.modules;
    const now = clock.now();
    if (!this.hasRested(name, now)) return;
    const before = this.attempts.get(name)?.wait ?? limits.discoveryInterval / 2;
    const wait = Math.min(2 * before, limits.discoveryLongest);
    setBounded(this.attempts, name, { at: now, wait }, limits.knownPeers);
    const signal = AbortSignal.any([AbortSignal.timeout(limits.dialTimeout), this.controller.signal]);
    try {
      await host.dial(address ?? peerIdFromString(name), { signal });
      this.attempts.delete(name);
    } catch {
      // Counted by the wait before the next attempt.
      if (this.modules.isCutOff()) this.attempts.delete(name);
    }
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
