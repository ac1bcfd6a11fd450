import { z } from "zod";
import type { RpcBackend } from "../backend.js";
import { quantityHex } from "../format/hex.js";
import { defineMethod, type Param, type RpcMethod } from "../method.js";
import { pendingBlock } from "../pendingBlock.js";
import { blockAnswer, receiptAnswer } from "../schema/objects.js";
import { answerQuantity, blockNumberOrTag, blockReference, hash32, smallQuantity } from "../schema/primitives.js";

const blockParam = { name: "block", summary: "Height or tag", schema: blockNumberOrTag } satisfies Param;
const hashParam = { name: "blockHash", schema: hash32 } satisfies Param;
const indexParam = { name: "index", schema: smallQuantity } satisfies Param;
const fullParam = {
  name: "hydratedTransactions",
  summary: "Whole transactions instead of their hashes",
  schema: z.boolean().optional(),
} satisfies Param;

/** Writing a block with all its transactions is the dearest of the plain reads. */
const BLOCK_COST = 10;

export function ethBlockMethods(backend: RpcBackend): readonly RpcMethod[] {
  const { view } = backend;
  return [
    defineMethod({
      name: "eth_getBlockByNumber",
      summary: "A block by height or tag; null when there is none.",
      params: [blockParam, fullParam],
      result: blockAnswer.nullable(),
      cost: BLOCK_COST,
      handler: ([reference, full]) => {
        if (reference === "pending") return pendingBlock(backend, full ?? false);
        const block = view.find(reference);
        return block === undefined ? null : view.block(block, full ?? false);
      },
    }),
    defineMethod({
      name: "eth_getBlockByHash",
      summary: "A block by its root; null when there is none.",
      params: [hashParam, fullParam],
      result: blockAnswer.nullable(),
      cost: BLOCK_COST,
      handler: ([root, full]) => {
        const block = view.find({ root });
        return block === undefined ? null : view.block(block, full ?? false);
      },
    }),
    defineMethod({
      name: "eth_getBlockTransactionCountByNumber",
      summary: "Number of transactions in a block; null when there is no such block.",
      params: [blockParam],
      result: answerQuantity.nullable(),
      handler: ([reference]) => {
        if (reference === "pending") return quantityHex(backend.mempool.pending().length);
        const block = view.find(reference);
        return block === undefined ? null : quantityHex(block.body.transactions.length);
      },
    }),
    defineMethod({
      name: "eth_getBlockTransactionCountByHash",
      summary: "Number of transactions in a block; null when there is no such block.",
      params: [hashParam],
      result: answerQuantity.nullable(),
      handler: ([root]) => {
        const block = view.find({ root });
        return block === undefined ? null : quantityHex(block.body.transactions.length);
      },
    }),
    defineMethod({
      name: "eth_getBlockReceipts",
      summary: "All receipts of a block; empty for an empty block, null when there is no such block.",
      params: [{ name: "block", summary: "Height, tag or hash", schema: blockReference }],
      result: z.array(receiptAnswer).nullable(),
      cost: BLOCK_COST,
      handler: ([reference]) => {
        const block = view.find(reference);
        return block === undefined ? null : [...view.receipts(block)];
      },
    }),
    ...uncleMethods(backend),
  ];
}

/** A chain without forks has no uncles: counts are zero and the uncles themselves null, as Ethereum answers today. */
function uncleMethods(backend: RpcBackend): readonly RpcMethod[] {
  const { view } = backend;
  const counts = [
    { name: "eth_getUncleCountByBlockNumber", param: blockParam },
    { name: "eth_getUncleCountByBlockHash", param: { name: "blockHash", schema: blockReference } },
  ].map(({ name, param }) =>
    defineMethod({
      name,
      summary: "Zero for every block: there are no uncles.",
      params: [param],
      result: answerQuantity.nullable(),
      handler: ([reference]) => (view.find(reference) === undefined ? null : "0x0"),
    }),
  );
  const uncles = [
    { name: "eth_getUncleByBlockNumberAndIndex", param: blockParam },
    { name: "eth_getUncleByBlockHashAndIndex", param: { name: "blockHash", schema: blockReference } },
  ].map(({ name, param }) =>
    defineMethod({
      name,
      summary: "Null for every block: there are no uncles.",
      params: [param, indexParam],
      result: z.null(),
      handler: () => null,
    }),
  );
  return [...counts, ...uncles];
}
