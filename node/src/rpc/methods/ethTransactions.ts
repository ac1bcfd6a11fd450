import { CodedError } from "@lucid/consensus/base";
import type { RpcBackend } from "../backend.js";
import { toHex } from "../format/hex.js";
import { formatTransaction, type TransactionAnswer } from "../format/transaction.js";
import { defineMethod, type RpcMethod } from "../method.js";
import { RpcError } from "../rpcError.js";
import { receiptAnswer, transactionAnswer } from "../schema/objects.js";
import { answerHash, answerHex, blockNumberOrTag, data, hash32, smallQuantity } from "../schema/primitives.js";

/** Recovering the sender and the synced journal write. */
const SEND_COST = 100;

export function ethTransactionMethods(backend: RpcBackend): readonly RpcMethod[] {
  const { chain, mempool, view } = backend;

  /** The final transaction; undefined while it waits or is unknown. */
  const located = (hash: Uint8Array) => {
    const location = chain.transaction(hash);
    const block = location === undefined ? undefined : chain.blockByHeight(location.height);
    return location === undefined || block === undefined ? undefined : { block, index: location.index };
  };

  const byHash = (hash: Uint8Array): TransactionAnswer | null => {
    const found = located(hash);
    if (found !== undefined) return view.transaction(found.block, found.index) ?? null;
    const pooled = mempool.get(hash);
    return pooled === undefined ? null : formatTransaction(pooled.raw, pooled.hash, pooled.sender, undefined);
  };

  return [
    defineMethod({
      name: "eth_sendRawTransaction",
      summary: "Admits a signed transaction; the hash is the promise that it survives a crash of the node.",
      params: [{ name: "transaction", summary: "RLP of type 0, or type byte and RLP", schema: data }],
      result: answerHash,
      cost: SEND_COST,
      handler: async ([raw]) => toHex(await admit(backend, raw)),
    }),
    defineMethod({
      name: "eth_getTransactionByHash",
      summary: "A final or waiting transaction; null when it is unknown.",
      params: [{ name: "transactionHash", schema: hash32 }],
      result: transactionAnswer.nullable(),
      handler: ([hash]) => byHash(hash),
    }),
    defineMethod({
      name: "eth_getTransactionByBlockHashAndIndex",
      summary: "A transaction by its place; null when the block or the place does not exist.",
      params: [
        { name: "blockHash", schema: hash32 },
        { name: "index", schema: smallQuantity },
      ],
      result: transactionAnswer.nullable(),
      handler: ([root, index]) => {
        const block = view.find({ root });
        return (block === undefined ? undefined : view.transaction(block, index)) ?? null;
      },
    }),
    defineMethod({
      name: "eth_getTransactionByBlockNumberAndIndex",
      summary: "A transaction by its place; null when the block or the place does not exist.",
      params: [
        { name: "block", schema: blockNumberOrTag },
        { name: "index", schema: smallQuantity },
      ],
      result: transactionAnswer.nullable(),
      handler: ([reference, index]) => {
        const block = view.find(reference);
        return (block === undefined ? undefined : view.transaction(block, index)) ?? null;
      },
    }),
    defineMethod({
      name: "eth_getTransactionReceipt",
      summary: "What a transaction did; null until it is final.",
      params: [{ name: "transactionHash", schema: hash32 }],
      result: receiptAnswer.nullable(),
      handler: ([hash]) => {
        const found = located(hash);
        return found === undefined ? null : (view.receipt(found.block, found.index) ?? null);
      },
    }),
    defineMethod({
      name: "eth_getRawTransactionByHash",
      summary: "The bytes of a final or waiting transaction; 0x when it is unknown.",
      params: [{ name: "transactionHash", schema: hash32 }],
      result: answerHex,
      handler: ([hash]) => {
        const found = located(hash);
        const raw = found === undefined ? mempool.get(hash)?.raw : found.block.body.transactions[found.index];
        return raw === undefined ? "0x" : toHex(raw);
      },
    }),
  ];
}

async function admit(backend: RpcBackend, raw: Uint8Array): Promise<Uint8Array> {
  try {
    return await backend.mempool.add(raw, "local");
  } catch (cause) {
    // The pool's texts are written for clients: ethers and viem tell causes apart by them.
    if (cause instanceof CodedError) throw new RpcError("RPC_TRANSACTION_REJECTED", cause.message, { cause });
    throw cause;
  }
}
