export {
  type CheckContext,
  type CheckOptions,
  type CheckReport,
  checkDatabase,
  type Finding,
  type Invariant,
  type InvariantResult,
  type Problem,
} from "./checkDatabase.js";
export {
  bytesCodec,
  type Codec,
  emptyCodec,
  type FixedCodec,
  rawCodec,
  textCodec,
  tupleCodec,
  u32Codec,
  u64Codec,
} from "./codec.js";
export { databaseInvariants } from "./databaseInvariants.js";
export { type ExportSummary, exportDatabase, importDatabase } from "./exportDatabase.js";
export {
  type BatchOp,
  type BatchOptions,
  del,
  type Entry,
  type KeyRange,
  type KeyValueStore,
  prefixEnd,
  prefixRange,
  put,
} from "./keyValueStore.js";
export { LevelStore, type LevelStoreOptions } from "./levelStore.js";
export { MemoryStore } from "./memoryStore.js";
export { type Namespace, type NamespaceName, namespaceName, namespaces } from "./namespaces.js";
export { type OpenDatabaseOptions, openDatabase } from "./openDatabase.js";
export { copyOwnRecords, isOwnRecord } from "./ownRecords.js";
export { type IdRange, Repository, type RepositoryOptions } from "./repository.js";
export {
  currentSchema,
  type Migration,
  migrateSchema,
  readSchemaVersion,
  type Schema,
  schemaVersionOp,
} from "./schema.js";
