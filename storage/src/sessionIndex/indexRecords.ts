import { concatBytes } from "@lucid/consensus/base";
import { type BatchOp, bytesCodec, type KeyValueStore, namespaces, Repository, rawCodec } from "../db/index.js";
import { StorageError } from "../errors.js";
import { type EntryRecord, SORT_KEY_LENGTH } from "./entrySet.js";
import { INDEX_ID_LENGTH, type IndexItem, indexItem } from "./indexEntry.js";

/** owner || key of an entry. */
export function sortKeyOf({ entry }: IndexItem): Uint8Array {
  return concatBytes(entry.owner, entry.key);
}

export function recordOf(item: IndexItem): EntryRecord {
  return { sortKey: sortKeyOf(item), id: item.id, clock: item.entry.clock, size: item.encoded.length };
}

/** The two namespaces of the index: the entries, and where each id stands. Both are written in one batch. */
export class IndexRecords {
  readonly entries: Repository<Uint8Array, Uint8Array>;
  readonly places: Repository<Uint8Array, Uint8Array>;

  constructor(store: KeyValueStore) {
    const sortKey = bytesCodec(SORT_KEY_LENGTH);
    this.entries = new Repository(store, { namespace: namespaces.crdtEntry, key: sortKey, value: rawCodec });
    this.places = new Repository(store, {
      namespace: namespaces.crdtPlace,
      key: bytesCodec(INDEX_ID_LENGTH),
      value: sortKey,
    });
  }

  /** @throws StorageError RECORD_CORRUPT */
  get(sortKey: Uint8Array): IndexItem | undefined {
    const encoded = this.entries.get(sortKey);
    return encoded === undefined ? undefined : this.decode(sortKey, encoded);
  }

  /** @throws StorageError RECORD_CORRUPT */
  byId(id: Uint8Array): IndexItem | undefined {
    const sortKey = this.places.get(id);
    return sortKey === undefined ? undefined : this.get(sortKey);
  }

  /** In the order of (owner, key). @throws StorageError RECORD_CORRUPT */
  async *all(prefix?: Uint8Array): AsyncGenerator<IndexItem, void, void> {
    for await (const [sortKey, encoded] of this.entries.entries(prefix === undefined ? {} : { prefix })) {
      yield this.decode(sortKey, encoded);
    }
  }

  putOps(item: IndexItem): BatchOp[] {
    const sortKey = sortKeyOf(item);
    return [this.entries.putOp(sortKey, item.encoded), this.places.putOp(item.id, sortKey)];
  }

  delOps({ sortKey, id }: EntryRecord): BatchOp[] {
    return [this.entries.delOp(sortKey), this.places.delOp(id)];
  }

  private decode(sortKey: Uint8Array, encoded: Uint8Array): IndexItem {
    try {
      const item = indexItem(encoded);
      if (Buffer.compare(sortKeyOf(item), sortKey) === 0) return item;
    } catch {
      // Said below: it does not matter how it is damaged.
    }
    throw new StorageError({ code: "RECORD_CORRUPT", message: "an entry of the index is damaged; run lucid db check" });
  }
}
