import type { z } from "zod";
import type { StoredBlock } from "../../interfaces.js";
import type { blockAnswer, headerAnswer } from "../schema/objects.js";
import { quantityHex, toHex } from "./hex.js";
import type { TransactionAnswer } from "./transaction.js";

export type BlockAnswer = z.output<typeof blockAnswer>;
export type HeaderAnswer = z.output<typeof headerAnswer>;

/** keccak256(rlp([])): what Ethereum writes where there are no uncles. */
const NO_UNCLES = "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347";
/** Proof-of-work fields of a chain that never had any, as Ethereum's own blocks write them since the merge. */
const NO_WORK = { nonce: "0x0000000000000000", sha3Uncles: NO_UNCLES, difficulty: "0x0", extraData: "0x" } as const;

/** What a block's JSON needs beyond its header. */
export interface BlockAuthors {
  readonly miner: Uint8Array;
  readonly mixHash: Uint8Array;
}

export function formatHeader(block: Pick<StoredBlock, "root" | "header">, authors: BlockAuthors): HeaderAnswer {
  const { header } = block;
  return {
    number: quantityHex(header.height),
    hash: toHex(block.root),
    parentHash: toHex(header.parentRoot),
    ...NO_WORK,
    logsBloom: toHex(header.logsBloom),
    transactionsRoot: toHex(header.transactionsRoot),
    stateRoot: toHex(header.stateRoot),
    receiptsRoot: toHex(header.receiptsRoot),
    miner: toHex(authors.miner),
    gasLimit: quantityHex(header.gasLimit),
    gasUsed: quantityHex(header.gasUsed),
    timestamp: quantityHex(header.timestamp),
    baseFeePerGas: quantityHex(header.baseFeePerGas),
    mixHash: toHex(authors.mixHash),
    withdrawalsRoot: toHex(header.withdrawalsRoot),
  };
}

export function formatBlock(
  block: StoredBlock,
  authors: BlockAuthors,
  transactions: string[] | TransactionAnswer[],
): BlockAnswer {
  return {
    ...formatHeader(block, authors),
    totalDifficulty: "0x0",
    size: quantityHex(block.size),
    uncles: [],
    withdrawals: block.body.withdrawals.map((withdrawal) => ({
      index: quantityHex(withdrawal.index),
      validatorIndex: quantityHex(withdrawal.validatorIndex),
      address: toHex(withdrawal.address),
      amount: quantityHex(withdrawal.amount),
    })),
    transactions,
  };
}
