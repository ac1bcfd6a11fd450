import { equalBytes } from "@lucid/consensus/base";
import type { BatchOp, KeyValueStore } from "./keyValueStore.js";
import { prefixRange, put } from "./keyValueStore.js";
import { namespaces } from "./namespaces.js";

/**
 * Records of this node alone, which no export carries: what a voter has signed must never be set back by a file, waiting
 * transactions were acknowledged here, and chunk records speak of files of this disk.
 */
const ownNamespaces: readonly number[] = [
  namespaces.voterState,
  namespaces.mempoolJournal,
  namespaces.chunk,
  namespaces.sessionChunk,
];
const ownNames = ["chunkTotals", "scrubCursor"].map((name) => new TextEncoder().encode(name));
/** Bytes that are committed at a time. */
const GROUP = 1 << 20;

export function isOwnRecord(key: Uint8Array): boolean {
  const [namespace = 0xff] = key;
  if (namespace !== namespaces.meta) return ownNamespaces.includes(namespace);
  return ownNames.some((name) => equalBytes(name, key.subarray(1)));
}

/** Copies a node's own records to the database that takes the place of `from`. */
export async function copyOwnRecords(from: KeyValueStore, to: KeyValueStore): Promise<void> {
  let ops: BatchOp[] = [];
  let size = 0;
  for (const namespace of [namespaces.meta, ...ownNamespaces]) {
    for await (const [key, value] of from.entries(prefixRange(Uint8Array.of(namespace)))) {
      if (!isOwnRecord(key)) continue;
      ops.push(put(key, value));
      size += key.length + value.length;
      if (size < GROUP) continue;
      await to.batch(ops, { sync: true });
      ops = [];
      size = 0;
    }
  }
  if (ops.length > 0) await to.batch(ops, { sync: true });
}
