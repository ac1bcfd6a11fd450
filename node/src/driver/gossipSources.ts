import type { Outcome, Source } from "@lucid/consensus";
import type { Clock } from "@lucid/consensus/base";
import { type PeerId, TokenBucket, type Verdict } from "@lucid/p2p";
import { networkLimits } from "./peerNetwork.js";

/** A name for what came from a peer; the peer can be read out of it. */
export function sourceOf(name: string, peer: PeerId): string {
  return `${name}@${peer}`;
}

export function peerOf(source: Source): PeerId | undefined {
  const text = String(source);
  const at = text.indexOf("@");
  return at < 0 ? undefined : text.slice(at + 1);
}

/** Rejected messages of one peer: as many as the network takes before it bans. */
const PATIENCE = { rate: 1 / 60, burst: networkLimits.rejects.value - 1 };
/** Peers of whom a message was rejected. */
const MAX_REMEMBERED = networkLimits.bans.value;

/**
 * Messages whose verdict is due. A message that the agreement has not judged when `capacity` newer ones have come is
 * ignored, so that nothing waits for ever.
 */
export class GossipSources {
  private readonly capacity: number;
  private readonly clock: Clock;
  private readonly patience = new Map<PeerId, TokenBucket>();
  private readonly spoilt = new Map<PeerId, number>();
  private readonly pending = new Map<Source, (verdict: Verdict) => void>();
  private next = 1;

  constructor(capacity: number, clock: Clock) {
    this.capacity = capacity;
    this.clock = clock;
  }

  /** A name for the message, and the promise of its verdict. */
  open(peer: PeerId): { readonly source: string; readonly verdict: Promise<Verdict> } {
    const source = sourceOf(String(this.next++), peer);
    const verdict = new Promise<Verdict>((settle) => this.pending.set(source, settle));
    if (this.pending.size > this.capacity) {
      const oldest = this.pending.keys().next();
      if (!oldest.done) this.settle(oldest.value, "ignore");
    }
    return { source, verdict };
  }

  /** True when this was the message with which its peer's patience is over. */
  settle(source: Source, outcome: Outcome): boolean {
    this.pending.get(source)?.(outcome);
    this.pending.delete(source);
    const peer = outcome === "reject" ? peerOf(source) : undefined;
    return peer !== undefined && this.blame(peer);
  }

  /** So much of its peer was rejected that the network is banning it: what else it has sent is not worth a look. */
  isSpoilt(source: Source): boolean {
    const peer = peerOf(source);
    const until = peer === undefined ? undefined : this.spoilt.get(peer);
    return until !== undefined && this.clock.now() < until;
  }

  private blame(peer: PeerId): boolean {
    const now = this.clock.now();
    const bucket = this.patience.get(peer) ?? new TokenBucket(PATIENCE, now);
    remember(this.patience, peer, bucket);
    if (bucket.spend(1, now) === 0) return false;
    this.patience.delete(peer);
    const known = (this.spoilt.get(peer) ?? 0) > now;
    remember(this.spoilt, peer, now + networkLimits.banTime.value);
    return !known;
  }

  close(): void {
    for (const settle of this.pending.values()) settle("ignore");
    this.pending.clear();
  }
}

/** The youngest entry; the oldest makes room. */
function remember<T>(map: Map<PeerId, T>, peer: PeerId, value: T): void {
  map.delete(peer);
  map.set(peer, value);
  const [oldest] = map.keys();
  if (map.size > MAX_REMEMBERED && oldest !== undefined) map.delete(oldest);
}
