import { equalBytes, toHex } from "@lucid/consensus/base";
import { chunkRootInPlace, MAX_BLOB_LENGTH } from "@lucid/consensus/proofs";
import { decompress } from "@mongodb-js/zstd/bindings.js";
import { StorageError } from "../errors.js";
import { deriveChunkKey } from "../keys/sessionKeys.js";
import { CHUNK_HEADER_LENGTH, type ChunkHeader, MAX_CHUNK_SIZE, parseChunkBlob } from "./chunkHeader.js";
import { asBuffer, SLOT_BLOB_START, SLOT_PLAIN_START } from "./sealChunk.js";
import { decryptInPlace } from "./xchacha.js";
import { checkZstdFrame } from "./zstdFrame.js";

/** What is known about a chunk before it is opened. Whatever is given is checked; what comes from chain or manifest binds. */
export interface ChunkExpectation {
  readonly sessionKey: Uint8Array;
  readonly root?: Uint8Array | undefined;
  /** Bytes of the blob. */
  readonly size?: number | undefined;
  readonly plainSize?: number | undefined;
  readonly sessionId?: Uint8Array | undefined;
  readonly index?: number | undefined;
  readonly manifest?: boolean | undefined;
  /** Chunk size of the session; MAX_CHUNK_SIZE when absent. */
  readonly maxPlainSize?: number | undefined;
}

export interface OpenedChunk {
  readonly header: ChunkHeader;
  /** In a slot: a view of the slot for raw chunks. */
  readonly plaintext: Uint8Array;
}

/**
 * Opens the blob that stands at SLOT_BLOB_START of a slot, in place. The root is verified before anything is decrypted.
 * @throws StorageError
 *   CHUNK_TRUNCATED, CHUNK_ROOT_MISMATCH (the bytes are not the ones that `root` names),
 *   CHUNK_MALFORMED, CHUNK_VERSION, MANIFEST_MISMATCH (header and expectation differ),
 *   SESSION_KEY_WRONG (the tag fails although the root holds), CHUNK_AUTH (the tag fails, no root was given),
 *   CHUNK_BOMB, CHUNK_COMPRESSION
 */
export async function openSlot(slot: Uint8Array, blobLength: number, expected: ChunkExpectation): Promise<OpenedChunk> {
  const blob = slot.subarray(SLOT_BLOB_START, SLOT_BLOB_START + blobLength);
  verifySlot(slot, blobLength, expected);
  const header = parseChunkBlob(blob, expected.maxPlainSize ?? MAX_CHUNK_SIZE);
  checkExpectation(header, expected);
  const key = deriveChunkKey(expected.sessionKey, header.index);
  const aad = blob.subarray(0, CHUNK_HEADER_LENGTH);
  const payloadLength = blobLength - CHUNK_HEADER_LENGTH;
  const payload = decryptInPlace(slot, SLOT_PLAIN_START, payloadLength, { key, nonce: header.nonce, aad });
  key.fill(0);
  if (payload === undefined) throw unauthentic(expected.root !== undefined, header.index);
  return { header, plaintext: header.codec === "raw" ? payload : await unpack(payload, header.plainLength) };
}

/** Length and root of the blob in a slot. @throws StorageError CHUNK_TRUNCATED, CHUNK_ROOT_MISMATCH */
export function verifySlot(
  slot: Uint8Array,
  blobLength: number,
  expected: Pick<ChunkExpectation, "root" | "size">,
): void {
  if (expected.size !== undefined && blobLength < expected.size) {
    throw new StorageError({
      code: "CHUNK_TRUNCATED",
      message: `the chunk has ${blobLength} bytes instead of ${expected.size}`,
      meta: { length: blobLength, expected: expected.size },
    });
  }
  if (expected.root === undefined) return;
  const right = blobLength >= 1 && blobLength <= MAX_BLOB_LENGTH && (expected.size ?? blobLength) === blobLength;
  const root = right ? chunkRootInPlace(slot, SLOT_BLOB_START, blobLength) : undefined;
  if (root === undefined || !equalBytes(root, expected.root)) {
    throw new StorageError({
      code: "CHUNK_ROOT_MISMATCH",
      message: `the bytes that came for chunk ${toHex(expected.root)} are not that chunk`,
      meta: { root: toHex(expected.root) },
    });
  }
}

/** Opens a blob without touching it. @throws as openSlot */
export async function openChunk(blob: Uint8Array, expected: ChunkExpectation): Promise<OpenedChunk> {
  if (blob.length > MAX_BLOB_LENGTH) {
    throw new StorageError({ code: "CHUNK_MALFORMED", message: `a chunk has no ${blob.length} bytes` });
  }
  const slot = new Uint8Array(SLOT_BLOB_START + blob.length);
  slot.set(blob, SLOT_BLOB_START);
  return openSlot(slot, blob.length, expected);
}

function checkExpectation(header: ChunkHeader, expected: ChunkExpectation): void {
  const wrong =
    (expected.sessionId !== undefined && !equalBytes(header.sessionId, expected.sessionId) && "session") ||
    (expected.index !== undefined && header.index !== expected.index && "index") ||
    (expected.manifest !== undefined && header.manifest !== expected.manifest && "kind") ||
    (expected.plainSize !== undefined && header.plainLength !== expected.plainSize && "length");
  if (wrong === false) return;
  throw new StorageError({
    code: "MANIFEST_MISMATCH",
    message: `chunk ${header.index} has another ${wrong} than the session's record says`,
    meta: { index: header.index, field: wrong },
  });
}

function unauthentic(rootHolds: boolean, index: number): StorageError {
  return rootHolds
    ? new StorageError({
        code: "SESSION_KEY_WRONG",
        message: `chunk ${index} is whole, but this key does not open it`,
        meta: { index },
      })
    : new StorageError({
        code: "CHUNK_AUTH",
        message: `chunk ${index} is damaged or was made with another key`,
        meta: { index },
      });
}

async function unpack(payload: Uint8Array, plainLength: number): Promise<Uint8Array> {
  checkZstdFrame(payload, plainLength);
  let plaintext: Uint8Array;
  try {
    plaintext = await decompress(asBuffer(payload));
  } catch (cause) {
    throw new StorageError({ code: "CHUNK_COMPRESSION", message: "the compressed chunk cannot be unpacked", cause });
  }
  if (plaintext.length !== plainLength) {
    throw new StorageError({
      code: "CHUNK_COMPRESSION",
      message: `the chunk unpacks to ${plaintext.length} bytes, declared are ${plainLength}`,
    });
  }
  return plaintext;
}
