import { createCipheriv, createDecipheriv } from "node:crypto";
import { hchacha } from "@noble/ciphers/chacha.js";
import { StorageError } from "../errors.js";
import { CHUNK_NONCE_LENGTH, CHUNK_TAG_LENGTH } from "./chunkHeader.js";

/**
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) at the speed of OpenSSL: HChaCha20 makes the sub-key, node:crypto does
 * the rest with the nonce 0x00000000 || nonce[16..24]. Byte for byte what @noble/ciphers' xchacha20poly1305 gives.
 */

/** "expand 32-byte k" as little-endian words. */
const SIGMA = Uint32Array.of(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574);

/** Bulk data goes through in pieces of this size: each result is copied into place, and no second chunk is allocated. */
const PIECE = 64 * 1024;

function words(bytes: Uint8Array): Uint32Array {
  // A copy: the source may lie at any offset.
  const copy = bytes.slice();
  return new Uint32Array(copy.buffer, copy.byteOffset, copy.length / 4);
}

function subKey(key: Uint8Array, nonce: Uint8Array): { key: Uint8Array; iv: Uint8Array } {
  if (key.length !== 32 || nonce.length !== CHUNK_NONCE_LENGTH) {
    throw new StorageError({ code: "KEY_INVALID", message: "a key has 32 bytes and a nonce 24" });
  }
  const out = new Uint32Array(8);
  hchacha(SIGMA, words(key), words(nonce.subarray(0, 16)), out);
  const iv = new Uint8Array(12);
  iv.set(nonce.subarray(16), 4);
  return { key: new Uint8Array(out.buffer), iv };
}

/**
 * Encrypts `parts` one after the other to out[start...]; the tag follows. A part may lie in `out` at the very place where
 * its ciphertext goes. Returns the bytes written, tag included.
 */
export function encryptInto(
  out: Uint8Array,
  start: number,
  parts: readonly Uint8Array[],
  secret: { readonly key: Uint8Array; readonly nonce: Uint8Array; readonly aad: Uint8Array },
): number {
  const { key, iv } = subKey(secret.key, secret.nonce);
  const cipher = createCipheriv("chacha20-poly1305", key, iv, { authTagLength: CHUNK_TAG_LENGTH });
  cipher.setAAD(secret.aad, { plaintextLength: parts.reduce((sum, part) => sum + part.length, 0) });
  let at = start;
  for (const part of parts) {
    for (let from = 0; from < part.length; from += PIECE) {
      const piece = cipher.update(part.subarray(from, Math.min(from + PIECE, part.length)));
      out.set(piece, at);
      at += piece.length;
    }
  }
  cipher.final();
  out.set(cipher.getAuthTag(), at);
  key.fill(0);
  return at + CHUNK_TAG_LENGTH - start;
}

/**
 * Decrypts buffer[start, start + length), tag at its end, in place. Returns the view of the plaintext, or undefined when the
 * tag does not fit; what was in the buffer is then wiped, so that unauthenticated bytes go nowhere.
 */
export function decryptInPlace(
  buffer: Uint8Array,
  start: number,
  length: number,
  secret: { readonly key: Uint8Array; readonly nonce: Uint8Array; readonly aad: Uint8Array },
): Uint8Array | undefined {
  const payload = buffer.subarray(start, start + length - CHUNK_TAG_LENGTH);
  const { key, iv } = subKey(secret.key, secret.nonce);
  const decipher = createDecipheriv("chacha20-poly1305", key, iv, { authTagLength: CHUNK_TAG_LENGTH });
  key.fill(0);
  decipher.setAAD(secret.aad, { plaintextLength: payload.length });
  decipher.setAuthTag(buffer.slice(start + length - CHUNK_TAG_LENGTH, start + length));
  for (let from = 0; from < payload.length; from += PIECE) {
    payload.set(decipher.update(payload.subarray(from, Math.min(from + PIECE, payload.length))), from);
  }
  try {
    decipher.final();
  } catch {
    payload.fill(0);
    return undefined;
  }
  return payload;
}
