import { concatBytes } from "@lucid/consensus/base";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type ChunkHeader, encodeChunkHeader } from "../../../src/chunk/index.js";
import { deriveChunkKey } from "../../../src/keys/sessionKeys.js";

export const sessionKey = Uint8Array.from({ length: 32 }, (_, i) => i);
export const sessionId = new Uint8Array(32);
sessionId.set(Buffer.from("3f2504e04f8941d39a0c0305e82c3301", "hex"));

/** Deterministic bytes that do not compress. */
export function noise(length: number, seed = 1): Uint8Array {
  const out = new Uint8Array(length);
  let state = (seed * 2654435761) >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    out[i] = state >>> 8;
  }
  return out;
}

/** Deterministic bytes that compress well. */
export function prose(length: number, seed = 1): Uint8Array {
  const words = ["session", "chunk", "the", "root", "of", "a", "chain", "node", "is", "proved", "by", "its", "leaf"];
  let text = "";
  for (let i = seed; text.length < length; i++) text += `${words[(i * i + seed) % words.length]} ${i % 97} `;
  return new TextEncoder().encode(text).slice(0, length);
}

/** A blob made by the reference: noble's AEAD over a payload that the caller chose, right or wrong. */
export function referenceBlob(header: Omit<ChunkHeader, "sessionId" | "nonce">, payload: Uint8Array): Uint8Array {
  const nonce = noise(24, header.index + 7);
  const aad = encodeChunkHeader({ ...header, sessionId, nonce });
  const key = deriveChunkKey(sessionKey, header.index);
  return concatBytes(aad, xchacha20poly1305(key, nonce, aad).encrypt(payload));
}
