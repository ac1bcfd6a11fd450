import { Account, Address } from "@ethereumjs/util";
import type { RunTxResult } from "@ethereumjs/vm";
import { latin1Of } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";
import type {
  BuildInput,
  Bytes20,
  ExecutionInput,
  ExecutionOutput,
  Log,
  Receipt,
  SystemCall,
  Withdrawal,
} from "../interfaces.js";
import type { HeadState } from "../state/headState.js";
import type { CandidateState } from "../state/stateCommit.js";
import { StateOverlay } from "../state/stateOverlay.js";
import { smaller } from "./bigints.js";
import { type EvmHost, evmBlock } from "./evmHost.js";
import { blockBloom, receiptsRoot, transactionsRoot, withdrawalsRoot } from "./lists.js";
import { recoverSender } from "./sender.js";
import { decodeTransaction, type Transaction } from "./transaction.js";
import { validateBasic } from "./validateBasic.js";
import { validateOnState } from "./validateState.js";

export type BlockResult = Omit<ExecutionOutput, "candidate"> & {
  readonly transactions: readonly Uint8Array[];
  readonly state: CandidateState;
};

const GWEI = 1_000_000_000n;
/** Bytes that a transaction takes in the SSZ list beside its own: the offset. */
export const LIST_OVERHEAD = 4;

/** A block in the making: system calls, transactions, withdrawals, root; in this order. */
class OpenBlock {
  readonly #host: EvmHost;
  readonly #head: HeadState;
  readonly #overlay: StateOverlay;
  readonly #env: ExecutionInput["env"];
  readonly #block: ReturnType<typeof evmBlock>;
  readonly #receipts: Receipt[] = [];
  readonly #senders: Bytes20[] = [];
  readonly #raws: Uint8Array[] = [];
  gasUsed = 0n;

  constructor(host: EvmHost, head: HeadState, env: ExecutionInput["env"]) {
    if (env.height !== head.height + 1) {
      throw new NodeError({
        code: "BLOCK_INVALID",
        message: `a block of height ${env.height} cannot follow the head at ${head.height}`,
        meta: { height: env.height, head: head.height },
      });
    }
    this.#host = host;
    this.#head = head;
    this.#env = env;
    this.#overlay = new StateOverlay(head);
    this.#block = evmBlock(env, host.common);
    host.use(this.#overlay);
  }

  /**
   * A failing system call changes nothing and the block goes on: it fails for every node alike, and stopping the chain
   * would be worse than missing one update.
   */
  async systemCalls(calls: readonly SystemCall[]): Promise<void> {
    for (const { to, data } of calls) await this.#host.systemCall(to, data, this.#block);
  }

  /** @throws NodeError with a TX_ code when the transaction is not valid here; the block is as before. */
  async add(transaction: Transaction, sender: Bytes20): Promise<void> {
    if (transaction.gasLimit > this.#env.gasLimit - this.gasUsed) {
      throw new NodeError({ code: "TX_GAS", message: "gas limit reached" });
    }
    validateOnState(transaction, this.#overlay.record(sender), this.#env.baseFeePerGas);
    const result = await this.#host.runTransaction(transaction, sender, this.#block, this.gasUsed);
    this.gasUsed += result.totalGasSpent;
    this.#receipts.push(toReceipt(transaction, result, this.gasUsed));
    this.#senders.push(sender);
    this.#raws.push(transaction.raw);
  }

  async finish(withdrawals: readonly Withdrawal[]): Promise<BlockResult> {
    await this.#withdraw(withdrawals);
    const state = this.#head.seal(this.#overlay.changes(), this.#env.height);
    return {
      state,
      transactions: this.#raws,
      stateRoot: state.root,
      transactionsRoot: transactionsRoot(this.#raws),
      receiptsRoot: receiptsRoot(this.#receipts),
      withdrawalsRoot: withdrawalsRoot(withdrawals),
      logsBloom: blockBloom(this.#receipts),
      gasUsed: this.gasUsed,
      receipts: this.#receipts,
      senders: this.#senders,
    };
  }

  async #withdraw(withdrawals: readonly Withdrawal[]): Promise<void> {
    const { journal } = this.#host.evm;
    for (const { address, amount } of withdrawals) {
      const to = new Address(address);
      const account = (await this.#overlay.getAccount(to)) ?? new Account();
      account.balance += amount * GWEI;
      await journal.putAccount(to, account);
    }
    // Accounts that were touched and are empty go (EIP-161).
    await journal.cleanup();
  }
}

function toReceipt(transaction: Transaction, result: RunTxResult, cumulativeGasUsed: bigint): Receipt {
  const logs = result.execResult.logs ?? [];
  return {
    type: transaction.type,
    status: result.execResult.exceptionError === undefined ? 1 : 0,
    cumulativeGasUsed,
    gasUsed: result.totalGasSpent,
    effectiveGasPrice: result.amountSpent / result.totalGasSpent,
    logsBloom: result.bloom.bitvector,
    logs: logs.map(([address, topics, data]): Log => ({ address, topics, data })),
  };
}

/** Runs blocks on the head state of this thread, one at a time; the head does not change. */
export class BlockRunner {
  readonly #host: EvmHost;
  readonly #head: HeadState;
  readonly #chainId: number;

  constructor(host: EvmHost, head: HeadState, chainId: number) {
    this.#host = host;
    this.#head = head;
    this.#chainId = chainId;
  }

  /** @throws NodeError BLOCK_INVALID naming the first transaction that is not valid where it stands */
  async execute(input: ExecutionInput): Promise<BlockResult> {
    const block = new OpenBlock(this.#host, this.#head, input.env);
    await block.systemCalls(input.systemCalls);
    for (const [index, raw] of input.transactions.entries()) {
      try {
        const transaction = this.#decode(raw, input.env.gasLimit);
        await block.add(transaction, input.senders?.[index] ?? recoverSender(transaction));
      } catch (cause) {
        if (!isVerdict(cause)) throw cause;
        throw new NodeError({
          code: "BLOCK_INVALID",
          message: `transaction ${index} of block ${input.env.height} is not valid: ${cause.message}`,
          meta: { height: input.env.height, index },
          cause,
        });
      }
    }
    return block.finish(input.withdrawals);
  }

  async build(input: BuildInput): Promise<BlockResult> {
    const block = new OpenBlock(this.#host, this.#head, input.env);
    await block.systemCalls(input.systemCalls);
    const gasTarget = smaller(input.gasTarget, input.env.gasLimit);
    let bytes = 0;
    // Later transactions of a sender whose earlier one was left out have a nonce gap.
    const stopped = new Set<string>();
    for (const { raw, sender } of input.pending) {
      if (gasTarget - block.gasUsed < MIN_TRANSACTION_GAS) break;
      const name = latin1Of(sender);
      const size = raw.length + LIST_OVERHEAD;
      if (stopped.has(name)) continue;
      if (bytes + size > input.byteTarget) {
        stopped.add(name);
        continue;
      }
      try {
        const transaction = this.#decode(raw, input.env.gasLimit);
        if (transaction.gasLimit > gasTarget - block.gasUsed) stopped.add(name);
        else {
          await block.add(transaction, sender);
          bytes += size;
        }
      } catch (error) {
        if (!isVerdict(error)) throw error;
        // Not valid on this state (another block took the nonce or the money): the pool drops it with the next head.
        stopped.add(name);
      }
    }
    return block.finish(input.withdrawals);
  }

  #decode(raw: Uint8Array, gasLimit: bigint): Transaction {
    const transaction = decodeTransaction(raw);
    validateBasic(transaction, { chainId: this.#chainId, gasLimit });
    return transaction;
  }
}

const MIN_TRANSACTION_GAS = 21_000n;

/** Only these say something about the transaction; anything else is a damaged database or a defect of ours. */
function isVerdict(error: unknown): error is NodeError {
  return error instanceof NodeError && error.code.startsWith("TX_");
}
