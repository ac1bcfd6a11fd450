import { equalBytes } from "@lucid/consensus/base";
import { type BatchOp, type KeyValueStore, prefixEnd } from "../db/index.js";
import { StorageError } from "../errors.js";
import { type EntryRecord, EntrySet } from "./entrySet.js";
import { clockAhead, clockTime, MAX_CLOCK_AHEAD } from "./hybridClock.js";
import { compareRank, INDEX_OWNER_LENGTH, type IndexItem, isFloor } from "./indexEntry.js";
import { IndexRecords, recordOf, sortKeyOf } from "./indexRecords.js";
import { INDEX_CAPS, type IndexCaps } from "./mergeEntries.js";

export interface IndexStoreOptions {
  readonly caps?: IndexCaps;
  /** Entries of all owners; each takes 78 bytes of memory and up to 4 KiB of disk. */
  readonly maxEntries?: number;
}

export interface IndexStoreModules {
  readonly store: KeyValueStore;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Owners with a session or LUCID: whose entries are kept. Asked only for owners of whom nothing is kept yet. */
  readonly mayWrite: (owner: Uint8Array) => boolean;
}

/** Default of `maxEntries`: 80 MB of memory. */
export const MAX_INDEX_ENTRIES = 1_000_000;

/**
 * What became of an entry: `stored`; `known` already; `outdated` by a newer one of its key or by the floor; `full`: the
 * owner's newer entries fill his share.
 */
export type Applied = "stored" | "known" | "outdated" | "full";

export interface OwnerUsage {
  readonly entries: number;
  readonly bytes: number;
}

/** Undefined `put`: the entry is too old for what is left of the caps. */
interface Change {
  readonly put: IndexItem | undefined;
  readonly drop: readonly EntryRecord[];
}

const NOTHING: OwnerUsage = { entries: 0, bytes: 0 };

/**
 * The replicated index on this node: a last-writer-wins map per owner (`mergeEntries.ts` defines it), on disk and, as far
 * as reconciliation needs it, in memory. It does not check signatures: callers hand in what `isSignedByOwner` holds for.
 */
export class IndexStore {
  /** What peers reconcile against; only this class changes it. */
  readonly set: EntrySet;
  private readonly caps: IndexCaps;
  private readonly maxEntries: number;
  private readonly modules: IndexStoreModules;
  private readonly records: IndexRecords;
  private readonly usages = new Map<string, OwnerUsage>();
  private tail: Promise<unknown> = Promise.resolve();

  private constructor(options: IndexStoreOptions, modules: IndexStoreModules, set: EntrySet) {
    this.caps = options.caps ?? INDEX_CAPS;
    this.maxEntries = options.maxEntries ?? MAX_INDEX_ENTRIES;
    this.modules = modules;
    this.records = new IndexRecords(modules.store);
    this.set = set;
    for (const record of set.range(0, set.size)) this.count(record, 1);
  }

  /** Reads every entry once: about a second for 100,000. @throws StorageError RECORD_CORRUPT and the store's codes */
  static async open(options: IndexStoreOptions, modules: IndexStoreModules): Promise<IndexStore> {
    const found: EntryRecord[] = [];
    for await (const item of new IndexRecords(modules.store).all()) found.push(recordOf(item));
    return new IndexStore(options, modules, EntrySet.fromSorted(found));
  }

  /** @throws StorageError RECORD_CORRUPT */
  get(owner: Uint8Array, key: Uint8Array): IndexItem | undefined {
    return this.records.get(Buffer.concat([owner, key]));
  }

  byId(id: Uint8Array): IndexItem | undefined {
    return this.records.byId(id);
  }

  /** Entries of an owner in the order of their keys, from `from` on, at most `limit`. */
  async ofOwner(owner: Uint8Array, from: Uint8Array = new Uint8Array(), limit = Number.MAX_SAFE_INTEGER) {
    const start = this.set.positionOf(Buffer.concat([owner, from]));
    const end = Math.min(this.ownerRange(owner).end, start + limit);
    const found: IndexItem[] = [];
    for (const { sortKey } of this.set.range(start, end)) {
      const item = this.records.get(sortKey);
      if (item !== undefined) found.push(item);
    }
    return found;
  }

  /** What counts against the owner's caps: all but the floor. */
  usage(owner: Uint8Array): OwnerUsage {
    return this.usages.get(nameOf(owner)) ?? NOTHING;
  }

  /**
   * What would keep an entry out before its signature is looked at, so that a flood of rubbish costs no cryptography:
   * undefined when it would be stored.
   * @throws StorageError INDEX_CLOCK_AHEAD, INDEX_OWNER_REFUSED, INDEX_STORE_FULL
   */
  precheck(item: IndexItem): Exclude<Applied, "stored"> | undefined {
    const { entry } = item;
    const now = this.modules.now();
    if (clockTime(entry.clock) > now + MAX_CLOCK_AHEAD) throw clockAhead(entry.clock, now);
    const known = this.set.get(sortKeyOf(item));
    if (known !== undefined) {
      if (equalBytes(known.id, item.id)) return "known";
      if (compareRank({ clock: entry.clock, id: item.id }, known) < 0) return "outdated";
    }
    const floor = this.floorOf(entry.owner);
    if (floor !== undefined && !isFloor(entry) && entry.clock <= floor.clock) return "outdated";
    const { start, end } = this.ownerRange(entry.owner);
    if (start === end && !this.modules.mayWrite(entry.owner)) {
      throw new StorageError({
        code: "INDEX_OWNER_REFUSED",
        message: "the owner of the entry has neither a session nor LUCID",
      });
    }
    if (known === undefined && this.set.size >= this.maxEntries) {
      throw new StorageError({ code: "INDEX_STORE_FULL", message: `the index holds ${this.set.size} entries already` });
    }
    return undefined;
  }

  /**
   * Takes entries whose signatures hold, in the given order, in one atomic batch. What is refused is `undefined`.
   * @param options.sync true: they survive a power cut when this resolves (those of the node's own user)
   * @param options.strict true: what a cap would push out is refused instead (INDEX_FULL), and so is what `precheck` throws
   * @throws StorageError DISK_FULL, DB_IO, ...; with `strict` also those of `precheck` and INDEX_FULL
   */
  apply(
    items: readonly IndexItem[],
    options: { readonly sync?: boolean; readonly strict?: boolean } = {},
  ): Promise<(Applied | undefined)[]> {
    const run = () => this.applyNow(items, options);
    const result = this.tail.then(run, run);
    this.tail = result;
    return result;
  }

  /**
   * Removes the entries of owners who have no right to the room any more, so that one coin that wanders through many
   * accounts does not fill the index. Returns how many entries went.
   */
  sweep(): Promise<number> {
    const run = () => this.sweepNow();
    const result = this.tail.then(run, run);
    this.tail = result;
    return result;
  }

  private async sweepNow(): Promise<number> {
    const gone: EntryRecord[] = [];
    for (const name of [...this.usages.keys()]) {
      const owner = new Uint8Array(Buffer.from(name, "latin1"));
      if (this.modules.mayWrite(owner)) continue;
      const { start, end } = this.ownerRange(owner);
      gone.push(...this.set.range(start, end));
    }
    if (gone.length === 0) return 0;
    await this.modules.store.batch(
      gone.flatMap((record) => this.records.delOps(record)),
      { sync: false },
    );
    this.adopt({ put: undefined, drop: gone }, []);
    return gone.length;
  }

  /** Resolves when what was under way is written. */
  async close(): Promise<void> {
    await this.tail.catch(() => undefined);
  }

  private async applyNow(
    items: readonly IndexItem[],
    { sync = false, strict = false }: { readonly sync?: boolean; readonly strict?: boolean },
  ): Promise<(Applied | undefined)[]> {
    const undo: (() => void)[] = [];
    const ops: BatchOp[] = [];
    try {
      const results = items.map((item) => {
        const change = this.judge(item, strict);
        if (typeof change === "string" || change === undefined) return change;
        ops.push(...change.drop.flatMap((record) => this.records.delOps(record)));
        if (change.put !== undefined) ops.push(...this.records.putOps(change.put));
        this.adopt(change, undo);
        return change.put === undefined ? "full" : "stored";
      });
      if (ops.length > 0) await this.modules.store.batch(ops, { sync });
      return results;
    } catch (error) {
      for (const step of undo.reverse()) step();
      throw error;
    }
  }

  private judge(item: IndexItem, strict: boolean): Change | Applied | undefined {
    try {
      const refused = this.precheck(item);
      if (refused !== undefined) return refused;
    } catch (error) {
      if (strict) throw error;
      return undefined;
    }
    const known = this.set.get(sortKeyOf(item));
    const replaced = known === undefined ? [] : [known];
    if (isFloor(item.entry)) return { put: item, drop: [...replaced, ...this.below(item)] };
    const { drop, self } = this.overflow(item, known);
    if (strict && drop.length + (self ? 1 : 0) > 0) throw this.full();
    // What the new one replaces is older still.
    return { put: self ? undefined : item, drop: [...replaced, ...drop] };
  }

  /** What must go so that the owner's newest entries are within the caps; `self`: the new one as well. */
  private overflow(
    item: IndexItem,
    known: EntryRecord | undefined,
  ): { readonly drop: readonly EntryRecord[]; readonly self: boolean } {
    const { owner, clock } = item.entry;
    const used = this.usage(owner);
    let entries = used.entries + (known === undefined ? 1 : 0);
    let bytes = used.bytes + item.encoded.length - (known?.size ?? 0);
    const { entriesPerOwner, bytesPerOwner } = this.caps;
    if (entries <= entriesPerOwner && bytes <= bytesPerOwner) return { drop: [], self: false };
    const { start, end } = this.ownerRange(owner);
    const skip = new Set<number>();
    if (this.floorOf(owner) !== undefined) skip.add(start);
    if (known !== undefined) skip.add(this.set.positionOf(known.sortKey));
    const drop: EntryRecord[] = [];
    while (entries > entriesPerOwner || bytes > bytesPerOwner) {
      const position = this.set.oldest(start, end, skip);
      const oldest = position === undefined ? undefined : this.set.at(position);
      if (position === undefined || oldest === undefined || compareRank({ clock, id: item.id }, oldest) < 0) {
        return { drop, self: true };
      }
      skip.add(position);
      drop.push(oldest);
      entries--;
      bytes -= oldest.size;
    }
    return { drop, self: false };
  }

  private below(floor: IndexItem): EntryRecord[] {
    const { start, end } = this.ownerRange(floor.entry.owner);
    return [...this.set.range(start, end)].filter(
      ({ sortKey, clock }) => !isFloorKey(sortKey) && clock <= floor.entry.clock,
    );
  }

  private adopt({ put, drop }: Change, undo: (() => void)[]): void {
    const remove = (record: EntryRecord) => {
      this.set.delete(record.sortKey);
      this.count(record, -1);
    };
    const insert = (record: EntryRecord) => {
      this.set.put(record);
      this.count(record, 1);
    };
    for (const record of drop) {
      remove(record);
      undo.push(() => insert(record));
    }
    if (put === undefined) return;
    const record = recordOf(put);
    insert(record);
    undo.push(() => remove(record));
  }

  private count({ sortKey, size }: EntryRecord, sign: 1 | -1): void {
    if (isFloorKey(sortKey)) return;
    const owner = nameOf(sortKey.subarray(0, INDEX_OWNER_LENGTH));
    const { entries, bytes } = this.usages.get(owner) ?? NOTHING;
    if (entries + sign === 0) this.usages.delete(owner);
    else this.usages.set(owner, { entries: entries + sign, bytes: bytes + sign * size });
  }

  private full(): StorageError {
    const { entriesPerOwner, bytesPerOwner } = this.caps;
    return new StorageError({
      code: "INDEX_FULL",
      message: `the owner's part of the index is full (${entriesPerOwner} entries, ${bytesPerOwner} bytes)`,
    });
  }

  private floorOf(owner: Uint8Array): EntryRecord | undefined {
    // The floor's key is zero, so it is the first of its owner.
    const { start, end } = this.ownerRange(owner);
    if (start === end) return undefined;
    const first = this.set.at(start);
    return isFloorKey(first.sortKey) ? first : undefined;
  }

  private ownerRange(owner: Uint8Array): { readonly start: number; readonly end: number } {
    const after = prefixEnd(owner);
    return {
      start: this.set.positionOf(owner),
      end: after === undefined ? this.set.size : this.set.positionOf(after),
    };
  }
}

function isFloorKey(sortKey: Uint8Array): boolean {
  return isFloor({ key: sortKey.subarray(INDEX_OWNER_LENGTH) });
}

function nameOf(owner: Uint8Array): string {
  return Buffer.from(owner).toString("latin1");
}
