import { StorageError } from "../errors.js";

/**
 * Format of a chunk blob, version 1 (docs/storage-format.md): header, ciphertext of the same length as what was
 * encrypted, tag. All integers big-endian. The header is the additional data of the AEAD.
 *
 *   0 magic "LCK1"   4 version u8   5 codec u8   6 flags u8   7 sessionId 32   39 index u32   43 plainLength u32   47 nonce 24
 */
export const CHUNK_HEADER_LENGTH = 71;
export const CHUNK_TAG_LENGTH = 16;
/** Bytes that a blob has beside its payload. */
export const CHUNK_OVERHEAD = CHUNK_HEADER_LENGTH + CHUNK_TAG_LENGTH;
export const CHUNK_NONCE_LENGTH = 24;
export const SESSION_ID_LENGTH = 32;

/** Smallest and largest chunk size that a session may have, bytes of plaintext. ParamRegistry narrows the upper one. */
export const MIN_CHUNK_SIZE = 64 * 1024;
export const MAX_CHUNK_SIZE = 64 * 1024 * 1024;
/** 8 MiB less one leaf: the blob with header and tag then has at most 2,048 leaves of 4 KiB. */
export const DEFAULT_CHUNK_SIZE = 8 * 1024 * 1024 - 4096;

/** Index of part 0 of a manifest; part i has this minus i. */
export const MANIFEST_FIRST_INDEX = 0xffffffff;

const MAGIC = [0x4c, 0x43, 0x4b, 0x31] as const;
const VERSION = 1;
const FLAG_LAST = 1;
const FLAG_MANIFEST = 2;

export type ChunkCodec = "raw" | "zstd";

export interface ChunkHeader {
  readonly codec: ChunkCodec;
  /** The last chunk of the session's data, or the last part of its manifest. A hint: the manifest decides. */
  readonly last: boolean;
  readonly manifest: boolean;
  readonly sessionId: Uint8Array;
  readonly index: number;
  /** Bytes of plaintext, after decompression. */
  readonly plainLength: number;
  readonly nonce: Uint8Array;
}

/** Writes the header to the first 71 bytes of `out`. @throws StorageError CHUNK_MALFORMED for values that no header holds */
export function writeChunkHeader(out: Uint8Array, header: ChunkHeader): void {
  const fits =
    header.sessionId.length === SESSION_ID_LENGTH &&
    header.nonce.length === CHUNK_NONCE_LENGTH &&
    Number.isInteger(header.index) &&
    header.index >= 0 &&
    header.index <= MANIFEST_FIRST_INDEX &&
    Number.isInteger(header.plainLength) &&
    header.plainLength >= 1 &&
    header.plainLength <= MAX_CHUNK_SIZE;
  if (!fits) throw new StorageError({ code: "CHUNK_MALFORMED", message: "these values make no chunk header" });
  out.set(MAGIC, 0);
  out[4] = VERSION;
  out[5] = header.codec === "zstd" ? 1 : 0;
  out[6] = (header.last ? FLAG_LAST : 0) | (header.manifest ? FLAG_MANIFEST : 0);
  out.set(header.sessionId, 7);
  const view = new DataView(out.buffer, out.byteOffset, CHUNK_HEADER_LENGTH);
  view.setUint32(39, header.index);
  view.setUint32(43, header.plainLength);
  out.set(header.nonce, 47);
}

export function encodeChunkHeader(header: ChunkHeader): Uint8Array {
  const out = new Uint8Array(CHUNK_HEADER_LENGTH);
  writeChunkHeader(out, header);
  return out;
}

/**
 * Reads the header in front of a blob; what follows it is not looked at.
 * @param maxPlainLength chunk size of the session where it is known
 * @throws StorageError CHUNK_TRUNCATED, CHUNK_MALFORMED, CHUNK_VERSION, CHUNK_BOMB (declares more plaintext than allowed)
 */
export function parseChunkHeader(bytes: Uint8Array, maxPlainLength = MAX_CHUNK_SIZE): ChunkHeader {
  if (bytes.length < CHUNK_HEADER_LENGTH) throw truncated(bytes.length, CHUNK_HEADER_LENGTH);
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) throw malformed("it does not start with LCK1");
  const [version, codec, flags] = bytes.subarray(4, 7);
  if (version !== VERSION) {
    throw new StorageError({
      code: "CHUNK_VERSION",
      message: `the chunk has format version ${version}, this program knows version ${VERSION}`,
      meta: { version },
    });
  }
  if (codec !== 0 && codec !== 1) throw malformed(`codec ${codec} is unknown`);
  if (flags === undefined || flags > (FLAG_LAST | FLAG_MANIFEST)) throw malformed(`flags ${flags} are unknown`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, CHUNK_HEADER_LENGTH);
  const plainLength = view.getUint32(43);
  if (plainLength === 0) throw malformed("it declares no plaintext");
  if (plainLength > maxPlainLength || plainLength > MAX_CHUNK_SIZE) {
    throw new StorageError({
      code: "CHUNK_BOMB",
      message: `the chunk declares ${plainLength} bytes of plaintext, at most ${maxPlainLength} are allowed`,
      meta: { plainLength, maxPlainLength },
    });
  }
  return {
    codec: codec === 1 ? "zstd" : "raw",
    last: (flags & FLAG_LAST) !== 0,
    manifest: (flags & FLAG_MANIFEST) !== 0,
    sessionId: bytes.slice(7, 39),
    index: view.getUint32(39),
    plainLength,
    nonce: bytes.slice(47, 71),
  };
}

/**
 * Header of a whole blob, and that the blob's length fits it: payload = plaintext for raw, 1 byte to plainLength - 1 for
 * zstd (a chunk that does not shrink is stored raw). @throws as parseChunkHeader
 */
export function parseChunkBlob(blob: Uint8Array, maxPlainLength = MAX_CHUNK_SIZE): ChunkHeader {
  const header = parseChunkHeader(blob, maxPlainLength);
  const payload = blob.length - CHUNK_OVERHEAD;
  const expected = header.codec === "raw" ? header.plainLength : 1;
  if (payload < expected) throw truncated(blob.length, expected + CHUNK_OVERHEAD);
  const most = header.codec === "raw" ? header.plainLength : header.plainLength - 1;
  if (payload > most) throw malformed("it is longer than its header allows");
  return header;
}

function truncated(length: number, expected: number): StorageError {
  return new StorageError({
    code: "CHUNK_TRUNCATED",
    message: `the chunk has ${length} bytes, it must have at least ${expected}`,
    meta: { length, expected },
  });
}

function malformed(why: string): StorageError {
  return new StorageError({ code: "CHUNK_MALFORMED", message: `not a chunk: ${why}` });
}
