import type { Log, Receipt, Withdrawal } from "../interfaces.js";
import { bigintToBytes } from "../state/account.js";
import { listRoot } from "../state/listTrie.js";
import { headerLength, RlpWriter, rlpStringLength } from "../state/rlpWriter.js";

const BLOOM_SIZE = 256;
const writer = new RlpWriter(4096);

/** Consensus encoding of a receipt (EIP-658, EIP-2718): the type unless 0, then RLP [status, gas, bloom, logs]. */
export function encodeReceipt(receipt: Receipt): Uint8Array {
  const status = receipt.status === 1 ? Uint8Array.of(1) : new Uint8Array(0);
  const gas = bigintToBytes(receipt.cumulativeGasUsed);
  const logLengths = receipt.logs.map(logPayload);
  const logsPayload = logLengths.reduce((sum, { payload }) => sum + headerLength(payload) + payload, 0);
  const total =
    rlpStringLength(status) +
    rlpStringLength(gas) +
    rlpStringLength(receipt.logsBloom) +
    headerLength(logsPayload) +
    logsPayload;
  writer.reset();
  if (receipt.type !== 0) writer.byte(receipt.type);
  writer.listHeader(total);
  writer.string(status);
  writer.string(gas);
  writer.string(receipt.logsBloom);
  writer.listHeader(logsPayload);
  receipt.logs.forEach((log, i) => {
    writer.listHeader(logLengths[i]?.payload ?? 0);
    writer.string(log.address);
    writer.listHeader(logLengths[i]?.topics ?? 0);
    for (const topic of log.topics) writer.string(topic);
    writer.string(log.data);
  });
  return writer.view().slice();
}

function logPayload(log: Log): { payload: number; topics: number } {
  const topics = log.topics.reduce((sum, topic) => sum + rlpStringLength(topic), 0);
  return { topics, payload: rlpStringLength(log.address) + headerLength(topics) + topics + rlpStringLength(log.data) };
}

/** EIP-4895. */
export function encodeWithdrawal(withdrawal: Withdrawal): Uint8Array {
  const fields = [
    bigintToBytes(withdrawal.index),
    bigintToBytes(withdrawal.validatorIndex),
    withdrawal.address,
    bigintToBytes(withdrawal.amount),
  ];
  writer.reset();
  writer.listHeader(fields.reduce((sum, field) => sum + rlpStringLength(field), 0));
  for (const field of fields) writer.string(field);
  return writer.view().slice();
}

export function receiptsRoot(receipts: readonly Receipt[]): Uint8Array {
  return listRoot(receipts.map(encodeReceipt));
}

export function transactionsRoot(transactions: readonly Uint8Array[]): Uint8Array {
  return listRoot(transactions);
}

export function withdrawalsRoot(withdrawals: readonly Withdrawal[]): Uint8Array {
  return listRoot(withdrawals.map(encodeWithdrawal));
}

/** Bloom filter of a block: all receipts' filters together. */
export function blockBloom(receipts: readonly Receipt[]): Uint8Array {
  const bloom = new Uint8Array(BLOOM_SIZE);
  for (const { logsBloom } of receipts) {
    for (let i = 0; i < BLOOM_SIZE; i++) bloom[i] = (bloom[i] ?? 0) | (logsBloom[i] ?? 0);
  }
  return bloom;
}
