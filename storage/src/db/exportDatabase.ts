import { createHash, type Hash } from "node:crypto";
import { concatBytes, equalBytes, toHex, u32be, u64be } from "@lucid/consensus/base";
import { StorageError } from "../errors.js";
import { type BatchOp, type KeyValueStore, put } from "./keyValueStore.js";
import { isOwnRecord } from "./ownRecords.js";
import { currentSchema, readSchemaVersion, type Schema, schemaVersionOp } from "./schema.js";

/**
 * Format of an export: "LUCIDDB1", schema version u32, genesis root of the network 32, then each record as key length u32
 * (1 or more), value length u32, key, value, in the order of keys; then u32 0, number of records u64, SHA-256 of all
 * before it. Big-endian. Records of one node alone are left out (ownRecords.ts).
 */
const MAGIC = new TextEncoder().encode("LUCIDDB1");
/** Bounds of what an import takes into memory. */
const MAX_KEY = 4096;
const MAX_VALUE = 64 << 20;
/** Bytes that are handed on or committed at a time. */
const GROUP = 1 << 20;

export interface ExportSummary {
  readonly records: number;
  /** Of the keys and values. */
  readonly bytes: number;
}

/** Yields the export piece by piece; the records are those of the moment when it starts. */
export async function* exportDatabase(
  store: KeyValueStore,
  genesisRoot: Uint8Array,
): AsyncGenerator<Uint8Array, ExportSummary, void> {
  const version = readSchemaVersion(store);
  if (version === undefined)
    throw new StorageError({ code: "DB_MIGRATION", message: "the database has no schema version" });
  const hash = createHash("sha256");
  let pieces: Uint8Array[] = [MAGIC, u32be(version), genesisRoot];
  let size = 0;
  let records = 0;
  let bytes = 0;
  const flush = () => {
    const piece = concatBytes(...pieces);
    pieces = [];
    size = 0;
    hash.update(piece);
    return piece;
  };
  for await (const [key, value] of store.entries()) {
    if (isOwnRecord(key)) continue;
    pieces.push(u32be(key.length), u32be(value.length), key, value);
    records++;
    bytes += key.length + value.length;
    size += 8 + key.length + value.length;
    if (size >= GROUP) yield flush();
  }
  pieces.push(u32be(0), u64be(records));
  yield flush();
  yield new Uint8Array(hash.digest());
  return { records, bytes };
}

/**
 * Fills an empty database from an export. The schema version is written with the last records, after the checksum was
 * compared: a database of an import that did not end is refused by openDatabase.
 * @throws StorageError IMPORT_NOT_EMPTY, EXPORT_DAMAGED, EXPORT_NETWORK, DB_NEWER, and the codes of the store
 */
export async function importDatabase(
  store: KeyValueStore,
  source: AsyncIterable<Uint8Array>,
  genesisRoot: Uint8Array,
  schema: Schema = currentSchema,
): Promise<ExportSummary> {
  for await (const _ of store.keys({ limit: 1 })) {
    throw new StorageError({ code: "IMPORT_NOT_EMPTY", message: "the database to import into is not empty" });
  }
  const reader = new Reader(source);
  if (!equalBytes(await reader.take(MAGIC.length), MAGIC)) throw damaged("it does not start with LUCIDDB1");
  const version = await reader.u32();
  if (version > schema.version) {
    throw new StorageError({
      code: "DB_NEWER",
      message: `the export has schema version ${version}, this program knows ${schema.version}`,
      meta: { version },
    });
  }
  const network = await reader.take(genesisRoot.length);
  if (!equalBytes(network, genesisRoot)) {
    throw new StorageError({
      code: "EXPORT_NETWORK",
      message: `the export is of the network with genesis root ${toHex(network)}, not ${toHex(genesisRoot)}`,
      meta: { found: toHex(network), expected: toHex(genesisRoot) },
    });
  }
  const versionOp = schemaVersionOp(store, version);
  let ops: BatchOp[] = [];
  let size = 0;
  let records = 0;
  let bytes = 0;
  for (let keyLength = await reader.u32(); keyLength !== 0; keyLength = await reader.u32()) {
    const valueLength = await reader.u32();
    if (keyLength > MAX_KEY || valueLength > MAX_VALUE) throw damaged("a record is too large");
    const op = put(await reader.take(keyLength), await reader.take(valueLength));
    if (isOwnRecord(op.key)) throw damaged("it holds a record that belongs to one node alone");
    records++;
    bytes += keyLength + valueLength;
    // Kept for the end: it makes the database count as one.
    if (equalBytes(op.key, versionOp.key)) continue;
    ops.push(op);
    size += keyLength + valueLength;
    if (size >= GROUP) {
      await store.batch(ops, { sync: true });
      ops = [];
      size = 0;
    }
  }
  const count = await reader.take(8);
  const digest = reader.digest();
  if (!equalBytes(await reader.take(32), digest)) throw damaged("its checksum is another one");
  if (!equalBytes(count, u64be(records))) throw damaged("the number of records is another one");
  if (!(await reader.ended())) throw damaged("something follows its end");
  await store.batch([...ops, versionOp], { sync: true });
  return { records, bytes };
}

function damaged(what: string): StorageError {
  return new StorageError({ code: "EXPORT_DAMAGED", message: `the export is damaged: ${what}` });
}

/** Takes bytes off a stream, hashing what it takes. */
class Reader {
  private readonly source: AsyncIterator<Uint8Array>;
  private readonly hash: Hash = createHash("sha256");
  private rest: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Uint8Array> {
    const out = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      if (this.rest.length === 0 && !(await this.more())) throw damaged("it ends too early");
      const part = this.rest.subarray(0, length - done);
      out.set(part, done);
      done += part.length;
      this.rest = this.rest.subarray(part.length);
    }
    this.hash.update(out);
    return out;
  }

  async u32(): Promise<number> {
    const bytes = await this.take(4);
    return new DataView(bytes.buffer).getUint32(0);
  }

  /** SHA-256 of everything taken so far. */
  digest(): Uint8Array {
    return new Uint8Array(this.hash.copy().digest());
  }

  async ended(): Promise<boolean> {
    while (this.rest.length === 0) {
      if (!(await this.more())) return true;
    }
    return false;
  }

  private async more(): Promise<boolean> {
    const next = await this.source.next();
    if (next.done === true) return false;
    this.rest = next.value;
    return true;
  }
}
