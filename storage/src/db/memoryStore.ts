import { compareBytes, latin1Of } from "@lucid/consensus/base";
import { StorageError } from "../errors.js";
import {
  type BatchOp,
  type BatchOptions,
  checkKey,
  type Entry,
  inRange,
  type KeyRange,
  type KeyValueStore,
} from "./keyValueStore.js";

/** A KeyValueStore in memory with the semantics and the order of LevelStore: for tests and for the simulator. */
export class MemoryStore implements KeyValueStore {
  /** Keys are latin1 text, so that comparing texts is comparing bytes. */
  private readonly map = new Map<string, Uint8Array>();
  /** Sorted keys of `map`; undefined after a key came or went. */
  private sorted: Uint8Array[] | undefined = [];
  private closed = false;

  get(key: Uint8Array): Uint8Array | undefined {
    this.checkOpen();
    checkKey(key);
    return this.map.get(text(key))?.slice();
  }

  has(key: Uint8Array): boolean {
    this.checkOpen();
    checkKey(key);
    return this.map.has(text(key));
  }

  async batch(ops: readonly BatchOp[], _options: BatchOptions): Promise<void> {
    this.checkOpen();
    this.checkOps(ops);
    this.applyNow(ops);
  }

  async *entries(range: KeyRange = {}): AsyncGenerator<Entry, void, void> {
    this.checkOpen();
    // A snapshot: values are never changed in place, so holding the pairs is enough.
    const snapshot = this.select(range).map((key): Entry => [key, this.map.get(text(key)) ?? new Uint8Array()]);
    for (const [key, value] of snapshot) {
      this.checkOpen();
      yield [key.slice(), value.slice()];
    }
  }

  async *keys(range: KeyRange = {}): AsyncGenerator<Uint8Array, void, void> {
    this.checkOpen();
    for (const key of this.select(range)) {
      this.checkOpen();
      yield key.slice();
    }
  }

  async approximateSize(start: Uint8Array, end: Uint8Array): Promise<number> {
    this.checkOpen();
    let sum = 0;
    for (const key of this.select({ gte: start, lt: end })) sum += key.length + (this.map.get(text(key))?.length ?? 0);
    return sum;
  }

  async compact(): Promise<void> {
    this.checkOpen();
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  /** Number of keys. */
  get size(): number {
    return this.map.size;
  }

  /** The whole content, in order of keys; for comparing and for FaultStore's copies. */
  dump(): Entry[] {
    return this.select({}).map((key) => [key, this.map.get(text(key)) ?? new Uint8Array()]);
  }

  /** What `batch` refuses. @throws StorageError DB_INVALID */
  checkOps(ops: readonly BatchOp[]): void {
    for (const op of ops) checkKey(op.key);
  }

  /** `batch` without a promise, for stores that are built on this one. */
  applyNow(ops: readonly BatchOp[]): void {
    for (const op of ops) {
      const key = text(op.key);
      if (op.type === "put") {
        if (!this.map.has(key)) this.sorted = undefined;
        this.map.set(key, op.value.slice());
      } else if (this.map.delete(key)) {
        this.sorted = undefined;
      }
    }
  }

  private select(range: KeyRange): Uint8Array[] {
    this.sorted ??= [...this.map.keys()].map(bytes).sort(compareBytes);
    const found = this.sorted.filter((key) => inRange(key, range));
    if (range.reverse === true) found.reverse();
    return range.limit === undefined ? found : found.slice(0, range.limit);
  }

  private checkOpen(): void {
    if (this.closed) throw new StorageError({ code: "DB_CLOSED", message: "the database is not open" });
  }
}

function text(key: Uint8Array): string {
  return latin1Of(key);
}

function bytes(key: string): Uint8Array {
  return new Uint8Array(Buffer.from(key, "latin1"));
}
