import * as fs from "node:fs";
import { writeDirect } from "../files/directWrite.js";
import { type FileHandle, type FileSystem, mapFileError, realFileSystem } from "../files/index.js";

/**
 * The disk of this machine for a worker thread that has nothing else to do: the calls of the write path block it. Through
 * libuv's pool (four threads, shared by all) fsyncs of some workers would hold up the compression of the others.
 */
export const blockingFileSystem: FileSystem = {
  ...realFileSystem,
  async open(path, intent, mode = 0o600) {
    if (intent === "read") return realFileSystem.open(path, intent, mode);
    const flags = fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_EXCL;
    return new BlockingHandle(
      path,
      mapped(path, () => fs.openSync(path, flags, mode)),
    );
  },
  async rename(from, to) {
    mapped(from, () => fs.renameSync(from, to));
  },
  async remove(path) {
    mapped(path, () => fs.unlinkSync(path));
  },
  async syncDirectory(path) {
    mapped(path, () => {
      const descriptor = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
      try {
        fs.fsyncSync(descriptor);
      } finally {
        fs.closeSync(descriptor);
      }
    });
  },
};

class BlockingHandle implements FileHandle {
  private readonly path: string;
  private descriptor: number | undefined;
  private length = 0;

  constructor(path: string, descriptor: number) {
    this.path = path;
    this.descriptor = descriptor;
  }

  async write(bytes: Uint8Array): Promise<void> {
    mapped(this.path, () => {
      let done = this.length === 0 ? writeDirect(this.path, bytes) : 0;
      while (done < bytes.length) {
        done += fs.writeSync(this.open(), bytes, done, bytes.length - done, this.length + done);
      }
      this.length += done;
    });
  }

  async read(buffer: Uint8Array, position: number): Promise<number> {
    return mapped(this.path, () => fs.readSync(this.open(), buffer, 0, buffer.length, position));
  }

  async size(): Promise<number> {
    return mapped(this.path, () => fs.fstatSync(this.open()).size);
  }

  async sync(): Promise<void> {
    // The size of the file is part of what fdatasync makes durable; its times are not, and nobody needs them.
    mapped(this.path, () => fs.fdatasyncSync(this.open()));
  }

  async close(): Promise<void> {
    const { descriptor } = this;
    this.descriptor = undefined;
    if (descriptor !== undefined) mapped(this.path, () => fs.closeSync(descriptor));
  }

  private open(): number {
    return this.descriptor ?? -1;
  }
}

function mapped<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw mapFileError(error, path);
  }
}
