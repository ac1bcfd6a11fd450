import type { z } from "zod";
import type { transactionAnswer } from "../schema/objects.js";
import { type DecodedTransaction, decodeTransaction } from "./decodeTransaction.js";
import { quantityHex, toHex } from "./hex.js";

export type TransactionAnswer = z.output<typeof transactionAnswer>;

/** Where a transaction stands; a waiting one stands nowhere. */
export interface TransactionPlace {
  readonly blockRoot: Uint8Array;
  readonly height: number;
  readonly index: number;
  readonly baseFeePerGas: bigint;
}

/** What a transaction pays for a unit of gas at this base fee. */
export function effectiveGasPrice(transaction: DecodedTransaction, baseFeePerGas: bigint): bigint {
  const capped = baseFeePerGas + transaction.maxPriorityFeePerGas;
  if (capped < transaction.maxFeePerGas) return capped;
  return transaction.maxFeePerGas;
}

export function formatTransaction(
  raw: Uint8Array,
  hash: Uint8Array,
  sender: Uint8Array,
  place: TransactionPlace | undefined,
): TransactionAnswer {
  const transaction = decodeTransaction(raw);
  return {
    blockHash: place === undefined ? null : toHex(place.blockRoot),
    blockNumber: place === undefined ? null : quantityHex(place.height),
    transactionIndex: place === undefined ? null : quantityHex(place.index),
    from: toHex(sender),
    to: toHex(transaction.to),
    hash: toHex(hash),
    nonce: quantityHex(transaction.nonce),
    gas: quantityHex(transaction.gasLimit),
    ...formatFees(transaction, place),
    input: toHex(transaction.data),
    value: quantityHex(transaction.value),
    type: quantityHex(transaction.type),
    chainId: quantityHex(transaction.chainId),
    ...formatAccessList(transaction),
    v: quantityHex(transaction.v),
    r: quantityHex(transaction.r),
    s: quantityHex(transaction.s),
    // In types 1 and 2 the field v is the parity itself (EIP-2930).
    ...(transaction.type === 0 ? {} : { yParity: quantityHex(transaction.v) }),
  };
}

function formatFees(transaction: DecodedTransaction, place: TransactionPlace | undefined) {
  if (transaction.gasPrice !== undefined) return { gasPrice: quantityHex(transaction.gasPrice) };
  // gasPrice of a type 2 transaction is what it paid, or the most that it would pay.
  const price = place === undefined ? transaction.maxFeePerGas : effectiveGasPrice(transaction, place.baseFeePerGas);
  return {
    gasPrice: quantityHex(price),
    maxFeePerGas: quantityHex(transaction.maxFeePerGas),
    maxPriorityFeePerGas: quantityHex(transaction.maxPriorityFeePerGas),
  };
}

function formatAccessList(transaction: DecodedTransaction) {
  if (transaction.accessList === undefined) return {};
  const accessList = transaction.accessList.map((entry) => ({
    address: toHex(entry.address),
    storageKeys: entry.storageKeys.map((key) => toHex(key)),
  }));
  return { accessList };
}
