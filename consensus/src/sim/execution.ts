import type { BlockPlan, ExecutionOutcome } from "../transition/types.js";
import type { TransactionCodec } from "./transactions.js";

/**
 * Executes blocks on the head of one simulated node, as a node's executor does. What it takes of real time is none of the
 * simulation's: the virtual clock stands still meanwhile.
 */
export interface NodeExecution {
  /** Resolves with undefined when the transactions are not valid on the head. */
  execute(plan: BlockPlan, transactions: readonly Uint8Array[]): Promise<ExecutionOutcome | undefined>;
  /** The block is decided: the state after it is the head's from now on. */
  commit(plan: BlockPlan, transactions: readonly Uint8Array[]): Promise<void>;
  /** The power goes: only what was committed is left. */
  crash(): void;
}

/** A true state machine in the place of the simulator's own, for every node. */
export interface RealExecution {
  readonly genesisStateRoot: Uint8Array;
  readonly transactions: TransactionCodec;
  /** Of the node with this index; called once for each. */
  open(index: number): NodeExecution;
}
