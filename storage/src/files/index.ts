export { ensureDirectory, readFileBounded, removeIfPresent, writeFileAtomic } from "./atomicFile.js";
export type { FileHandle, FileStat, FileSystem } from "./fileSystem.js";
export { mapFileError, realFileSystem } from "./realFileSystem.js";
