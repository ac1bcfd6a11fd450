import { constants } from "node:fs";
import * as fs from "node:fs/promises";
import { StorageError, type StorageErrorCode } from "../errors.js";
import type { FileHandle, FileStat, FileSystem } from "./fileSystem.js";

const codeOfErrno: Readonly<Record<string, StorageErrorCode>> = {
  ENOENT: "IO_NOT_FOUND",
  ENOTDIR: "IO_NOT_FOUND",
  EEXIST: "IO_EXISTS",
  ENOTEMPTY: "IO_EXISTS",
  EACCES: "IO_DENIED",
  EPERM: "IO_DENIED",
  EROFS: "IO_DENIED",
  ENOSPC: "DISK_FULL",
  EDQUOT: "DISK_FULL",
};

const textOfCode: Readonly<Partial<Record<StorageErrorCode, string>>> = {
  IO_NOT_FOUND: "does not exist",
  IO_EXISTS: "exists already",
  IO_DENIED: "may not be read or written by this user",
  DISK_FULL: "is on a disk with no space left",
};

/** An error of node:fs as one of ours. */
export function mapFileError(error: unknown, path: string): StorageError {
  if (error instanceof StorageError) return error;
  const errno = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown";
  const code = codeOfErrno[errno] ?? "IO_FAILED";
  return new StorageError({
    code,
    message: `${path} ${textOfCode[code] ?? `cannot be read or written (${errno})`}`,
    meta: { path, errno },
    cause: error,
  });
}

async function mapped<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw mapFileError(error, path);
  }
}

class RealFileHandle implements FileHandle {
  private readonly path: string;
  private readonly handle: fs.FileHandle;
  private closing: Promise<void> | undefined;

  constructor(path: string, handle: fs.FileHandle) {
    this.path = path;
    this.handle = handle;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await mapped(this.path, async () => {
      // One write may be short (a full disk, a signal); the next one then says why.
      for (let done = 0; done < bytes.length; ) {
        done += (await this.handle.write(bytes, done, bytes.length - done)).bytesWritten;
      }
    });
  }

  async read(buffer: Uint8Array, position: number): Promise<number> {
    return mapped(this.path, async () => {
      let done = 0;
      while (done < buffer.length) {
        const { bytesRead } = await this.handle.read(buffer, done, buffer.length - done, position + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return done;
    });
  }

  async size(): Promise<number> {
    return (await mapped(this.path, () => this.handle.stat())).size;
  }

  async sync(): Promise<void> {
    await mapped(this.path, () => this.handle.sync());
  }

  close(): Promise<void> {
    this.closing ??= mapped(this.path, () => this.handle.close());
    return this.closing;
  }
}

/** The disk of this machine. */
export const realFileSystem: FileSystem = {
  async open(path, intent, mode = 0o600) {
    const flags = intent === "read" ? constants.O_RDONLY : constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
    return new RealFileHandle(path, await mapped(path, () => fs.open(path, flags, mode)));
  },
  rename(from, to) {
    return mapped(from, () => fs.rename(from, to));
  },
  remove(path) {
    return mapped(path, () => fs.unlink(path));
  },
  makeDirectory(path) {
    return mapped(path, () => fs.mkdir(path, { mode: 0o700 }));
  },
  removeDirectory(path) {
    return mapped(path, () => fs.rmdir(path));
  },
  async list(path) {
    return (await mapped(path, () => fs.readdir(path))).sort();
  },
  async stat(path): Promise<FileStat | undefined> {
    try {
      const stat = await fs.stat(path);
      const kind = stat.isFile() ? "file" : stat.isDirectory() ? "directory" : "other";
      return { kind, size: stat.size, mode: stat.mode & 0o7777 };
    } catch (error) {
      const ours = mapFileError(error, path);
      if (ours.code === "IO_NOT_FOUND") return undefined;
      throw ours;
    }
  },
  async syncDirectory(path) {
    await mapped(path, async () => {
      const handle = await fs.open(path, constants.O_RDONLY | constants.O_DIRECTORY);
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
  },
  async freeBytes(path) {
    const { bavail, bsize } = await mapped(path, () => fs.statfs(path));
    return bavail * bsize;
  },
};
