import { StorageError, type StorageErrorCode } from "../errors.js";

export interface FaultOptions {
  /** Number (from 1) of the point at which the machine stops; none by default. */
  readonly crashAt?: number;
  /** Number (from 1) of the point whose operation fails once, with this code, while the machine goes on. */
  readonly fail?: { readonly at: number; readonly code: StorageErrorCode };
  /** Bytes that the disk holds; writes beyond fail with DISK_FULL after what still fits. Default: no limit. */
  readonly capacity?: number;
}

/**
 * Counts the points at which a machine can stop: before and after each write, fsync, rename, removal, new name and
 * batch, and in the middle of each write. After the stop every operation fails: the process is dead, whatever its code
 * still tries.
 */
export class FaultPlan {
  readonly options: FaultOptions;
  /** What happened at each point, for messages of tests. */
  readonly passed: string[] = [];
  private stopped = false;

  constructor(options: FaultOptions) {
    this.options = options;
  }

  get crashed(): boolean {
    return this.stopped;
  }

  /** Stops the machine now, between two operations. */
  crash(): void {
    this.stopped = true;
  }

  checkAlive(): void {
    if (this.stopped) throw new StorageError({ code: "FAULT_INJECTED", message: "the machine has stopped" });
  }

  /** @throws StorageError FAULT_INJECTED at the point of the crash and ever after, or the code of `fail` */
  point(label: string): void {
    this.checkAlive();
    this.passed.push(label);
    if (this.passed.length === this.options.crashAt) {
      this.stopped = true;
      throw new StorageError({
        code: "FAULT_INJECTED",
        message: `the machine stops at point ${this.passed.length}: ${label}`,
      });
    }
    const { fail } = this.options;
    if (fail !== undefined && fail.at === this.passed.length) {
      throw new StorageError({ code: fail.code, message: `made to fail at point ${fail.at}: ${label}` });
    }
  }

  /** An operation between its two points. It yields first, so that what runs side by side takes turns. */
  async around(label: string, action: () => void): Promise<void> {
    await Promise.resolve();
    this.point(`before ${label}`);
    action();
    this.point(`after ${label}`);
  }
}

/** What of the data that was not synced survives: nothing, all of it (only the process died), or some, by seed. */
export type Survival = "none" | "all" | { readonly seed: number };

/** Decides one after the other what survives; the same seed decides the same. */
export class SurvivalDice {
  private readonly survival: Survival;
  private state: number;

  constructor(survival: Survival) {
    this.survival = survival;
    this.state = typeof survival === "object" ? (survival.seed ^ 0x9e3779b9) >>> 0 || 1 : 1;
  }

  get processOnly(): boolean {
    return this.survival === "all";
  }

  survives(): boolean {
    if (this.survival === "none") return false;
    if (this.survival === "all") return true;
    return this.next() % 2 === 0;
  }

  /** How many of `count` unsynced bytes survive. */
  part(count: number): number {
    if (this.survival === "none") return 0;
    if (this.survival === "all") return count;
    const choice = this.next() % 4;
    return choice === 0 ? 0 : choice === 1 ? count : this.next() % (count + 1);
  }

  /** Whether surviving bytes are zeros: a file system may have noted the length and not yet written the content. */
  zeroed(): boolean {
    return typeof this.survival === "object" && this.next() % 4 === 0;
  }

  /** xorshift32 */
  private next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state;
  }
}
