import type { KeyValueStore } from "@lucid/storage";
import { NodeError } from "../errors.js";
import type {
  BuildInput,
  BuildOutput,
  Bytes20,
  ExecutionInput,
  ExecutionOutput,
  Executor,
  StoreOp,
  WrittenSlot,
} from "../interfaces.js";
import { HeadState, type HeadStateOptions } from "../state/headState.js";
import { bytesOf, textOf } from "../state/keys.js";
import type { CandidateState } from "../state/stateCommit.js";
import { type BlockResult, BlockRunner } from "./blockRunner.js";
import { createChainRules } from "./chainRules.js";
import { type BlockRootLookup, EvmHost } from "./evmHost.js";
import { SerialQueue } from "./serialQueue.js";

export interface LocalExecutorOptions extends HeadStateOptions {
  readonly chainId: number;
}

export interface LocalExecutorModules {
  readonly store: KeyValueStore;
  readonly blockRoot: BlockRootLookup;
}

/** Candidates held; a slot has a few views, each with one proposal. The oldest makes room. */
const MAX_CANDIDATES = 16;
const MAX_WAITING = 64;

/** Executor on the thread that it is called on. */
export class LocalExecutor implements Executor {
  readonly #head: HeadState;
  readonly #runner: BlockRunner;
  readonly #queue = new SerialQueue(MAX_WAITING);
  readonly #candidates = new Map<number, CandidateState>();
  #next = 1;

  private constructor(head: HeadState, runner: BlockRunner) {
    this.#head = head;
    this.#runner = runner;
  }

  /** @throws NodeError GENESIS_INVALID when the store holds no state */
  static async open(options: LocalExecutorOptions, modules: LocalExecutorModules): Promise<LocalExecutor> {
    const head = HeadState.open(modules.store, options);
    const host = await EvmHost.create(createChainRules(options.chainId), modules.blockRoot);
    return new LocalExecutor(head, new BlockRunner(host, head, options.chainId));
  }

  get height(): number {
    return this.#head.height;
  }

  get stateRoot(): Uint8Array {
    return this.#head.root;
  }

  cacheSizes(): { nodes: number; accounts: number; slots: number; candidates: number } {
    return { ...this.#head.cacheSizes(), candidates: this.#candidates.size };
  }

  execute(input: ExecutionInput): Promise<ExecutionOutput> {
    return this.#queue.run(async () => {
      const result = await this.#runner.execute(input);
      const output = this.#keep(result);
      return input.watch === undefined ? output : { ...output, written: writtenSlots(result.state, input.watch) };
    });
  }

  build(input: BuildInput): Promise<BuildOutput> {
    return this.#queue.run(async () => this.#keep(await this.#runner.build(input)));
  }

  commit(candidate: number, extraOps: readonly StoreOp[]): Promise<void> {
    return this.#queue.run(async () => {
      const state = this.#candidates.get(candidate);
      if (state === undefined) {
        throw new NodeError({
          code: "CANDIDATE_UNKNOWN",
          message: `candidate ${candidate} is not held; execute the block again`,
          meta: { candidate },
        });
      }
      await this.#head.commit(state, extraOps);
      this.#candidates.clear();
    });
  }

  discard(candidate: number): void {
    this.#candidates.delete(candidate);
  }

  stop(): Promise<void> {
    return this.#queue.close();
  }

  #keep(result: BlockResult): BuildOutput {
    const { state, ...output } = result;
    const candidate = this.#next++;
    this.#candidates.set(candidate, state);
    if (this.#candidates.size > MAX_CANDIDATES) {
      const [oldest] = this.#candidates.keys();
      if (oldest !== undefined) this.#candidates.delete(oldest);
    }
    return { candidate, ...output };
  }
}

function writtenSlots(state: CandidateState, address: Bytes20): WrittenSlot[] {
  const slots = state.slots.get(textOf(address)) ?? [];
  return [...slots].map(([slot, value]) => ({ slot: bytesOf(slot), value: toWord(value) }));
}

/** The state keeps values without their leading zeros. */
function toWord(value: Uint8Array): Uint8Array {
  const word = new Uint8Array(32);
  word.set(value, 32 - value.length);
  return word;
}
