import * as fs from "node:fs";

/** Bytes. What a direct write starts at (in memory and in the file) and ends at must be a multiple of this on any disk. */
export const DIRECT_BLOCK = 4096;
/** Below this the page cache costs less than another open. */
const SHORTEST = 64 * 1024;

/**
 * Writes the whole blocks at the front of `bytes` to the front of an empty file, past the page cache (O_DIRECT), and returns
 * how many bytes that were: 0 where the system, the file system or the place of `bytes` in memory does not allow it. The
 * caller writes the rest in the usual way and syncs the file, which makes both durable.
 *
 * A blob is written once and synced at once: the copy into the page cache would cost more than its encryption, and would push
 * out what the rest of the machine needs. `path` is opened a second time because an open file cannot be switched here.
 * @throws the errors of node:fs that say something of the disk, ENOSPC above all
 */
export function writeDirect(path: string, bytes: Uint8Array): number {
  const flag: number | undefined = fs.constants.O_DIRECT;
  if (flag === undefined || bytes.length < SHORTEST) return 0;
  const end = bytes.length - (bytes.length % DIRECT_BLOCK);
  let done = 0;
  let descriptor: number | undefined;
  try {
    descriptor = fs.openSync(path, fs.constants.O_WRONLY | flag);
    // A write that ends within a block (a full disk) is gone on with by the caller.
    while (done < end && done % DIRECT_BLOCK === 0) done += fs.writeSync(descriptor, bytes, done, end - done, done);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
  return done;
}

function isUnsupported(error: unknown): boolean {
  return error instanceof Error && "code" in error && unsupported.has(String(error.code));
}

const unsupported: ReadonlySet<string> = new Set(["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);
