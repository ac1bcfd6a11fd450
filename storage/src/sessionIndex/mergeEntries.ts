import { compareRank, type IndexItem, isFloor } from "./indexEntry.js";

export interface IndexCaps {
  /** Entries of one owner, deleted ones counted, the floor not. */
  readonly entriesPerOwner: number;
  /** Encoded bytes of them. */
  readonly bytesPerOwner: number;
}

export const INDEX_CAPS: IndexCaps = { entriesPerOwner: 10_000, bytesPerOwner: 8 * 1024 * 1024 };

/**
 * The state of one owner's map, made from all entries of his that were ever seen, in any order:
 * 1. of each key the newest (clock, then SHA-256); 2. nothing that is not newer than the floor; 3. from the newest down, as
 * many as the caps allow. This is the definition of the CRDT; `IndexStore` does the same one entry at a time and tests
 * compare the two. Without the limit of bytes merge is the join of a semilattice. With it what is left may depend on the
 * order in which entries came, when the owner has signed more than the limit: replicas agree after a few exchanges, on one
 * of the sets that fit. His own node refuses to take that much.
 */
export function mergeEntries(items: Iterable<IndexItem>, caps: IndexCaps = INDEX_CAPS): IndexItem[] {
  const newest = new Map<string, IndexItem>();
  for (const item of items) {
    const name = Buffer.from(item.entry.key).toString("latin1");
    const known = newest.get(name);
    if (known === undefined || compareRank(rankOf(item), rankOf(known)) > 0) newest.set(name, item);
  }
  const all = [...newest.values()];
  const floor = all.find(({ entry }) => isFloor(entry));
  const live = all
    .filter((item) => item !== floor && (floor === undefined || item.entry.clock > floor.entry.clock))
    .sort((a, b) => compareRank(rankOf(b), rankOf(a)));
  const kept: IndexItem[] = floor === undefined ? [] : [floor];
  let bytes = 0;
  for (const [index, item] of live.entries()) {
    bytes += item.encoded.length;
    if (index >= caps.entriesPerOwner || bytes > caps.bytesPerOwner) break;
    kept.push(item);
  }
  return kept.sort((a, b) => Buffer.compare(a.entry.key, b.entry.key));
}

function rankOf({ entry, id }: IndexItem) {
  return { clock: entry.clock, id };
}
