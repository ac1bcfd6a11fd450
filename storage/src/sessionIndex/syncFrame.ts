import { compareBytes } from "@lucid/consensus/base";
import { StorageError } from "../errors.js";
import { FINGERPRINT_LENGTH, SORT_KEY_LENGTH } from "./entrySet.js";
import { INDEX_ID_LENGTH } from "./indexEntry.js";

/** Longest frame of reconciliation, bytes. */
export const SYNC_FRAME_LIMIT = 65_536;
const VERSION = 1;
/** A bound that is after every key. */
const END = 0xff;
/** Longest bound and mode, and the end: what a writer keeps free to close its frame. */
const RESERVE = 2 + SORT_KEY_LENGTH + 1 + 2;

/** A sort key, or the first bytes of one; undefined: after every key. */
export type Bound = Uint8Array | undefined;

export type SyncPart =
  /** Nothing is said of the range. */
  | { readonly mode: "skip" }
  | { readonly mode: "fingerprint"; readonly fingerprint: Uint8Array }
  /** All that the sender has in the range, in order, 16 bytes each. */
  | { readonly mode: "ids"; readonly ids: Uint8Array }
  /**
   * Answers `ids`: a bit for each of them that the sender lacks (the first is the lowest bit of the first byte), and the
   * ids that only the sender has.
   */
  | { readonly mode: "difference"; readonly lacking: Uint8Array; readonly ids: Uint8Array };

/** A part of the key space: from the upper bound of the range before (or the start) up to `upper`, which is not in it. */
export type SyncRange = SyncPart & { readonly upper: Bound };

const modes = ["skip", "fingerprint", "ids", "difference"] as const satisfies readonly SyncPart["mode"][];

export function compareBounds(a: Bound, b: Bound): number {
  if (a === undefined || b === undefined) return (a === undefined ? 1 : 0) - (b === undefined ? 1 : 0);
  return compareBytes(a, b);
}

export function badFrame(message: string): StorageError {
  return new StorageError({ code: "INDEX_SYNC_BAD_FRAME", message: `reconciliation of the index: ${message}` });
}

function sharedLength(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < most && a[shared] === b[shared]) shared++;
  return shared;
}

/** Puts ranges into a frame as long as there is room. */
export class SyncFrameWriter {
  private readonly bytes = Buffer.alloc(SYNC_FRAME_LIMIT);
  private length = 1;
  private last: Bound = new Uint8Array();

  constructor() {
    this.bytes[0] = VERSION;
  }

  get isEmpty(): boolean {
    return this.length === 1;
  }

  /** Adds all of the ranges, which follow one another from `lower` on, or none of them: false when there is no room. */
  add(lower: Uint8Array, ranges: readonly SyncRange[]): boolean {
    const before = { length: this.length, last: this.last };
    const gap: SyncRange[] = compareBounds(this.last, lower) < 0 ? [{ mode: "skip", upper: lower }] : [];
    for (const range of [...gap, ...ranges]) {
      if (this.write(range, RESERVE)) continue;
      this.length = before.length;
      this.last = before.last;
      return false;
    }
    return true;
  }

  /** The frame; with `upTo` it says that everything below that bound was dealt with. */
  finish(upTo?: { readonly bound: Bound }): Uint8Array {
    if (upTo !== undefined && compareBounds(this.last, upTo.bound) < 0) {
      this.write({ mode: "skip", upper: upTo.bound }, 0);
    }
    return new Uint8Array(this.bytes.subarray(0, this.length));
  }

  private write(range: SyncRange, reserve: number): boolean {
    const parts = [boundBytes(this.last ?? new Uint8Array(), range.upper), Buffer.of(modes.indexOf(range.mode))];
    if (range.mode === "fingerprint") parts.push(range.fingerprint);
    if (range.mode === "difference") parts.push(u16(range.lacking.length), range.lacking);
    if (range.mode === "ids" || range.mode === "difference") {
      parts.push(u16(range.ids.length / INDEX_ID_LENGTH), range.ids);
    }
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (this.length + length + reserve > SYNC_FRAME_LIMIT) return false;
    for (const part of parts) {
      this.bytes.set(part, this.length);
      this.length += part.length;
    }
    this.last = range.upper;
    return true;
  }
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function boundBytes(last: Uint8Array, bound: Bound): Uint8Array {
  if (bound === undefined) return Uint8Array.of(END);
  const shared = sharedLength(last, bound);
  return Uint8Array.of(shared, bound.length - shared, ...bound.subarray(shared));
}

/** @throws StorageError INDEX_SYNC_BAD_FRAME when the ranges do not fit or do not ascend */
export function encodeSyncFrame(ranges: readonly SyncRange[]): Uint8Array {
  const writer = new SyncFrameWriter();
  let last: Bound = new Uint8Array();
  for (const range of ranges) {
    if (last === undefined || compareBounds(last, range.upper) >= 0) throw badFrame("bounds that do not ascend");
    if (!writer.add(last, [range])) throw badFrame("more than fits into a frame");
    last = range.upper;
  }
  return writer.finish();
}

/** Reads a frame; memory stays below a small multiple of its length. @throws StorageError INDEX_SYNC_BAD_FRAME */
export function decodeSyncFrame(bytes: Uint8Array): SyncRange[] {
  if (bytes.length > SYNC_FRAME_LIMIT) throw badFrame(`a frame of ${bytes.length} bytes`);
  let at = 0;
  const take = (count: number): Uint8Array => {
    if (at + count > bytes.length) throw badFrame("a frame that is cut off");
    at += count;
    return new Uint8Array(bytes.subarray(at - count, at));
  };
  const byte = (): number => take(1)[0] ?? 0;
  const list = (size: number): Uint8Array => take(((byte() << 8) | byte()) * size);
  if (byte() !== VERSION) throw badFrame("an unknown version");
  const ranges: SyncRange[] = [];
  let last: Bound = new Uint8Array();
  while (at < bytes.length) {
    if (last === undefined) throw badFrame("a range after the end");
    const upper = readBound(last, byte, take);
    const mode = modes[byte()];
    if (mode === undefined) throw badFrame("an unknown mode");
    if (mode === "skip") ranges.push({ mode, upper });
    else if (mode === "fingerprint") ranges.push({ mode, upper, fingerprint: take(FINGERPRINT_LENGTH) });
    else if (mode === "ids") ranges.push({ mode, upper, ids: list(INDEX_ID_LENGTH) });
    else ranges.push({ mode, upper, lacking: list(1), ids: list(INDEX_ID_LENGTH) });
    last = upper;
  }
  return ranges;
}

function readBound(last: Uint8Array, byte: () => number, take: (count: number) => Uint8Array): Bound {
  const shared = byte();
  if (shared === END) return undefined;
  const length = byte();
  if (shared > last.length || length === 0 || shared + length > SORT_KEY_LENGTH) throw badFrame("a bound out of range");
  const rest = take(length);
  const bound = Buffer.concat([last.subarray(0, shared), rest]);
  // Ascending, and with as many bytes shared as there are: then there is one way to write a bound.
  if (compareBounds(last, bound) >= 0 || sharedLength(last, bound) !== shared) throw badFrame("a bound out of order");
  return new Uint8Array(bound);
}
