import { setBounded } from "../boundedMap.js";
import type { PeerId } from "../network.js";
import { TokenBucket } from "../tokenBucket.js";
import type { NetworkLimits } from "./networkLimits.js";

/** Rejected messages that are forgiven each second. */
const FORGIVEN = 1 / 60;

/** Remembers who sent what no honest node sends, and who is banned for it. */
export class Conduct {
  private readonly limits: NetworkLimits;
  private readonly patience = new Map<PeerId, TokenBucket>();
  private readonly bans = new Map<PeerId, number>();

  constructor(limits: NetworkLimits) {
    this.limits = limits;
  }

  /** One more such message; true when it was one too many and the peer is banned from now on. */
  offence(peer: PeerId, now: number): boolean {
    let bucket = this.patience.get(peer);
    if (bucket === undefined) {
      // The last of `rejects` messages is the one that bans.
      bucket = new TokenBucket({ rate: FORGIVEN, burst: this.limits.rejects - 1 }, now);
      setBounded(this.patience, peer, bucket, this.limits.bans);
    }
    if (bucket.spend(1, now) === 0) return false;
    this.ban(peer, now);
    return true;
  }

  ban(peer: PeerId, now: number): void {
    this.patience.delete(peer);
    setBounded(this.bans, peer, now + this.limits.banTime, this.limits.bans);
  }

  isBanned(peer: PeerId, now: number): boolean {
    const until = this.bans.get(peer);
    if (until === undefined) return false;
    if (now < until) return true;
    this.bans.delete(peer);
    return false;
  }

  get banned(): number {
    return this.bans.size;
  }
}
