export * from "./db/index.js";
export { StorageError, type StorageErrorCode, storageErrorInfo } from "./errors.js";
