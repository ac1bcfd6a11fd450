import type { KeyValueStore } from "@lucid/storage";
import { NodeError } from "../errors.js";
import { type AccountRecord, decodeAccount } from "./account.js";
import { archivedFrom, findArchived } from "./archive.js";
import { GenerationCache } from "./generationCache.js";
import { stateKeys, textOf } from "./keys.js";
import { readStateHead } from "./stateHead.js";
import type { StateSource } from "./stateOverlay.js";
import { UndoRecord } from "./undoRecord.js";

const NOTHING = new Uint8Array(0);
/** Codes in memory; a network has a handful. */
const CODE_LIMIT = 64;

/**
 * Undo records in memory, least recently used ones first to go, bounded by bytes: a full block's is a megabyte. And
 * code, as the same array each time: the EVM remembers by it what it has analysed.
 */
export class HistoryCache {
  readonly codes = new GenerationCache<Uint8Array>(CODE_LIMIT);
  readonly #limit: number;
  readonly #records = new Map<number, UndoRecord>();
  #bytes = 0;

  constructor(limitBytes = 32 << 20) {
    this.#limit = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(height: number, load: () => UndoRecord | undefined): UndoRecord | undefined {
    const known = this.#records.get(height);
    if (known !== undefined) {
      this.#records.delete(height);
      this.#records.set(height, known);
      return known;
    }
    const loaded = load();
    if (loaded === undefined) return undefined;
    this.#records.set(height, loaded);
    this.#bytes += loaded.size;
    for (const [oldest, record] of this.#records) {
      if (this.#bytes <= this.#limit || oldest === height) break;
      this.#records.delete(oldest);
      this.#bytes -= record.size;
    }
    return loaded;
  }
}

/**
 * The state after the block at `height`, read from the database alone, so on any thread and while blocks are committed:
 * a record is its present value unless a later block changed it, then what that block found. The head is read after the
 * record; a batch that lands in between is seen by both its undo record and the head.
 */
export class HistoricalState implements StateSource {
  readonly #store: KeyValueStore;
  readonly #cache: HistoryCache;
  readonly height: number;
  /** A call reads the same slots again and again. Its gas bounds the number. */
  readonly #known = new Map<string, Uint8Array | undefined>();

  /** @throws NodeError UNKNOWN_HEIGHT, PRUNED */
  constructor(store: KeyValueStore, height: number, cache: HistoryCache) {
    this.#store = store;
    this.#cache = cache;
    this.height = height;
    const head = this.#head();
    if (!Number.isInteger(height) || height < 0 || height > head) {
      throw new NodeError({
        code: "UNKNOWN_HEIGHT",
        message: `the chain's head is at height ${head}, there is no state at ${height}`,
        meta: { height, head },
      });
    }
    if (height < head && this.#undoRecord(height + 1) === undefined && !this.#archived()) throw this.#pruned();
  }

  account(address: Uint8Array): AccountRecord | undefined {
    const bytes = this.record(stateKeys.account(address), true);
    return bytes === undefined ? undefined : decodeAccount(bytes);
  }

  slot(address: Uint8Array, _addressText: string, slot: Uint8Array): Uint8Array {
    return this.record(stateKeys.slot(address, slot), true) ?? NOTHING;
  }

  code(hash: Uint8Array): Uint8Array {
    const name = textOf(hash);
    const known = this.#cache.codes.get(name);
    if (known !== undefined) return known;
    const code = this.#store.get(stateKeys.code(hash));
    if (code === undefined) throw new NodeError({ code: "STATE_CORRUPT", message: "a contract's code is missing" });
    this.#cache.codes.set(name, code);
    return code;
  }

  /** Node of the account trie. @throws NodeError PRUNED: nodes have no archive */
  accountNode(packedPath: Uint8Array): Uint8Array | undefined {
    return this.record(stateKeys.accountNode(packedPath), false);
  }

  storageNode(address: Uint8Array, packedPath: Uint8Array): Uint8Array | undefined {
    return this.record(stateKeys.storageNode(address, packedPath), false);
  }

  /** A state record as it was; `flat`: the archive, if there is one, holds it too. */
  record(key: Uint8Array, flat: boolean): Uint8Array | undefined {
    const text = textOf(key);
    if (this.#known.has(text)) return this.#known.get(text);
    const value = this.#find(key, flat);
    this.#known.set(text, value);
    return value;
  }

  #find(key: Uint8Array, flat: boolean): Uint8Array | undefined {
    const current = this.#store.get(key);
    const head = this.#head();
    for (let height = this.height + 1; height <= head; height++) {
      const undo = this.#undoRecord(height);
      if (undo === undefined) {
        if (!flat || !this.#archived()) throw this.#pruned();
        const archived = findArchived(this.#store, key, this.height);
        return archived === undefined ? current : archived.value;
      }
      const old = undo.find(key);
      if (old !== undefined) return old.value;
    }
    return current;
  }

  #head(): number {
    const head = readStateHead(this.#store);
    if (head === undefined)
      throw new NodeError({ code: "GENESIS_INVALID", message: "the database holds no EVM state" });
    return head.height;
  }

  #archived(): boolean {
    const from = archivedFrom(this.#store);
    return from !== undefined && this.height >= from;
  }

  #undoRecord(height: number): UndoRecord | undefined {
    return this.#cache.get(height, () => {
      const bytes = this.#store.get(stateKeys.undo(height));
      return bytes === undefined ? undefined : new UndoRecord(bytes);
    });
  }

  #pruned(): NodeError {
    return new NodeError({
      code: "PRUNED",
      message: `the state of height ${this.height} is no longer kept`,
      meta: { height: this.height },
    });
  }
}
