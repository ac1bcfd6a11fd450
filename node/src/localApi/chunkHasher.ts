import { Worker } from "node:worker_threads";
import { NodeError } from "../errors.js";
import type { HashRequest, HashResponse } from "./hashWorker.js";

export interface HashedBlob {
  readonly root: Uint8Array;
  /** The memory that was given, from its second byte on the blob. */
  readonly buffer: ArrayBuffer;
}

interface Waiting {
  resolve(result: HashedBlob): void;
  reject(error: NodeError): void;
}

/**
 * Chunk roots off the event loop: hashing 8 MiB takes 9 ms, and a node that archives a recording must not be late for its
 * slot. The worker starts with the first chunk, so that a node without chunks does not pay for it.
 */
export class ChunkHasher {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private next = 0;
  private stopped = false;

  /**
   * Takes the memory of `buffer`, in which `length` bytes of blob stand behind one spare byte, and gives it back with the
   * root.
   * @throws NodeError LOCAL_BAD_REQUEST (no chunk has such a length), DRIVER_STOPPED
   */
  root(buffer: ArrayBuffer, length: number): Promise<HashedBlob> {
    return new Promise((resolve, reject) => {
      if (this.stopped) {
        reject(stoppedError());
        return;
      }
      const number = this.next++;
      this.waiting.set(number, { resolve, reject });
      const request: HashRequest = { number, buffer, length };
      this.start().postMessage(request, [buffer]);
    });
  }

  /** Idempotent; what is being hashed is refused. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.refuseAll(stoppedError());
    await this.worker?.terminate();
    this.worker = undefined;
  }

  private start(): Worker {
    if (this.worker !== undefined) return this.worker;
    const worker = new Worker(new URL("./hashWorker.js", import.meta.url));
    worker.unref();
    worker.on("message", (response: HashResponse) => this.onResponse(response));
    worker.on("error", (cause) => {
      this.worker = undefined;
      this.refuseAll(new NodeError({ code: "NODE_FAILED", message: "the hashing thread failed", cause }));
    });
    this.worker = worker;
    return worker;
  }

  private onResponse(response: HashResponse): void {
    const waiting = this.waiting.get(response.number);
    this.waiting.delete(response.number);
    if (waiting === undefined) return;
    if ("failure" in response) {
      waiting.reject(new NodeError({ code: "LOCAL_BAD_REQUEST", message: response.failure }));
    } else {
      waiting.resolve({ root: response.root, buffer: response.buffer });
    }
  }

  private refuseAll(error: NodeError): void {
    for (const waiting of this.waiting.values()) waiting.reject(error);
    this.waiting.clear();
  }
}

function stoppedError(): NodeError {
  return new NodeError({ code: "DRIVER_STOPPED", message: "the node is stopping" });
}
