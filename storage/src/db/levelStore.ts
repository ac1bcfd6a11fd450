import { resolve as resolvePath } from "node:path";
import { BroadcastChannel } from "node:worker_threads";
import { Level } from "level";
import { StorageError, type StorageErrorCode } from "../errors.js";
import {
  type BatchOp,
  type BatchOptions,
  checkKey,
  type Entry,
  type KeyRange,
  type KeyValueStore,
} from "./keyValueStore.js";
import { mapLevelError } from "./levelErrors.js";

export interface LevelStoreOptions {
  /** Folder of the database. */
  readonly location: string;
  /** Default true. False: a database that is not there is DB_MISSING. */
  readonly createIfMissing?: boolean;
  /** Bytes of uncompressed blocks that are kept in memory. Default 16 MiB. */
  readonly cacheSize?: number;
  /** Bytes of the memory table, and of the log that is replayed at opening. Default 8 MiB. */
  readonly writeBufferSize?: number;
  /**
   * Default true: worker threads of this process may open the same folder and share one database. False: a second
   * opening, even in this process, is DB_LOCKED.
   */
  readonly multithreading?: boolean;
}

/** What classic-level has beyond the interface that the `level` package declares for browsers too. */
interface NativeExtras {
  approximateSize(start: Uint8Array, end: Uint8Array, options: object): Promise<number>;
  compactRange(start: Uint8Array, end: Uint8Array, options: object): Promise<void>;
}

interface Waiting {
  readonly ops: readonly BatchOp[];
  readonly sync: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const encoding = { keyEncoding: "view", valueEncoding: "view" } as const;
/** Beyond every key that we write: namespaces are below 0xff. */
const lastKey = new Uint8Array([0xff]);
/** Entries that one trip into LevelDB fetches; a range holds at most this many in memory. */
const READ_AHEAD = 256;

/** Node's Buffer without its own methods: `slice` of a Buffer shares memory, of a Uint8Array copies. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** LevelDB behind our interface. One folder is one database; LevelDB holds its lock while it is open. */
export class LevelStore implements KeyValueStore {
  readonly location: string;
  private readonly db: Level<Uint8Array, Uint8Array>;
  /** Set by the first batch that failed, here or in another thread that shares the database. */
  private failure: StorageError | undefined;
  private waiting: Waiting[] = [];
  private writing: Promise<void> | undefined;
  private readonly channel: BroadcastChannel;

  private constructor(location: string, db: Level<Uint8Array, Uint8Array>) {
    this.location = location;
    this.db = db;
    this.channel = new BroadcastChannel(`lucid database ${resolvePath(location)}`);
    this.channel.unref();
    this.channel.onmessage = (event) => this.failedElsewhere(event);
  }

  /** @throws StorageError DB_LOCKED, DB_MISSING, DB_CORRUPT, DB_IO, DISK_FULL */
  static async open(options: LevelStoreOptions): Promise<LevelStore> {
    const db = new Level<Uint8Array, Uint8Array>(options.location, encoding);
    try {
      await db.open({
        createIfMissing: options.createIfMissing ?? true,
        errorIfExists: false,
        cacheSize: options.cacheSize ?? 16 << 20,
        writeBufferSize: options.writeBufferSize ?? 8 << 20,
        multithreading: options.multithreading ?? true,
      });
    } catch (error) {
      throw mapLevelError(error, options.location);
    }
    return new LevelStore(options.location, db);
  }

  get(key: Uint8Array): Uint8Array | undefined {
    checkKey(key);
    try {
      const value = this.db.getSync(key);
      return value === undefined ? undefined : plain(value);
    } catch (error) {
      throw mapLevelError(error, this.location);
    }
  }

  has(key: Uint8Array): boolean {
    return this.get(key) !== undefined;
  }

  /**
   * Batches that come while one is being written are written together after it, with one fsync. One at a time: behind a
   * batch that failed, LevelDB's log is torn, and what is appended to it is lost at the next start.
   */
  async batch(ops: readonly BatchOp[], options: BatchOptions): Promise<void> {
    for (const op of ops) checkKey(op.key);
    await new Promise<void>((resolve, reject) => {
      this.waiting.push({ ops, sync: options.sync, resolve, reject });
      this.writing ??= this.drain();
    });
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        await this.write(group);
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.writing = undefined;
  }

  private async write(group: readonly Waiting[]): Promise<void> {
    if (this.failure !== undefined) throw this.refusal(this.failure);
    const [first] = group;
    const ops = group.length === 1 && first !== undefined ? first.ops : group.flatMap((batch) => batch.ops);
    const settings = { ...encoding, sync: group.some(({ sync }) => sync) };
    try {
      await this.db.batch(ops as BatchOp[], settings);
    } catch (error) {
      const mapped = mapLevelError(error, this.location);
      if (mapped.code !== "DB_CLOSED" && mapped.code !== "DB_INVALID") {
        this.failure = mapped;
        this.channel.postMessage({ code: mapped.code, message: mapped.message });
      }
      throw mapped;
    }
  }

  private refusal(failure: StorageError): StorageError {
    return new StorageError({
      code: failure.code,
      message: `an earlier write failed, the database takes no more until it is opened again (${failure.message})`,
      meta: { location: this.location },
      cause: failure,
    });
  }

  async *entries(range: KeyRange = {}): AsyncGenerator<Entry, void, void> {
    const iterator = this.guard(() => this.db.iterator(definedOnly(range)));
    try {
      for (;;) {
        const batch = await iterator.nextv(READ_AHEAD);
        if (batch.length === 0) return;
        for (const [key, value] of batch) yield [plain(key), plain(value)];
      }
    } catch (error) {
      throw mapLevelError(error, this.location);
    } finally {
      await iterator.close();
    }
  }

  async *keys(range: KeyRange = {}): AsyncGenerator<Uint8Array, void, void> {
    const iterator = this.guard(() => this.db.keys(definedOnly(range)));
    try {
      for (;;) {
        const batch = await iterator.nextv(READ_AHEAD);
        if (batch.length === 0) return;
        for (const key of batch) yield plain(key);
      }
    } catch (error) {
      throw mapLevelError(error, this.location);
    } finally {
      await iterator.close();
    }
  }

  async approximateSize(start: Uint8Array, end: Uint8Array): Promise<number> {
    try {
      return await this.native().approximateSize(start, end, encoding);
    } catch (error) {
      throw mapLevelError(error, this.location);
    }
  }

  async compact(): Promise<void> {
    try {
      await this.native().compactRange(new Uint8Array([0]), lastKey, encoding);
    } catch (error) {
      throw mapLevelError(error, this.location);
    }
  }

  async close(): Promise<void> {
    while (this.writing !== undefined) await this.writing;
    this.channel.close();
    try {
      await this.db.close();
    } catch (error) {
      throw mapLevelError(error, this.location);
    }
  }

  private failedElsewhere(event: unknown): void {
    const { data } = event as { data: { code: StorageErrorCode; message: string } };
    this.failure ??= new StorageError({ code: data.code, message: data.message, meta: { location: this.location } });
  }

  private guard<T>(make: () => T): T {
    try {
      return make();
    } catch (error) {
      throw mapLevelError(error, this.location);
    }
  }

  private native(): NativeExtras {
    return this.db as unknown as NativeExtras;
  }
}

/** abstract-level takes a bound that is present but undefined for a bound. */
function definedOnly(range: KeyRange) {
  return {
    ...(range.gte === undefined ? {} : { gte: range.gte }),
    ...(range.gt === undefined ? {} : { gt: range.gt }),
    ...(range.lte === undefined ? {} : { lte: range.lte }),
    ...(range.lt === undefined ? {} : { lt: range.lt }),
    ...(range.limit === undefined ? {} : { limit: range.limit }),
    reverse: range.reverse ?? false,
  };
}
