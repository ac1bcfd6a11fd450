import { StorageError } from "../errors.js";
import type { Slot } from "./chunkEngine.js";

interface Waiter {
  readonly resolve: (slot: Slot) => void;
  readonly reject: (error: StorageError) => void;
}

/** A fixed number of slots; whoever wants one waits until one is free. First come, first served. */
export class SlotPool {
  private readonly free: Slot[];
  private readonly waiters: Waiter[] = [];
  private closed = false;

  constructor(memory: readonly Uint8Array[]) {
    this.free = memory.map((bytes, id) => ({ id, bytes }));
  }

  /** @throws StorageError SESSION_ABORTED, WORKER_FAILED after close */
  async acquire(signal?: AbortSignal): Promise<Slot> {
    if (this.closed) throw closedError();
    if (signal?.aborted === true) throw abortedError();
    const slot = this.free.pop();
    if (slot !== undefined) return slot;
    return new Promise<Slot>((resolve, reject) => {
      const onAbort = () => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        reject(abortedError());
      };
      const waiter: Waiter = {
        resolve: (freed) => {
          signal?.removeEventListener("abort", onAbort);
          resolve(freed);
        },
        reject: (error) => {
          signal?.removeEventListener("abort", onAbort);
          reject(error);
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.waiters.push(waiter);
    });
  }

  release(slot: Slot): void {
    const waiter = this.waiters.shift();
    if (waiter === undefined) this.free.push(slot);
    else waiter.resolve(slot);
  }

  close(): void {
    this.closed = true;
    for (const waiter of this.waiters.splice(0)) waiter.reject(closedError());
  }
}

export function abortedError(): StorageError {
  return new StorageError({
    code: "SESSION_ABORTED",
    message: "interrupted; what was acknowledged is kept, and the same command goes on from there",
  });
}

function closedError(): StorageError {
  return new StorageError({ code: "WORKER_FAILED", message: "the chunk engine was stopped" });
}
