const SHIFT = 64n;
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);
/** A word on its way to or from a number: to look into a short array by a view of its own moves it off the heap. */
const scratch = new Uint8Array(32);
const view = new DataView(scratch.buffer);
/** Bytes whose number a double holds exactly. */
const EXACT = 6;

/** The EVM's word of a number: 32 bytes, big-endian. */
export function toWord(value: bigint): Uint8Array {
  const out = new Uint8Array(32);
  // Most words are offsets, lengths and flags.
  if (value <= SAFE) {
    let rest = Number(value);
    for (let at = 31; rest > 0; at--, rest = Math.floor(rest / 256)) out[at] = rest;
    return out;
  }
  let rest = value;
  for (let at = 24; at >= 0; at -= 8, rest >>= SHIFT) view.setBigUint64(at, BigInt.asUintN(64, rest));
  out.set(scratch);
  return out;
}

/** The number of at most 32 bytes, big-endian. Storage values come without their leading zeros, so any length is usual. */
export function toBigint(bytes: Uint8Array): bigint {
  const { length } = bytes;
  if (length === 0) return 0n;
  let at = length % 8;
  let value = 0n;
  if (at > 0) {
    let head = 0;
    for (let i = 0; i < at && i < EXACT; i++) head = head * 256 + (bytes[i] ?? 0);
    value = BigInt(head);
    if (at > EXACT) value = (value << 8n) | BigInt(bytes[EXACT] ?? 0);
  }
  if (at === length) return value;
  scratch.set(bytes);
  for (; at < length; at += 8) {
    const next = view.getBigUint64(at);
    value = value === 0n ? next : (value << SHIFT) | next;
  }
  return value;
}
