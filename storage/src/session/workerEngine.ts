import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { slotLength } from "../chunk/index.js";
import { StorageError, type StorageErrorCode, storageErrorInfo } from "../errors.js";
import type { ChunkEngine, Slot } from "./chunkEngine.js";
import type { ChunkJob, ChunkJobResult } from "./chunkJobs.js";
import { sharedSlots } from "./sharedSlots.js";
import { SlotPool } from "./slotPool.js";

/** Bytes of all slots together: with large chunks there are fewer slots. */
const MAX_SLOT_BYTES = 128 * 1024 * 1024;
/** Each costs some 30 MB beside its slots, and six are faster than any disk. */
const MAX_WORKERS = 6;
/** MB; a worker makes little garbage on its heap, and what it makes holds on to memory outside of it. */
const YOUNG_GENERATION = 2;

export interface WorkerRequest {
  readonly slot: number;
  readonly job: ChunkJob;
}

export type WorkerReply =
  | { readonly ok: true; readonly result: ChunkJobResult }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly meta: Record<string, unknown> };

export interface WorkerEngineOptions {
  readonly chunkSize: number;
  /** Default: cores + 1, at most 6, so that the cores stay busy while a worker waits for the disk. */
  readonly workers?: number | undefined;
  /** Slots beyond those that the workers need: for blobs that are kept a while. Default 0. */
  readonly spare?: number | undefined;
  /** The script of the worker, where a bundler has moved it. */
  readonly workerUrl?: URL | undefined;
}

/** Starts worker threads that share the slots with this thread. */
export function createWorkerEngine(options: WorkerEngineOptions): ChunkEngine {
  const { chunkSize } = options;
  const workers = options.workers ?? Math.min(MAX_WORKERS, availableParallelism() + 1);
  const length = slotLength(chunkSize);
  // One more than workers: it is filled or emptied while the others are at work.
  const count = Math.max(2, Math.min(workers + 1 + (options.spare ?? 0), Math.floor(MAX_SLOT_BYTES / length)));
  return new WorkerEngine(chunkSize, count, Math.min(workers, count), options.workerUrl);
}

/** Plaintext that is fetched ahead of whoever reads, at most; a chunk takes a round trip, so small ones need more at a time. */
const READ_AHEAD_BYTES = 16 * 1024 * 1024;
const MOST_READ_AHEAD = 12;

/** An engine for reading: with small chunks it has more slots, so that their fetches hide each other's latency. */
export function createReadingEngine(chunkSize: number): ChunkEngine {
  return createWorkerEngine({ chunkSize, spare: Math.min(MOST_READ_AHEAD, Math.floor(READ_AHEAD_BYTES / chunkSize)) });
}

interface Pending {
  readonly slot: Slot;
  readonly job: ChunkJob;
  readonly resolve: (result: ChunkJobResult) => void;
  readonly reject: (error: unknown) => void;
}

class WorkerEngine implements ChunkEngine {
  readonly chunkSize: number;
  readonly slots: number;
  private readonly pool: SlotPool;
  private readonly idle: Worker[] = [];
  private readonly all: Worker[] = [];
  /** Never longer than the number of slots: a job needs one. */
  private readonly queue: Pending[] = [];
  private readonly busy = new Map<Worker, Pending>();
  private failure: StorageError | undefined;
  private stopping: Promise<void> | undefined;
  private onDrained: (() => void) | undefined;

  constructor(chunkSize: number, slots: number, workers: number, url = new URL("./chunkWorker.js", import.meta.url)) {
    this.chunkSize = chunkSize;
    this.slots = slots;
    const shared = sharedSlots(slots, slotLength(chunkSize));
    this.pool = new SlotPool(shared);
    for (let i = 0; i < workers; i++) this.startWorker(url, shared);
  }

  acquire(signal?: AbortSignal): Promise<Slot> {
    return this.failure === undefined ? this.pool.acquire(signal) : Promise.reject(this.failure);
  }

  release(slot: Slot): void {
    this.pool.release(slot);
  }

  run<K extends ChunkJob["kind"]>(slot: Slot, job: ChunkJob & { kind: K }): Promise<ChunkJobResult & { kind: K }> {
    return new Promise<ChunkJobResult>((resolve, reject) => {
      if (this.failure !== undefined || this.stopping !== undefined) {
        reject(this.failure ?? new StorageError({ code: "WORKER_FAILED", message: "the chunk engine was stopped" }));
        return;
      }
      this.queue.push({ slot, job, resolve, reject });
      this.dispatch();
    }) as Promise<ChunkJobResult & { kind: K }>;
  }

  stop(): Promise<void> {
    this.stopping ??= this.shutDown();
    return this.stopping;
  }

  private async shutDown(): Promise<void> {
    this.pool.close();
    if (this.busy.size > 0 || this.queue.length > 0) {
      await new Promise<void>((resolve) => {
        this.onDrained = resolve;
      });
    }
    await Promise.all(this.all.map((worker) => worker.terminate()));
  }

  private startWorker(url: URL, shared: readonly Uint8Array[]): void {
    const worker = new Worker(url, {
      workerData: shared,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
    });
    worker.on("message", (reply: WorkerReply) => this.onReply(worker, reply));
    worker.on("error", (cause) => this.onDeath(worker, cause));
    worker.on("exit", () => this.onDeath(worker, undefined));
    // An engine that nobody stopped must not keep the process alive; a job under way does (see dispatch).
    worker.unref();
    this.all.push(worker);
    this.idle.push(worker);
  }

  private dispatch(): void {
    while (this.queue.length > 0) {
      const worker = this.idle.pop();
      if (worker === undefined) return;
      const pending = this.queue.shift();
      if (pending === undefined) return;
      this.busy.set(worker, pending);
      worker.ref();
      const request: WorkerRequest = { slot: pending.slot.id, job: pending.job };
      worker.postMessage(request);
    }
  }

  private onReply(worker: Worker, reply: WorkerReply): void {
    const pending = this.busy.get(worker);
    this.busy.delete(worker);
    worker.unref();
    this.idle.push(worker);
    if (reply.ok) pending?.resolve(reply.result);
    else pending?.reject(errorOfReply(reply));
    this.dispatch();
    this.checkDrained();
  }

  /** A worker that dies (out of memory, a defect in native code) fails the session; the journal lets it go on later. */
  private onDeath(worker: Worker, cause: unknown): void {
    if (this.stopping !== undefined && this.busy.size === 0) return;
    this.failure ??= new StorageError({
      code: "WORKER_FAILED",
      message: "a worker thread of the pipeline died",
      cause,
    });
    this.busy.get(worker)?.reject(this.failure);
    this.busy.delete(worker);
    for (const pending of this.queue.splice(0)) pending.reject(this.failure);
    this.pool.close();
    this.checkDrained();
  }

  private checkDrained(): void {
    if (this.busy.size === 0 && this.queue.length === 0) this.onDrained?.();
  }
}

function errorOfReply(reply: WorkerReply & { ok: false }): StorageError {
  const known = Object.hasOwn(storageErrorInfo, reply.code);
  const code = known ? (reply.code as StorageErrorCode) : "WORKER_FAILED";
  const meta = Object.fromEntries(
    Object.entries(reply.meta).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value)),
  ) as Record<string, string | number | boolean>;
  return new StorageError({ code, message: reply.message, meta });
}
