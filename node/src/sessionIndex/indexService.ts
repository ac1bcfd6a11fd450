import { type Clock, hasCode, latin1Of, type Timer } from "@lucid/consensus/base";
import { type ConsensusNetwork, P2pError, type PeerId, TokenBucket, type Verdict } from "@lucid/p2p";
import {
  answerSync,
  clockTime,
  fittingItems,
  type IndexEntry,
  type IndexItem,
  type IndexStore,
  MAX_CLOCK_AHEAD,
  StorageError,
  type SyncRequest,
  type SyncResponse,
} from "@lucid/storage";
import { protocols, topics } from "../driver/topics.js";
import type { Logger } from "../node/logging.js";
import { BoundedCache } from "../rpc/boundedCache.js";
import { exchangeIndex } from "./indexExchange.js";

/** Milliseconds between two exchanges with a peer, one peer at a time. */
export const INDEX_INTERVAL = 60_000;
/** Milliseconds between two looks for owners who have lost their right to the room. */
const SWEEP_INTERVAL = 6 * 3_600_000;
/** What a peer's clock may be off on top of the ten minutes before its entries count against it, milliseconds. */
const CLOCK_SLACK = 60_000;
/** Entries of one peer whose signatures are checked: 0.4 ms each. */
const VERIFY_LIMIT = { rate: 100, burst: 2_000 };
/** Frames of one peer that are answered: each may cost a pass over the set. */
const FRAME_LIMIT = { rate: 4, burst: 128 };
/** New entries of one owner by gossip; what is more comes by reconciliation. */
const OWNER_LIMIT = { rate: 1, burst: 500 };
const MAX_METERS = 4_096;
/** Signatures that are checked before others get the event loop again. */
const VERIFY_SLICE = 16;
/** Entries that were refused and are not fetched again before the next look at their owners. */
const MAX_REFUSED = 65_536;
const MAX_VISITS = 64;

export interface IndexServiceModules {
  readonly network: ConsensusNetwork;
  readonly index: IndexStore;
  readonly clock: Clock;
  readonly isSigned: (entry: IndexEntry) => boolean;
  readonly logger: Logger;
}

interface Meters {
  readonly verify: TokenBucket;
  readonly frames: TokenBucket;
}

/**
 * Keeps this node's index equal to its peers': takes and forwards entries by gossip, answers reconciliation, and reconciles
 * with each new peer and with one of them every minute. Each peer and each owner has his share of the work.
 */
export class IndexService {
  private readonly modules: IndexServiceModules;
  private readonly meters = new BoundedCache<PeerId, Meters>(MAX_METERS);
  private readonly owners = new BoundedCache<string, TokenBucket>(MAX_METERS);
  private refused = new BoundedCache<string, true>(MAX_REFUSED);
  private readonly ends: (() => void)[] = [];
  private readonly visits: PeerId[] = [];
  private running: Promise<void> | undefined;
  private timer: Timer | undefined;
  private sweepTimer: Timer | undefined;
  private turn = 0;
  private isStopped = false;

  constructor(modules: IndexServiceModules) {
    this.modules = modules;
  }

  start(): void {
    const { network } = this.modules;
    this.ends.push(
      network.subscribe(topics.index, (item, peer) => this.judge(item, peer)),
      network.handle(protocols.indexSync, (request, peer) => this.serve(request, peer)),
      network.onPeer((peer, connected) => {
        if (connected) this.visit(peer.id);
      }),
    );
    for (const { id } of network.peers()) this.visit(id);
    this.schedule();
    this.scheduleSweep();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.timer?.cancel();
    this.sweepTimer?.cancel();
    for (const end of this.ends.splice(0)) end();
    this.visits.length = 0;
    await this.running;
    await this.modules.index.close();
  }

  /**
   * Takes an entry of this node's own user and tells the peers. It is on disk when this resolves.
   * @throws StorageError INDEX_SIGNATURE, INDEX_OUTDATED, INDEX_FULL, INDEX_CLOCK_AHEAD, INDEX_OWNER_REFUSED, ...
   */
  async put(item: IndexItem): Promise<void> {
    const { index, isSigned, network } = this.modules;
    if (!isSigned(item.entry)) {
      throw new StorageError({ code: "INDEX_SIGNATURE", message: "the entry is not signed by its owner" });
    }
    const [applied] = await index.apply([item], { sync: true, strict: true });
    if (applied === "outdated" || applied === "full") {
      throw new StorageError({ code: "INDEX_OUTDATED", message: "a newer entry of the session or a floor is there" });
    }
    network.publish(topics.index, item);
  }

  /** Resolves when the exchanges that are due have ended; for tests. */
  async settled(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  private async judge(item: IndexItem, peer: PeerId): Promise<Verdict> {
    const { index, isSigned, clock } = this.modules;
    const { entry } = item;
    if (clockTime(entry.clock) > clock.now() + MAX_CLOCK_AHEAD + CLOCK_SLACK) return "reject";
    try {
      if (index.precheck(item) !== undefined) return "ignore";
    } catch {
      // Too early, an owner whom this node does not know yet, or no room: true of this node, not of the peer.
      return "ignore";
    }
    if (!this.mayVerify(peer, 1) || !this.ownerMay(entry.owner)) return "ignore";
    if (!isSigned(entry)) return "reject";
    const [applied] = await index.apply([item]);
    return applied === "stored" ? "accept" : "ignore";
  }

  private async serve(request: SyncRequest, peer: PeerId): Promise<SyncResponse> {
    const { index, clock } = this.modules;
    if (request.kind === "get") {
      return { kind: "get", items: fittingItems(request.ids.flatMap((id) => index.byId(id) ?? [])) };
    }
    if (request.kind === "put") return { kind: "put", stored: await this.take(request.items, peer) };
    if (!this.metersOf(peer).frames.take(1, clock.now())) throw busy();
    try {
      return { kind: "reconcile", frame: answerSync(index.set, request.frame) };
    } catch (error) {
      if (!hasCode(error, "INDEX_SYNC_BAD_FRAME")) throw error;
      throw new P2pError({ code: "P2P_BAD_FRAME", message: "a bad frame of reconciliation", cause: error });
    }
  }

  /**
   * Checks entries and stores those that are new and signed; returns how many.
   * @param giver whose share of the work it is; undefined for what this node asked for
   * @throws P2pError P2P_BAD_FRAME for one that its owner did not sign, P2P_BUSY when the peer has had its share
   */
  private async take(items: readonly IndexItem[], giver: PeerId | undefined): Promise<number> {
    const { index, isSigned } = this.modules;
    const wanted = items.filter((item) => this.isWanted(item));
    if (giver !== undefined && !this.mayVerify(giver, wanted.length)) throw busy();
    const signed: IndexItem[] = [];
    for (const [position, item] of wanted.entries()) {
      if (position % VERIFY_SLICE === VERIFY_SLICE - 1) await new Promise<void>((resolve) => setImmediate(resolve));
      if (!isSigned(item.entry)) {
        throw new P2pError({ code: "P2P_BAD_FRAME", message: "an entry of the index that its owner did not sign" });
      }
      signed.push(item);
    }
    const applied = await index.apply(signed);
    for (const [position, item] of signed.entries()) if (applied[position] !== "stored") this.refuse(item);
    return applied.filter((result) => result === "stored").length;
  }

  private isWanted(item: IndexItem): boolean {
    try {
      if (this.modules.index.precheck(item) === undefined) return true;
    } catch (error) {
      // Early entries become right by themselves.
      if (hasCode(error, "INDEX_CLOCK_AHEAD")) return false;
    }
    this.refuse(item);
    return false;
  }

  private refuse({ id }: IndexItem): void {
    this.refused.set(latin1Of(id), true);
  }

  private mayVerify(peer: PeerId, count: number): boolean {
    return this.metersOf(peer).verify.take(count, this.modules.clock.now());
  }

  private ownerMay(owner: Uint8Array): boolean {
    const name = latin1Of(owner);
    const now = this.modules.clock.now();
    const bucket = this.owners.get(name) ?? new TokenBucket(OWNER_LIMIT, now);
    this.owners.set(name, bucket);
    return bucket.take(1, now);
  }

  private metersOf(peer: PeerId): Meters {
    const now = this.modules.clock.now();
    const meters = this.meters.get(peer) ?? {
      verify: new TokenBucket(VERIFY_LIMIT, now),
      frames: new TokenBucket(FRAME_LIMIT, now),
    };
    this.meters.set(peer, meters);
    return meters;
  }

  private schedule(): void {
    this.timer = this.modules.clock.setTimer(INDEX_INTERVAL, () => {
      const peers = this.modules.network.peers();
      const peer = peers[this.turn++ % Math.max(1, peers.length)];
      if (peer !== undefined) this.visit(peer.id);
      this.schedule();
    });
  }

  private scheduleSweep(): void {
    this.sweepTimer = this.modules.clock.setTimer(SWEEP_INTERVAL, () => {
      this.refused = new BoundedCache(MAX_REFUSED);
      const { index, logger } = this.modules;
      index.sweep().catch((error: unknown) => logger.warn({ error }, "the index was not swept"));
      this.scheduleSweep();
    });
  }

  private visit(peer: PeerId): void {
    if (this.isStopped || this.visits.includes(peer) || this.visits.length >= MAX_VISITS) return;
    this.visits.push(peer);
    this.running ??= this.runVisits();
  }

  private async runVisits(): Promise<void> {
    for (let peer = this.visits.shift(); peer !== undefined; peer = this.visits.shift()) await this.exchange(peer);
    this.running = undefined;
  }

  private async exchange(peer: PeerId): Promise<void> {
    const { network, index, logger } = this.modules;
    const isRefused = (id: Uint8Array) => this.refused.get(latin1Of(id)) !== undefined;
    try {
      const report = await exchangeIndex(peer, {
        network,
        index,
        isRefused,
        take: (items) => this.take(items, undefined),
        stopped: () => this.isStopped,
      });
      if (report.taken + report.given > 0) logger.debug({ peer, ...report }, "index exchanged");
    } catch (error) {
      logger.debug({ peer, error }, "the index was not exchanged");
      if (!this.isStopped && error instanceof P2pError && error.code === "P2P_BAD_FRAME") {
        network.drop(peer, error, { ban: true });
      }
    }
  }
}

function busy(): P2pError {
  return new P2pError({ code: "P2P_BUSY", message: "the peer has had its share of the index's work" });
}
