import { concatBytes, sha256, u32be } from "@lucid/consensus/base";
import {
  accountFromPrivateKey,
  accountIndexSigner,
  clockOf,
  type EntryRecord,
  encodeIndexEntry,
  type IndexItem,
  IndexWriter,
  indexDomainSeparator,
  indexItem,
  unsignedFloor,
} from "../../../src/index.js";

/** 1 January 2026. */
export const T0 = 1_767_225_600_000;
export const DAY = 24 * 3_600_000;
export const separator = indexDomainSeparator(77, sha256(u32be(7)));

export interface FakeEntry {
  /** Numbers that stand for an owner and a key. */
  readonly owner?: number;
  /** 0: the floor. */
  readonly key: number;
  readonly clock: bigint;
  readonly deleted?: boolean;
  /** Bytes of the value of one that is not deleted. */
  readonly size?: number;
  /** Makes entries of one clock differ. */
  readonly salt?: number;
}

export function fakeOwner(number: number): Uint8Array {
  return sha256(u32be(number)).slice(0, 20);
}

export function fakeKey(number: number): Uint8Array {
  return number === 0 ? new Uint8Array(32) : sha256(u32be(number), Uint8Array.of(1));
}

/** A well-formed entry that nobody signed: for what does not look at signatures, since a real one takes milliseconds. */
export function fakeItem({ owner = 1, key, clock, deleted = false, size = 60, salt = 0 }: FakeEntry): IndexItem {
  const floor = key === 0;
  const r = sha256(u32be(salt), u32be(key));
  const s = sha256(u32be(salt), u32be(owner));
  r[0] = 1;
  s[0] = 1;
  const value = deleted || floor ? new Uint8Array() : sha256(u32be(salt)).slice(0, 1);
  const entry = {
    ...(floor ? unsignedFloor(fakeOwner(owner), clock) : { owner: fakeOwner(owner), key: fakeKey(key), clock }),
    deleted: deleted || floor,
    value: deleted || floor ? value : concatBytes(value, new Uint8Array(size - 1)),
    signature: concatBytes(r, s, Uint8Array.of(27)),
  };
  return indexItem(encodeIndexEntry({ ...entry, key: fakeKey(key) }));
}

export function recordOf({ entry, id, encoded }: IndexItem): EntryRecord {
  return { sortKey: concatBytes(entry.owner, entry.key), id, clock: entry.clock, size: encoded.length };
}

export interface Device {
  readonly owner: Uint8Array;
  readonly indexKey: Uint8Array;
  readonly writer: IndexWriter;
}

/** An owner with real keys. @param now Unix milliseconds */
export function device(number: number, now: () => number = () => T0): Device {
  const { privateKey, address: owner } = accountFromPrivateKey(sha256(u32be(number), Uint8Array.of(2)));
  const indexKey = sha256(u32be(number), Uint8Array.of(3));
  const options = { owner, indexKey, separator, signer: accountIndexSigner(privateKey) };
  return { owner, indexKey, writer: new IndexWriter(options, now) };
}

export function sessionId(number: number): Uint8Array {
  const id = new Uint8Array(32);
  id.set(sha256(u32be(number)).subarray(0, 16));
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x40;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  return id;
}

export const at = (milliseconds: number, counter = 0): bigint => clockOf(T0 + milliseconds, counter);
