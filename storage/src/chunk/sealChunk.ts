import { randomFillSync } from "node:crypto";
import { chunkRootInPlace } from "@lucid/consensus/proofs";
import { compress } from "@mongodb-js/zstd/bindings.js";
import { StorageError } from "../errors.js";
import { DIRECT_BLOCK } from "../files/directWrite.js";
import { deriveChunkKey } from "../keys/sessionKeys.js";
import {
  CHUNK_HEADER_LENGTH,
  CHUNK_NONCE_LENGTH,
  CHUNK_OVERHEAD,
  type ChunkCodec,
  MAX_CHUNK_SIZE,
  writeChunkHeader,
} from "./chunkHeader.js";
import { encryptInto } from "./xchacha.js";
import { announceContentSize } from "./zstdFrame.js";

/**
 * zstd level of stored chunks: packs text closer than restic's default in two thirds of the time of level 3 (docs/benchmarks.md).
 * Readers take any level.
 */
const LEVEL = 2;
/** Of the probe that decides whether to try. */
const PROBE_LEVEL = 1;
const PROBE_LENGTH = 128 * 1024;
/** A probe that saves less than 3 % means raw. */
const PROBE_LIMIT = 0.97;

/**
 * A slot holds one chunk through all its stages, in place: spare bytes (one for the hash prefix of the first leaf; a whole
 * block of them, so that in a slot that starts on a page the blob does too, as direct writes need it), the header, the
 * plaintext and later the ciphertext, the tag.
 */
export const SLOT_BLOB_START = DIRECT_BLOCK;
export const SLOT_PLAIN_START = SLOT_BLOB_START + CHUNK_HEADER_LENGTH;

/** Bytes of a slot for chunks of `chunkSize` bytes of plaintext. */
export function slotLength(chunkSize: number): number {
  return SLOT_BLOB_START + chunkSize + CHUNK_OVERHEAD;
}

export interface SealOptions {
  readonly sessionKey: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly index: number;
  readonly last: boolean;
  readonly manifest: boolean;
  /** Random when absent, which is the only right way outside of golden vectors: a key never sees a nonce twice. */
  readonly nonce?: Uint8Array | undefined;
}

export interface SealedChunk {
  readonly root: Uint8Array;
  readonly codec: ChunkCodec;
  /** Bytes of the blob. */
  readonly size: number;
  readonly plainSize: number;
}

/**
 * Compresses and encrypts the plaintext that stands at SLOT_PLAIN_START of a slot; the blob then stands at SLOT_BLOB_START.
 * Nobody else may touch the slot meanwhile. @throws StorageError CHUNK_MALFORMED, KEY_INVALID
 */
export async function sealSlot(slot: Uint8Array, plainLength: number, options: SealOptions): Promise<SealedChunk> {
  if (plainLength < 1 || plainLength > MAX_CHUNK_SIZE || slot.length < slotLength(plainLength)) {
    throw new StorageError({
      code: "CHUNK_MALFORMED",
      message: `${plainLength} bytes are no chunk`,
      meta: { plainLength },
    });
  }
  const plain = slot.subarray(SLOT_PLAIN_START, SLOT_PLAIN_START + plainLength);
  const compressed = await compressPlain(plain);
  const nonce = options.nonce ?? randomFillSync(new Uint8Array(CHUNK_NONCE_LENGTH));
  const header = slot.subarray(SLOT_BLOB_START, SLOT_PLAIN_START);
  const codec = compressed === undefined ? "raw" : "zstd";
  writeChunkHeader(header, { ...options, codec, plainLength, nonce });
  const key = deriveChunkKey(options.sessionKey, options.index);
  const written = encryptInto(slot, SLOT_PLAIN_START, compressed ?? [plain], { key, nonce, aad: header });
  key.fill(0);
  const size = CHUNK_HEADER_LENGTH + written;
  return { root: chunkRootInPlace(slot, SLOT_BLOB_START, size), codec, size, plainSize: plainLength };
}

/** A chunk of its own, for small things such as the parts of a manifest. @throws as sealSlot */
export async function sealChunk(
  plaintext: Uint8Array,
  options: SealOptions,
): Promise<SealedChunk & { blob: Uint8Array }> {
  const slot = new Uint8Array(slotLength(plaintext.length));
  slot.set(plaintext, SLOT_PLAIN_START);
  const sealed = await sealSlot(slot, plaintext.length, options);
  return { ...sealed, blob: slot.slice(SLOT_BLOB_START, SLOT_BLOB_START + sealed.size) };
}

/** The frame in pieces, or undefined when the chunk is to be stored as it is. */
async function compressPlain(plain: Uint8Array): Promise<Uint8Array[] | undefined> {
  if (plain.length > PROBE_LENGTH) {
    // From the middle: the start of a file is often a header that says nothing about the rest.
    const from = Math.floor((plain.length - PROBE_LENGTH) / 2);
    const probe = await compress(asBuffer(plain.subarray(from, from + PROBE_LENGTH)), PROBE_LEVEL);
    if (probe.length > PROBE_LENGTH * PROBE_LIMIT) return undefined;
  }
  const frame = await compress(asBuffer(plain), LEVEL);
  const pieces = announceContentSize(frame, plain.length);
  if (pieces === undefined) return undefined;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return length < plain.length ? pieces : undefined;
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
