import { u32be, u64be } from "@lucid/consensus/base";
import { StorageError } from "../errors.js";

/** Bytes of a value and back. `decode` may throw anything; Repository turns it into RECORD_CORRUPT. */
export interface Codec<T> {
  encode(value: T): Uint8Array;
  decode(bytes: Uint8Array): T;
}

/** A codec whose encodings all have one length: the only kind that may stand before another one in a key. */
export interface FixedCodec<T> extends Codec<T> {
  readonly length: number;
}

function checkLength(bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) {
    throw new StorageError({ code: "RECORD_CORRUPT", message: `expected ${length} bytes, found ${bytes.length}` });
  }
}

/** Big-endian, so that the order of keys is the order of numbers. */
export const u32Codec: FixedCodec<number> = {
  length: 4,
  encode: u32be,
  decode(bytes) {
    checkLength(bytes, 4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  },
};

export const u64Codec: FixedCodec<bigint> = {
  length: 8,
  encode: u64be,
  decode(bytes) {
    checkLength(bytes, 8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
  },
};

export function bytesCodec(length: number): FixedCodec<Uint8Array> {
  const check = (bytes: Uint8Array) => {
    checkLength(bytes, length);
    return bytes;
  };
  return { length, encode: check, decode: check };
}

/** Any bytes as they are. */
export const rawCodec: Codec<Uint8Array> = { encode: (bytes) => bytes, decode: (bytes) => bytes };

/** For records of which the key says all. */
export const emptyCodec: FixedCodec<undefined> = {
  length: 0,
  encode: () => new Uint8Array(),
  decode(bytes) {
    checkLength(bytes, 0);
    return undefined;
  },
};

/** Short texts, for the names of single records. */
export const textCodec: Codec<string> = {
  encode: (text) => new TextEncoder().encode(text),
  decode: (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
};

type Fields = readonly [FixedCodec<unknown>, ...FixedCodec<unknown>[]];
type FieldValues<T extends Fields> = { readonly [I in keyof T]: T[I] extends FixedCodec<infer V> ? V : never };

/** Fixed-length fields one after the other: ordered by the first, then the second, ... */
export function tupleCodec<const T extends Fields>(...fields: T): FixedCodec<FieldValues<T>> {
  const length = fields.reduce((sum, field) => sum + field.length, 0);
  return {
    length,
    encode(values) {
      const out = new Uint8Array(length);
      let offset = 0;
      for (const [i, field] of fields.entries()) {
        out.set(field.encode(values[i]), offset);
        offset += field.length;
      }
      return out;
    },
    decode(bytes) {
      checkLength(bytes, length);
      let offset = 0;
      const values = fields.map((field) => {
        const value = field.decode(bytes.slice(offset, offset + field.length));
        offset += field.length;
        return value;
      });
      return values as unknown as FieldValues<T>;
    },
  };
}
