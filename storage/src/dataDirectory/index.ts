export { adoptImport, dropImport } from "./databaseSwap.js";
export {
  type CreateDataOptions,
  checkCreatable,
  createDataDirectory,
  type DataDirectory,
  type DataExpectation,
  type OpenDataOptions,
  openDataDirectory,
  readDataDirectory,
} from "./dataDirectory.js";
export { type DataPaths, dataPaths } from "./paths.js";
export { type ProcessLock, takeProcessLock } from "./processLock.js";
export { DATA_FORMAT, type DataVersion } from "./versionFile.js";
