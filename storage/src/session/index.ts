export { type ChunkEngine, createInlineEngine } from "./chunkEngine.js";
export type { CommandOptions, RecordedCommand } from "./commandSource.js";
export { EnginePool } from "./enginePool.js";
export {
  encodeManifest,
  type Gap,
  type GapReason,
  type Manifest,
  type ManifestChunk,
  manifestTotals,
  parseManifest,
  policyHashOf,
  type Recorder,
} from "./manifest.js";
export { manifestHashOf, merkleRootOf, openManifest, type SealedPart, sealManifest } from "./manifestParts.js";
export { type PutOptions, putSession } from "./putSession.js";
export { closeRecording, type RecordOptions, recordSession } from "./recordSession.js";
export { buildSessionChunkProof, restoreSession, type SessionCheck, verifySession } from "./restoreSession.js";
export { formatSessionId, isSessionId, newSessionId, parseSessionId } from "./sessionId.js";
export { SessionJournal } from "./sessionJournal.js";
export {
  type ByteRange,
  type ReaderModules,
  type ReaderOptions,
  type ReadOptions,
  SessionReader,
} from "./sessionReader.js";
export type { SessionKind, SessionRecord, SessionState, SessionSummary, StagedChunk } from "./sessionRecord.js";
export { anchorSession, deliverSession, discardSession, releaseSession } from "./sessionStates.js";
export type {
  BlobSource,
  BlobToDeliver,
  ChunkSink,
  FetchOptions,
  ManifestCandidate,
  SessionAnchor,
  SessionDescription,
  SessionKey,
  SessionProgress,
  SessionResult,
} from "./sessionTypes.js";
export type { SessionModules, WriterOptions } from "./sessionWriter.js";
export { StagingStore } from "./stagingStore.js";
export { systemClock } from "./systemClock.js";
export { createReadingEngine, createWorkerEngine, type WorkerEngineOptions } from "./workerEngine.js";
