import { concatBytes, u64be } from "@lucid/consensus/base";
import { type KeyValueStore, namespaces, prefixRange } from "@lucid/storage";
import type { Bytes20, StoreOp } from "../interfaces.js";

/** One admitted transaction on disk: flags u8 (1 = local), added at u64 ms, sender 20, raw. */
export interface JournalEntry {
  readonly sequence: number;
  readonly local: boolean;
  readonly addedAt: number;
  readonly sender: Bytes20;
  readonly raw: Uint8Array;
}

const PREFIX = Uint8Array.of(namespaces.mempoolJournal);
const HEADER = 1 + 8 + 20;
const LOCAL = 1;

function keyOf(sequence: number): Uint8Array {
  return concatBytes(PREFIX, u64be(sequence));
}

/**
 * Admitted transactions that are in no block yet. A write is on disk when its promise resolves; writes that come while
 * one is under way go together with the next, so that a thousand at once cost a few fsyncs.
 */
export class MempoolJournal {
  readonly #store: KeyValueStore;
  #waiting: { readonly op: StoreOp; readonly done: (error?: unknown) => void }[] = [];
  #writing: Promise<void> | undefined;
  #next = 0;

  constructor(store: KeyValueStore) {
    this.#store = store;
  }

  nextSequence(): number {
    return this.#next++;
  }

  /** All entries, oldest first. */
  async load(): Promise<JournalEntry[]> {
    const entries: JournalEntry[] = [];
    for await (const [key, value] of this.#store.entries(prefixRange(PREFIX))) {
      const sequence = Number(new DataView(key.buffer, key.byteOffset).getBigUint64(1));
      const view = new DataView(value.buffer, value.byteOffset, value.length);
      this.#next = Math.max(this.#next, sequence + 1);
      entries.push({
        sequence,
        local: (view.getUint8(0) & LOCAL) !== 0,
        addedAt: Number(view.getBigUint64(1)),
        sender: value.slice(9, HEADER),
        raw: value.slice(HEADER),
      });
    }
    return entries;
  }

  /** @throws StorageError DISK_FULL and others; then it is not acknowledged */
  append(entry: JournalEntry): Promise<void> {
    const flags = Uint8Array.of(entry.local ? LOCAL : 0);
    const value = concatBytes(flags, u64be(entry.addedAt), entry.sender, entry.raw);
    return this.#write({ type: "put", key: keyOf(entry.sequence), value });
  }

  /** Not waited for by anybody who was promised something: an entry that comes back is dropped again. */
  remove(sequence: number): Promise<void> {
    return this.#write({ type: "del", key: keyOf(sequence) });
  }

  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  #write(op: StoreOp): Promise<void> {
    const written = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ op, done: (error) => (error === undefined ? resolve() : reject(error)) });
    });
    this.#writing ??= this.#drain();
    return written;
  }

  async #drain(): Promise<void> {
    // Lets everything of this turn join the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        await this.#store.batch(
          batch.map(({ op }) => op),
          { sync: true },
        );
        for (const { done } of batch) done();
      } catch (error) {
        for (const { done } of batch) done(error);
      }
    }
    this.#writing = undefined;
  }
}
