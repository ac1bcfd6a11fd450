import { equalBytes } from "@lucid/consensus/base";
import type { EntrySet } from "./entrySet.js";
import { type Bound, badFrame, decodeSyncFrame, SyncFrameWriter, type SyncRange } from "./syncFrame.js";
import { fingerprints, idNames, LIST_LIMIT, positionsOf } from "./syncRanges.js";

/** A list of ids is answered by a difference as long as there are no more of one's own; else the range is cut. */
export const DIFFERENCE_LIMIT = 512;

/**
 * Answers a frame of the asking side. Nothing is kept between two frames, so a peer that asks costs the work of the frames
 * it sends: one pass over the set at most, whatever they hold. What does not fit is left out, and the answer ends before it;
 * a whole answer ends with the end of the key space.
 * @throws StorageError INDEX_SYNC_BAD_FRAME
 */
export function answerSync(set: EntrySet, frame: Uint8Array): Uint8Array {
  const writer = new SyncFrameWriter();
  let lower: Bound = new Uint8Array();
  for (const range of decodeSyncFrame(frame)) {
    // Only the last range has no upper bound.
    const from: Uint8Array = lower ?? new Uint8Array();
    const answer = answerRange(set, from, range);
    if (answer.length > 0 && !writer.add(from, answer)) return writer.finish({ bound: from });
    lower = range.upper;
  }
  return writer.finish({ bound: undefined });
}

function answerRange(set: EntrySet, lower: Uint8Array, range: SyncRange): readonly SyncRange[] {
  const { upper } = range;
  if (range.mode === "skip") return [];
  if (range.mode === "difference") throw badFrame("a difference that nobody asked for");
  const positions = positionsOf(set, lower, upper);
  const { from, to } = positions;
  if (range.mode === "fingerprint") {
    if (equalBytes(set.fingerprint(from, to), range.fingerprint)) return [];
    if (to - from <= LIST_LIMIT) return [{ mode: "ids", upper, ids: set.ids(from, to) }];
    return fingerprints(set, positions, upper);
  }
  if (to - from > DIFFERENCE_LIMIT) return fingerprints(set, positions, upper);
  return difference(range.ids, set.ids(from, to), upper);
}

/** Empty when there is none. */
function difference(theirs: Uint8Array, ours: Uint8Array, upper: Bound): readonly SyncRange[] {
  const own = new Set(idNames(ours));
  const lacking = new Uint8Array(Math.ceil(theirs.length / 16 / 8));
  let index = 0;
  let differs = false;
  for (const name of idNames(theirs)) {
    // What is left in `own` afterwards is what they lack.
    if (!own.delete(name)) {
      lacking[index >> 3] = (lacking[index >> 3] ?? 0) | (1 << (index & 7));
      differs = true;
    }
    index++;
  }
  if (!differs && own.size === 0) return [];
  const ids = new Uint8Array(Buffer.from([...own].join(""), "latin1"));
  return [{ mode: "difference", upper, lacking, ids }];
}
