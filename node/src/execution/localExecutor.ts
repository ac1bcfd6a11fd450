import { setImmediate } from "node:timers/promises";
import { equalBytes, toHex } from "@lucid/consensus/base";
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

interface Decided {
  readonly write: ReturnType<HeadState["advance"]>;
  readonly candidates: ReadonlySet<number>;
}

/** Candidates held; a slot has a few views, each with one proposal. The oldest makes room. */
const MAX_CANDIDATES = 16;
const MAX_WAITING = 64;
/** Bytes of a slot, and of its value. */
const WORD = 32;

/** Executor on the thread that it is called on. */
export class LocalExecutor implements Executor {
  readonly #head: HeadState;
  readonly #runner: BlockRunner;
  readonly #queue = new SerialQueue(MAX_WAITING);
  readonly #candidates = new Map<number, CandidateState>();
  /** What became the head before it was on disk, by height. */
  readonly #decided = new Map<number, Decided>();
  #next = 1;
  #failure: { readonly error: unknown } | undefined;

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

  cacheSizes(): ReturnType<HeadState["cacheSizes"]> & { candidates: number } {
    return { ...this.#head.cacheSizes(), candidates: this.#candidates.size };
  }

  execute(input: ExecutionInput): Promise<ExecutionOutput> {
    return this.#queue.run(async () => {
      // Between two blocks the disk's answers are heard: as long as requests keep coming, the event loop would take only those.
      await setImmediate();
      this.#demandSound();
      if (input.onto !== undefined) this.#moveTo(input.env.height - 1, input.onto);
      const result = await this.#runner.execute(input);
      const output = this.#keep(result);
      return input.watch === undefined ? output : { ...output, written: writtenSlots(result.state, input.watch) };
    });
  }

  build(input: BuildInput): Promise<BuildOutput> {
    return this.#queue.run(async () => {
      this.#demandSound();
      return this.#keep(await this.#runner.build(input));
    });
  }

  async commit(candidate: number, extraOps: readonly StoreOp[]): Promise<void> {
    const { writing } = await this.#queue.run(async () => {
      this.#demandSound();
      for (const [height, { write, candidates }] of this.#decided) {
        if (!candidates.has(candidate)) continue;
        this.#decided.delete(height);
        // What comes next is executed while the disk works.
        return { writing: this.#write(write, extraOps) };
      }
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
      return { writing: undefined };
    });
    await writing;
  }

  discard(candidate: number): void {
    this.#candidates.delete(candidate);
  }

  stop(): Promise<void> {
    return this.#queue.close();
  }

  async #write(write: Decided["write"], extraOps: readonly StoreOp[]): Promise<void> {
    try {
      await write(extraOps);
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  /** A head that could not be written is one that no disk has: nothing more is done on it. */
  #demandSound(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Makes the candidate with this root the head, whose block is decided, if it is not the head already. */
  #moveTo(height: number, root: Uint8Array): void {
    if (this.#head.height === height && equalBytes(this.#head.root, root)) return;
    // Blocks that are different may change the state in the same way: whichever of them is decided, this is what it writes.
    const same = [...this.#candidates].filter(([, state]) => state.height === height && equalBytes(state.root, root));
    const [first] = same;
    if (first === undefined) {
      throw new NodeError({
        code: "CANDIDATE_UNKNOWN",
        message: `no candidate of height ${height} has the state root ${toHex(root)}`,
        meta: { height },
      });
    }
    const write = this.#head.advance(first[1]);
    this.#decided.set(height, { write, candidates: new Set(same.map(([candidate]) => candidate)) });
    this.#candidates.clear();
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

/** As ExecutionOutput has them. The state keeps values without their leading zeros. */
function writtenSlots(state: CandidateState, address: Bytes20): Uint8Array {
  const slots = state.slots.get(textOf(address)) ?? new Map<string, Uint8Array>();
  const out = new Uint8Array(2 * WORD * slots.size);
  let at = 0;
  for (const [slot, value] of slots) {
    out.set(bytesOf(slot), at);
    at += 2 * WORD;
    out.set(value, at - value.length);
  }
  return out;
}
