import { concatBytes, latin1Of, u32be } from "@lucid/consensus/base";
import { namespaces } from "@lucid/storage";

const HISTORY = Uint8Array.of(namespaces.history);
const NOTHING = new Uint8Array(0);

/** Database keys of the EVM state; the table of namespaces is in `storage`. */
export const stateKeys = {
  account: (address: Uint8Array): Uint8Array => keyOf(namespaces.account, address),
  slot: (address: Uint8Array, slot: Uint8Array): Uint8Array => keyOf(namespaces.storageSlot, address, slot),
  code: (hash: Uint8Array): Uint8Array => keyOf(namespaces.code, hash),
  accountNode: (packedPath: Uint8Array): Uint8Array => keyOf(namespaces.accountTrieNode, packedPath),
  storageNode: (address: Uint8Array, packedPath: Uint8Array): Uint8Array =>
    keyOf(namespaces.storageTrieNode, address, packedPath),
  /** The n-th change of a flat record (archive nodes). */
  archived: (recordKey: Uint8Array, index: number): Uint8Array => concatBytes(HISTORY, recordKey, u32be(index)),
  /** Number of changes of a flat record that are archived. */
  archivedCount: (recordKey: Uint8Array): Uint8Array => concatBytes(HISTORY, recordKey),
  undo: (height: number): Uint8Array => keyOf(namespaces.historyByHeight, u32be(height)),
  /** First height whose changes are archived, u32. */
  archiveStart: concatBytes(Uint8Array.of(namespaces.meta), Buffer.from("stateArchive", "ascii")),
  /** Height of the snapshot with which the chain began, u32. */
  chainBase: concatBytes(Uint8Array.of(namespaces.meta), Buffer.from("chainBase", "ascii")),
  /** Height and root of the state in the database. */
  stateHead: concatBytes(Uint8Array.of(namespaces.meta), Buffer.from("stateHead", "ascii")),
} as const;

export { latin1Of as textOf };

export function bytesOf(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < out.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

/**
 * The parts as one key, to be read or written soon. The database wants it off the heap, and a buffer of its own costs more than all
 * the rest: it is a view of Node.js' pool, which it keeps.
 */
function keyOf(kind: number, first: Uint8Array, second: Uint8Array = NOTHING): Uint8Array {
  const { buffer, byteOffset, length } = Buffer.allocUnsafe(1 + first.length + second.length);
  const key = new Uint8Array(buffer, byteOffset, length);
  key[0] = kind;
  key.set(first, 1);
  key.set(second, 1 + first.length);
  return key;
}
