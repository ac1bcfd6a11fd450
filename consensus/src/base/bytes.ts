import { BaseError } from "./baseError.js";

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

/** Lower-case hex with 0x in front. */
export function toHex(bytes: Uint8Array): `0x${string}` {
  let text = "0x";
  for (const byte of bytes) text += HEX[byte];
  return text as `0x${string}`;
}

/**
 * Bytes of a hex text, 0x optional.
 * @throws BaseError BAD_HEX for an odd length, a foreign character, or a length other than `length` bytes.
 */
export function fromHex(text: string, length?: number): Uint8Array {
  const digits = text.startsWith("0x") || text.startsWith("0X") ? text.slice(2) : text;
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) {
    throw new BaseError({ code: "BAD_HEX", message: "not a hex text of whole bytes" });
  }
  if (length !== undefined && digits.length !== 2 * length) {
    throw new BaseError({
      code: "BAD_HEX",
      message: `expected ${length} bytes of hex, got ${digits.length / 2}`,
      meta: { expected: length, actual: digits.length / 2 },
    });
  }
  return new Uint8Array(Buffer.from(digits, "hex"));
}

/** Up to this length a loop is faster than the call into native code. */
const SHORT = 96;

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  const { length } = a;
  if (length !== b.length) return false;
  if (length > SHORT) return Buffer.compare(a, b) === 0;
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Buffer's own; the types leave it out. It looks at an array where it lies, even at a short one on the heap. */
const { latin1Slice } = Buffer.prototype as unknown as {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
};

/**
 * Bytes as a key of a Map: one character a byte. `Buffer.from(bytes.buffer, ...)` took four times as long: asking a short array
 * for its buffer moves it off the heap, and that has to be freed again.
 */
export function latin1Of(bytes: Uint8Array): string {
  return latin1Slice.call(bytes, 0, bytes.length);
}

/** Lexicographic order of unsigned bytes: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** Big-endian, 4 bytes. @throws BaseError OUT_OF_RANGE unless an integer in 0 .. 2^32-1. */
export function u32be(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new BaseError({ code: "OUT_OF_RANGE", message: `${value} is not an unsigned 32-bit integer` });
  }
  return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** Big-endian, 8 bytes. @throws BaseError OUT_OF_RANGE unless an integer in 0 .. 2^64-1. */
export function u64be(value: number | bigint): Uint8Array {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new BaseError({ code: "OUT_OF_RANGE", message: `${value} is not a safe integer` });
  }
  const big = BigInt(value);
  if (big < 0n || big > 0xffffffffffffffffn) {
    throw new BaseError({ code: "OUT_OF_RANGE", message: `${value} is not an unsigned 64-bit integer` });
  }
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, big);
  return out;
}
