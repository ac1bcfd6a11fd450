/** The few calls on files that the project makes, behind an interface: tests put a disk that fails in its place. */
export interface FileSystem {
  /**
   * "read": the file must exist. "create": it must not exist.
   * @param mode permissions of a created file, default 0o600
   * @throws StorageError IO_NOT_FOUND, IO_EXISTS, IO_DENIED, DISK_FULL, IO_FAILED (also every other call)
   */
  open(path: string, intent: "read" | "create", mode?: number): Promise<FileHandle>;
  /** Replaces `to` atomically. It survives a power cut once the folder of `to` is synced. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file. @throws StorageError IO_NOT_FOUND */
  remove(path: string): Promise<void>;
  /** Makes one folder, mode 0700; its parent must exist. @throws StorageError IO_EXISTS */
  makeDirectory(path: string): Promise<void>;
  /** Removes an empty folder. */
  removeDirectory(path: string): Promise<void>;
  /** Names in a folder, sorted. */
  list(path: string): Promise<string[]>;
  /** Undefined when there is nothing under that path. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Makes the names in a folder durable: what was created, renamed and removed in it. */
  syncDirectory(path: string): Promise<void>;
  /** Bytes that this user may still write on the disk of `path`. */
  freeBytes(path: string): Promise<number>;
}

export interface FileHandle {
  /** Appends all bytes. */
  write(bytes: Uint8Array): Promise<void>;
  /** Fills `buffer` from `position` on; returns how many bytes there were. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  size(): Promise<number>;
  /** Makes the content durable, not the name. */
  sync(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface FileStat {
  readonly kind: "file" | "directory" | "other";
  /** Bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
}
