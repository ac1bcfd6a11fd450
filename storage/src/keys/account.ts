import { secp256k1 } from "@noble/curves/secp256k1.js";
import { HDKey } from "@scure/bip32";
import { StorageError } from "../errors.js";
import { addressOfPublicKey } from "./address.js";

export interface Account {
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
  /** Uncompressed, 65 bytes. */
  readonly publicKey: Uint8Array;
  /** 20 bytes. */
  readonly address: Uint8Array;
}

export interface DerivedAccount extends Account {
  readonly path: string;
}

/** BIP-44 path that Ethereum tools use. The owner of sessions is index 0. */
export function accountPath(index: number): string {
  return `m/44'/60'/0'/0/${index}`;
}

/** @throws StorageError KEY_INVALID unless 32 bytes in 1 .. n-1 */
export function accountFromPrivateKey(privateKey: Uint8Array): Account {
  if (privateKey.length !== 32 || !secp256k1.utils.isValidSecretKey(privateKey)) {
    throw new StorageError({
      code: "KEY_INVALID",
      message: "an account's private key is 32 bytes within secp256k1's order",
    });
  }
  const publicKey = secp256k1.getPublicKey(privateKey, false);
  return { privateKey: privateKey.slice(), publicKey, address: addressOfPublicKey(publicKey) };
}

/** BIP-32 account m/44'/60'/0'/0/index. @param seed BIP-39 seed @throws StorageError KEY_INVALID */
export function deriveAccount(seed: Uint8Array, index = 0): DerivedAccount {
  const path = accountPath(index);
  if (seed.length !== 64 || !Number.isInteger(index) || index < 0 || index >= 2 ** 31) {
    throw new StorageError({
      code: "KEY_INVALID",
      message: "accounts need a seed of 64 bytes and an index below 2^31",
    });
  }
  const root = HDKey.fromMasterSeed(seed);
  const key = root.derive(path);
  const privateKey = key.privateKey;
  // Has a probability of 2^-127 (BIP-32 says to take the next index); never seen.
  if (privateKey === null)
    throw new StorageError({ code: "KEY_INVALID", message: "this index has no key, take the next" });
  const account = accountFromPrivateKey(privateKey);
  key.wipePrivateData();
  root.wipePrivateData();
  return { ...account, path };
}
