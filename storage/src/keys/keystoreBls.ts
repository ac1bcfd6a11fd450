import { randomBytes } from "node:crypto";
import type bls from "@chainsafe/bls-keystore";
import { equalBytes, fromHex } from "@lucid/consensus/base";
import { StorageError } from "../errors.js";
import { type BlsKey, blsKeyFromSecret } from "./blsKey.js";
import { checkScryptCost, defaultScryptCost, type ScryptCost } from "./scrypt.js";

type Keystore = InstanceType<typeof bls.Keystore>;

/** Loaded when a validator's key is opened or made: it takes longer to load than all the other keys' code together. */
async function keystoreClass(): Promise<typeof bls.Keystore> {
  return (await import("@chainsafe/bls-keystore")).default.Keystore;
}

/** Bound of PBKDF2 rounds of a foreign file: 8 times EIP-2335's 262,144. */
const MAX_ROUNDS = 8 * 262_144;

/** EIP-2335 keystore, version 4, as a plain object for JSON. @param path EIP-2334 path, or "" */
export async function encryptKeystoreBls(
  secretKey: Uint8Array,
  passphrase: string,
  options: { readonly path?: string; readonly cost?: ScryptCost } = {},
): Promise<object> {
  const { publicKey } = blsKeyFromSecret(secretKey);
  const { n, r, p } = options.cost ?? defaultScryptCost;
  checkScryptCost({ n, r, p });
  const kdf = {
    function: "scrypt" as const,
    params: { dklen: 32, n, r, p, salt: randomBytes(32).toString("hex") },
  };
  const keystore = await (await keystoreClass()).create(
    passphrase,
    secretKey,
    publicKey,
    options.path ?? "",
    null,
    kdf,
  );
  return keystore.toObject();
}

/**
 * @param keystore parsed JSON, not trusted
 * @throws StorageError KEYSTORE_PASSPHRASE, KEYSTORE_DAMAGED (also when the public key is of another secret),
 * KEYSTORE_UNSUPPORTED
 */
export async function decryptKeystoreBls(
  keystore: unknown,
  passphrase: string,
): Promise<BlsKey & { readonly path: string }> {
  const parsed = await parse(keystore);
  let secret: Uint8Array;
  try {
    // The library compares the checksum first and throws when it differs.
    secret = await parsed.decrypt(passphrase);
  } catch {
    // No cause: nothing that the library says about a secret goes further.
    throw new StorageError({
      code: "KEYSTORE_PASSPHRASE",
      message: "the passphrase does not open the validator's keystore",
    });
  }
  const key = keyOf(secret);
  if (!equalBytes(key.publicKey, fromHex(parsed.pubkey))) {
    throw new StorageError({
      code: "KEYSTORE_DAMAGED",
      message: "the validator's keystore names the public key of another secret",
    });
  }
  return { ...key, path: parsed.path };
}

function keyOf(secret: Uint8Array): BlsKey {
  try {
    return blsKeyFromSecret(secret);
  } catch {
    throw new StorageError({ code: "KEYSTORE_DAMAGED", message: "the validator's keystore holds no BLS secret key" });
  }
}

async function parse(keystore: unknown): Promise<Keystore> {
  const found = fromObject(await keystoreClass(), keystore);
  const { kdf } = found.crypto;
  if (kdf.function === "scrypt") {
    checkScryptCost(kdf.params);
  } else if (!Number.isSafeInteger(kdf.params.c) || kdf.params.c < 1 || kdf.params.c > MAX_ROUNDS) {
    throw new StorageError({
      code: "KEYSTORE_UNSUPPORTED",
      message: "the PBKDF2 cost of the keystore is out of bounds",
    });
  }
  if (kdf.params.dklen < 32 || kdf.params.dklen > 64) {
    throw new StorageError({
      code: "KEYSTORE_UNSUPPORTED",
      message: `a derived key of ${kdf.params.dklen} bytes is not supported`,
    });
  }
  return found;
}

function fromObject(keystores: typeof bls.Keystore, keystore: unknown): Keystore {
  try {
    return keystores.fromObject(keystore);
  } catch {
    throw new StorageError({ code: "KEYSTORE_DAMAGED", message: "the validator's keystore is no EIP-2335 keystore" });
  }
}
