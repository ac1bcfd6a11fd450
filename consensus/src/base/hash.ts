import * as crypto from "node:crypto";

/**
 * SHA-256 of the concatenated parts, 32 bytes. Native; `crypto.hash` (Node >= 20.12) avoids the stream object that
 * costs more than a short hash itself.
 */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) {
    const digest = crypto.hash("sha256", first, "buffer");
    return new Uint8Array(digest.buffer, digest.byteOffset, digest.length);
  }
  const hash = crypto.createHash("sha256");
  for (const part of parts) hash.update(part);
  const digest = hash.digest();
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.length);
}
