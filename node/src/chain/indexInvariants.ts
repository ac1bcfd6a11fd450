import { concatBytes, equalBytes, toHex } from "@lucid/consensus/base";
import { type CheckContext, type Invariant, type KeyValueStore, namespaces, prefixRange } from "@lucid/storage";
import { receiptsRoot, transactionsRoot } from "../execution/index.js";
import { transactionHash } from "../execution/transaction.js";
import { BlockStore } from "./blockStore.js";
import { postingOps } from "./postingStore.js";
import type { ReceiptsRecord } from "./receiptsCodec.js";

const INDEXES = [namespaces.logByAddress, namespaces.logByTopic] as const;

/** What holds between the blocks and all that is derived from them: receipts, hashes, places, logs. */
export function indexInvariants(store: KeyValueStore): Invariant[] {
  const blocks = new BlockStore(store);
  const heights = function* (): Generator<number> {
    const base = blocks.base();
    if (blocks.head() !== undefined) yield 0;
    for (let height = base; height <= (blocks.head()?.height ?? -1); height++) yield height;
  };
  return [
    {
      name: "chain.receipts",
      summary: "The transactions and receipts of every block make the roots of its header.",
      check: async (context) => {
        for (const height of heights()) checkReceipts(blocks, height, context);
      },
    },
    {
      name: "chain.places",
      summary: "Every transaction and block in an index is where the index says.",
      check: async ({ report, looked }) => {
        for await (const [key] of store.entries(prefixRange(Uint8Array.of(namespaces.transactionLocation)))) {
          looked();
          const hash = key.slice(1);
          const place = blocks.location(hash);
          // The hashes in the receipts have been compared with the blocks; decoding a block each time would take hours.
          const receipts = place === undefined ? undefined : blocks.receipts(place.height);
          const there = place !== undefined && receipts !== undefined && place.index < receipts.count;
          if (!there || !equalBytes(receipts.transactionHash(place.index), hash)) {
            report({ code: "DB_INDEX", message: `the index names transaction ${toHex(hash)}, which is not there` });
          }
        }
        for await (const [key] of store.entries(prefixRange(Uint8Array.of(namespaces.heightByRoot)))) {
          looked();
          const root = key.slice(1);
          const height = blocks.heightOfRoot(root);
          const found = height === undefined ? undefined : blocks.block(height)?.root;
          if (found === undefined || !equalBytes(found, root)) {
            report({ code: "DB_INDEX", message: `the index names block ${toHex(root)}, which is not there` });
          }
        }
      },
    },
    {
      name: "chain.logs",
      summary: "The index of logs is the one that the receipts make, no more and no less.",
      check: async ({ report, looked }) => {
        let expected = 0;
        for (const height of heights()) {
          looked();
          for (const op of postingOps(height, blocks.receipts(height)?.receipts() ?? [])) {
            expected++;
            const found = store.get(op.key);
            if (found === undefined || op.type !== "put" || !equalBytes(found, op.value)) {
              report({ code: "DB_INDEX", message: `the index lacks logs of block ${height}`, meta: { height } });
            }
          }
        }
        let found = 0;
        for (const index of INDEXES) {
          for await (const _ of store.keys(prefixRange(concatBytes(Uint8Array.of(index))))) found++;
        }
        if (found !== expected) {
          report({ code: "DB_INDEX", message: `the index of logs has ${found} records instead of ${expected}` });
        }
      },
    },
    {
      name: "chain.above",
      summary: "Nothing is stored for blocks above the head.",
      check: async ({ report, looked }) => {
        const head = blocks.head()?.height ?? 0;
        for (const namespace of [
          namespaces.block,
          namespaces.receipts,
          namespaces.senders,
          namespaces.commitCertificate,
        ]) {
          for await (const key of store.keys({ ...prefixRange(Uint8Array.of(namespace)), reverse: true, limit: 1 })) {
            looked();
            const height = new DataView(key.buffer, key.byteOffset).getUint32(1);
            if (height > head)
              report({ code: "CHAIN_CORRUPT", message: `there is a record of block ${height}, the head is ${head}` });
          }
        }
      },
    },
  ];
}

function checkReceipts(blocks: BlockStore, height: number, { report, looked }: CheckContext): void {
  const block = blocks.block(height);
  if (block === undefined) return;
  looked();
  const { header, body, root } = block;
  const record = blocks.receipts(height);
  const wrong = record === undefined ? ["they are missing"] : mismatches(record, block.body.transactions);
  if (record !== undefined) {
    const receipts = record.receipts();
    if (!equalBytes(record.blockRoot, root)) wrong.push("they name another block");
    if (!equalBytes(receiptsRoot(receipts), header.receiptsRoot)) wrong.push("their root is another one");
    if ((receipts.at(-1)?.cumulativeGasUsed ?? 0n) !== header.gasUsed) wrong.push("their gas is another one");
  }
  if (!equalBytes(transactionsRoot(body.transactions), header.transactionsRoot))
    wrong.push("the transactions have another root");
  if (blocks.senders(height)?.senders.length !== body.transactions.length) wrong.push("the senders are not as many");
  if (wrong.length > 0) {
    report({ code: "CHAIN_CORRUPT", message: `receipts of block ${height}: ${wrong.join(", ")}`, meta: { height } });
  }
}

function mismatches(record: ReceiptsRecord, transactions: readonly Uint8Array[]): string[] {
  if (record.count !== transactions.length) return [`${record.count} receipts of ${transactions.length} transactions`];
  const at = transactions.findIndex((raw, index) => !equalBytes(transactionHash(raw), record.transactionHash(index)));
  return at < 0 ? [] : [`transaction ${at} has another hash`];
}
