import { nextBaseFee } from "@lucid/consensus";
import type { RpcBackend } from "./backend.js";
import type { BlockAnswer } from "./format/block.js";
import { quantityHex, toHex } from "./format/hex.js";
import { formatTransaction } from "./format/transaction.js";

const ZERO_BLOOM = `0x${"00".repeat(256)}`;
/** Rows that a pending block shows at most; the pool can hold far more than a block. */
const MAX_SHOWN = 1_000;

/** The head with the pool's transactions on top: a preview, so it has no hash and nothing in it is promised. */
export function pendingBlock(backend: RpcBackend, full: boolean): BlockAnswer {
  const head = backend.chain.head();
  const parent = backend.view.block(head, false);
  const waiting = backend.mempool.pending().slice(0, MAX_SHOWN);
  return {
    ...parent,
    number: quantityHex(head.header.height + 1),
    hash: null,
    nonce: null,
    parentHash: toHex(head.root),
    logsBloom: ZERO_BLOOM,
    gasUsed: "0x0",
    timestamp: quantityHex(Math.floor(backend.clock.now() / 1000)),
    baseFeePerGas: quantityHex(nextBaseFee(head.header)),
    withdrawals: [],
    transactions: full
      ? waiting.map((pooled) => formatTransaction(pooled.raw, pooled.hash, pooled.sender, undefined))
      : waiting.map((pooled) => toHex(pooled.hash)),
  };
}
