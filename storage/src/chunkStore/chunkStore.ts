import { equalBytes, hasCode, toHex } from "@lucid/consensus/base";
import { chunkRoot } from "@lucid/consensus/proofs";
import { CHUNK_OVERHEAD, type ChunkHeader, MAX_CHUNK_SIZE, parseChunkBlob } from "../chunk/chunkHeader.js";
import type { KeyValueStore } from "../db/keyValueStore.js";
import { StorageError } from "../errors.js";
import type { FileSystem } from "../files/fileSystem.js";
import { realFileSystem } from "../files/realFileSystem.js";
import { ChunkFiles } from "./chunkFiles.js";
import type { ChunkRecord, ChunkState, SessionChunk } from "./chunkRecord.js";
import { ChunkRecords } from "./chunkRecords.js";
import { Gate, KeyedLock } from "./keyedLock.js";

export interface ChunkStoreOptions {
  /** Folder of the blobs; made when it is missing. The caller holds the lock of the data directory. */
  readonly folder: string;
  /** Bytes of blobs that the store may hold. */
  readonly quotaBytes: number;
  /** Largest blob, bytes; default the format's own limit. */
  readonly maxBlobSize?: number;
  /** Bytes that stay free on the disk for the chain; default 512 MiB. */
  readonly reservedFreeBytes?: number;
  /** Chunks that are written at a time; default 4. */
  readonly writers?: number;
  /** Chunks that wait for a writer; default 8 (each holds its blob in memory). More are refused. */
  readonly maxWaiting?: number;
}

export interface ChunkStoreModules {
  readonly store: KeyValueStore;
  readonly files?: FileSystem;
  /** Unix time, milliseconds. */
  readonly now?: () => number;
  /** Root of a blob; a node gives one that runs in a worker thread. */
  readonly hash?: (blob: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

export interface ChunkPutOptions {
  /** The caller has computed the root from these very bytes. */
  readonly verified?: boolean;
  /** "upload" is refused from 90 % of the quota on, "duty" (an assigned replica, a repair) only at the quota. */
  readonly purpose?: "upload" | "duty";
}

export interface ChunkStoreStats {
  readonly chunks: number;
  readonly bytes: number;
  /** Bytes of chunks that are being written. */
  readonly pendingBytes: number;
  readonly quotaBytes: number;
  /** False when uploads are refused because of the quota. */
  readonly accepting: boolean;
  readonly writing: number;
  readonly waiting: number;
}

export interface StoredSessionChunk extends SessionChunk {
  readonly root: Uint8Array;
  readonly index: number;
}

/** Share of the quota from which on uploads are refused, so that duties have room. */
const UPLOAD_LIMIT = 0.9;
/** A chunk that is replaced during each of so many attempts is reported as unreadable. */
const READ_ATTEMPTS = 3;

/**
 * Blobs by chunk root: a file each and a record each. `put` resolves when blob, folder and record are synced; from then
 * on only damage to the disk loses the chunk. A crash in between leaves at most a file without a record, which
 * `reconcile` finds.
 */
export class ChunkStore {
  readonly options: Required<ChunkStoreOptions>;
  private readonly files: ChunkFiles;
  private readonly records: ChunkRecords;
  private readonly now: () => number;
  /** Root of a blob, as the modules compute it. */
  readonly hash: (blob: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  private readonly lock = new KeyedLock();
  private readonly gate: Gate;
  private pendingBytes = 0;
  private closed = false;
  private readonly operations = new Set<Promise<unknown>>();

  private constructor(
    options: Required<ChunkStoreOptions>,
    modules: ChunkStoreModules,
    files: ChunkFiles,
    records: ChunkRecords,
  ) {
    this.options = options;
    this.files = files;
    this.records = records;
    this.now = modules.now ?? Date.now;
    this.hash = modules.hash ?? chunkRoot;
    this.gate = new Gate(options.writers, options.maxWaiting);
  }

  static async open(options: ChunkStoreOptions, modules: ChunkStoreModules): Promise<ChunkStore> {
    const complete = {
      maxBlobSize: MAX_CHUNK_SIZE + CHUNK_OVERHEAD,
      reservedFreeBytes: 512 << 20,
      writers: 4,
      maxWaiting: 8,
      ...options,
    };
    const files = await ChunkFiles.open(options.folder, modules.files ?? realFileSystem);
    return new ChunkStore(complete, modules, files, await ChunkRecords.open(modules.store));
  }

  /**
   * Stores a blob; `blob` must not change until this settles. A chunk that is there already is not written again.
   * @throws StorageError CHUNK_TOO_LARGE, CHUNK_ROOT_MISMATCH, CHUNK_MALFORMED and the other codes of the header,
   * STORE_FULL, STORE_BUSY, DISK_FULL, STORE_CLOSED
   */
  async put(
    root: Uint8Array,
    blob: Uint8Array,
    options: ChunkPutOptions = {},
  ): Promise<{ record: ChunkRecord; created: boolean }> {
    this.checkOpen();
    if (blob.length > this.options.maxBlobSize) {
      throw new StorageError({
        code: "CHUNK_TOO_LARGE",
        message: `a blob of ${blob.length} bytes is larger than ${this.options.maxBlobSize}`,
        meta: { size: blob.length, limit: this.options.maxBlobSize },
      });
    }
    const running = this.gate.tryRun(() => this.lock.run(toHex(root), () => this.store(root, blob, options)));
    if (running === undefined) {
      throw new StorageError({
        code: "STORE_BUSY",
        message: `${this.gate.waiting} chunks are waiting to be written; try again in a moment`,
      });
    }
    return this.track(running);
  }

  get(root: Uint8Array): ChunkRecord | undefined {
    this.checkOpen();
    return this.records.records.get(root);
  }

  /** True when the chunk is there and not known to be damaged. */
  has(root: Uint8Array): boolean {
    return this.get(root)?.state === "stored";
  }

  /**
   * The whole blob, checked against its root unless `verify` is false (then only its length is).
   * @throws StorageError CHUNK_NOT_FOUND, CHUNK_DAMAGED, CHUNK_MISSING; what is found damaged or missing is marked
   */
  async read(root: Uint8Array, options: { readonly verify?: boolean } = {}): Promise<Uint8Array> {
    return this.track(this.readBytes(root, 0, undefined, options.verify ?? true));
  }

  /** Bytes start .. start + length - 1, not checked against the root. @throws StorageError CHUNK_RANGE and as `read` */
  async readRange(root: Uint8Array, start: number, length: number): Promise<Uint8Array> {
    this.checkRange(root, start, length);
    return this.track(this.readBytes(root, start, length, false));
  }

  /**
   * The same to the caller's memory, as many bytes as it has, and by no more calls of the system than there must be.
   * @throws StorageError CHUNK_RANGE and as `read`
   */
  async readInto(root: Uint8Array, start: number, into: Uint8Array): Promise<void> {
    this.checkRange(root, start, into.length);
    await this.track(this.readBytes(root, start, into.length, false, into));
  }

  /** Removes a chunk: the record, then the file. Returns false when there was none. */
  async delete(root: Uint8Array): Promise<boolean> {
    this.checkOpen();
    return this.track(
      this.lock.run(toHex(root), async () => {
        if (this.records.records.get(root) === undefined) return false;
        await this.records.change(root, undefined, true);
        await this.files.remove(root);
        return true;
      }),
    );
  }

  /** Chunks of a session in order of index; several under one index when a client sent different ones. */
  async *session(sessionId: Uint8Array, from = 0): AsyncGenerator<StoredSessionChunk, void, void> {
    this.checkOpen();
    const range = {
      gte: [sessionId, from, new Uint8Array(32)] as const,
      lte: [sessionId, 0xffffffff, new Uint8Array(32).fill(0xff)] as const,
    };
    for await (const [[, index, root], value] of this.records.sessions.entries(range)) yield { root, index, ...value };
  }

  /** Every record in order of roots. */
  entries(after?: Uint8Array): AsyncGenerator<readonly [Uint8Array, ChunkRecord], void, void> {
    this.checkOpen();
    return this.records.records.entries(after === undefined ? {} : { gt: after });
  }

  /** Reads the chunk, compares it with its root and records the result. Undefined when it is not (or no longer) there. */
  async verify(root: Uint8Array): Promise<ChunkState | undefined> {
    this.checkOpen();
    return this.track(
      this.lock.run(toHex(root), async () => {
        const record = this.records.records.get(root);
        if (record === undefined) return undefined;
        const state = await this.examine(root, record);
        const lastVerified = state === "stored" ? this.now() : record.lastVerified;
        // A found damage is synced: a crash must not forget it. A time of verification may be lost.
        await this.records.change(root, { ...record, state, lastVerified }, state !== record.state);
        return state;
      }),
    );
  }

  stats(): ChunkStoreStats {
    const { chunks, bytes } = this.records.totals;
    const { quotaBytes } = this.options;
    return {
      chunks,
      bytes,
      pendingBytes: this.pendingBytes,
      quotaBytes,
      accepting: bytes + this.pendingBytes < quotaBytes * UPLOAD_LIMIT,
      writing: this.gate.running,
      waiting: this.gate.waiting,
    };
  }

  /** Counts and files behind the store, for reconciling and checking. */
  get internals(): { readonly files: ChunkFiles; readonly records: ChunkRecords } {
    return { files: this.files, records: this.records };
  }

  /** Runs `action` while nothing else changes that root. */
  exclusively<T>(root: Uint8Array, action: () => Promise<T>): Promise<T> {
    this.checkOpen();
    return this.track(this.lock.run(toHex(root), action));
  }

  /** Gives a file that is there a record. The caller holds the root (`exclusively`) and has verified the file. */
  async adopt(root: Uint8Array, header: ChunkHeader, size: number): Promise<boolean> {
    if (this.records.totals.bytes + this.pendingBytes + size > this.options.quotaBytes) return false;
    await this.files.secure(root);
    await this.records.change(root, this.newRecord(header, size), true);
    return true;
  }

  /** Idempotent; waits for what is under way. The database stays open, it is the caller's. */
  async close(): Promise<void> {
    this.closed = true;
    while (this.operations.size > 0) await Promise.allSettled([...this.operations]);
    await this.records.idle();
  }

  private async store(
    root: Uint8Array,
    blob: Uint8Array,
    options: ChunkPutOptions,
  ): Promise<{ record: ChunkRecord; created: boolean }> {
    const before = this.records.records.get(root);
    // The size costs next to nothing and tells a lost or a cut file; the rest is for the scrub.
    if (before?.state === "stored" && (await this.files.size(root)) === before.size) {
      return { record: before, created: false };
    }
    const header = parseChunkBlob(blob);
    if (options.verified !== true && !equalBytes(await this.hash(blob), root)) {
      throw new StorageError({
        code: "CHUNK_ROOT_MISMATCH",
        message: "the blob is not the one that the root names",
        meta: { root: toHex(root) },
      });
    }
    // The file of a damaged chunk is replaced: its bytes are counted already.
    const counted = before === undefined || before.state === "missing" ? 0 : before.size;
    const extra = blob.length - counted;
    this.admit(extra, options.purpose ?? "upload");
    this.pendingBytes += extra;
    try {
      await this.checkDisk(blob.length);
      await this.files.write(root, blob);
      const record = this.newRecord(header, blob.length);
      await this.records.change(root, record, true);
      return { record, created: true };
    } finally {
      this.pendingBytes -= extra;
    }
  }

  private checkRange(root: Uint8Array, start: number, length: number): void {
    const { size } = this.usable(root);
    const whole = Number.isSafeInteger(start) && Number.isSafeInteger(length) && start >= 0 && length >= 0;
    if (whole && start + length <= size) return;
    throw new StorageError({
      code: "CHUNK_RANGE",
      message: `bytes ${start} to ${start + length} are outside a chunk of ${size} bytes`,
      meta: { size },
    });
  }

  private newRecord({ sessionId, index, last, manifest }: ChunkHeader, size: number): ChunkRecord {
    const time = this.now();
    return { state: "stored", size, sessionId, index, last, manifest, storedAt: time, lastVerified: time };
  }

  private admit(extra: number, purpose: "upload" | "duty"): void {
    const { quotaBytes } = this.options;
    const limit = purpose === "upload" ? Math.floor(quotaBytes * UPLOAD_LIMIT) : quotaBytes;
    const used = this.records.totals.bytes + this.pendingBytes;
    if (used + extra > limit) {
      throw new StorageError({
        code: "STORE_FULL",
        message: `the chunk store holds ${used} of ${quotaBytes} bytes and takes no more; raise its quota`,
        meta: { used, quotaBytes, size: extra },
      });
    }
  }

  private async checkDisk(size: number): Promise<void> {
    const free = await this.files.freeBytes();
    if (free - size < this.options.reservedFreeBytes) {
      throw new StorageError({
        code: "STORE_FULL",
        message: `the disk of the chunk store has ${free} bytes left, which the chain needs; free space on it`,
        meta: { free, reserved: this.options.reservedFreeBytes },
      });
    }
  }

  /**
   * Bytes of a usable chunk. What looks damaged is looked at again under the lock; when it was only replaced by another
   * caller meanwhile, it is read again.
   */
  private async readBytes(
    root: Uint8Array,
    start: number,
    length: number | undefined,
    verify: boolean,
    into?: Uint8Array,
  ): Promise<Uint8Array> {
    for (let attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
      const record = this.usable(root);
      const bytes = await this.tryRead(root, record, start, into ?? uninitialised(length ?? record.size));
      if (bytes !== undefined && (!verify || equalBytes(await this.hash(bytes), root))) return bytes;
      const state = await this.recheck(root);
      if (state !== "stored") throw this.unusable(root, state);
    }
    throw this.unusable(root, "stored");
  }

  /** Undefined when the file is gone or has another size. */
  private async tryRead(
    root: Uint8Array,
    record: ChunkRecord,
    start: number,
    buffer: Uint8Array,
  ): Promise<Uint8Array | undefined> {
    try {
      const { read, size } = await this.files.read(root, buffer, start);
      return size === record.size && read === buffer.length ? buffer : undefined;
    } catch (error) {
      if (hasCode(error, "IO_NOT_FOUND")) return undefined;
      throw error;
    }
  }

  /** State of the file as it is now. */
  private async examine(root: Uint8Array, record: ChunkRecord): Promise<ChunkState> {
    const buffer = uninitialised(record.size);
    try {
      const { read, size } = await this.files.read(root, buffer, 0);
      if (size !== record.size || read !== size) return "damaged";
    } catch (error) {
      if (hasCode(error, "IO_NOT_FOUND")) return "missing";
      // A sector that cannot be read is damage too, whatever the system calls it.
      if (hasCode(error, "IO_FAILED")) return "damaged";
      throw error;
    }
    return equalBytes(await this.hash(buffer), root) ? "stored" : "damaged";
  }

  /** State of the chunk as it is now, recorded when it is another one than the record says; undefined without record. */
  private recheck(root: Uint8Array): Promise<ChunkState | undefined> {
    return this.lock.run(toHex(root), async () => {
      const record = this.records.records.get(root);
      if (record === undefined) return undefined;
      const state = await this.examine(root, record);
      if (state !== record.state) await this.records.change(root, { ...record, state }, true);
      return state;
    });
  }

  private usable(root: Uint8Array): ChunkRecord {
    const record = this.get(root);
    if (record?.state !== "stored") throw this.unusable(root, record?.state);
    return record;
  }

  private unusable(root: Uint8Array, state: ChunkState | undefined): StorageError {
    const text = {
      stored: "changed each time it was read",
      damaged: "is damaged",
      missing: "has lost its file",
    } as const;
    const code = state === undefined ? "CHUNK_NOT_FOUND" : state === "missing" ? "CHUNK_MISSING" : "CHUNK_DAMAGED";
    const what = state === undefined ? "is not stored here" : text[state];
    return new StorageError({ code, message: `chunk ${toHex(root)} ${what}`, meta: { root: toHex(root) } });
  }

  private checkOpen(): void {
    if (this.closed) throw new StorageError({ code: "STORE_CLOSED", message: "the chunk store is closed" });
  }

  private async track<T>(operation: Promise<T>): Promise<T> {
    this.operations.add(operation);
    try {
      return await operation;
    } finally {
      this.operations.delete(operation);
    }
  }
}

/** Not zeroed, since it is filled or thrown away; not of Node's pool, so that it can be handed to another thread. */
function uninitialised(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
