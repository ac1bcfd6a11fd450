import { slotLength } from "../chunk/index.js";
import { type FileSystem, realFileSystem } from "../files/index.js";
import { type ChunkJob, type ChunkJobResult, runChunkJob } from "./chunkJobs.js";
import { SlotPool } from "./slotPool.js";

/** A piece of memory that holds one chunk through all its stages. */
export interface Slot {
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** Does chunk jobs on a fixed number of slots. The number of slots is what bounds the memory of a session. */
export interface ChunkEngine {
  readonly chunkSize: number;
  readonly slots: number;
  /** Waits for a free slot. @throws StorageError SESSION_ABORTED when the signal fires, WORKER_FAILED after stop */
  acquire(signal?: AbortSignal): Promise<Slot>;
  release(slot: Slot): void;
  /** @throws StorageError of the job, WORKER_FAILED */
  run<K extends ChunkJob["kind"]>(slot: Slot, job: ChunkJob & { kind: K }): Promise<ChunkJobResult & { kind: K }>;
  /** Idempotent; jobs under way end first. */
  stop(): Promise<void>;
}

/** An engine that works on the calling thread: for tests that put a failing disk in, and for a few small chunks. */
export function createInlineEngine(options: {
  readonly chunkSize: number;
  readonly slots?: number | undefined;
  readonly files?: FileSystem | undefined;
}): ChunkEngine {
  const { chunkSize, slots = 2, files = realFileSystem } = options;
  const pool = new SlotPool(Array.from({ length: slots }, () => new Uint8Array(slotLength(chunkSize))));
  const running = new Set<Promise<unknown>>();
  return {
    chunkSize,
    slots,
    acquire: (signal) => pool.acquire(signal),
    release: (slot) => pool.release(slot),
    async run<K extends ChunkJob["kind"]>(slot: Slot, job: ChunkJob & { kind: K }) {
      const done = runChunkJob(slot.bytes, job, files);
      running.add(done);
      try {
        return (await done) as ChunkJobResult & { kind: K };
      } finally {
        running.delete(done);
      }
    },
    async stop() {
      pool.close();
      await Promise.allSettled(running);
    },
  };
}
