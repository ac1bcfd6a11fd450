import { availableParallelism } from "node:os";
import type { LevelStoreOptions } from "@lucid/storage";
import { NodeError } from "../errors.js";
import type { AccessListResult, CallResult } from "../interfaces.js";
import { WorkerClient } from "../workers/workerClient.js";
import type { CallJob, CallRunner } from "./callRunner.js";
import type { BlockRootLookup } from "./evmHost.js";

export interface WorkerCallOptions {
  readonly chainId: number;
  readonly level: Pick<LevelStoreOptions, "location" | "cacheSize" | "writeBufferSize">;
  /** Threads, each started when first needed. Default: cores less one, at most 2. */
  readonly threads?: number;
  /** Calls that may wait. Default 256. */
  readonly limit?: number;
}

interface Waiting {
  readonly name: "call" | "estimateGas" | "createAccessList";
  readonly job: CallJob;
  readonly milliseconds: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly client: WorkerClient;
  busy: boolean;
  open: boolean;
}

const DEFAULT_LIMIT = 256;

/**
 * Runs calls on worker threads of their own: a call that loops, or sits in a precompile, cannot be interrupted in
 * JavaScript, so when its time is up its thread is ended and the next call gets a new one.
 */
export class WorkerCallRunner implements CallRunner {
  readonly #options: WorkerCallOptions;
  readonly #blockRoot: BlockRootLookup;
  readonly #threads: Thread[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(options: WorkerCallOptions, blockRoot: BlockRootLookup) {
    this.#options = options;
    this.#blockRoot = blockRoot;
  }

  call(job: CallJob, milliseconds: number): Promise<CallResult> {
    return this.#enqueue("call", job, milliseconds) as Promise<CallResult>;
  }

  estimateGas(job: CallJob, milliseconds: number): Promise<bigint> {
    return this.#enqueue("estimateGas", job, milliseconds) as Promise<bigint>;
  }

  createAccessList(job: CallJob, milliseconds: number): Promise<AccessListResult> {
    return this.#enqueue("createAccessList", job, milliseconds) as Promise<AccessListResult>;
  }

  /** Idempotent. Waiting calls are rejected, running ones end first. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { reject } of this.#waiting.splice(0)) reject(stopped());
    await Promise.all(this.#running);
    await Promise.all(
      this.#threads.splice(0).map(async ({ client }) => {
        await client.request("stop", undefined).catch(() => {});
        await client.stop();
      }),
    );
  }

  #enqueue(name: Waiting["name"], job: CallJob, milliseconds: number): Promise<unknown> {
    if (this.#stopped) return Promise.reject(stopped());
    if (this.#waiting.length >= (this.#options.limit ?? DEFAULT_LIMIT)) {
      return Promise.reject(new NodeError({ code: "EXECUTOR_BUSY", message: "too many calls wait, try again later" }));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ name, job, milliseconds, resolve, reject });
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#idleThread();
      const next = thread === undefined ? undefined : this.#waiting.shift();
      if (thread === undefined || next === undefined) return;
      thread.busy = true;
      const running = this.#run(thread, next).finally(() => {
        this.#running.delete(running);
        thread.busy = false;
        if (!this.#stopped) this.#dispatch();
      });
      this.#running.add(running);
    }
  }

  async #run(thread: Thread, { name, job, milliseconds, resolve, reject }: Waiting): Promise<void> {
    const timeout = new NodeError({
      code: "CALL_TIMEOUT",
      message: `execution aborted (timeout = ${milliseconds} ms)`,
      meta: { milliseconds },
    });
    let timer: NodeJS.Timeout | undefined;
    try {
      // Starting the thread is not the call's fault.
      if (!thread.open) await thread.client.request("open", undefined);
      thread.open = true;
      timer = setTimeout(() => this.#end(thread, timeout), milliseconds);
      resolve(await thread.client.request(name, job));
    } catch (error) {
      reject(error instanceof Error ? error : stopped());
    } finally {
      clearTimeout(timer);
    }
  }

  #end(thread: Thread, reason: NodeError): void {
    const at = this.#threads.indexOf(thread);
    if (at >= 0) this.#threads.splice(at, 1);
    void thread.client.kill(reason);
  }

  #idleThread(): Thread | undefined {
    for (let i = this.#threads.length - 1; i >= 0; i--) {
      const thread = this.#threads[i];
      if (thread?.client.open === false) this.#threads.splice(i, 1);
      else if (thread?.busy === false) return thread;
    }
    if (this.#threads.length >= (this.#options.threads ?? Math.max(1, Math.min(2, availableParallelism() - 1)))) {
      return undefined;
    }
    const client = new WorkerClient({
      url: new URL("./callWorker.js", import.meta.url),
      workerData: this.#options,
      limit: 2,
      answer: (_name, height) => this.#blockRoot(height as number),
    });
    const thread = { client, busy: false, open: false };
    this.#threads.push(thread);
    return thread;
  }
}

function stopped(): NodeError {
  return new NodeError({ code: "EXECUTOR_STOPPED", message: "the node is stopping" });
}
