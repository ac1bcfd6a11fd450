import { createHash } from "node:crypto";

/** RFC 9162 section 2.1.1, word for word: the reference that the fast code is held against. */
export function naiveRoot(entries: readonly Uint8Array[]): Buffer {
  const [only] = entries;
  if (only === undefined) return createHash("sha256").digest();
  if (entries.length === 1) return createHash("sha256").update(Buffer.of(0)).update(only).digest();
  const k = splitPoint(entries.length);
  return createHash("sha256")
    .update(Buffer.of(1))
    .update(naiveRoot(entries.slice(0, k)))
    .update(naiveRoot(entries.slice(k)))
    .digest();
}

/** RFC 9162 section 2.1.3.1: PATH(m, D_n). */
export function naivePath(index: number, entries: readonly Uint8Array[]): Buffer[] {
  if (entries.length === 1) return [];
  const k = splitPoint(entries.length);
  return index < k
    ? [...naivePath(index, entries.slice(0, k)), naiveRoot(entries.slice(k))]
    : [...naivePath(index - k, entries.slice(k)), naiveRoot(entries.slice(0, k))];
}

export function naiveChunkRoot(blob: Uint8Array): Buffer {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < blob.length; at += 4096) leaves.push(blob.subarray(at, at + 4096));
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(blob.length));
  return createHash("sha256").update(Buffer.of(2)).update(length).update(naiveRoot(leaves)).digest();
}

function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
