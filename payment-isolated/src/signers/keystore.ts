/** Web3 v3 keystores as java-tron's wallet-cli writes them (the address in base58), by node:crypto. */
import { createCipheriv, createDecipheriv, randomBytes, randomUUID, scrypt, timingSafeEqual } from "node:crypto";
import { computeAddress, keccak256, SigningKey } from "ethers";
import { z } from "zod";
import { addressFromHex } from "../domain/address.js";
import { PayoutError } from "../errors.js";

const hex = z.string().regex(/^(?:[0-9a-fA-F]{2})*$/);
const keystoreSchema = z.looseObject({
  version: z.literal(3),
  address: z.string().max(60).optional(),
  crypto: z.looseObject({
    cipher: z.literal("aes-128-ctr"),
    ciphertext: hex.max(128),
    cipherparams: z.looseObject({ iv: hex.length(32) }),
    kdf: z.literal("scrypt"),
    kdfparams: z.looseObject({
      // Bounds what a foreign file can cost: 512 MiB.
      n: z
        .int()
        .min(2)
        .max(2 ** 19),
      r: z.int().min(1).max(16),
      p: z.int().min(1).max(16),
      dklen: z.int().min(32).max(64),
      salt: hex.max(256),
    }),
    mac: hex.length(64),
  }),
});

function derive(passphrase: string, salt: Buffer, n: number, r: number, p: number, length: number): Promise<Buffer> {
  const invalid = () => new PayoutError("KEYSTORE_INVALID", "the key derivation of the key file cannot be run");
  return new Promise((resolve, reject) => {
    try {
      const options = { N: n, r, p, maxmem: 128 * n * r * 2 + (1 << 20) };
      scrypt(passphrase, salt, length, options, (error, key) => (error === null ? resolve(key) : reject(invalid())));
    } catch {
      // Parameters that OpenSSL refuses are thrown at once.
      reject(invalid());
    }
  });
}

function macOf(derived: Buffer, ciphertext: Buffer): Buffer {
  return Buffer.from(keccak256(Buffer.concat([derived.subarray(16, 32), ciphertext])).slice(2), "hex");
}

export function addressOfKey(privateKey: Uint8Array): string {
  return addressFromHex(computeAddress(new SigningKey(privateKey).publicKey).slice(2));
}

/** @throws PayoutError KEYSTORE_INVALID, WRONG_PASSPHRASE; neither holds anything secret */
export async function openKeystore(
  text: string,
  passphrase: string,
): Promise<{ privateKey: Uint8Array; address: string }> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PayoutError("KEYSTORE_INVALID", "the key file is no JSON");
  }
  // Some writers call it Crypto.
  const fields =
    typeof value === "object" && value !== null && "Crypto" in value ? { ...value, crypto: value.Crypto } : value;
  const parsed = keystoreSchema.safeParse(fields);
  if (!parsed.success)
    throw new PayoutError(
      "KEYSTORE_INVALID",
      `the key file is wrong at ${parsed.error.issues[0]?.path.join(".") ?? ""}`,
    );
  const { kdfparams, ciphertext, cipherparams, mac } = parsed.data.crypto;
  const derived = await derive(
    passphrase,
    Buffer.from(kdfparams.salt, "hex"),
    kdfparams.n,
    kdfparams.r,
    kdfparams.p,
    kdfparams.dklen,
  );
  const bytes = Buffer.from(ciphertext, "hex");
  if (!timingSafeEqual(macOf(derived, bytes), Buffer.from(mac, "hex"))) {
    throw new PayoutError("WRONG_PASSPHRASE", "the passphrase does not open the key file");
  }
  const cipher = createDecipheriv("aes-128-ctr", derived.subarray(0, 16), Buffer.from(cipherparams.iv, "hex"));
  const privateKey = Buffer.concat([cipher.update(bytes), cipher.final()]);
  if (privateKey.length !== 32) throw new PayoutError("KEYSTORE_INVALID", "the key file holds no 32-byte key");
  return { privateKey, address: addressOfKey(privateKey) };
}

/** `light` is for tests and small machines: N = 2^12, p = 6; otherwise N = 2^18, as wallet-cli has it. */
export async function sealKeystore(privateKey: Uint8Array, passphrase: string, light = false): Promise<string> {
  const [n, r, p] = light ? [2 ** 12, 8, 6] : [2 ** 18, 8, 1];
  const salt = randomBytes(32);
  const iv = randomBytes(16);
  const derived = await derive(passphrase, salt, n, r, p, 32);
  const cipher = createCipheriv("aes-128-ctr", derived.subarray(0, 16), iv);
  const ciphertext = Buffer.concat([cipher.update(privateKey), cipher.final()]);
  const crypto = {
    cipher: "aes-128-ctr",
    ciphertext: ciphertext.toString("hex"),
    cipherparams: { iv: iv.toString("hex") },
    kdf: "scrypt",
    kdfparams: { dklen: 32, n, p, r, salt: salt.toString("hex") },
    mac: macOf(derived, ciphertext).toString("hex"),
  };
  return `${JSON.stringify({ address: addressOfKey(privateKey), id: randomUUID(), version: 3, crypto })}\n`;
}
