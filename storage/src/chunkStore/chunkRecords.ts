import { concatBytes, u32be, u64be } from "@lucid/consensus/base";
import { bytesCodec, type Codec, textCodec, tupleCodec, u32Codec } from "../db/codec.js";
import type { BatchOp, KeyValueStore } from "../db/keyValueStore.js";
import { namespaces } from "../db/namespaces.js";
import { Repository } from "../db/repository.js";
import { StorageError } from "../errors.js";
import { type ChunkRecord, chunkRecordCodec, type SessionChunk, sessionChunkCodec } from "./chunkRecord.js";

export interface ChunkTotals {
  /** Chunks whose file is there, damaged ones included. */
  readonly chunks: number;
  /** Their bytes. */
  readonly bytes: number;
}

const totalsCodec: Codec<ChunkTotals> = {
  encode: (totals) => concatBytes(u32be(totals.chunks), u64be(totals.bytes)),
  decode(bytes) {
    if (bytes.length !== 12) throw new StorageError({ code: "RECORD_CORRUPT", message: "the totals have 12 bytes" });
    const view = new DataView(bytes.buffer, bytes.byteOffset, 12);
    return { chunks: view.getUint32(0), bytes: Number(view.getBigUint64(4)) };
  },
};

interface Pending {
  readonly root: Uint8Array;
  readonly after: ChunkRecord | undefined;
  readonly sync: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Space that a record accounts for. */
function share(record: ChunkRecord | undefined): ChunkTotals {
  return record === undefined || record.state === "missing"
    ? { chunks: 0, bytes: 0 }
    : { chunks: 1, bytes: record.size };
}

/**
 * Chunk records, their index by session and the totals, changed together. Changes that arrive while a batch is being
 * synced go into the next one together, so that many writers share one fsync. The caller must not change one root from
 * two sides at a time.
 */
export class ChunkRecords {
  readonly records: Repository<Uint8Array, ChunkRecord>;
  readonly sessions: Repository<readonly [sessionId: Uint8Array, index: number, root: Uint8Array], SessionChunk>;
  private readonly store: KeyValueStore;
  private readonly totalsRecord: Repository<string, ChunkTotals>;
  private readonly cursorRecord: Repository<string, Uint8Array>;
  private current: ChunkTotals = { chunks: 0, bytes: 0 };
  private waiting: Pending[] = [];
  private running: Promise<void> | undefined;

  private constructor(store: KeyValueStore) {
    this.store = store;
    this.records = new Repository(store, { namespace: namespaces.chunk, key: bytesCodec(32), value: chunkRecordCodec });
    this.sessions = new Repository(store, {
      namespace: namespaces.sessionChunk,
      key: tupleCodec(bytesCodec(32), u32Codec, bytesCodec(32)),
      value: sessionChunkCodec,
    });
    this.totalsRecord = new Repository(store, { namespace: namespaces.meta, key: textCodec, value: totalsCodec });
    this.cursorRecord = new Repository(store, { namespace: namespaces.meta, key: textCodec, value: bytesCodec(32) });
  }

  /** Totals are read; they are counted only when there are none yet. */
  static async open(store: KeyValueStore): Promise<ChunkRecords> {
    const records = new ChunkRecords(store);
    records.current = records.totalsRecord.get("chunkTotals") ?? (await records.count());
    return records;
  }

  get totals(): ChunkTotals {
    return this.current;
  }

  /** Totals as the records have them; what `lucid db check` compares. */
  async count(): Promise<ChunkTotals> {
    const totals = { chunks: 0, bytes: 0 };
    for await (const [, record] of this.records.entries()) {
      const own = share(record);
      totals.chunks += own.chunks;
      totals.bytes += own.bytes;
    }
    return totals;
  }

  /** Sets the record of a root, or removes it; resolves when that is in the database (durable with `sync`). */
  change(root: Uint8Array, after: ChunkRecord | undefined, sync: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ root, after, sync, resolve, reject });
      this.running ??= this.drain();
    });
  }

  /** Root after which the scrub goes on; undefined at the beginning of a walk. */
  get scrubCursor(): Uint8Array | undefined {
    return this.cursorRecord.get("scrubCursor");
  }

  /** Not synced: after a crash some chunks are read again. */
  async setScrubCursor(root: Uint8Array | undefined): Promise<void> {
    const op =
      root === undefined ? this.cursorRecord.delOp("scrubCursor") : this.cursorRecord.putOp("scrubCursor", root);
    await this.store.batch([op], { sync: false });
  }

  /** Resolves when nothing is waiting or being written. */
  async idle(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        await this.commit(group);
        for (const change of group) change.resolve();
      } catch (error) {
        for (const change of group) change.reject(error);
      }
    }
    this.running = undefined;
  }

  private async commit(group: readonly Pending[]): Promise<void> {
    const ops: BatchOp[] = [];
    let { chunks, bytes } = this.current;
    for (const { root, after } of group) {
      const before = this.records.get(root);
      chunks += share(after).chunks - share(before).chunks;
      bytes += share(after).bytes - share(before).bytes;
      if (before !== undefined) ops.push(this.sessions.delOp([before.sessionId, before.index, root]));
      if (after === undefined) {
        ops.push(this.records.delOp(root));
      } else {
        const { size, last, manifest } = after;
        ops.push(this.records.putOp(root, after));
        ops.push(this.sessions.putOp([after.sessionId, after.index, root], { size, last, manifest }));
      }
    }
    ops.push(this.totalsRecord.putOp("chunkTotals", { chunks, bytes }));
    await this.store.batch(ops, { sync: group.some((change) => change.sync) });
    this.current = { chunks, bytes };
  }
}
