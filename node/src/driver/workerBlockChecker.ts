import { NodeError } from "../errors.js";
import { WorkerClient } from "../workers/workerClient.js";
import type { BlockChecker, CheckAnswer, CheckRequest } from "./blockChecks.js";

/** Groups of blocks under way and waiting. */
const MAX_REQUESTS = 8;
/** Milliseconds without work after which the thread ends: a node that follows the chain must stay small. */
const IDLE = 30_000;

/** Checks on a thread of its own, which lives while a node is catching up. */
export class WorkerBlockChecker implements BlockChecker {
  private client: WorkerClient | undefined;
  private idle: NodeJS.Timeout | undefined;
  private stopped = false;

  /** @throws NodeError EXECUTOR_BUSY, EXECUTOR_STOPPED, WORKER_FAILED */
  async check(request: CheckRequest): Promise<CheckAnswer> {
    if (this.stopped) throw new NodeError({ code: "EXECUTOR_STOPPED", message: "the worker thread was stopped" });
    clearTimeout(this.idle);
    // A thread that failed is replaced by the next one.
    if (this.client?.open !== true) {
      const url = new URL("./checkWorker.js", import.meta.url);
      this.client = new WorkerClient({ url, workerData: undefined, limit: MAX_REQUESTS });
    }
    const { client } = this;
    try {
      return (await client.request("check", request)) as CheckAnswer;
    } finally {
      if (client.waiting === 0 && !this.stopped) {
        clearTimeout(this.idle);
        this.idle = setTimeout(() => void this.end(), IDLE).unref();
      }
    }
  }

  /** Idempotent; what is being checked is refused. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.end();
  }

  private async end(): Promise<void> {
    clearTimeout(this.idle);
    const { client } = this;
    this.client = undefined;
    await client?.kill(new NodeError({ code: "EXECUTOR_STOPPED", message: "the worker thread was stopped" }));
  }
}
