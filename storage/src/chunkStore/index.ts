export { chunkInvariants } from "./chunkInvariants.js";
export type { ChunkRecord, ChunkState, SessionChunk } from "./chunkRecord.js";
export {
  type ChunkPutOptions,
  ChunkStore,
  type ChunkStoreModules,
  type ChunkStoreOptions,
  type ChunkStoreStats,
  type StoredSessionChunk,
} from "./chunkStore.js";
export { type ReconcileOptions, type ReconcileReport, reconcileChunks } from "./reconcile.js";
export { ChunkScrubber, type ChunkScrubberModules, type ChunkScrubberOptions, type ScrubStats } from "./scrub.js";
