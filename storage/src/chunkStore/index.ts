export type { ChunkRecord, ChunkState, SessionChunk } from "./chunkRecord.js";
export {
  ChunkStore,
  type ChunkStoreModules,
  type ChunkStoreOptions,
  type ChunkStoreStats,
  type PutOptions,
  type StoredSessionChunk,
} from "./chunkStore.js";
