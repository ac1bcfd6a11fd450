import type { ChunkEngine, Slot } from "./chunkEngine.js";

/** Engines that are used again: starting worker threads costs more than reading a chunk. */
export class EnginePool {
  private readonly make: (chunkSize: number) => ChunkEngine;
  private readonly keep: number;
  private readonly idle: ChunkEngine[] = [];
  private readonly stopping = new Set<Promise<void>>();
  private closed = false;

  /** @param keep engines that wait for the next user; each holds its threads and slots */
  constructor(make: (chunkSize: number) => ChunkEngine, keep: number) {
    this.make = make;
    this.keep = keep;
  }

  /**
   * An engine for one user, who has it alone: two on one engine could wait for each other's slots. Its `stop` gives it back,
   * with the slots that were not released; the user's jobs must have ended.
   */
  lease(chunkSize: number): ChunkEngine {
    const position = this.idle.findIndex((each) => each.chunkSize === chunkSize);
    const [found] = position < 0 ? [] : this.idle.splice(position, 1);
    const engine = found ?? this.make(chunkSize);
    const held = new Set<Slot>();
    let failed = false;
    let given: Promise<void> | undefined;
    return {
      chunkSize,
      slots: engine.slots,
      async acquire(signal) {
        const slot = await engine.acquire(signal);
        held.add(slot);
        return slot;
      },
      release(slot) {
        if (held.delete(slot)) engine.release(slot);
      },
      async run(slot, job) {
        try {
          return await engine.run(slot, job);
        } catch (error) {
          // A thread that died is not given to the next one.
          if (error instanceof Error && "code" in error && error.code === "WORKER_FAILED") failed = true;
          throw error;
        }
      },
      stop: () => {
        given ??= this.give(engine, held, failed);
        return given;
      },
    };
  }

  /** Stops all engines that nobody has; those that are given back later are stopped then. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.stopping, ...this.idle.splice(0).map((engine) => engine.stop())]);
  }

  private async give(engine: ChunkEngine, held: Set<Slot>, failed: boolean): Promise<void> {
    for (const slot of held) engine.release(slot);
    held.clear();
    if (!failed && !this.closed && this.idle.length < this.keep) {
      this.idle.push(engine);
      return;
    }
    const stopped = engine.stop();
    this.stopping.add(stopped);
    await stopped.finally(() => this.stopping.delete(stopped));
  }
}
