import { createCipheriv, createDecipheriv, pbkdf2, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { concatBytes, fromHex } from "@lucid/consensus/base";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { StorageError } from "../errors.js";
import { checkScryptCost, defaultScryptCost, deriveScrypt, type ScryptCost } from "./scrypt.js";

/** Web3 secret storage, version 3, as wallets write it. Hex without 0x. */
export interface KeystoreV3 {
  readonly version: 3;
  readonly id: string;
  /** 40 hex digits; absent when the secret is no account key. */
  readonly address?: string;
  readonly crypto: {
    readonly cipher: "aes-128-ctr";
    readonly cipherparams: { readonly iv: string };
    readonly ciphertext: string;
    readonly kdf: "scrypt" | "pbkdf2";
    readonly kdfparams: Readonly<Record<string, string | number>>;
    readonly mac: string;
  };
}

export interface EncryptV3Options {
  /** 20 bytes, written into the file in the clear. */
  readonly address?: Uint8Array;
  readonly cost?: ScryptCost;
}

/** Longest ciphertext that is looked at: a 32-byte secret with room. */
const MAX_SECRET = 256;
/** Bound of PBKDF2 rounds of a foreign file: 8 times the usual 262,144. */
const MAX_ROUNDS = 8 * 262_144;

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** Encrypts 1 to 256 bytes. */
export async function encryptKeystoreV3(
  secret: Uint8Array,
  passphrase: string,
  options: EncryptV3Options = {},
): Promise<KeystoreV3> {
  if (secret.length === 0 || secret.length > MAX_SECRET) {
    throw new StorageError({
      code: "KEY_INVALID",
      message: `a keystore holds 1 to ${MAX_SECRET} bytes, not ${secret.length}`,
    });
  }
  const cost = options.cost ?? defaultScryptCost;
  const salt = randomBytes(32);
  const iv = randomBytes(16);
  const key = await deriveScrypt(passwordBytes(passphrase), salt, 32, cost);
  const cipher = createCipheriv("aes-128-ctr", key.subarray(0, 16), iv);
  const ciphertext = concatBytes(cipher.update(secret), cipher.final());
  return {
    version: 3,
    id: randomUUID(),
    ...(options.address === undefined ? {} : { address: hex(options.address) }),
    crypto: {
      cipher: "aes-128-ctr",
      cipherparams: { iv: hex(iv) },
      ciphertext: hex(ciphertext),
      kdf: "scrypt",
      kdfparams: { dklen: 32, n: cost.n, p: cost.p, r: cost.r, salt: hex(salt) },
      mac: hex(keccak_256(concatBytes(key.subarray(16, 32), ciphertext))),
    },
  };
}

/**
 * The secret of a keystore; also reads PBKDF2 files and the field names of old wallets ("Crypto").
 * @param keystore parsed JSON, not trusted
 * @throws StorageError KEYSTORE_PASSPHRASE, KEYSTORE_DAMAGED, KEYSTORE_UNSUPPORTED
 */
export async function decryptKeystoreV3(keystore: unknown, passphrase: string): Promise<Uint8Array> {
  const parsed = parseV3(keystore);
  // Wallets disagree on whether a passphrase is normalised: ethers does (NFKC), geth does not.
  const attempts = new Set([passphrase.normalize("NFKC"), passphrase]);
  for (const attempt of attempts) {
    const key = await parsed.derive(new TextEncoder().encode(attempt));
    if (timingSafeEqual(keccak_256(concatBytes(key.subarray(16, 32), parsed.ciphertext)), parsed.mac)) {
      const decipher = createDecipheriv("aes-128-ctr", key.subarray(0, 16), parsed.iv);
      return concatBytes(decipher.update(parsed.ciphertext), decipher.final());
    }
  }
  throw new StorageError({ code: "KEYSTORE_PASSPHRASE", message: "the passphrase does not open the keystore" });
}

function passwordBytes(passphrase: string): Uint8Array {
  return new TextEncoder().encode(passphrase.normalize("NFKC"));
}

interface ParsedV3 {
  readonly iv: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly mac: Uint8Array;
  readonly derive: (password: Uint8Array) => Promise<Uint8Array>;
}

function damaged(what: string): StorageError {
  return new StorageError({ code: "KEYSTORE_DAMAGED", message: `the keystore is damaged: ${what}` });
}

function unsupported(what: string): StorageError {
  return new StorageError({
    code: "KEYSTORE_UNSUPPORTED",
    message: `the keystore is of a kind that is not supported: ${what}`,
  });
}

function field(object: unknown, name: string): unknown {
  if (typeof object !== "object" || object === null || Array.isArray(object)) throw damaged(`nothing holds "${name}"`);
  const found = Object.entries(object).find(([key]) => key.toLowerCase() === name);
  if (found === undefined) throw damaged(`"${name}" is missing`);
  return found[1];
}

function bytesField(object: unknown, name: string, min: number, max: number): Uint8Array {
  const value = field(object, name);
  if (typeof value !== "string" || !/^(0x)?([0-9a-fA-F]{2})*$/.test(value)) throw damaged(`"${name}" is no hex text`);
  const bytes = fromHex(value);
  if (bytes.length < min || bytes.length > max) throw damaged(`"${name}" has ${bytes.length} bytes`);
  return bytes;
}

function intField(object: unknown, name: string): number {
  const value = field(object, name);
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw damaged(`"${name}" is no number`);
  return value;
}

function parseV3(keystore: unknown): ParsedV3 {
  if (field(keystore, "version") !== 3) throw unsupported("version other than 3");
  const crypto = field(keystore, "crypto");
  if (field(crypto, "cipher") !== "aes-128-ctr") throw unsupported("cipher other than aes-128-ctr");
  const parameters = field(crypto, "kdfparams");
  const length = intField(parameters, "dklen");
  if (length < 32 || length > 64) throw unsupported(`derived key of ${length} bytes`);
  const salt = bytesField(parameters, "salt", 1, 64);
  return {
    iv: bytesField(field(crypto, "cipherparams"), "iv", 16, 16),
    ciphertext: bytesField(crypto, "ciphertext", 1, MAX_SECRET),
    mac: bytesField(crypto, "mac", 32, 32),
    derive: derivation(field(crypto, "kdf"), parameters, salt, length),
  };
}

function derivation(kdf: unknown, parameters: unknown, salt: Uint8Array, length: number): ParsedV3["derive"] {
  if (kdf === "scrypt") {
    const cost = { n: intField(parameters, "n"), r: intField(parameters, "r"), p: intField(parameters, "p") };
    checkScryptCost(cost);
    return (password) => deriveScrypt(password, salt, length, cost);
  }
  if (kdf !== "pbkdf2" || field(parameters, "prf") !== "hmac-sha256") throw unsupported("key derivation");
  const rounds = intField(parameters, "c");
  if (rounds < 1 || rounds > MAX_ROUNDS) throw unsupported(`${rounds} rounds of PBKDF2`);
  return (password) =>
    new Promise((resolve, reject) => {
      pbkdf2(password, salt, rounds, length, "sha256", (error, key) => {
        if (error === null) resolve(new Uint8Array(key));
        else reject(unsupported("PBKDF2 parameters"));
      });
    });
}
