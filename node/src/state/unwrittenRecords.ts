import type { KeyValueStore } from "@lucid/storage";
import type { StoreOp } from "../interfaces.js";
import { textOf } from "./keys.js";

/** What the state reads of the database. */
export type RecordReader = Pick<KeyValueStore, "get" | "has">;

/** The records of one block; undefined where it deletes one. */
export type UnwrittenBlock = ReadonlyMap<string, Uint8Array | undefined>;

/**
 * The database as it will be when the blocks that were decided and are not on disk yet are written: their records, the newest
 * block's first, then its own.
 */
export class UnwrittenRecords implements RecordReader {
  readonly #store: RecordReader;
  #blocks: UnwrittenBlock[] = [];

  constructor(store: RecordReader) {
    this.#store = store;
  }

  /** Blocks that are not on disk yet. */
  get size(): number {
    return this.#blocks.length;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    if (this.#blocks.length > 0) {
      const text = textOf(key);
      for (let i = this.#blocks.length - 1; i >= 0; i--) {
        const value = this.#blocks[i]?.get(text);
        if (value !== undefined) return value;
        if (this.#blocks[i]?.has(text) === true) return undefined;
      }
    }
    return this.#store.get(key);
  }

  has(key: Uint8Array): boolean {
    return this.get(key) !== undefined;
  }

  add(ops: readonly StoreOp[]): UnwrittenBlock {
    const block = new Map(ops.map((op) => [textOf(op.key), op.type === "put" ? op.value : undefined]));
    this.#blocks.push(block);
    return block;
  }

  /** The block is in the database. */
  remove(block: UnwrittenBlock): void {
    this.#blocks = this.#blocks.filter((each) => each !== block);
  }
}
