import { setBounded } from "../boundedMap.js";
import { TokenBucket } from "../tokenBucket.js";
import type { NetworkLimits } from "./networkLimits.js";

/**
 * What answers to all peers together may take of this node. Everybody has an even share; beyond it a peer takes of what others left
 * over, and the less of that there is, the fewer of those that have taken much. Whoever asks little is answered whatever others do.
 */
export class AnswerPace {
  private readonly limits: NetworkLimits;
  private readonly all: TokenBucket;
  /** By address, since keys cost nothing; by peer where the address says nothing. */
  private readonly shares = new Map<string, TokenBucket>();

  constructor(limits: NetworkLimits, now: number) {
    this.limits = limits;
    this.all = new TokenBucket({ rate: limits.answerRate, burst: limits.answerBurst }, now);
  }

  /** @param asker its address group, or its peer id */
  allows(asker: string, now: number): boolean {
    return this.beyondShare(asker, now) <= this.all.left(now);
  }

  spend(asker: string, bytes: number, now: number): void {
    this.all.spend(bytes, now);
    this.shareOf(asker, now).spend(bytes, now);
  }

  /** Bytes that it has had beyond its even share and that time has not made up for. */
  private beyondShare(asker: string, now: number): number {
    const share = this.shares.get(asker);
    return share === undefined ? 0 : this.limits.answerBurst - share.left(now);
  }

  private shareOf(asker: string, now: number): TokenBucket {
    const { answerRate, answerBurst, inboundConnections, outboundConnections, bans } = this.limits;
    const even = { rate: answerRate / (inboundConnections + outboundConnections), burst: answerBurst };
    const share = this.shares.get(asker) ?? new TokenBucket(even, now);
    // Kept when it leaves; the one that was answered longest ago is forgotten.
    setBounded(this.shares, asker, share, bans);
    return share;
  }
}
