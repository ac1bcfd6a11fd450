import { scrypt } from "node:crypto";
import { scryptAsync } from "@noble/hashes/scrypt.js";
import { StorageError } from "../errors.js";

export interface ScryptCost {
  /** Power of two. */
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB and about half a second: what wallets use for a file that stays on disk. */
export const defaultScryptCost: ScryptCost = { n: 131_072, r: 8, p: 1 };

/** Memory that a keystore from outside may ask for, bytes; geth's and EIP-2335's default needs 256 MiB. */
const MAX_MEMORY = 512 << 20;
/** Bound of n * r * p, which the time is proportional to: 8 times geth's default. */
const MAX_WORK = 8 * 262_144 * 8;

/** Refuses costs that would exhaust memory or time before any is spent. @throws StorageError KEYSTORE_UNSUPPORTED */
export function checkScryptCost({ n, r, p }: ScryptCost): void {
  const powerOfTwo = Number.isSafeInteger(n) && n >= 2 && n <= 2 ** 26 && (n & (n - 1)) === 0;
  const inRange = Number.isSafeInteger(r) && r >= 1 && Number.isSafeInteger(p) && p >= 1;
  if (!powerOfTwo || !inRange || 128 * n * r > MAX_MEMORY || n * r * p > MAX_WORK) {
    throw new StorageError({
      code: "KEYSTORE_UNSUPPORTED",
      message: "the scrypt cost of the keystore is out of bounds",
    });
  }
}

/** In libuv's pool, so the event loop goes on. @throws StorageError KEYSTORE_UNSUPPORTED */
export async function deriveScrypt(
  password: Uint8Array,
  salt: Uint8Array,
  length: number,
  cost: ScryptCost,
): Promise<Uint8Array> {
  checkScryptCost(cost);
  const { n, r, p } = cost;
  try {
    // RFC 7914 wants n < 2^(16 r), and OpenSSL insists; the vector of Web3 secret storage itself has r = 1, n = 2^18.
    if (n >= 2 ** (16 * r))
      return await scryptAsync(password, salt, { N: n, r, p, dkLen: length, maxmem: 2 * MAX_MEMORY });
    const options = { N: n, r, p, maxmem: 128 * n * r + 256 * r * p + (32 << 20) };
    return await new Promise((resolve, reject) => {
      scrypt(password, salt, length, options, (error, key) => {
        if (error === null) resolve(new Uint8Array(key));
        else reject(error);
      });
    });
  } catch {
    throw new StorageError({
      code: "KEYSTORE_UNSUPPORTED",
      message: "the scrypt cost of the keystore is not supported",
    });
  }
}
