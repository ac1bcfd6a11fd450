import { type Clock, hasCode, type Timer } from "@lucid/consensus/base";
import type { ChunkState } from "./chunkRecord.js";
import type { ChunkStore } from "./chunkStore.js";
import { reconcileChunks } from "./reconcile.js";

export interface ChunkScrubberOptions {
  /** Bytes that are read a second, on average; default 4 MiB, which walks 1 TiB in three days. */
  readonly bytesPerSecond?: number;
  /** Least milliseconds from the start of one walk to the start of the next; default a day. */
  readonly cycleMilliseconds?: number;
}

export interface ChunkScrubberModules {
  readonly chunks: ChunkStore;
  readonly clock: Clock;
  /** A chunk that is not what it was: whoever repairs it fetches it anew and puts it. */
  readonly onDamage?: (root: Uint8Array, state: ChunkState) => void;
  /** The scrub itself failed (disk, database); it tries again at its next step. */
  readonly onError?: (error: unknown) => void;
}

export interface ScrubStats {
  /** Whole walks since the start. */
  readonly cycles: number;
  readonly chunks: number;
  readonly bytes: number;
  /** Chunks found damaged or missing. */
  readonly found: number;
}

/** Wait after an error, and the least wait between two chunks, milliseconds. */
const ERROR_PAUSE = 10_000;
const MIN_PAUSE = 10;

/**
 * Walks all chunks for ever, slowly, one at a time: reads each, compares it with its root, marks what is damaged, and
 * after each walk brings files and records together. After a restart it goes on where it was.
 */
export class ChunkScrubber {
  private readonly options: Required<ChunkScrubberOptions>;
  private readonly modules: ChunkScrubberModules;
  private timer: Timer | undefined;
  private step: Promise<void> = Promise.resolve();
  private running = false;
  private readonly abort = new AbortController();
  private cycleStart = 0;
  private counts = { cycles: 0, chunks: 0, bytes: 0, found: 0 };

  constructor(options: ChunkScrubberOptions, modules: ChunkScrubberModules) {
    this.options = { bytesPerSecond: 4 << 20, cycleMilliseconds: 86_400_000, ...options };
    this.modules = modules;
  }

  get stats(): ScrubStats {
    return { ...this.counts };
  }

  /** Idempotent. */
  start(): void {
    if (this.running || this.abort.signal.aborted) return;
    this.running = true;
    this.cycleStart = this.modules.clock.now();
    this.schedule(MIN_PAUSE);
  }

  /** Idempotent; waits for the chunk that is being read. */
  async stop(): Promise<void> {
    this.running = false;
    this.abort.abort();
    this.timer?.cancel();
    await this.step;
  }

  /** Resolves when no chunk is being read; for tests on a virtual clock. */
  async settled(): Promise<void> {
    await this.step;
  }

  private schedule(milliseconds: number): void {
    if (!this.running) return;
    this.timer = this.modules.clock.setTimer(milliseconds, () => {
      this.step = this.next().then(
        (pause) => this.schedule(pause),
        (error: unknown) => {
          if (!hasCode(error, "STORE_CLOSED") && !this.abort.signal.aborted) this.modules.onError?.(error);
          this.schedule(ERROR_PAUSE);
        },
      );
    });
  }

  /** Examines the next chunk; returns the pause after it, milliseconds. */
  private async next(): Promise<number> {
    const { chunks, clock, onDamage } = this.modules;
    const { records } = chunks.internals;
    for await (const [root, record] of chunks.entries(records.scrubCursor)) {
      const state = await chunks.verify(root);
      await records.setScrubCursor(root);
      this.counts.chunks++;
      this.counts.bytes += record.size;
      if (state !== undefined && state !== "stored") {
        // Known damage is reported at each walk: the repair may have failed.
        this.counts.found++;
        onDamage?.(root, state);
      }
      return Math.max(MIN_PAUSE, (record.size * 1000) / this.options.bytesPerSecond);
    }
    await reconcileChunks(chunks, { extra: "adopt", signal: this.abort.signal });
    await records.setScrubCursor(undefined);
    this.counts.cycles++;
    const now = clock.now();
    const pause = Math.max(MIN_PAUSE, this.options.cycleMilliseconds - (now - this.cycleStart));
    this.cycleStart = now + pause;
    return pause;
  }
}
