import { dirname, join } from "node:path";
import { hasCode, toHex } from "@lucid/consensus/base";
import { MAX_BLOB_LENGTH } from "@lucid/consensus/proofs";
import { StorageError } from "../errors.js";
import {
  ensureDirectory,
  type FileHandle,
  type FileSystem,
  readFileBounded,
  realFileSystem,
  removeIfPresent,
} from "../files/index.js";
import { formatSessionId } from "./sessionId.js";

/** File name of a staged blob. */
export function stagedName(root: Uint8Array): string {
  return `${toHex(root).slice(2)}.lck`;
}

/**
 * Writes a blob to `folder`: temporary name, fsync, rename. It is durable once the folder is synced too, which is left to the
 * caller, who can do so for many blobs at once. A leftover of a crash under the temporary name is replaced.
 */
export async function stageBlob(files: FileSystem, folder: string, root: Uint8Array, blob: Uint8Array): Promise<void> {
  const path = join(folder, stagedName(root));
  const temporary = `${path}.tmp`;
  const handle = await openFresh(files, temporary);
  try {
    await handle.write(blob);
    await handle.sync();
    await handle.close();
    await files.rename(temporary, path);
  } catch (error) {
    await handle.close().catch(() => undefined);
    // The first error is the one to report; the leftover goes with the next start.
    await removeIfPresent(files, temporary).catch(() => undefined);
    throw error;
  }
}

async function openFresh(files: FileSystem, path: string): Promise<FileHandle> {
  try {
    return await files.open(path, "create");
  } catch (error) {
    if (!hasCode(error, "IO_EXISTS")) throw error;
    await removeIfPresent(files, path);
    return await files.open(path, "create");
  }
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

  /** Writes a blob, durable once `syncFolder` has run. */
  async write(sessionId: Uint8Array, root: Uint8Array, blob: Uint8Array): Promise<void> {
    await stageBlob(this.files, this.sessionFolder(sessionId), root, blob);
  }

  /** Makes every blob durable that has been written to the session's folder. */
  async syncFolder(sessionId: Uint8Array): Promise<void> {
    await this.files.syncDirectory(this.sessionFolder(sessionId));
  }

  /** @param into memory that is used when it is long enough @throws StorageError CHUNK_NOT_FOUND */
  async read(sessionId: Uint8Array, root: Uint8Array, into?: Uint8Array): Promise<Uint8Array> {
    const path = this.path(sessionId, root);
    try {
      return await (into === undefined
        ? readFileBounded(this.files, path, MAX_BLOB_LENGTH)
        : readInto(this.files, path, into));
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

async function readInto(files: FileSystem, path: string, into: Uint8Array): Promise<Uint8Array> {
  const handle = await files.open(path, "read");
  try {
    const size = await handle.size();
    if (size <= into.length) return into.subarray(0, await handle.read(into.subarray(0, size), 0));
  } finally {
    await handle.close();
  }
  return readFileBounded(files, path, MAX_BLOB_LENGTH);
}
