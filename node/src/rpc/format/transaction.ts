import type { z } from "zod";
import { decodeTransaction, type Transaction } from "../../execution/transaction.js";
import type { AccessListEntry } from "../../interfaces.js";
import { RpcError } from "../rpcError.js";
import type { transactionAnswer } from "../schema/objects.js";
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
export function effectiveGasPrice(transaction: Transaction, baseFeePerGas: bigint): bigint {
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
    to: toHex(recipient(transaction)),
    hash: toHex(hash),
    nonce: quantityHex(transaction.nonce),
    gas: quantityHex(transaction.gasLimit),
    ...formatFees(transaction, place),
    input: toHex(transaction.data),
    value: quantityHex(transaction.value),
    type: quantityHex(transaction.type),
    chainId: quantityHex(transaction.chainId ?? 0n),
    ...formatAccessList(transaction),
    v: quantityHex(signatureV(transaction)),
    r: quantityHex(transaction.r),
    s: quantityHex(transaction.s),
    ...(transaction.type === 0 ? {} : { yParity: quantityHex(transaction.yParity) }),
  };
}

/** Every accepted transaction has one: contract creation is refused. */
export function recipient(transaction: Transaction): Uint8Array {
  if (transaction.to === undefined) throw new RpcError("RPC_INTERNAL", "a stored transaction has no recipient");
  return transaction.to;
}

/** v of type 0 by EIP-155; in types 1 and 2 the field v is the parity itself (EIP-2930). */
function signatureV({ type, chainId, yParity }: Transaction): bigint {
  return type === 0 ? BigInt(yParity) + 35n + 2n * (chainId ?? 0n) : BigInt(yParity);
}

function formatFees(transaction: Transaction, place: TransactionPlace | undefined) {
  if (transaction.type !== 2) return { gasPrice: quantityHex(transaction.maxFeePerGas) };
  // gasPrice of a type 2 transaction is what it paid, or the most that it would pay.
  const price = place === undefined ? transaction.maxFeePerGas : effectiveGasPrice(transaction, place.baseFeePerGas);
  return {
    gasPrice: quantityHex(price),
    maxFeePerGas: quantityHex(transaction.maxFeePerGas),
    maxPriorityFeePerGas: quantityHex(transaction.maxPriorityFeePerGas),
  };
}

function formatAccessList(transaction: Transaction) {
  if (transaction.type === 0) return {};
  return { accessList: transaction.accessList.map(([address, storageKeys]) => formatAccess({ address, storageKeys })) };
}

export function formatAccess(entry: AccessListEntry): { readonly address: string; readonly storageKeys: string[] } {
  return { address: toHex(entry.address), storageKeys: entry.storageKeys.map((key) => toHex(key)) };
}
