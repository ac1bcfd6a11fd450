import { Worker } from "node:worker_threads";
import { NodeError } from "../errors.js";
import type { HashRequest, HashResponse, HashResult, HashTask } from "./hashWorker.js";

export interface HashedBlob {
  readonly root: Uint8Array;
  /** The memory that was given, from its second byte on the blob. */
  readonly buffer: SharedArrayBuffer;
}

/** A leaf of a blob, with the root that it and its path lead to. */
export interface HashedLeaf {
  readonly root: Uint8Array;
  readonly leaf: Uint8Array;
  readonly path: readonly Uint8Array[];
}

interface Waiting {
  resolve(result: HashResult): void;
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
   * Root of the `length` bytes of blob that stand in `buffer` behind one spare byte. Nobody may read or write the memory until
   * this settles: other bytes stand in it for moments.
   * @throws NodeError LOCAL_BAD_REQUEST (no chunk has such a length), DRIVER_STOPPED
   */
  async root(buffer: SharedArrayBuffer, length: number): Promise<HashedBlob> {
    const result = await this.ask({ type: "root", buffer, length });
    if (result.type !== "root") throw confused();
    return { root: result.root, buffer };
  }

  /**
   * A leaf of a blob with its path. Takes the blob's memory, all of which is the blob, and does not give it back.
   * @throws NodeError LOCAL_BAD_REQUEST (there is no such leaf), DRIVER_STOPPED
   */
  async leafProof(blob: Uint8Array, leafIndex: number): Promise<HashedLeaf> {
    const whole = blob.byteOffset === 0 && blob.buffer.byteLength === blob.length && blob.buffer instanceof ArrayBuffer;
    const buffer = whole ? (blob.buffer as ArrayBuffer) : (blob.slice().buffer as ArrayBuffer);
    const result = await this.ask({ type: "leaf", buffer, leafIndex });
    if (result.type !== "leaf") throw confused();
    return result;
  }

  /** Path of a chunk in the tree over its session's roots. @throws NodeError LOCAL_BAD_REQUEST, DRIVER_STOPPED */
  async sessionPath(roots: readonly Uint8Array[], index: number): Promise<readonly Uint8Array[]> {
    const joined = new Uint8Array(roots.length * 32);
    roots.forEach((root, i) => {
      joined.set(root, 32 * i);
    });
    const result = await this.ask({ type: "path", buffer: joined.buffer, index });
    if (result.type !== "path") throw confused();
    return result.path;
  }

  /** Idempotent; what is being hashed is refused. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.refuseAll(stoppedError());
    await this.worker?.terminate();
    this.worker = undefined;
  }

  private ask(task: HashTask): Promise<HashResult> {
    return new Promise((resolve, reject) => {
      if (this.stopped) {
        reject(stoppedError());
        return;
      }
      const number = this.next++;
      this.waiting.set(number, { resolve, reject });
      const request: HashRequest = { number, task };
      this.start().postMessage(request, task.buffer instanceof ArrayBuffer ? [task.buffer] : []);
    });
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
      waiting.resolve(response.result);
    }
  }

  private refuseAll(error: NodeError): void {
    for (const waiting of this.waiting.values()) waiting.reject(error);
    this.waiting.clear();
  }
}

function confused(): NodeError {
  return new NodeError({ code: "NODE_FAILED", message: "the hashing thread answered something else" });
}

function stoppedError(): NodeError {
  return new NodeError({ code: "DRIVER_STOPPED", message: "the node is stopping" });
}
