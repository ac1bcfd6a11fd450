import { createKeccak } from "hash-wasm";

/**
 * WebAssembly Keccak, 6 times the JavaScript one. Loading is asynchronous, hashing is not; the instance holds state only
 * between init and digest, which never interleave on one thread.
 */
const hasher = await createKeccak(256);

/** Keccak-256 of `data`, 32 bytes. */
export function keccak256(data: Uint8Array): Uint8Array {
  return hasher.init().update(data).digest("binary");
}

/** Keccak-256 of the empty string: code hash of an account without code. */
export const EMPTY_CODE_HASH: Uint8Array = keccak256(new Uint8Array(0));

/** Keccak-256 of RLP's empty string: root of an empty trie. */
export const EMPTY_TRIE_ROOT: Uint8Array = keccak256(Uint8Array.of(0x80));
