import { Worker } from "node:worker_threads";
import { NodeError } from "../errors.js";
import { type TransferredError, unpackError } from "./errorTransfer.js";

/** What a worker answers; `id` is the request's. */
export type WorkerAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: TransferredError };

/** A question of the worker to its owner. */
export interface WorkerQuestion {
  readonly ask: number;
  readonly name: string;
  readonly argument: unknown;
}

export interface WorkerClientOptions {
  readonly url: URL;
  readonly workerData: unknown;
  /** Requests under way and waiting. */
  readonly limit: number;
  /** Answers the worker's questions. */
  readonly answer?: (name: string, argument: unknown) => unknown;
  /** The worker ended without being told to; every open request is rejected before. */
  readonly onExit?: (error: NodeError) => void;
}

/** Milliseconds; a full block takes one or two seconds on slow machines. */
const STOP_TIMEOUT = 30_000;

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Requests to one worker thread and their answers. Whatever happens to the thread, every request settles.
 */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #options: WorkerClientOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #drained: (() => void)[] = [];
  #next = 1;
  #ended: NodeError | undefined;
  #stopping = false;

  constructor(options: WorkerClientOptions) {
    this.#options = options;
    this.#worker = new Worker(options.url, { workerData: options.workerData });
    this.#worker.on("message", (message: WorkerAnswer | WorkerQuestion) => this.#receive(message));
    this.#worker.on("error", (error) => this.#end(error instanceof Error ? error.message : String(error), error));
    // An answer that cannot be read would leave its request open for ever.
    this.#worker.on("messageerror", (error) => {
      this.#end("its answer cannot be read", error);
      void this.#worker.terminate();
    });
    this.#worker.on("exit", (code) => this.#end(`it ended with status ${code}`, undefined));
    // Requests in flight keep the process alive by their owners; an idle worker must not.
    this.#worker.unref();
  }

  get open(): boolean {
    return this.#ended === undefined && !this.#stopping;
  }

  get waiting(): number {
    return this.#pending.size;
  }

  /** @throws NodeError EXECUTOR_BUSY, WORKER_FAILED; else what the worker's handler throws */
  request(name: string, argument: unknown): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    if (this.#stopping) return Promise.reject(stopped());
    if (this.#pending.size >= this.#options.limit) {
      const message = `${this.#options.limit} requests wait for the worker already`;
      return Promise.reject(new NodeError({ code: "EXECUTOR_BUSY", message }));
    }
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.ref();
      try {
        this.#worker.postMessage({ id, name, argument });
      } catch (cause) {
        this.#settle(id);
        reject(new NodeError({ code: "WORKER_FAILED", message: "a request cannot be sent to a worker", cause }));
      }
    });
  }

  /** Waits for open requests, but not for ever, then ends the thread. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#pending.size > 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#drained.push(resolve);
        timer = setTimeout(resolve, STOP_TIMEOUT);
      });
      clearTimeout(timer);
      this.#rejectAll(stopped());
    }
    await this.#worker.terminate();
  }

  /** Ends the thread at once; open requests are rejected with `reason`. */
  async kill(reason: NodeError): Promise<void> {
    this.#stopping = true;
    this.#rejectAll(reason);
    await this.#worker.terminate();
  }

  /** Ends the thread as a crash would. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #receive(message: WorkerAnswer | WorkerQuestion): void {
    if ("ask" in message) {
      void this.#reply(message);
      return;
    }
    const pending = this.#settle(message.id);
    if (pending === undefined) return;
    if ("error" in message) pending.reject(unpackError(message.error));
    else pending.resolve(message.value);
  }

  async #reply({ ask, name, argument }: WorkerQuestion): Promise<void> {
    let reply: { ask: number; value?: unknown; failed?: string };
    try {
      reply = { ask, value: await this.#options.answer?.(name, argument) };
    } catch (error) {
      reply = { ask, failed: error instanceof Error ? error.message : String(error) };
    }
    if (this.#ended === undefined) this.#worker.postMessage(reply);
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#idle();
    return pending;
  }

  #end(why: string, cause: unknown): void {
    if (this.#ended !== undefined) return;
    const wanted = this.#stopping;
    this.#ended = wanted
      ? stopped()
      : new NodeError({ code: "WORKER_FAILED", message: `a worker thread failed: ${why}`, cause });
    this.#rejectAll(this.#ended);
    if (!wanted) this.#options.onExit?.(this.#ended);
  }

  #rejectAll(error: NodeError): void {
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
    this.#idle();
  }

  #idle(): void {
    this.#worker.unref();
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}

function stopped(): NodeError {
  return new NodeError({ code: "EXECUTOR_STOPPED", message: "the worker thread was stopped" });
}
