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
export { type IdRange, Repository, type RepositoryOptions } from "./repository.js";
export { currentSchema, type Migration, migrateSchema, readSchemaVersion, type Schema } from "./schema.js";
