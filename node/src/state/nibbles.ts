/** Half-bytes of a key, high one first, one per array element. */
export function toNibbles(key: Uint8Array): Uint8Array {
  const out = new Uint8Array(2 * key.length);
  for (let i = 0; i < key.length; i++) {
    const byte = key[i] ?? 0;
    out[2 * i] = byte >> 4;
    out[2 * i + 1] = byte & 15;
  }
  return out;
}

/** Number of equal nibbles of `a` from `aStart` and `b` from 0. */
export function commonLength(a: Uint8Array, aStart: number, b: Uint8Array): number {
  const limit = Math.min(a.length - aStart, b.length);
  let i = 0;
  while (i < limit && a[aStart + i] === b[i]) i++;
  return i;
}

/** Hex-prefix encoding (yellow paper, appendix C) of a leaf's or an extension's part of the path. */
export function hexPrefix(nibbles: Uint8Array, leaf: boolean): Uint8Array {
  const odd = nibbles.length % 2;
  const out = new Uint8Array((nibbles.length - odd) / 2 + 1);
  out[0] = (leaf ? 0x20 : 0) | (odd === 1 ? 0x10 | (nibbles[0] ?? 0) : 0);
  for (let i = odd, o = 1; i < nibbles.length; i += 2, o++) out[o] = ((nibbles[i] ?? 0) << 4) | (nibbles[i + 1] ?? 0);
  return out;
}

/** Inverse of `hexPrefix`. */
export function fromHexPrefix(bytes: Uint8Array): { nibbles: Uint8Array; leaf: boolean } {
  const first = bytes[0] ?? 0;
  const all = toNibbles(bytes);
  return { nibbles: all.slice((first & 0x10) === 0 ? 2 : 1), leaf: (first & 0x20) !== 0 };
}

/** Path as the tail of a database key: its length, then two nibbles a byte. */
export function packPath(path: Uint8Array, length: number, out: Uint8Array, offset: number): number {
  out[offset] = length;
  let at = offset + 1;
  for (let i = 0; i < length; i += 2) out[at++] = ((path[i] ?? 0) << 4) | (i + 1 < length ? (path[i + 1] ?? 0) : 0);
  return at;
}
