export * from "./chunk/index.js";
export * from "./chunkStore/index.js";
export * from "./dataDirectory/index.js";
export * from "./db/index.js";
export { StorageError, type StorageErrorCode, storageErrorInfo } from "./errors.js";
export * from "./files/index.js";
export * from "./keys/index.js";
export * from "./session/index.js";
export * from "./sessionIndex/index.js";
