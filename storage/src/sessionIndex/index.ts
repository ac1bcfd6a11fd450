export { type EntryRecord, EntrySet } from "./entrySet.js";
export { clockOf, clockTime, HybridClock, MAX_CLOCK_AHEAD } from "./hybridClock.js";
export {
  compareRank,
  decodeIndexEntry,
  encodeIndexEntry,
  INDEX_ENTRY_LIMIT,
  INDEX_ID_LENGTH,
  type IndexEntry,
  type IndexItem,
  indexEntryId,
  indexItem,
  isFloor,
  type UnsignedIndexEntry,
  unsignedFloor,
} from "./indexEntry.js";
export { indexInvariants } from "./indexInvariants.js";
export {
  accountIndexSigner,
  INDEX_DOMAIN,
  INDEX_TYPES,
  type IndexSigner,
  indexDigest,
  indexDomainSeparator,
  isSignedByOwner,
  type KeyRecovery,
  signIndexEntry,
} from "./indexSignature.js";
export {
  type Applied,
  IndexStore,
  type IndexStoreModules,
  type IndexStoreOptions,
  MAX_INDEX_ENTRIES,
  type OwnerUsage,
} from "./indexStore.js";
export {
  IndexWriter,
  type IndexWriterOptions,
  KEEP_DELETED,
  type OpenedEntry,
  type OpenedIndex,
} from "./indexWriter.js";
export { INDEX_CAPS, type IndexCaps, mergeEntries } from "./mergeEntries.js";
export { indexEntryKey, openDetails, sealDeletion, sealDetails } from "./sealedEntry.js";
export {
  DETAILS_LIMITS,
  decodeDetails,
  encodeDetails,
  type ReceivedSession,
  type SessionDetails,
} from "./sessionDetails.js";
export { decodeSyncFrame, encodeSyncFrame, SYNC_FRAME_LIMIT, type SyncRange } from "./syncFrame.js";
export { SyncInitiator, type SyncLimits, syncLimits } from "./syncInitiator.js";
export {
  decodeSyncRequest,
  decodeSyncResponse,
  encodeSyncRequest,
  encodeSyncResponse,
  fittingItems,
  SYNC_IDS_LIMIT,
  SYNC_MESSAGE_LIMIT,
  type SyncRequest,
  type SyncResponse,
} from "./syncMessages.js";
export { answerSync } from "./syncResponder.js";
