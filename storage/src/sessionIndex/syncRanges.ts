import { compareBytes } from "@lucid/consensus/base";
import { type EntrySet, SORT_KEY_LENGTH } from "./entrySet.js";
import type { Bound, SyncRange } from "./syncFrame.js";

/** Parts into which a range is cut whose fingerprints differ. */
export const BRANCHING = 16;
/** Ranges of so many entries are listed instead. */
export const LIST_LIMIT = 32;

/** Positions of a range in a set, from `from` up to `to`. */
export interface Positions {
  readonly from: number;
  readonly to: number;
}

export function positionsOf(set: EntrySet, lower: Uint8Array, upper: Bound): Positions {
  return { from: set.positionOf(lower), to: upper === undefined ? set.size : set.positionOf(upper) };
}

/** The shortest bound that is after the entry before a position and not after the one at it. */
export function boundAt(set: EntrySet, position: number): Uint8Array {
  const { sortKey } = set.at(position);
  if (position === 0) return sortKey;
  const before = set.at(position - 1).sortKey;
  for (let length = 1; length < SORT_KEY_LENGTH; length++) {
    const bound = sortKey.subarray(0, length);
    if (compareBytes(bound, before) > 0) return bound;
  }
  return sortKey;
}

/** Upper bounds of parts of equal size, the last one the range's own; one part when there is little to cut. */
export function cut(set: EntrySet, { from, to }: Positions, upper: Bound): Bound[] {
  const count = to - from;
  const parts = Math.min(BRANCHING, Math.max(1, count));
  const bounds: Bound[] = [];
  for (let part = 1; part < parts; part++) bounds.push(boundAt(set, from + Math.floor((part * count) / parts)));
  bounds.push(upper);
  return bounds;
}

/** The fingerprints of a range's parts. */
export function fingerprints(set: EntrySet, positions: Positions, upper: Bound): SyncRange[] {
  let { from } = positions;
  return cut(set, positions, upper).map((bound) => {
    const to = bound === undefined ? positions.to : Math.min(positions.to, set.positionOf(bound));
    const range = { mode: "fingerprint", upper: bound, fingerprint: set.fingerprint(from, to) } as const;
    from = to;
    return range;
  });
}

/** Packed ids as names that a Set can hold. */
export function* idNames(ids: Uint8Array): Generator<string, void, void> {
  const buffer = Buffer.from(ids.buffer, ids.byteOffset, ids.length);
  for (let at = 0; at < buffer.length; at += 16) yield buffer.toString("latin1", at, at + 16);
}
