import { NodeError } from "../errors.js";

/** Runs jobs one after the other, in order; refuses when too many wait. */
export class SerialQueue {
  readonly #limit: number;
  #waiting = 0;
  #closed = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws NodeError EXECUTOR_BUSY, EXECUTOR_STOPPED; else what the job throws */
  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new NodeError({ code: "EXECUTOR_STOPPED", message: "the executor was stopped" });
    if (this.#waiting >= this.#limit) {
      throw new NodeError({ code: "EXECUTOR_BUSY", message: `${this.#limit} blocks wait for execution already` });
    }
    this.#waiting += 1;
    const result = this.#tail.then(job);
    this.#tail = result.catch(() => {});
    try {
      return await result;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Waits for what runs and waits; takes nothing more. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#tail;
  }
}
