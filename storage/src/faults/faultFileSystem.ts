import { basename, dirname, normalize } from "node:path/posix";
import { StorageError, type StorageErrorCode } from "../errors.js";
import type { FileHandle, FileStat, FileSystem } from "../files/fileSystem.js";
import type { FaultPlan, SurvivalDice } from "./faultPlan.js";
import { FileInode, FolderInode, type Inode } from "./faultTree.js";

function fail(code: StorageErrorCode, path: string): StorageError {
  return new StorageError({ code, message: `${path} (on a disk of a test)`, meta: { path } });
}

/**
 * A disk that keeps after a crash only what POSIX promises: the synced bytes of a file, and a name once its folder is
 * synced. It starts with the folder "/".
 */
export class FaultFileSystem implements FileSystem {
  private readonly plan: FaultPlan;
  private readonly root: FolderInode;
  private used = 0;

  private constructor(plan: FaultPlan, root: FolderInode) {
    this.plan = plan;
    this.root = root;
  }

  static create(plan: FaultPlan): FaultFileSystem {
    return new FaultFileSystem(plan, new FolderInode());
  }

  /** The disk at the next start. When only the process died, what was not synced is there and still not synced. */
  restart(plan: FaultPlan, dice: SurvivalDice): FaultFileSystem {
    if (dice.processOnly) {
      const same = new FaultFileSystem(plan, this.root);
      same.used = this.used;
      return same;
    }
    const files = new FaultFileSystem(plan, this.root.afterCrash(dice, new Map()));
    files.used = sizeOf(files.root, new Set());
    return files;
  }

  async open(path: string, intent: "read" | "create", mode = 0o600): Promise<FileHandle> {
    this.plan.checkAlive();
    if (intent === "read") {
      const inode = this.find(path);
      if (inode === undefined) throw fail("IO_NOT_FOUND", path);
      if (inode.kind === "directory") throw fail("IO_FAILED", path);
      return this.handle(path, inode);
    }
    const inode = new FileInode(mode);
    await this.plan.around(`create ${path}`, () => {
      const folder = this.folder(dirname(path));
      if (folder.names.has(basename(path))) throw fail("IO_EXISTS", path);
      folder.set(basename(path), inode);
    });
    return this.handle(path, inode);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.plan.around(`rename ${from} to ${to}`, () => {
      const source = this.folder(dirname(from));
      const target = this.folder(dirname(to));
      const inode = source.names.get(basename(from));
      if (inode === undefined) throw fail("IO_NOT_FOUND", from);
      const replaced = target.names.get(basename(to));
      if (replaced?.kind === "file" && replaced !== inode) this.used -= replaced.data.length;
      if (source === target) source.rename(basename(from), basename(to), inode);
      else source.remove(basename(from), target.set(basename(to), inode));
    });
  }

  async remove(path: string): Promise<void> {
    await this.plan.around(`remove ${path}`, () => {
      const folder = this.folder(dirname(path));
      const inode = folder.names.get(basename(path));
      if (inode === undefined) throw fail("IO_NOT_FOUND", path);
      if (inode.kind === "directory") throw fail("IO_FAILED", path);
      folder.remove(basename(path));
      this.used -= inode.data.length;
    });
  }

  async makeDirectory(path: string): Promise<void> {
    await this.plan.around(`make folder ${path}`, () => {
      const folder = this.folder(dirname(path));
      if (path === "/" || folder.names.has(basename(path))) throw fail("IO_EXISTS", path);
      folder.set(basename(path), new FolderInode());
    });
  }

  async removeDirectory(path: string): Promise<void> {
    await this.plan.around(`remove folder ${path}`, () => {
      if (this.folder(path).names.size > 0) throw fail("IO_EXISTS", path);
      this.folder(dirname(path)).remove(basename(path));
    });
  }

  async list(path: string): Promise<string[]> {
    this.plan.checkAlive();
    return [...this.folder(path).names.keys()].sort();
  }

  async stat(path: string): Promise<FileStat | undefined> {
    this.plan.checkAlive();
    const inode = this.find(path);
    if (inode === undefined) return undefined;
    return { kind: inode.kind, size: inode.kind === "file" ? inode.data.length : 0, mode: inode.mode };
  }

  async syncDirectory(path: string): Promise<void> {
    await this.plan.around(`sync folder ${path}`, () => this.folder(path).sync());
  }

  async freeBytes(): Promise<number> {
    this.plan.checkAlive();
    return (this.plan.options.capacity ?? Number.MAX_SAFE_INTEGER) - this.used;
  }

  private handle(path: string, inode: FileInode): FileHandle {
    const { plan } = this;
    return {
      write: async (bytes) => {
        await Promise.resolve();
        const copy = bytes.slice();
        plan.point(`before write of ${bytes.length} to ${path}`);
        const half = copy.length >> 1;
        this.append(path, inode, copy.subarray(0, half));
        plan.point(`within write of ${bytes.length} to ${path}`);
        this.append(path, inode, copy.subarray(half));
        plan.point(`after write of ${bytes.length} to ${path}`);
      },
      read: async (buffer, position) => {
        plan.checkAlive();
        const bytes = inode.data.subarray(position, position + buffer.length);
        buffer.set(bytes);
        return bytes.length;
      },
      size: async () => {
        plan.checkAlive();
        return inode.data.length;
      },
      sync: () =>
        plan.around(`sync ${path}`, () => {
          inode.synced = inode.data.length;
        }),
      close: async () => undefined,
    };
  }

  /** What fits is written before the disk is full, as on a real one. */
  private append(path: string, inode: FileInode, bytes: Uint8Array): void {
    const free = (this.plan.options.capacity ?? Number.MAX_SAFE_INTEGER) - this.used;
    const fitting = bytes.subarray(0, Math.max(0, free));
    inode.append(fitting);
    this.used += fitting.length;
    if (fitting.length < bytes.length) throw fail("DISK_FULL", path);
  }

  private find(path: string): Inode | undefined {
    let at: Inode = this.root;
    for (const name of normalize(path)
      .split("/")
      .filter((part) => part !== "")) {
      if (at.kind === "file") return undefined;
      const next = at.names.get(name);
      if (next === undefined) return undefined;
      at = next;
    }
    return at;
  }

  private folder(path: string): FolderInode {
    const inode = this.find(path);
    if (inode?.kind !== "directory") throw fail("IO_NOT_FOUND", path);
    return inode;
  }
}

function sizeOf(folder: FolderInode, seen: Set<Inode>): number {
  let sum = 0;
  for (const inode of folder.names.values()) {
    if (seen.has(inode)) continue;
    seen.add(inode);
    sum += inode.kind === "file" ? inode.data.length : sizeOf(inode, seen);
  }
  return sum;
}
