import type { Body, Withdrawal } from "../types/body.js";
import type { Header } from "../types/header.js";
import type { ConsensusState } from "../types/state.js";
import type { Task } from "../types/task.js";
import type { EligibilityChange } from "./eligibility.js";

/*
 * A block is made and checked by the same functions, so that they cannot disagree:
 *
 *   building:  planBlock(tip, view and inputs) -> execute plan.environment, withdrawals, systemCalls -> completeBlock
 *   checking:  checkBlock(tip, block)          -> execute the same                                   -> verifyBlock
 *
 * `completeBlock` fills in the header; `verifyBlock` does that again and demands the same root.
 */

/** The decided block to build on, with the state after it. */
export interface Tip {
  readonly header: Header;
  readonly root: Uint8Array;
  readonly state: ConsensusState;
}

/** What the EVM sees of the block (same shape as the executor's input). */
export interface BlockEnvironment {
  readonly height: number;
  /** Unix seconds. */
  readonly timestamp: bigint;
  readonly gasLimit: bigint;
  readonly baseFeePerGas: bigint;
  /** The proposer's operator account. */
  readonly coinbase: Uint8Array;
  /** The mix after this block. */
  readonly prevRandao: Uint8Array;
}

/** A call from 0xff..fe before the transactions, outside the gas limit. */
export interface SystemCall {
  readonly to: Uint8Array;
  readonly data: Uint8Array;
}

/** What a proposer chooses, beside transactions. */
export interface BlockInputs {
  readonly slot: number;
  readonly round: number;
  /** nodeId. */
  readonly proposer: Uint8Array;
  /** `signer.sign(vrfMessage(...))`. */
  readonly vrfProof: Uint8Array;
  readonly tasks: Body["tasks"];
  readonly parentCommit: Body["parentCommit"];
  readonly skips: Body["skips"];
  readonly evidence: Body["evidence"];
}

/** A block before its execution. */
export interface BlockPlan {
  readonly inputs: BlockInputs;
  readonly environment: BlockEnvironment;
  readonly withdrawals: Withdrawal[];
  readonly systemCalls: readonly SystemCall[];
  /** Changes of the vote in governance, at an epoch boundary. */
  readonly eligibility: readonly EligibilityChange[];
  /** Bytes left in the body for transactions, each of which needs 4 bytes beside its own. */
  readonly transactionBytes: number;
  /** The state after the block, but for what its transactions register. */
  readonly state: ConsensusState;
  /** The credited tasks, for `task_proofs`. */
  readonly tasks: readonly Task[];
}

/** A plan whose state lacks the challenges that the block draws: it draws them from the state after its parent. */
export interface UndrawnPlan extends BlockPlan {
  /** The epoch that ended with the parent; undefined when it goes on. */
  readonly closes: number | undefined;
}

/** Registrations and their like, from the logs of NodeRegistry in the executed block, in order. */
export type RegistryEvent =
  | {
      readonly type: "register";
      readonly blsPublicKey: Uint8Array;
      readonly proofOfPossession: Uint8Array;
      /** Ed25519 public key. */
      readonly peerId: Uint8Array;
      readonly operator: Uint8Array;
      /** 32 bytes, zero for none. The contract has checked the pool owner's signature. */
      readonly poolId: Uint8Array;
      readonly capacityMiB: number;
    }
  | {
      readonly type: "update";
      readonly nodeId: Uint8Array;
      /** The account that sent it: anybody may register a copied key, which does not make the node theirs. */
      readonly operator: Uint8Array;
      readonly peerId: Uint8Array;
      readonly poolId: Uint8Array;
      readonly capacityMiB: number;
    }
  | { readonly type: "retire"; readonly nodeId: Uint8Array; readonly operator: Uint8Array };

/** What the executor found (its output fits this shape; `registry` is decoded from the receipts). */
export interface ExecutionOutcome {
  readonly stateRoot: Uint8Array;
  readonly transactionsRoot: Uint8Array;
  readonly receiptsRoot: Uint8Array;
  readonly withdrawalsRoot: Uint8Array;
  readonly logsBloom: Uint8Array;
  readonly gasUsed: bigint;
  readonly registry: readonly RegistryEvent[];
}
