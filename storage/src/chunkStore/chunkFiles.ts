import { dirname, join } from "node:path";
import { hasCode } from "@lucid/consensus/base";
import { ensureDirectory, removeIfPresent } from "../files/atomicFile.js";
import type { FileSystem } from "../files/fileSystem.js";
import { chunkFileName, chunkPath, isChunkFolderName, rootOfFileName, temporaryFolder } from "./chunkPaths.js";

/** The blobs on disk. Knows names and durability, nothing of records. */
export class ChunkFiles {
  private readonly folder: string;
  private readonly files: FileSystem;
  /** Folders whose name is durable; at most 65,792. */
  private readonly durable = new Map<string, Promise<void>>();
  private serial = 0;

  private constructor(folder: string, files: FileSystem) {
    this.folder = folder;
    this.files = files;
  }

  /** Makes the folders and removes what a crash left of unfinished writes. */
  static async open(folder: string, files: FileSystem): Promise<ChunkFiles> {
    const temporary = temporaryFolder(folder);
    await ensureDirectory(files, temporary);
    for (const name of await files.list(temporary)) await removeIfPresent(files, join(temporary, name));
    return new ChunkFiles(folder, files);
  }

  /** Resolves when the blob is durable under its name. A failure leaves nothing under it that was not there before. */
  async write(root: Uint8Array, blob: Uint8Array): Promise<void> {
    const { outer, inner, file } = chunkPath(this.folder, root);
    const temporary = join(temporaryFolder(this.folder), `${chunkFileName(root)}.${this.serial++}`);
    const handle = await this.files.open(temporary, "create");
    try {
      await handle.write(blob);
      await handle.sync();
      await handle.close();
      await this.makeDurable(outer);
      await this.makeDurable(inner);
      await this.files.rename(temporary, file);
    } catch (error) {
      await handle.close().catch(() => undefined);
      await removeIfPresent(this.files, temporary).catch(() => undefined);
      throw error;
    }
    await this.files.syncDirectory(inner);
  }

  /**
   * Up to `buffer.length` bytes from `position` on, and the size of the file.
   * @throws StorageError IO_NOT_FOUND
   */
  async read(root: Uint8Array, buffer: Uint8Array, position: number): Promise<{ read: number; size: number }> {
    const handle = await this.files.open(chunkPath(this.folder, root).file, "read");
    try {
      const size = await handle.size();
      return { read: await handle.read(buffer, position), size };
    } finally {
      await handle.close();
    }
  }

  /** Size of the file, undefined without one. */
  async size(root: Uint8Array): Promise<number | undefined> {
    const stat = await this.files.stat(chunkPath(this.folder, root).file);
    return stat?.kind === "file" ? stat.size : undefined;
  }

  async remove(root: Uint8Array): Promise<void> {
    await removeIfPresent(this.files, chunkPath(this.folder, root).file);
  }

  freeBytes(): Promise<number> {
    return this.files.freeBytes(this.folder);
  }

  /** Makes the name of a file that is there durable: the process that renamed it may have died before it could. */
  async secure(root: Uint8Array): Promise<void> {
    const { outer, inner } = chunkPath(this.folder, root);
    await this.makeDurable(outer);
    await this.makeDurable(inner);
    await this.files.syncDirectory(inner);
  }

  /** Roots that have a file, folder by folder; names that are none of ours are passed over. */
  async *roots(): AsyncGenerator<Uint8Array, void, void> {
    for (const outer of (await this.files.list(this.folder)).filter(isChunkFolderName)) {
      for (const inner of (await this.files.list(join(this.folder, outer))).filter(isChunkFolderName)) {
        for (const name of await this.files.list(join(this.folder, outer, inner))) {
          const root = rootOfFileName(name);
          if (root !== undefined && name.startsWith(outer + inner)) yield root;
        }
      }
    }
  }

  /**
   * The folder exists and its name is synced. Also an existing one is synced once a process: it may have been made by
   * one that was killed before it could.
   */
  private makeDurable(path: string): Promise<void> {
    const known = this.durable.get(path);
    if (known !== undefined) return known;
    const making = this.makeAndSync(path);
    this.durable.set(path, making);
    making.catch(() => this.durable.delete(path));
    return making;
  }

  private async makeAndSync(path: string): Promise<void> {
    try {
      await this.files.makeDirectory(path);
    } catch (error) {
      if (!hasCode(error, "IO_EXISTS")) throw error;
    }
    await this.files.syncDirectory(dirname(path));
  }
}
