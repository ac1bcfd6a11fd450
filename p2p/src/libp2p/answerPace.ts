import { setBounded } from "../boundedMap.js";
import { TokenBucket } from "../tokenBucket.js";
import type { NetworkLimits } from "./networkLimits.js";

/** What an asker has had lately, in bytes at the moment `at`. */
interface Had {
  readonly bytes: number;
  readonly at: number;
}

/**
 * What answers to all peers together may take of this node. An asker is given more while what it has had lately is not more than
 * what is left for everybody. So one alone may have all of it; of n that take what they can get each has an n-th, since the rest
 * of the burst settles at an n-th of it; and whoever asks for less than that is answered at once.
 */
export class AnswerPace {
  private readonly limits: NetworkLimits;
  private readonly all: TokenBucket;
  /** By address, since keys cost nothing; by peer where the address says nothing. */
  private readonly had = new Map<string, Had>();
  /** Milliseconds in which what was had lately falls to 1/e: so long the burst takes to fill. */
  private readonly lately: number;

  constructor(limits: NetworkLimits, now: number) {
    this.limits = limits;
    this.all = new TokenBucket({ rate: limits.answerRate, burst: limits.answerBurst }, now);
    this.lately = (1_000 * limits.answerBurst) / limits.answerRate;
  }

  /** @param asker its address group, or its peer id */
  allows(asker: string, now: number): boolean {
    return this.hadLately(asker, now) <= this.all.left(now);
  }

  /** @param bytes less than nothing: they were spent and are not used */
  spend(asker: string, bytes: number, now: number): void {
    if (bytes === 0) return;
    this.all.spend(bytes, now);
    const had = { bytes: Math.max(0, this.hadLately(asker, now) + bytes), at: now };
    // Kept when it leaves; the one that was answered longest ago is forgotten.
    setBounded(this.had, asker, had, this.limits.bans);
  }

  private hadLately(asker: string, now: number): number {
    const had = this.had.get(asker);
    return had === undefined ? 0 : had.bytes * Math.exp(-Math.max(0, now - had.at) / this.lately);
  }
}
