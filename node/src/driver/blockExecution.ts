import {
  type Block,
  type BlockPlan,
  baseOf,
  type ChainConfig,
  type ConsensusState,
  checkUndrawn,
  drawPlan,
  type ExecutionOutcome,
  type Tip,
  type UndrawnPlan,
  type Verifier,
  verifyBlock,
} from "@lucid/consensus";
import type { AnchorSessions } from "../chain/anchorSessions.js";
import { transactionHash } from "../execution/index.js";
import type { ExecutionOutput, Executor, Mempool } from "../interfaces.js";
import { ANCHORS_ADDRESS } from "../proof/sessionEvent.js";
import { registryEvents } from "./registryEvents.js";

/** A block that was executed and may be committed. */
export interface Candidate {
  readonly root: Uint8Array;
  readonly block: Block;
  /** What it was built on. */
  readonly base: Tip;
  readonly plan: BlockPlan;
  readonly execution: ExecutionOutput;
  readonly state: ConsensusState;
  readonly hashes: readonly Uint8Array[];
}

/** A block that was checked and is being executed. */
export interface Begun extends Omit<Candidate, "execution" | "plan" | "state"> {
  readonly plan: UndrawnPlan;
  readonly execution: Promise<ExecutionOutput>;
}

/** The same when its parent is the head. */
export interface Drawn extends Omit<Begun, "plan"> {
  readonly plan: BlockPlan;
}

/** How a block is checked. */
export interface CheckOptions {
  /** A quorum has signed it: proofs of storage, which are pruned from old blocks, may be missing. */
  readonly certified: boolean;
  /** Of its transactions, as far as they are known. */
  readonly senders?: readonly (Uint8Array | undefined)[] | undefined;
}

export interface BlockExecutionModules {
  readonly executor: Executor;
  readonly mempool: Mempool;
  readonly verifier: Verifier;
  /** Sessions in the state after a block that is final, or about to be. */
  readonly sessions: Pick<AnchorSessions, "at">;
}

/** Checks blocks and has them executed, in three steps, so that the next one can be under way before the one before it is done. */
export class BlockExecution {
  private readonly options: { readonly config: ChainConfig };
  private readonly modules: BlockExecutionModules;

  constructor(options: BlockExecution["options"], modules: BlockExecutionModules) {
    this.options = options;
    this.modules = modules;
  }

  /** Checks the block on its parent and has it executed. @throws ConsensusError */
  begin(root: Uint8Array, block: Block, parent: Tip, { certified, senders = [] }: CheckOptions): Begun {
    const { config } = this.options;
    const { executor, mempool, verifier } = this.modules;
    const base = baseOf(config, parent, block.header.slot);
    const plan = checkUndrawn(config, base, block, verifier, { certified });
    const hashes = block.body.transactions.map(transactionHash);
    const execution = executor.execute({
      env: plan.environment,
      transactions: block.body.transactions,
      senders: hashes.map((hash, index) => senders[index] ?? mempool.get(hash)?.sender),
      withdrawals: plan.withdrawals,
      systemCalls: plan.systemCalls,
      watch: ANCHORS_ADDRESS,
      // Its parent, which is decided, may be in execution, or on its way to the disk.
      ...(certified ? { onto: parent.header.stateRoot } : {}),
    });
    // Who waits for it hears of a failure.
    execution.catch(() => undefined);
    return { root, block, base, plan, hashes, execution };
  }

  /** Adds what the block draws from the sessions. Its parent was executed, and the sessions know of it. */
  draw(begun: Begun): Drawn {
    const sessions = this.modules.sessions.at(begun.base.header.height);
    return { ...begun, plan: drawPlan(this.options.config, begun.plan, sessions) };
  }

  /** Waits for the execution and compares it with the header. @throws ConsensusError, NodeError BLOCK_INVALID */
  async finish({ execution, ...drawn }: Drawn): Promise<Candidate> {
    const executed = await execution;
    const { base, block, plan } = drawn;
    const outcome = outcomeOf(executed);
    const { state } = verifyBlock(this.options.config, base, block, plan, outcome, this.modules.verifier);
    return { ...drawn, execution: executed, state };
  }
}

export function outcomeOf(execution: ExecutionOutput): ExecutionOutcome {
  const { stateRoot, transactionsRoot, receiptsRoot, withdrawalsRoot, logsBloom, gasUsed } = execution;
  const registry = registryEvents(execution.receipts);
  return { stateRoot, transactionsRoot, receiptsRoot, withdrawalsRoot, logsBloom, gasUsed, registry };
}
