import { concatBytes, u32be } from "@lucid/consensus/base";
import { namespaces } from "@lucid/storage";

const ACCOUNT = Uint8Array.of(namespaces.account);
const SLOT = Uint8Array.of(namespaces.storageSlot);
const CODE = Uint8Array.of(namespaces.code);
const ACCOUNT_NODE = Uint8Array.of(namespaces.accountTrieNode);
const STORAGE_NODE = Uint8Array.of(namespaces.storageTrieNode);
const HISTORY = Uint8Array.of(namespaces.history);
const HISTORY_BY_HEIGHT = Uint8Array.of(namespaces.historyByHeight);

/** Database keys of the EVM state; the table of namespaces is in `storage`. */
export const stateKeys = {
  account: (address: Uint8Array): Uint8Array => concatBytes(ACCOUNT, address),
  slot: (address: Uint8Array, slot: Uint8Array): Uint8Array => concatBytes(SLOT, address, slot),
  code: (hash: Uint8Array): Uint8Array => concatBytes(CODE, hash),
  accountNode: (packedPath: Uint8Array): Uint8Array => concatBytes(ACCOUNT_NODE, packedPath),
  storageNode: (address: Uint8Array, packedPath: Uint8Array): Uint8Array =>
    concatBytes(STORAGE_NODE, address, packedPath),
  /** The n-th change of a flat record (archive nodes). */
  archived: (recordKey: Uint8Array, index: number): Uint8Array => concatBytes(HISTORY, recordKey, u32be(index)),
  /** Number of changes of a flat record that are archived. */
  archivedCount: (recordKey: Uint8Array): Uint8Array => concatBytes(HISTORY, recordKey),
  undo: (height: number): Uint8Array => concatBytes(HISTORY_BY_HEIGHT, u32be(height)),
  /** First height whose changes are archived, u32. */
  archiveStart: concatBytes(Uint8Array.of(namespaces.meta), Buffer.from("stateArchive", "ascii")),
  /** Height of the snapshot with which the chain began, u32. */
  chainBase: concatBytes(Uint8Array.of(namespaces.meta), Buffer.from("chainBase", "ascii")),
  /** Height and root of the state in the database. */
  stateHead: concatBytes(Uint8Array.of(namespaces.meta), Buffer.from("stateHead", "ascii")),
} as const;

/** Bytes as a key of a Map: one character a byte. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}
