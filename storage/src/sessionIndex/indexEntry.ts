import { compareBytes, concatBytes, equalBytes, sha256 } from "@lucid/consensus/base";
import { StorageError } from "../errors.js";

/** Longest encoded entry, bytes. */
export const INDEX_ENTRY_LIMIT = 4_096;
/** version 1, flags 1, owner 20, key 32, clock 8, signature 65 */
export const INDEX_ENTRY_HEAD = 127;
/** nonce 24, tag 16 */
const SEAL = 40;
/** Bytes of SHA-256 by which an entry is named. */
export const INDEX_ID_LENGTH = 16;
export const INDEX_OWNER_LENGTH = 20;
export const INDEX_KEY_LENGTH = 32;
const VERSION = 1;
const MAX_CLOCK = 2n ** 64n - 1n;

/** Order of secp256k1, halved: of the two signatures that every one has, only the one with the lower s is an entry's. */
const HALF_ORDER = Buffer.from("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0", "hex");
const ORDER = Buffer.from("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", "hex");

/** What the owner signs, and the value whose hash he signs. */
export interface UnsignedIndexEntry {
  /** Account on the chain, 20 bytes. */
  readonly owner: Uint8Array;
  /** HMAC-SHA-256(indexKey, sessionId), 32 bytes; zeros in a floor. */
  readonly key: Uint8Array;
  /** Hybrid logical clock: Unix milliseconds in the upper 48 bits, a counter in the lower 16. */
  readonly clock: bigint;
  readonly deleted: boolean;
  /** nonce 24, ciphertext, tag 16; empty when deleted. */
  readonly value: Uint8Array;
}

/** An entry as replicas keep it: a decoded one is well-formed, its signature is checked apart (`indexSignature.ts`). */
export interface IndexEntry extends UnsignedIndexEntry {
  /** r 32, s 32, v 1 (27 or 28), as eth_signTypedData_v4 gives it. */
  readonly signature: Uint8Array;
}

const floorKey = new Uint8Array(INDEX_KEY_LENGTH);

/** The entry that takes the place of everything of its owner that is not newer. */
export function isFloor(entry: { readonly key: Uint8Array }): boolean {
  return equalBytes(entry.key, floorKey);
}

export function unsignedFloor(owner: Uint8Array, clock: bigint): UnsignedIndexEntry {
  return { owner, key: floorKey.slice(), clock, deleted: true, value: new Uint8Array() };
}

function malformed(message: string): StorageError {
  return new StorageError({ code: "INDEX_ENTRY_MALFORMED", message: `no entry of the index: ${message}` });
}

/** @throws StorageError INDEX_ENTRY_MALFORMED, INDEX_ENTRY_TOO_LARGE */
function check(entry: IndexEntry): void {
  const { owner, key, clock, deleted, value, signature } = entry;
  if (owner.length !== INDEX_OWNER_LENGTH || key.length !== INDEX_KEY_LENGTH || signature.length !== 65) {
    throw malformed("a field has another length");
  }
  if (clock < 1n || clock > MAX_CLOCK) throw malformed("a clock out of range");
  if (INDEX_ENTRY_HEAD + value.length > INDEX_ENTRY_LIMIT) throw tooLarge(INDEX_ENTRY_HEAD + value.length);
  if (deleted ? value.length !== 0 : value.length <= SEAL) {
    throw malformed(deleted ? "a deleted one with a value" : "a value too short to be sealed");
  }
  if (!deleted && isFloor(entry)) throw malformed("a floor with a value");
  const [r, s, v] = [signature.subarray(0, 32), signature.subarray(32, 64), signature[64]];
  const zero = (word: Uint8Array) => word.every((byte) => byte === 0);
  const outside = zero(r) || zero(s) || compareBytes(r, ORDER) >= 0 || compareBytes(s, HALF_ORDER) > 0;
  if (outside || (v !== 27 && v !== 28)) throw malformed("a signature out of range");
}

export function tooLarge(length: number): StorageError {
  return new StorageError({
    code: "INDEX_ENTRY_TOO_LARGE",
    message: `an entry of the index has at most ${INDEX_ENTRY_LIMIT} bytes, not ${length}`,
    meta: { length, limit: INDEX_ENTRY_LIMIT },
  });
}

/** @throws StorageError INDEX_ENTRY_MALFORMED, INDEX_ENTRY_TOO_LARGE */
export function encodeIndexEntry(entry: IndexEntry): Uint8Array {
  check(entry);
  const head = new Uint8Array(2);
  head[0] = VERSION;
  head[1] = entry.deleted ? 1 : 0;
  return concatBytes(head, entry.owner, entry.key, clockBytes(entry.clock), entry.signature, entry.value);
}

/**
 * Fields are copies. Every entry has one encoding: what decodes encodes to the same bytes.
 * @throws StorageError INDEX_ENTRY_MALFORMED, INDEX_ENTRY_TOO_LARGE
 */
export function decodeIndexEntry(bytes: Uint8Array): IndexEntry {
  if (bytes.length > INDEX_ENTRY_LIMIT) throw tooLarge(bytes.length);
  if (bytes.length < INDEX_ENTRY_HEAD) throw malformed(`${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint8(0) !== VERSION) throw malformed(`version ${view.getUint8(0)}`);
  if (view.getUint8(1) > 1) throw malformed(`flags ${view.getUint8(1)}`);
  const part = (from: number, to?: number) => new Uint8Array(bytes.subarray(from, to));
  const entry = {
    deleted: view.getUint8(1) === 1,
    owner: part(2, 22),
    key: part(22, 54),
    clock: view.getBigUint64(54),
    signature: part(62, INDEX_ENTRY_HEAD),
    value: part(INDEX_ENTRY_HEAD),
  };
  check(entry);
  return entry;
}

export function clockBytes(clock: bigint): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, clock);
  return out;
}

/** Name of an entry, and what decides between two of one clock: the first 16 bytes of SHA-256 of its encoding. */
export function indexEntryId(encoded: Uint8Array): Uint8Array {
  return sha256(encoded).slice(0, INDEX_ID_LENGTH);
}

/** An entry with its encoding and name, so that neither is made twice. */
export interface IndexItem {
  readonly entry: IndexEntry;
  readonly encoded: Uint8Array;
  /** 16 bytes. */
  readonly id: Uint8Array;
}

/** @throws StorageError INDEX_ENTRY_MALFORMED, INDEX_ENTRY_TOO_LARGE */
export function indexItem(encoded: Uint8Array): IndexItem {
  return { entry: decodeIndexEntry(encoded), encoded, id: indexEntryId(encoded) };
}

/** What two entries of one key, or of one owner, are ordered by. */
export interface Rank {
  readonly clock: bigint;
  readonly id: Uint8Array;
}

/** Negative when `a` is older than `b`; zero for one and the same entry. */
export function compareRank(a: Rank, b: Rank): number {
  if (a.clock !== b.clock) return a.clock < b.clock ? -1 : 1;
  return compareBytes(a.id, b.id);
}
