import { dirname, join } from "node:path";
import { hasCode, toHex } from "@lucid/consensus/base";
import { MAX_BLOB_LENGTH } from "@lucid/consensus/proofs";
import { StorageError } from "../errors.js";
import {
  ensureDirectory,
  type FileSystem,
  readFileBounded,
  realFileSystem,
  removeIfPresent,
  writeFileAtomic,
} from "../files/index.js";
import { formatSessionId } from "./sessionId.js";

/** File name of a staged blob. */
export function stagedName(root: Uint8Array): string {
  return `${toHex(root).slice(2)}.lck`;
}

/** Blobs that are on their way: one folder per session, one file per chunk, named by its root, written atomically and synced. */
export class StagingStore {
  readonly files: FileSystem;
  private readonly folder: string;

  constructor(folder: string, files: FileSystem = realFileSystem) {
    this.folder = folder;
    this.files = files;
  }

  sessionFolder(sessionId: Uint8Array): string {
    return join(this.folder, formatSessionId(sessionId));
  }

  /** Makes the folder of a session, durably, and returns it. */
  async prepare(sessionId: Uint8Array): Promise<string> {
    const folder = this.sessionFolder(sessionId);
    await ensureDirectory(this.files, folder);
    // A folder that is there may be one that a killed process made and did not sync.
    await this.files.syncDirectory(this.folder);
    await this.files.syncDirectory(dirname(this.folder));
    return folder;
  }

  async write(sessionId: Uint8Array, root: Uint8Array, blob: Uint8Array): Promise<void> {
    await writeFileAtomic(this.files, this.path(sessionId, root), blob);
  }

  /** @throws StorageError CHUNK_NOT_FOUND */
  async read(sessionId: Uint8Array, root: Uint8Array): Promise<Uint8Array> {
    try {
      return await readFileBounded(this.files, this.path(sessionId, root), MAX_BLOB_LENGTH);
    } catch (error) {
      if (!hasCode(error, "IO_NOT_FOUND")) throw error;
      throw new StorageError({ code: "CHUNK_NOT_FOUND", message: `chunk ${toHex(root)} is not staged`, cause: error });
    }
  }

  /** Bytes of a staged blob, undefined when it is not there. */
  async size(sessionId: Uint8Array, root: Uint8Array): Promise<number | undefined> {
    return (await this.files.stat(this.path(sessionId, root)))?.size;
  }

  /** Removes what is in the session's folder and not in `keep`: leftovers of a crash between blob and record. */
  async removeExcept(sessionId: Uint8Array, keep: ReadonlySet<string>): Promise<void> {
    const folder = this.sessionFolder(sessionId);
    if ((await this.files.stat(folder)) === undefined) return;
    for (const name of await this.files.list(folder)) {
      if (!keep.has(name)) await removeIfPresent(this.files, join(folder, name));
    }
    await this.files.syncDirectory(folder);
  }

  /** Removes everything of a session; what is not there is no error. */
  async remove(sessionId: Uint8Array): Promise<void> {
    await this.removeExcept(sessionId, new Set());
    const folder = this.sessionFolder(sessionId);
    if ((await this.files.stat(folder)) === undefined) return;
    await this.files.removeDirectory(folder);
    await this.files.syncDirectory(this.folder);
  }

  private path(sessionId: Uint8Array, root: Uint8Array): string {
    return join(this.sessionFolder(sessionId), stagedName(root));
  }
}
