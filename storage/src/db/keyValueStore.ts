import { compareBytes } from "@lucid/consensus/base";
import { StorageError } from "../errors.js";

export type BatchOp =
  | { readonly type: "put"; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: "del"; readonly key: Uint8Array };

export type Entry = readonly [key: Uint8Array, value: Uint8Array];

/** Keys between two bounds in the order of unsigned bytes; without a bound the range is open on that side. */
export interface KeyRange {
  readonly gte?: Uint8Array | undefined;
  readonly gt?: Uint8Array | undefined;
  readonly lte?: Uint8Array | undefined;
  readonly lt?: Uint8Array | undefined;
  /** From the last key to the first. */
  readonly reverse?: boolean | undefined;
  /** At most this many; none for 0. */
  readonly limit?: number | undefined;
}

export interface BatchOptions {
  /** True: the promise resolves after fsync, and what it wrote survives a power cut. */
  readonly sync: boolean;
}

/**
 * An ordered map of bytes to bytes. A batch is atomic: all of it or nothing is there after a crash. What a resolved
 * `batch` wrote is seen by every later read. A range is read from a snapshot taken when its iteration starts.
 * Returned arrays belong to the caller; arrays given to `batch` must not change before it resolves.
 *
 * After a failed `batch` every later one fails with the same code until the store is opened anew: a log that was
 * written in part must not be appended to.
 */
export interface KeyValueStore {
  /** @throws StorageError DB_CLOSED, DB_CORRUPT, DB_IO, DB_INVALID (empty key) */
  get(key: Uint8Array): Uint8Array | undefined;
  has(key: Uint8Array): boolean;
  /** Later operations on the same key win. @throws StorageError also DISK_FULL */
  batch(ops: readonly BatchOp[], options: BatchOptions): Promise<void>;
  entries(range?: KeyRange): AsyncIterable<Entry>;
  keys(range?: KeyRange): AsyncIterable<Uint8Array>;
  /** Bytes on disk of the range [start, end), an estimate. */
  approximateSize(start: Uint8Array, end: Uint8Array): Promise<number>;
  /** Rewrites the database without what was deleted or overwritten. */
  compact(): Promise<void>;
  /** Idempotent; waits for batches under way. */
  close(): Promise<void>;
}

/** The smallest key after every key that starts with `prefix`; undefined when there is none (all bytes 0xff). */
export function prefixEnd(prefix: Uint8Array): Uint8Array | undefined {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const byte = prefix[i];
    if (byte !== undefined && byte < 0xff) {
      const end = prefix.slice(0, i + 1);
      end[i] = byte + 1;
      return end;
    }
  }
  return undefined;
}

/** Every key that starts with `prefix`. */
export function prefixRange(prefix: Uint8Array): KeyRange {
  const lt = prefixEnd(prefix);
  return lt === undefined ? { gte: prefix } : { gte: prefix, lt };
}

export function inRange(key: Uint8Array, range: KeyRange): boolean {
  return (
    (range.gte === undefined || compareBytes(key, range.gte) >= 0) &&
    (range.gt === undefined || compareBytes(key, range.gt) > 0) &&
    (range.lte === undefined || compareBytes(key, range.lte) <= 0) &&
    (range.lt === undefined || compareBytes(key, range.lt) < 0)
  );
}

/** @throws StorageError DB_INVALID for an empty key (Level has none). */
export function checkKey(key: Uint8Array): void {
  if (key.length === 0) throw new StorageError({ code: "DB_INVALID", message: "a database key must not be empty" });
}

export function put(key: Uint8Array, value: Uint8Array): BatchOp {
  return { type: "put", key, value };
}

export function del(key: Uint8Array): BatchOp {
  return { type: "del", key };
}
