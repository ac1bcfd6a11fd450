import type { z } from "zod";
import type { FoundLog, Log, Receipt } from "../../interfaces.js";
import type { logAnswer, receiptAnswer } from "../schema/objects.js";
import { quantityHex, toHex } from "./hex.js";

export type LogAnswer = z.output<typeof logAnswer>;
export type ReceiptAnswer = z.output<typeof receiptAnswer>;

/** Where in the chain a log stands. */
export interface LogPlace {
  readonly height: number;
  readonly blockRoot: Uint8Array;
  readonly transactionIndex: number;
  readonly transactionHash: Uint8Array;
  readonly logIndex: number;
}

export function formatLog(log: Log, place: LogPlace): LogAnswer {
  return {
    address: toHex(log.address),
    topics: log.topics.map((topic) => toHex(topic)),
    data: toHex(log.data),
    blockNumber: quantityHex(place.height),
    transactionHash: toHex(place.transactionHash),
    transactionIndex: quantityHex(place.transactionIndex),
    blockHash: toHex(place.blockRoot),
    logIndex: quantityHex(place.logIndex),
    removed: false,
  };
}

export const formatFoundLog = (log: FoundLog): LogAnswer => formatLog(log, log);

export interface ReceiptPlace {
  readonly height: number;
  readonly blockRoot: Uint8Array;
  readonly index: number;
  readonly hash: Uint8Array;
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  /** Logs of the block before this transaction's first one: logIndex counts through the whole block. */
  readonly logsBefore: number;
}

export function formatReceipt(receipt: Receipt, place: ReceiptPlace): ReceiptAnswer {
  const logs = receipt.logs.map((log, position) =>
    formatLog(log, {
      height: place.height,
      blockRoot: place.blockRoot,
      transactionIndex: place.index,
      transactionHash: place.hash,
      logIndex: place.logsBefore + position,
    }),
  );
  return {
    type: quantityHex(receipt.type),
    status: quantityHex(receipt.status),
    cumulativeGasUsed: quantityHex(receipt.cumulativeGasUsed),
    logs,
    logsBloom: toHex(receipt.logsBloom),
    transactionHash: toHex(place.hash),
    transactionIndex: quantityHex(place.index),
    blockHash: toHex(place.blockRoot),
    blockNumber: quantityHex(place.height),
    gasUsed: quantityHex(receipt.gasUsed),
    effectiveGasPrice: quantityHex(receipt.effectiveGasPrice),
    from: toHex(place.from),
    to: toHex(place.to),
    contractAddress: null,
  };
}
