import { z } from "zod";
import type { PooledTransaction } from "../../interfaces.js";
import type { RpcBackend } from "../backend.js";
import { quantityHex, toHex } from "../format/hex.js";
import { formatTransaction } from "../format/transaction.js";
import { defineMethod, type RpcMethod } from "../method.js";
import { transactionAnswer } from "../schema/objects.js";
import { address, answerQuantity } from "../schema/primitives.js";

const CONTENT_COST = 1_000;

/** Grouped as geth does: by sender, then by nonce in decimal. */
function grouped<T>(pooled: readonly PooledTransaction[], show: (one: PooledTransaction) => T) {
  const senders: Record<string, Record<string, T>> = {};
  for (const one of pooled) {
    const sender = toHex(one.sender);
    const nonces = senders[sender] ?? {};
    nonces[one.nonce.toString()] = show(one);
    senders[sender] = nonces;
  }
  return senders;
}

const full = (one: PooledTransaction) => formatTransaction(one.raw, one.hash, one.sender, undefined);
const line = (one: PooledTransaction) =>
  `${toHex(one.to)}: ${one.value} wei + ${one.gasLimit} gas * ${one.maxFeePerGas} wei`;

const byNonce = <T extends z.ZodType>(value: T) => z.record(z.string(), value);
const bySender = <T extends z.ZodType>(value: T) => z.record(z.string(), byNonce(value));
const both = <T extends z.ZodType>(value: T) => z.strictObject({ pending: value, queued: value });

export function txpoolMethods({ mempool }: RpcBackend): readonly RpcMethod[] {
  return [
    defineMethod({
      name: "txpool_status",
      summary: "Numbers of transactions that could run now, and that wait for an earlier nonce.",
      params: [],
      result: both(answerQuantity),
      handler: () => {
        const { pending, queued } = mempool.content();
        return { pending: quantityHex(pending.length), queued: quantityHex(queued.length) };
      },
    }),
    defineMethod({
      name: "txpool_content",
      summary: "All waiting transactions by sender and nonce.",
      params: [],
      result: both(bySender(transactionAnswer)),
      cost: CONTENT_COST,
      handler: () => {
        const { pending, queued } = mempool.content();
        return { pending: grouped(pending, full), queued: grouped(queued, full) };
      },
    }),
    defineMethod({
      name: "txpool_contentFrom",
      summary: "All waiting transactions of one account by nonce.",
      params: [{ name: "address", schema: address }],
      result: both(byNonce(transactionAnswer)),
      cost: 100,
      handler: ([account]) => {
        const { pending, queued } = mempool.content();
        const sender = toHex(account);
        return { pending: grouped(pending, full)[sender] ?? {}, queued: grouped(queued, full)[sender] ?? {} };
      },
    }),
    defineMethod({
      name: "txpool_inspect",
      summary: "All waiting transactions by sender and nonce, a line of text each.",
      params: [],
      result: both(bySender(z.string())),
      cost: CONTENT_COST,
      handler: () => {
        const { pending, queued } = mempool.content();
        return { pending: grouped(pending, line), queued: grouped(queued, line) };
      },
    }),
  ];
}
