import { concatBytes, u32be } from "@lucid/consensus/base";
import type { StoreOp } from "../interfaces.js";
import { stateKeys } from "./keys.js";
import type { OldRecord } from "./undoRecord.js";
import type { RecordReader } from "./unwrittenRecords.js";

/**
 * All changes of every account and slot, for archive nodes: a counter per record, and the record's changes numbered from
 * 0. The change that matters for a height is found by binary search over the numbers, with synchronous reads.
 */
export function archiveOps(changed: readonly OldRecord[], height: number, store: RecordReader): StoreOp[] {
  const ops: StoreOp[] = [];
  for (const { key, value } of changed) {
    const countKey = stateKeys.archivedCount(key);
    const count = readCount(store, countKey);
    const present = Uint8Array.of(value === undefined ? 0 : 1);
    const entry = concatBytes(u32be(height), present, value ?? new Uint8Array(0));
    ops.push({ type: "put", key: stateKeys.archived(key, count), value: entry });
    ops.push({ type: "put", key: countKey, value: u32be(count + 1) });
  }
  return ops;
}

/**
 * A node that archives from height h on can answer for h-1 and later; one that stops archiving forgets that it did, so
 * that a gap never looks like "unchanged".
 */
export function archiveMarkerOps(archive: boolean, height: number, store: RecordReader): StoreOp[] {
  const marked = store.get(stateKeys.archiveStart) !== undefined;
  if (archive === marked) return [];
  const key = stateKeys.archiveStart;
  return [archive ? { type: "put", key, value: u32be(height) } : { type: "del", key }];
}

/** First height whose state the archive can give; undefined without an archive. */
export function archivedFrom(store: RecordReader): number | undefined {
  const bytes = store.get(stateKeys.archiveStart);
  return bytes === undefined ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) - 1;
}

/** The record before its first change above `height`; undefined if it has not changed since. */
export function findArchived(store: RecordReader, key: Uint8Array, height: number): OldRecord | undefined {
  let low = 0;
  let high = readCount(store, stateKeys.archivedCount(key));
  let found: Uint8Array | undefined;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = store.get(stateKeys.archived(key, middle));
    if (entry === undefined) return undefined;
    if (new DataView(entry.buffer, entry.byteOffset).getUint32(0) > height) {
      found = entry;
      high = middle;
    } else low = middle + 1;
  }
  if (found === undefined) return undefined;
  return { key, value: found[4] === 1 ? found.slice(5) : undefined };
}

function readCount(store: RecordReader, countKey: Uint8Array): number {
  const bytes = store.get(countKey);
  return bytes === undefined ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}
