import { nextBaseFee } from "@lucid/consensus";
import { z } from "zod";
import type { RpcBackend } from "../backend.js";
import { rewardPercentiles, suggestedTip, tipsOf } from "../fees.js";
import { quantityHex } from "../format/hex.js";
import { defineMethod, type RpcMethod } from "../method.js";
import { invalidParams } from "../rpcError.js";
import { feeHistoryAnswer } from "../schema/objects.js";
import { answerQuantity, blockNumberOrTag, quantityOrNumber } from "../schema/primitives.js";

const MAX_PERCENTILES = 100;
const FEE_HISTORY_COST = 100;

export function ethFeeMethods(backend: RpcBackend): readonly RpcMethod[] {
  const { chain, view } = backend;
  return [
    defineMethod({
      name: "eth_gasPrice",
      summary: "Next base fee plus the suggested tip, wei.",
      params: [],
      result: answerQuantity,
      cost: 2,
      handler: () => quantityHex(nextBaseFee(chain.head().header) + suggestedTip(view)),
    }),
    defineMethod({
      name: "eth_maxPriorityFeePerGas",
      summary: "Suggested tip, wei.",
      params: [],
      result: answerQuantity,
      cost: 2,
      handler: () => quantityHex(suggestedTip(view)),
    }),
    defineMethod({
      name: "eth_baseFee",
      summary: "Base fee of the next block, wei.",
      params: [],
      result: answerQuantity,
      handler: () => quantityHex(nextBaseFee(chain.head().header)),
    }),
    defineMethod({
      name: "eth_feeHistory",
      summary: "Base fees, use of gas and tips of the blocks up to one.",
      params: [
        { name: "blockCount", schema: quantityOrNumber },
        { name: "newestBlock", schema: blockNumberOrTag },
        {
          name: "rewardPercentiles",
          summary: "Rising, 0 to 100",
          schema: z.array(z.number().min(0).max(100)).max(MAX_PERCENTILES).optional(),
        },
      ],
      result: feeHistoryAnswer,
      cost: FEE_HISTORY_COST,
      handler: ([count, newestReference, percentiles]) => {
        checkRising(percentiles ?? []);
        const newest = view.require(newestReference).header.height;
        const wanted = Math.min(count, backend.limits.maxFeeHistory);
        if (wanted === 0) return { oldestBlock: "0x0", baseFeePerGas: [], gasUsedRatio: [] };
        const oldest = Math.max(chain.earliestHeight(), newest - wanted + 1);
        return feeHistory(backend, oldest, newest, percentiles ?? []);
      },
    }),
  ];
}

function checkRising(percentiles: readonly number[]): void {
  const falling = percentiles.findIndex((value, index) => value < (percentiles[index - 1] ?? 0));
  if (falling >= 0) throw invalidParams(`invalid reward percentile: #${falling} is lower than the one before`);
}

function feeHistory(backend: RpcBackend, oldest: number, newest: number, percentiles: readonly number[]) {
  const { view } = backend;
  const blocks = Array.from({ length: newest - oldest + 1 }, (_, i) => view.require(oldest + i));
  const last = view.require(newest);
  const baseFees = [...blocks.map((block) => block.header.baseFeePerGas), nextBaseFee(last.header)];
  const history = {
    oldestBlock: quantityHex(oldest),
    baseFeePerGas: baseFees.map((fee) => quantityHex(fee)),
    gasUsedRatio: blocks.map(({ header }) =>
      header.gasLimit === 0n ? 0 : Number(header.gasUsed) / Number(header.gasLimit),
    ),
  };
  if (percentiles.length === 0) return history;
  const reward = blocks.map((block) => {
    const receipts = block.body.transactions.length === 0 ? [] : view.receiptsOf(block.header.height);
    return rewardPercentiles(tipsOf(block, receipts), percentiles).map((tip) => quantityHex(tip));
  });
  return { ...history, reward };
}
