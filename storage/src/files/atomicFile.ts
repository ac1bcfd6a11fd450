import { dirname } from "node:path";
import { hasCode } from "@lucid/consensus/base";
import { StorageError } from "../errors.js";
import type { FileSystem } from "./fileSystem.js";

/** Removes a file that may be there or not. */
export async function removeIfPresent(files: FileSystem, path: string): Promise<void> {
  try {
    await files.remove(path);
  } catch (error) {
    if (!hasCode(error, "IO_NOT_FOUND")) throw error;
  }
}

/**
 * Replaces the content of `path` so that a crash at any moment leaves the old or the new content, and the new one once
 * this resolves: temporary file beside it, fsync, rename, fsync of the folder. One writer of a path at a time.
 * @param mode permissions of the file, default 0o600
 */
export async function writeFileAtomic(
  files: FileSystem,
  path: string,
  content: Uint8Array,
  mode = 0o600,
): Promise<void> {
  const temporary = `${path}.tmp`;
  // A crash may have left one behind; an existing one would be refused by "create".
  await removeIfPresent(files, temporary);
  const handle = await files.open(temporary, "create", mode);
  try {
    await handle.write(content);
    await handle.sync();
    await handle.close();
    await files.rename(temporary, path);
  } catch (error) {
    await handle.close().catch(() => undefined);
    // The first error is the one to report; a leftover is removed by the next write.
    await removeIfPresent(files, temporary).catch(() => undefined);
    throw error;
  }
  await files.syncDirectory(dirname(path));
}

/** @throws StorageError IO_NOT_FOUND, IO_TOO_LARGE above `limit` bytes */
export async function readFileBounded(files: FileSystem, path: string, limit: number): Promise<Uint8Array> {
  const handle = await files.open(path, "read");
  try {
    const size = await handle.size();
    if (size > limit) {
      throw new StorageError({
        code: "IO_TOO_LARGE",
        message: `${path} has ${size} bytes, more than the ${limit} that such a file can have`,
        meta: { path, size, limit },
      });
    }
    const buffer = new Uint8Array(size);
    const read = await handle.read(buffer, 0);
    return read === size ? buffer : buffer.slice(0, read);
  } finally {
    await handle.close();
  }
}

/**
 * Makes `path` and every missing folder above it. When this resolves all of their names are durable, also of folders
 * that exist: a process that was killed may have made them and not synced their names.
 */
export async function ensureDirectory(files: FileSystem, path: string): Promise<void> {
  const parent = dirname(path);
  if (parent === path) return;
  if ((await files.stat(path))?.kind === "directory") {
    await ensureDirectory(files, parent);
    await syncForeign(files, parent);
    return;
  }
  await ensureDirectory(files, parent);
  try {
    await files.makeDirectory(path);
  } catch (error) {
    // Somebody else made it meanwhile, or a file stands in the way: then what follows says so.
    if (!hasCode(error, "IO_EXISTS") || (await files.stat(path))?.kind !== "directory") throw error;
  }
  await files.syncDirectory(parent);
}

/** A folder that we may not open (/home, say) is none in which we made anything. */
async function syncForeign(files: FileSystem, path: string): Promise<void> {
  try {
    await files.syncDirectory(path);
  } catch (error) {
    if (!hasCode(error, "IO_DENIED") && !hasCode(error, "IO_FAILED")) throw error;
  }
}
