import type { LevelStoreOptions } from "@lucid/storage";
import type { NodeError } from "../errors.js";
import type { BuildInput, BuildOutput, ExecutionInput, ExecutionOutput, Executor, StoreOp } from "../interfaces.js";
import { WorkerClient } from "../workers/workerClient.js";
import type { BlockRootLookup } from "./evmHost.js";
import type { LocalExecutor, LocalExecutorOptions } from "./localExecutor.js";
import { packOps } from "./packedOps.js";

export interface WorkerExecutorOptions extends LocalExecutorOptions {
  /** The database, already open in this process with `multithreading`. */
  readonly level: Pick<LevelStoreOptions, "location" | "cacheSize" | "writeBufferSize">;
}

export interface WorkerExecutorModules {
  readonly blockRoot: BlockRootLookup;
  /** The thread died by itself: nothing more will be executed, the node should stop. */
  readonly onFailure?: (error: NodeError) => void;
}

const MAX_REQUESTS = 64;

/**
 * Executes blocks on a worker thread, so that the event loop goes on voting. The thread opens the same database; a commit
 * is written there, with the caller's records in the same batch, and seen at once by every reader.
 */
export class WorkerExecutor implements Executor {
  readonly #client: WorkerClient;
  #stopped: Promise<void> | undefined;

  private constructor(client: WorkerClient) {
    this.#client = client;
  }

  /** @throws NodeError GENESIS_INVALID, StorageError when the database cannot be opened */
  static async open(options: WorkerExecutorOptions, modules: WorkerExecutorModules): Promise<WorkerExecutor> {
    const client = new WorkerClient({
      url: new URL("./executorWorker.js", import.meta.url),
      workerData: options,
      limit: MAX_REQUESTS,
      answer: (_name, height) => modules.blockRoot(height as number),
      ...(modules.onFailure === undefined ? {} : { onExit: modules.onFailure }),
    });
    try {
      await client.request("open", undefined);
    } catch (error) {
      await client.stop();
      throw error;
    }
    return new WorkerExecutor(client);
  }

  /** @throws NodeError BLOCK_INVALID, EXECUTOR_BUSY, EXECUTOR_STOPPED, WORKER_FAILED */
  execute(input: ExecutionInput): Promise<ExecutionOutput> {
    return this.#client.request("execute", input) as Promise<ExecutionOutput>;
  }

  build(input: BuildInput): Promise<BuildOutput> {
    return this.#client.request("build", input) as Promise<BuildOutput>;
  }

  /** If it rejects with WORKER_FAILED the batch may or may not be on disk: read the head again. */
  async commit(candidate: number, extraOps: readonly StoreOp[]): Promise<void> {
    await this.#client.request("commit", { candidate, packed: packOps(extraOps) });
  }

  discard(candidate: number): void {
    // Nobody waits for it; a thread that is gone holds no candidates.
    this.#client.request("discard", candidate).catch(() => {});
  }

  cacheSizes(): Promise<ReturnType<LocalExecutor["cacheSizes"]>> {
    return this.#client.request("cacheSizes", undefined) as ReturnType<WorkerExecutor["cacheSizes"]>;
  }

  /** Ends the thread where it stands, as a crash would; open requests are rejected. */
  terminate(): Promise<void> {
    return this.#client.terminate();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    // Closes the thread's hold on the database; if the thread is gone there is none.
    await this.#client.request("stop", undefined).catch(() => {});
    await this.#client.stop();
  }
}
