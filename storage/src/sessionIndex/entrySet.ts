import { createHash } from "node:crypto";
import { compareBytes, equalBytes, sha256, u32be } from "@lucid/consensus/base";
import { INDEX_ID_LENGTH, INDEX_KEY_LENGTH, INDEX_OWNER_LENGTH } from "./indexEntry.js";

/** owner || key: what the entries of all owners are ordered by. */
export const SORT_KEY_LENGTH = INDEX_OWNER_LENGTH + INDEX_KEY_LENGTH;
export const FINGERPRINT_LENGTH = 16;
/** sort key 52, id 16, clock 8, size 2 */
const RECORD = SORT_KEY_LENGTH + INDEX_ID_LENGTH + 8 + 2;
const CLOCK_AT = SORT_KEY_LENGTH + INDEX_ID_LENGTH;
/** Records of a leaf: an insertion moves half of it, 20 KB, on average. */
const LEAF = 512;
const LANES = INDEX_ID_LENGTH / 4;

export interface EntryRecord {
  /** owner || key, 52 bytes. */
  readonly sortKey: Uint8Array;
  /** 16 bytes. */
  readonly id: Uint8Array;
  readonly clock: bigint;
  /** Bytes of the encoded entry. */
  readonly size: number;
}

/** Sorted records, packed; `lanes` are the sums of the ids' four 32-bit words, which 2^21 records do not overflow. */
interface Leaf {
  readonly bytes: Buffer;
  count: number;
  readonly lanes: Float64Array;
}

function emptyLeaf(): Leaf {
  return { bytes: Buffer.alloc(LEAF * RECORD), count: 0, lanes: new Float64Array(LANES) };
}

function addLanes(lanes: Float64Array, leaf: Leaf, from: number, to: number, sign: 1 | -1): void {
  for (let i = from; i < to; i++) {
    const at = i * RECORD + SORT_KEY_LENGTH;
    for (let lane = 0; lane < LANES; lane++) {
      lanes[lane] = (lanes[lane] ?? 0) + sign * leaf.bytes.readUInt32BE(at + 4 * lane);
    }
  }
}

/** Most records that a set can hold, for the sums' sake. */
export const ENTRY_SET_LIMIT = 2 ** 21 - 1;

/**
 * The entries of all owners in memory, 78 bytes each, in the order of (owner, key): for reconciliation, which asks for the
 * fingerprint of ranges, and for the caps of an owner. A position is an entry's number in that order.
 */
export class EntrySet {
  private leaves: Leaf[] = [emptyLeaf()];
  /** Position of each leaf's first record; made anew when it is asked for after a change. */
  private starts: number[] | undefined;
  private total = 0;

  get size(): number {
    return this.total;
  }

  /** A set of records that come in order, each leaf three quarters full. */
  static fromSorted(records: Iterable<EntryRecord>): EntrySet {
    const set = new EntrySet();
    let leaf = emptyLeaf();
    set.leaves = [leaf];
    for (const record of records) {
      if (leaf.count >= (LEAF * 3) / 4) {
        leaf = emptyLeaf();
        set.leaves.push(leaf);
      }
      writeRecord(leaf, leaf.count, record);
      leaf.count++;
      addLanes(leaf.lanes, leaf, leaf.count - 1, leaf.count, 1);
      set.total++;
    }
    return set;
  }

  get(sortKey: Uint8Array): EntryRecord | undefined {
    const { leaf, index, found } = this.find(sortKey);
    return found ? readRecord(leaf, index) : undefined;
  }

  /** Inserts, or takes the place of the record with the same sort key. */
  put(record: EntryRecord): void {
    const { leaf, index, found, number } = this.find(record.sortKey);
    if (found) {
      addLanes(leaf.lanes, leaf, index, index + 1, -1);
      writeRecord(leaf, index, record);
      addLanes(leaf.lanes, leaf, index, index + 1, 1);
      return;
    }
    if (leaf.count === LEAF) {
      this.split(number);
      this.put(record);
      return;
    }
    leaf.bytes.copyWithin((index + 1) * RECORD, index * RECORD, leaf.count * RECORD);
    writeRecord(leaf, index, record);
    leaf.count++;
    addLanes(leaf.lanes, leaf, index, index + 1, 1);
    this.total++;
    this.starts = undefined;
  }

  delete(sortKey: Uint8Array): boolean {
    const { leaf, index, found, number } = this.find(sortKey);
    if (!found) return false;
    addLanes(leaf.lanes, leaf, index, index + 1, -1);
    leaf.bytes.copyWithin(index * RECORD, (index + 1) * RECORD, leaf.count * RECORD);
    leaf.count--;
    this.total--;
    this.starts = undefined;
    if (leaf.count === 0 && this.leaves.length > 1) this.leaves.splice(number, 1);
    return true;
  }

  /** Position of the first record that is not before the bound (a sort key, or the first bytes of one). */
  positionOf(bound: Uint8Array): number {
    const { index, number } = this.find(bound);
    return (this.startPositions()[number] ?? 0) + index;
  }

  /** @param position below `size` */
  at(position: number): EntryRecord {
    const { leaf, index } = this.locate(position);
    return readRecord(leaf, index);
  }

  /** Records of the positions [from, to). */
  *range(from: number, to: number): Generator<EntryRecord, void, void> {
    for (const { leaf, first, last } of this.pieces(from, to)) {
      for (let index = first; index < last; index++) yield readRecord(leaf, index);
    }
  }

  /** Position in [from, to) of the record with the lowest (clock, id), those in `skip` left out. Allocates nothing. */
  oldest(from: number, to: number, skip: ReadonlySet<number>): number | undefined {
    let best: { readonly position: number; readonly leaf: Leaf; readonly at: number } | undefined;
    let position = from;
    for (const { leaf, first, last } of this.pieces(from, to)) {
      for (let index = first; index < last; index++, position++) {
        if (skip.has(position)) continue;
        const at = index * RECORD;
        if (best === undefined || comparePacked(leaf.bytes, at, best.leaf.bytes, best.at) < 0) {
          best = { position, leaf, at };
        }
      }
    }
    return best?.position;
  }

  /** Ids of the positions [from, to), 16 bytes each, one after the other. */
  ids(from: number, to: number): Uint8Array {
    const out = new Uint8Array((to - from) * INDEX_ID_LENGTH);
    let at = 0;
    for (const { leaf, first, last } of this.pieces(from, to)) {
      for (let index = first; index < last; index++) {
        const start = index * RECORD + SORT_KEY_LENGTH;
        out.set(leaf.bytes.subarray(start, start + INDEX_ID_LENGTH), at);
        at += INDEX_ID_LENGTH;
      }
    }
    return out;
  }

  /**
   * First 16 bytes of SHA-256(sum || count), the sum of the ids of [from, to) as integers modulo 2^128 and the count as u32,
   * both big-endian. Full leaves are added at once, so it costs 512 additions and one for each leaf.
   */
  fingerprint(from: number, to: number): Uint8Array {
    const lanes = new Float64Array(LANES);
    for (const { leaf, first, last } of this.pieces(from, to)) {
      if (first === 0 && last === leaf.count) {
        for (let lane = 0; lane < LANES; lane++) lanes[lane] = (lanes[lane] ?? 0) + (leaf.lanes[lane] ?? 0);
      } else addLanes(lanes, leaf, first, last, 1);
    }
    const sum = Buffer.alloc(INDEX_ID_LENGTH);
    let carry = 0;
    for (let lane = LANES - 1; lane >= 0; lane--) {
      const word = (lanes[lane] ?? 0) + carry;
      sum.writeUInt32BE(word % 2 ** 32, 4 * lane);
      carry = Math.floor(word / 2 ** 32);
    }
    return sha256(sum, u32be(to - from)).slice(0, FINGERPRINT_LENGTH);
  }

  /** SHA-256 of all sort keys and ids in order: equal on replicas that hold the same entries. */
  stateHash(): Uint8Array {
    const hash = createHash("sha256");
    for (const { sortKey, id } of this.range(0, this.total)) hash.update(sortKey).update(id);
    return new Uint8Array(hash.digest());
  }

  private *pieces(from: number, to: number): Generator<{ leaf: Leaf; first: number; last: number }, void, void> {
    if (from >= to) return;
    const starts = this.startPositions();
    let number = this.leafAt(from);
    for (let position = from; position < to; number++) {
      const leaf = this.leaves[number];
      const start = starts[number];
      if (leaf === undefined || start === undefined) return;
      const first = position - start;
      const last = Math.min(leaf.count, to - start);
      yield { leaf, first, last };
      position = start + last;
    }
  }

  private locate(position: number): { leaf: Leaf; index: number } {
    const number = this.leafAt(position);
    const leaf = this.leaves[number] ?? emptyLeaf();
    return { leaf, index: position - (this.startPositions()[number] ?? 0) };
  }

  /** Number of the leaf that holds a position. */
  private leafAt(position: number): number {
    const starts = this.startPositions();
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private startPositions(): readonly number[] {
    if (this.starts === undefined) {
      let position = 0;
      this.starts = this.leaves.map(({ count }) => {
        position += count;
        return position - count;
      });
    }
    return this.starts;
  }

  /** Where a sort key is, or would be inserted. */
  private find(sortKey: Uint8Array): { leaf: Leaf; index: number; found: boolean; number: number } {
    let [low, high] = [0, this.leaves.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const first = this.leaves[middle];
      if (first !== undefined && compareBytes(keyAt(first, 0), sortKey) <= 0) low = middle;
      else high = middle - 1;
    }
    const leaf = this.leaves[low] ?? emptyLeaf();
    let [from, to] = [0, leaf.count];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (compareBytes(keyAt(leaf, middle), sortKey) < 0) from = middle + 1;
      else to = middle;
    }
    const found = from < leaf.count && equalBytes(keyAt(leaf, from), sortKey);
    return { leaf, index: from, found, number: low };
  }

  private split(number: number): void {
    const full = this.leaves[number];
    if (full === undefined) return;
    const half = full.count >> 1;
    const right = emptyLeaf();
    full.bytes.copy(right.bytes, 0, half * RECORD, full.count * RECORD);
    right.count = full.count - half;
    full.count = half;
    addLanes(right.lanes, right, 0, right.count, 1);
    for (let lane = 0; lane < LANES; lane++) full.lanes[lane] = (full.lanes[lane] ?? 0) - (right.lanes[lane] ?? 0);
    this.leaves.splice(number + 1, 0, right);
    this.starts = undefined;
  }
}

function keyAt(leaf: Leaf, index: number): Uint8Array {
  return leaf.bytes.subarray(index * RECORD, index * RECORD + SORT_KEY_LENGTH);
}

function readRecord(leaf: Leaf, index: number): EntryRecord {
  const at = index * RECORD;
  const part = (from: number, to: number) => new Uint8Array(leaf.bytes.subarray(at + from, at + to));
  return {
    sortKey: part(0, SORT_KEY_LENGTH),
    id: part(SORT_KEY_LENGTH, CLOCK_AT),
    clock: leaf.bytes.readBigUInt64BE(at + CLOCK_AT),
    size: leaf.bytes.readUInt16BE(at + CLOCK_AT + 8),
  };
}

function writeRecord(leaf: Leaf, index: number, { sortKey, id, clock, size }: EntryRecord): void {
  const at = index * RECORD;
  leaf.bytes.set(sortKey, at);
  leaf.bytes.set(id, at + SORT_KEY_LENGTH);
  leaf.bytes.writeBigUInt64BE(clock, at + CLOCK_AT);
  leaf.bytes.writeUInt16BE(size, at + CLOCK_AT + 8);
}

/** Order of two packed records by (clock, id). */
function comparePacked(a: Buffer, atA: number, b: Buffer, atB: number): number {
  for (const offset of [CLOCK_AT, CLOCK_AT + 4]) {
    const difference = a.readUInt32BE(atA + offset) - b.readUInt32BE(atB + offset);
    if (difference !== 0) return difference;
  }
  return a.compare(b, atB + SORT_KEY_LENGTH, atB + CLOCK_AT, atA + SORT_KEY_LENGTH, atA + CLOCK_AT);
}
