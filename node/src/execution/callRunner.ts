import type { KeyValueStore } from "@lucid/storage";
import type { AccessListResult, BlockEnvironment, CallRequest, CallResult } from "../interfaces.js";
import { HistoricalState, HistoryCache } from "../state/historicalState.js";
import { createAccessList } from "./accessListing.js";
import { createChainRules } from "./chainRules.js";
import { type BlockRootLookup, EvmHost } from "./evmHost.js";
import { SerialQueue } from "./serialQueue.js";
import { estimateGas, simulateCall } from "./simulation.js";

export interface CallJob {
  readonly request: CallRequest;
  /** State after this block, and the block that the EVM sees. */
  readonly env: BlockEnvironment;
  readonly gas: bigint;
}

/** Runs calls on past and present states. */
export interface CallRunner {
  /** @throws NodeError CALL_TIMEOUT after so many milliseconds of running, where the runner can enforce it */
  call(job: CallJob, milliseconds: number): Promise<CallResult>;
  estimateGas(job: CallJob, milliseconds: number): Promise<bigint>;
  createAccessList(job: CallJob, milliseconds: number): Promise<AccessListResult>;
  stop(): Promise<void>;
}

const MAX_WAITING = 256;

/**
 * Runs calls on the calling thread, bounded by gas alone: for tests, and inside the call workers, where the owner ends
 * the thread when time is up.
 */
export class LocalCallRunner implements CallRunner {
  readonly #store: KeyValueStore;
  readonly #host: EvmHost;
  readonly #undo = new HistoryCache();
  readonly #queue = new SerialQueue(MAX_WAITING);

  private constructor(store: KeyValueStore, host: EvmHost) {
    this.#store = store;
    this.#host = host;
  }

  static async create(chainId: number, store: KeyValueStore, blockRoot: BlockRootLookup): Promise<LocalCallRunner> {
    return new LocalCallRunner(store, await EvmHost.create(createChainRules(chainId), blockRoot));
  }

  call(job: CallJob): Promise<CallResult> {
    return this.#queue.run(() => simulateCall(this.#host, this.#state(job), job.request, job.env, job.gas));
  }

  estimateGas(job: CallJob): Promise<bigint> {
    return this.#queue.run(() => estimateGas(this.#host, this.#state(job), job.request, job.env, job.gas));
  }

  createAccessList(job: CallJob): Promise<AccessListResult> {
    return this.#queue.run(() => createAccessList(this.#host, this.#state(job), job.request, job.env, job.gas));
  }

  stop(): Promise<void> {
    return this.#queue.close();
  }

  #state(job: CallJob): HistoricalState {
    return new HistoricalState(this.#store, job.env.height, this.#undo);
  }
}
