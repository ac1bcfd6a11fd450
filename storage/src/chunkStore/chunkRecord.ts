import type { Codec } from "../db/codec.js";
import { StorageError } from "../errors.js";

export type ChunkState = "stored" | "damaged" | "missing";

/** What the database knows about a chunk. It is written after the file is durable and removed before the file is. */
export interface ChunkRecord {
  readonly state: ChunkState;
  /** Bytes of the blob. */
  readonly size: number;
  /** From the blob's header, as are the next three; 32 bytes. */
  readonly sessionId: Uint8Array;
  readonly index: number;
  readonly last: boolean;
  readonly manifest: boolean;
  /** Unix time, milliseconds. */
  readonly storedAt: number;
  /** Unix time, milliseconds, of the last time when the file had the right content. */
  readonly lastVerified: number;
}

/** Fields of the record under [sessionId, index, root]. */
export interface SessionChunk {
  readonly size: number;
  readonly last: boolean;
  readonly manifest: boolean;
}

const VERSION = 1;
/** version u8, state u8, flags u8, size u32, index u32, storedAt u64, lastVerified u64, sessionId 32; big-endian */
const LENGTH = 59;
const states = ["stored", "damaged", "missing"] as const satisfies readonly ChunkState[];

function flagsOf(value: { readonly last: boolean; readonly manifest: boolean }): number {
  return (value.last ? 1 : 0) | (value.manifest ? 2 : 0);
}

function corrupt(what: string): StorageError {
  return new StorageError({ code: "RECORD_CORRUPT", message: `not a chunk record: ${what}` });
}

function readFlags(flags: number): { last: boolean; manifest: boolean } {
  if (flags > 3) throw corrupt(`flags ${flags}`);
  return { last: (flags & 1) !== 0, manifest: (flags & 2) !== 0 };
}

function readTime(view: DataView, offset: number): number {
  const time = Number(view.getBigUint64(offset));
  if (!Number.isSafeInteger(time)) throw corrupt("a time out of range");
  return time;
}

export const chunkRecordCodec: Codec<ChunkRecord> = {
  encode(record) {
    const bytes = new Uint8Array(LENGTH);
    const view = new DataView(bytes.buffer);
    bytes[0] = VERSION;
    bytes[1] = states.indexOf(record.state);
    bytes[2] = flagsOf(record);
    view.setUint32(3, record.size);
    view.setUint32(7, record.index);
    view.setBigUint64(11, BigInt(record.storedAt));
    view.setBigUint64(19, BigInt(record.lastVerified));
    bytes.set(record.sessionId, 27);
    return bytes;
  },
  decode(bytes) {
    if (bytes.length !== LENGTH) throw corrupt(`${bytes.length} bytes`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, LENGTH);
    if (view.getUint8(0) !== VERSION) throw corrupt(`version ${view.getUint8(0)}`);
    const state = states[view.getUint8(1)];
    if (state === undefined) throw corrupt(`state ${view.getUint8(1)}`);
    return {
      state,
      ...readFlags(view.getUint8(2)),
      size: view.getUint32(3),
      index: view.getUint32(7),
      storedAt: readTime(view, 11),
      lastVerified: readTime(view, 19),
      sessionId: bytes.slice(27),
    };
  },
};

export const sessionChunkCodec: Codec<SessionChunk> = {
  encode(value) {
    const bytes = new Uint8Array(5);
    new DataView(bytes.buffer).setUint32(0, value.size);
    bytes[4] = flagsOf(value);
    return bytes;
  },
  decode(bytes) {
    if (bytes.length !== 5) throw corrupt(`${bytes.length} bytes in the index of sessions`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, 5);
    return { size: view.getUint32(0), ...readFlags(view.getUint8(4)) };
  },
};
