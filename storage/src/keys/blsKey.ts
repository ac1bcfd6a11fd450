import { SecretKey } from "@chainsafe/blst";
import { StorageError } from "../errors.js";

export interface BlsKey {
  /** 32 bytes, big-endian. */
  readonly secretKey: Uint8Array;
  /** Compressed G1 point, 48 bytes. */
  readonly publicKey: Uint8Array;
}

export interface DerivedBlsKey extends BlsKey {
  /** EIP-2334 path. */
  readonly path: string;
}

/** EIP-2334: purpose 12381, coin type 3600, account, use 0 (withdrawal), 0 (signing). */
export function blsPath(index: number): string {
  return `m/12381/3600/${index}/0/0`;
}

/** EIP-2333 key tree walked along an EIP-2334 path. @throws StorageError KEY_INVALID */
export function deriveBlsKeyAt(seed: Uint8Array, path: string): DerivedBlsKey {
  const [root, ...parts] = path.split("/");
  const indexes = parts.map(Number);
  const pathOk = root === "m" && parts.every((part) => /^\d{1,10}$/.test(part)) && indexes.every((i) => i < 2 ** 32);
  if (!pathOk || seed.length < 32) {
    throw new StorageError({
      code: "KEY_INVALID",
      message: "BLS keys need a seed of 32 bytes or more and a path m/i/j/...",
    });
  }
  let key = SecretKey.deriveMasterEip2333(seed);
  for (const index of indexes) key = key.deriveChildEip2333(index);
  return { secretKey: key.toBytes(), publicKey: key.toPublicKey().toBytes(), path };
}

/** The validator's key. @param seed BIP-39 seed */
export function deriveBlsKey(seed: Uint8Array, index = 0): DerivedBlsKey {
  return deriveBlsKeyAt(seed, blsPath(index));
}

/** @throws StorageError KEY_INVALID unless 32 bytes in 1 .. r-1 */
export function blsKeyFromSecret(secretKey: Uint8Array): BlsKey {
  try {
    const key = SecretKey.fromBytes(secretKey);
    return { secretKey: key.toBytes(), publicKey: key.toPublicKey().toBytes() };
  } catch {
    throw new StorageError({
      code: "KEY_INVALID",
      message: "a BLS secret key is 32 bytes within the order of BLS12-381",
    });
  }
}
