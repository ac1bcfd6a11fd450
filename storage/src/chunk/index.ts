export {
  CHUNK_HEADER_LENGTH,
  CHUNK_NONCE_LENGTH,
  CHUNK_OVERHEAD,
  CHUNK_TAG_LENGTH,
  type ChunkCodec,
  type ChunkHeader,
  DEFAULT_CHUNK_SIZE,
  encodeChunkHeader,
  MANIFEST_FIRST_INDEX,
  MAX_CHUNK_SIZE,
  MIN_CHUNK_SIZE,
  parseChunkBlob,
  parseChunkHeader,
  SESSION_ID_LENGTH,
} from "./chunkHeader.js";
export { type ChunkExpectation, type OpenedChunk, openChunk, openSlot, verifySlot } from "./openChunk.js";
export {
  type SealedChunk,
  type SealOptions,
  SLOT_BLOB_START,
  SLOT_PLAIN_START,
  sealChunk,
  sealSlot,
  slotLength,
} from "./sealChunk.js";
export { decryptInPlace, encryptInto } from "./xchacha.js";
