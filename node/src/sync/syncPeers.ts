import type { PeerId } from "@lucid/p2p";

/** What is known of a peer that blocks can be asked of. */
export interface SyncPeer {
  readonly id: PeerId;
  /** Highest height that it said it has decided, by its own status. */
  claimed: number;
  /** Highest height that it is thought to have: its claim, or what its votes imply. */
  height: number;
  /** Lowest height that it serves. */
  earliest: number;
  /** Requests under way. */
  asking: number;
  /** Failures in a row: no answer, an empty or a failed one. */
  strikes: number;
  /** Times that it was put aside. */
  rests: number;
  /** Unix milliseconds until which it is not asked. */
  restsUntil: number;
  /** It was put aside because no answer came, which may be the line's fault. */
  silent: boolean;
  /** Blocks a second, of its latest answers; 0 before the first. */
  rate: number;
}

/** Requests that one peer has at a time. */
const PER_PEER = 2;
/** Failures in a row after which a peer is put aside. */
const MAX_STRIKES = 3;
/** Milliseconds that a peer is put aside the first time; it doubles each time. */
const FIRST_REST = 30_000;
const LONGEST_REST = 15 * 60_000;
/** Milliseconds that a node waits at most while everybody rests who has the block that it needs. */
const NOBODY_ELSE = 5_000;
/** Peers that are remembered after they have left, so that coming back does not clear a record. */
const MAX_REMEMBERED = 256;
/** Weight of the newest answer in the rate. */
const NEWEST = 0.3;

/** Who has which blocks, and who has disappointed. No clock of its own: the time is an argument, Unix milliseconds. */
export class SyncPeers {
  private readonly peers = new Map<PeerId, SyncPeer>();
  private readonly gone = new Map<PeerId, SyncPeer>();

  /** @param claim heights of the peer's own status; else only a higher height that something implies is learned. */
  learn(id: PeerId, height: number, claim?: { readonly earliest: number }): void {
    const peer = this.enter(id);
    if (claim === undefined) {
      peer.height = Math.max(peer.height, height);
      return;
    }
    peer.claimed = height;
    peer.height = Math.max(peer.height, height);
    peer.earliest = claim.earliest;
  }

  /** It left; its record is kept for a while. */
  leave(id: PeerId): void {
    const peer = this.peers.get(id);
    if (peer === undefined) return;
    this.peers.delete(id);
    if (peer.rests === 0 && peer.strikes === 0) return;
    this.gone.set(id, peer);
    const [oldest] = this.gone.keys();
    if (this.gone.size > MAX_REMEMBERED && oldest !== undefined) this.gone.delete(oldest);
  }

  /** Highest height of those that are not put aside. */
  target(now: number): number {
    let target = 0;
    for (const { height, restsUntil } of this.peers.values()) {
      if (restsUntil <= now) target = Math.max(target, height);
    }
    return target;
  }

  /** Who should be asked for the block of `height`: the least burdened, then the fastest. New ones are tried as well. */
  pick(height: number, now: number): SyncPeer | undefined {
    let best: SyncPeer | undefined;
    for (const peer of this.peers.values()) {
      if (peer.height < height || peer.earliest > height || peer.restsUntil > now || peer.asking >= PER_PEER) continue;
      if (best === undefined || isBetter(peer, best)) best = peer;
    }
    return best;
  }

  /**
   * When those that rest may be asked again, if everybody who has the block rests; else undefined. Sooner than their rest says:
   * that all fail at once is more likely a fault of this node's own line than of theirs, and there is nobody else to ask.
   * @param since when that began, Unix milliseconds
   */
  nextReturn(height: number, now: number, since = now): number | undefined {
    const having = [...this.peers.values()].filter((peer) => peer.height >= height && peer.earliest <= height);
    if (having.length === 0 || having.some(({ restsUntil }) => restsUntil <= now)) return undefined;
    const times = having.map(({ silent, restsUntil }) =>
      silent ? Math.min(since + NOBODY_ELSE, restsUntil) : restsUntil,
    );
    return Math.max(now, Math.min(...times));
  }

  /** Those that have the block and only did not answer may be asked again; their records stay. */
  recall(height: number, now: number): void {
    for (const peer of this.peers.values()) {
      if (peer.silent && peer.height >= height && peer.earliest <= height)
        peer.restsUntil = Math.min(peer.restsUntil, now);
    }
  }

  answered(peer: SyncPeer, blocks: number, milliseconds: number): void {
    const rate = (1000 * blocks) / Math.max(1, milliseconds);
    peer.rate = peer.rate === 0 ? rate : NEWEST * rate + (1 - NEWEST) * peer.rate;
    peer.strikes = 0;
  }

  /** It has no block of `start`, whatever it was thought to have. True: by its own word it should have had it. */
  lacks(peer: SyncPeer, start: number): boolean {
    const lied = peer.claimed >= start && peer.earliest <= start;
    peer.height = Math.min(peer.height, start - 1);
    peer.claimed = Math.min(peer.claimed, start - 1);
    return lied;
  }

  /** One more failure. True: one too many, and it is put aside. @param silent no answer came at all */
  strike(peer: SyncPeer, now: number, silent = false): boolean {
    peer.silent = silent;
    peer.strikes++;
    if (peer.strikes < MAX_STRIKES) return false;
    peer.strikes = 0;
    this.rest(peer, Math.min(LONGEST_REST, FIRST_REST * 2 ** peer.rests), now);
    peer.rests++;
    return true;
  }

  /** Not asked for so many milliseconds. */
  rest(peer: SyncPeer, milliseconds: number, now: number): void {
    peer.restsUntil = Math.max(peer.restsUntil, now + milliseconds);
  }

  /** Of peers that have left. */
  get remembered(): number {
    return this.gone.size;
  }

  private enter(id: PeerId): SyncPeer {
    const known = this.peers.get(id);
    if (known !== undefined) return known;
    const before = this.gone.get(id);
    this.gone.delete(id);
    const fresh = { claimed: 0, height: 0, earliest: 0, asking: 0 };
    const record = before ?? { strikes: 0, rests: 0, restsUntil: 0, silent: false, rate: 0 };
    const peer: SyncPeer = { ...record, ...fresh, id };
    this.peers.set(id, peer);
    return peer;
  }
}

function isBetter(one: SyncPeer, other: SyncPeer): boolean {
  if (one.strikes !== other.strikes) return one.strikes < other.strikes;
  if (one.asking !== other.asking) return one.asking < other.asking;
  return one.rate > other.rate;
}
