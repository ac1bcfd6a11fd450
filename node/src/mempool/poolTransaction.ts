import type { Transaction } from "../execution/transaction.js";
import { maxCost } from "../execution/validateBasic.js";
import type { Bytes20, Bytes32, PooledTransaction } from "../interfaces.js";

/** A transaction of the pool with what the pool needs to know of it. */
export interface PoolTransaction extends PooledTransaction {
  /** Came through our own RPC: acknowledged to somebody, so it is never evicted or expired. */
  readonly local: boolean;
  /** Most that it can cost, wei. */
  readonly cost: bigint;
  /** Unix milliseconds. */
  readonly addedAt: number;
  /** Number of its journal record. */
  readonly sequence: number;
}

export function poolTransaction(
  transaction: Transaction & { readonly to: Bytes20 },
  hash: Bytes32,
  sender: Bytes20,
  entry: { readonly local: boolean; readonly addedAt: number; readonly sequence: number },
): PoolTransaction {
  return {
    hash,
    raw: transaction.raw,
    sender,
    nonce: transaction.nonce,
    to: transaction.to,
    value: transaction.value,
    gasLimit: transaction.gasLimit,
    maxFeePerGas: transaction.maxFeePerGas,
    maxPriorityFeePerGas: transaction.maxPriorityFeePerGas,
    size: transaction.raw.length,
    cost: maxCost(transaction),
    ...entry,
  };
}

/** A replacement raises both fees by a tenth at least (rounded up), so that replacing is never free. */
export function outbids(next: PooledTransaction, old: PooledTransaction): boolean {
  const raised = (fee: bigint): bigint => (fee * 110n + 99n) / 100n;
  return (
    next.maxFeePerGas >= raised(old.maxFeePerGas) &&
    next.maxPriorityFeePerGas >= raised(old.maxPriorityFeePerGas) &&
    next.maxFeePerGas > old.maxFeePerGas
  );
}
