import { compareBytes } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";

/** A state record as it was before a block; undefined: there was none. */
export interface OldRecord {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

const HEADER = 4;

/**
 * Old values of all records that one block changed, as one database record: count u32, start of each entry u32, then
 * per entry key length u8, key, present u8, value. Entries are sorted by key, so that one is found without decoding
 * the others; Level has no synchronous iterator, and readers are synchronous.
 */
export function encodeUndo(records: readonly OldRecord[]): Uint8Array {
  const sorted = [...records].sort((a, b) => compareBytes(a.key, b.key));
  let at = HEADER + 4 * sorted.length;
  const size = sorted.reduce((sum, { key, value }) => sum + 2 + key.length + (value?.length ?? 0), at);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  view.setUint32(0, sorted.length);
  for (const [index, { key, value }] of sorted.entries()) {
    view.setUint32(HEADER + 4 * index, at);
    out[at] = key.length;
    out.set(key, at + 1);
    at += 1 + key.length;
    out[at++] = value === undefined ? 0 : 1;
    if (value === undefined) continue;
    out.set(value, at);
    at += value.length;
  }
  return out;
}

/** Read access to an encoded undo record. */
export class UndoRecord {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly count: number;

  /** @throws NodeError STATE_CORRUPT if the record cannot hold what it says. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.count = bytes.length < HEADER ? 0 : this.#view.getUint32(0);
    if (bytes.length < HEADER + 4 * this.count) throw corrupt();
  }

  get size(): number {
    return this.#bytes.length;
  }

  /** Undefined: the block did not change that record. */
  find(key: Uint8Array): OldRecord | undefined {
    let low = 0;
    let high = this.count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const start = this.#start(middle);
      const keyEnd = start + 1 + (this.#bytes[start] ?? 0);
      const order = Buffer.compare(this.#bytes.subarray(start + 1, keyEnd), key);
      if (order === 0) return this.at(middle);
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  at(index: number): OldRecord {
    const start = this.#start(index);
    const end = index + 1 < this.count ? this.#start(index + 1) : this.#bytes.length;
    const keyEnd = start + 1 + (this.#bytes[start] ?? 0);
    if (keyEnd >= end || end > this.#bytes.length) throw corrupt();
    const value = this.#bytes[keyEnd] === 1 ? this.#bytes.slice(keyEnd + 1, end) : undefined;
    return { key: this.#bytes.slice(start + 1, keyEnd), value };
  }

  #start(index: number): number {
    return this.#view.getUint32(HEADER + 4 * index);
  }
}

function corrupt(): NodeError {
  return new NodeError({ code: "STATE_CORRUPT", message: "a history record of the state is damaged" });
}
