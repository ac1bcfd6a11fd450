import { StorageError } from "../errors.js";

/** What an entry's clock may be ahead of a replica's own, milliseconds. */
export const MAX_CLOCK_AHEAD = 600_000;
const MAX_MILLISECONDS = 2 ** 48 - 1;

/** Unix milliseconds in a clock. */
export function clockTime(clock: bigint): number {
  return Number(clock >> 16n);
}

/** @param time Unix milliseconds @param counter 0 to 65,535 */
export function clockOf(time: number, counter = 0): bigint {
  return (BigInt(Math.trunc(time)) << 16n) | BigInt(counter);
}

/**
 * Hybrid logical clock (Kulkarni and others, 2014) in 64 bits: the physical time, and a counter that orders what happens in
 * one millisecond or under a clock that was set back. Each reading is later than every one before and than all that was
 * seen of others.
 */
export class HybridClock {
  private readonly now: () => number;
  private last: bigint;

  /** @param now Unix milliseconds */
  constructor(now: () => number, last = 0n) {
    this.now = now;
    this.last = last;
  }

  /** Takes note of a clock that another device has written. */
  observe(clock: bigint): void {
    if (clock > this.last) this.last = clock;
  }

  /**
   * @throws StorageError INDEX_CLOCK_AHEAD when what was seen is so far ahead that nobody would take the entry; waiting
   * helps, or a right clock.
   */
  tick(): bigint {
    const now = this.now();
    const floor = clockOf(Math.min(Math.max(now, 0), MAX_MILLISECONDS));
    const next = floor > this.last ? floor : this.last + 1n;
    if (clockTime(next) > now + MAX_CLOCK_AHEAD) throw clockAhead(next, now);
    this.last = next;
    return next;
  }
}

export function clockAhead(clock: bigint, now: number): StorageError {
  return new StorageError({
    code: "INDEX_CLOCK_AHEAD",
    message: `the clock of the entry is ${Math.round((clockTime(clock) - now) / 1000)} s ahead`,
    meta: { clock, now },
  });
}
