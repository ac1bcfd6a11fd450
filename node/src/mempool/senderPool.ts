import { availableParallelism } from "node:os";
import { NodeError } from "../errors.js";
import { refusal } from "../execution/validateBasic.js";
import type { Bytes20 } from "../interfaces.js";
import { WorkerClient } from "../workers/workerClient.js";
import { packSignatures, type Signed, unpackSenders } from "./senderBatch.js";

export interface SenderPoolOptions {
  /** Threads; 0 recovers on the calling thread. Default: cores less one, at most 3. Started when first needed. */
  readonly threads?: number;
  /** Signatures that may wait. Default 4,096. */
  readonly limit?: number;
}

interface Waiting {
  readonly signed: Signed;
  readonly resolve: (sender: Bytes20) => void;
  readonly reject: (error: Error) => void;
}

/** 64 recoveries take a thread about 25 ms: enough to hide the hand-over, short enough for a wallet that waits. */
const BATCH = 64;
const DEFAULT_LIMIT = 4_096;

/** Recovers senders of signed transactions off the event loop, in batches. */
export class SenderPool {
  readonly #threads: number;
  readonly #limit: number;
  readonly #clients: WorkerClient[] = [];
  #waiting: Waiting[] = [];
  #underWay = 0;
  #scheduled = false;
  #stopped = false;

  constructor(options: SenderPoolOptions = {}) {
    this.#threads = options.threads ?? Math.max(1, Math.min(3, availableParallelism() - 1));
    this.#limit = options.limit ?? DEFAULT_LIMIT;
  }

  /** @throws NodeError TX_SIGNATURE, MEMPOOL_FULL (too many wait), MEMPOOL_STOPPED, WORKER_FAILED */
  recover(signed: Signed): Promise<Bytes20> {
    if (this.#stopped) return Promise.reject(stopped());
    if (this.#waiting.length + this.#underWay >= this.#limit) {
      const message = "txpool is full: too many transactions wait for the check of their signature";
      return Promise.reject(new NodeError({ code: "MEMPOOL_FULL", message }));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ signed, resolve, reject });
      // What arrives in one turn of the event loop goes over together.
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.#dispatch();
      });
    });
  }

  /** Idempotent; what waits is rejected. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { reject } of this.#waiting.splice(0)) reject(stopped());
    await Promise.all(this.#clients.splice(0).map((client) => client.stop()));
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const client = this.#idleClient();
      if (client === "busy") return;
      const batch = this.#waiting.splice(0, BATCH);
      this.#underWay += batch.length;
      void this.#run(client, batch);
    }
  }

  async #run(client: WorkerClient | undefined, batch: readonly Waiting[]): Promise<void> {
    try {
      const packed = packSignatures(batch.map(({ signed }) => signed));
      const answer = client === undefined ? await recoverHere(packed) : await client.request("recover", packed);
      const senders = unpackSenders(answer as Uint8Array);
      batch.forEach(({ resolve, reject }, i) => {
        const sender = senders[i];
        if (sender === undefined) reject(new NodeError({ code: "TX_SIGNATURE", message: refusal.signature }));
        else resolve(sender);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error instanceof Error ? error : stopped());
    } finally {
      this.#underWay -= batch.length;
      if (!this.#stopped) this.#dispatch();
    }
  }

  /** A thread without work; undefined: this thread; "busy": all have work. */
  #idleClient(): WorkerClient | undefined | "busy" {
    if (this.#threads === 0) return undefined;
    for (let i = this.#clients.length - 1; i >= 0; i--) {
      const client = this.#clients[i];
      // A thread that failed is replaced by the next one.
      if (client?.open === false) this.#clients.splice(i, 1);
      else if (client?.waiting === 0) return client;
    }
    if (this.#clients.length >= this.#threads) return "busy";
    const url = new URL("./senderWorker.js", import.meta.url);
    const client = new WorkerClient({ url, workerData: undefined, limit: 1 });
    this.#clients.push(client);
    return client;
  }
}

/** Loaded only where there are no threads. */
async function recoverHere(packed: Uint8Array): Promise<Uint8Array> {
  const { recoverBatch } = await import("./senderRecovery.js");
  return recoverBatch(packed);
}

function stopped(): NodeError {
  return new NodeError({ code: "MEMPOOL_STOPPED", message: "the mempool was stopped" });
}
