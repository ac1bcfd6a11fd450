import {
  type BatchOp,
  bytesCodec,
  type KeyValueStore,
  namespaces,
  Repository,
  tupleCodec,
  u64Codec,
} from "../db/index.js";
import { StorageError } from "../errors.js";
import { GroupCommit } from "./groupCommit.js";
import { formatSessionId } from "./sessionId.js";
import { type SessionRecord, type StagedChunk, sessionRecordCodec, stagedChunkCodec } from "./sessionRecord.js";

/**
 * What the client has to remember of its sessions, so that a crash loses nothing that was acknowledged: a chunk is
 * acknowledged once `append` has resolved. Its caller appends in the order of positions, so the journal always holds
 * positions 0 to n-1 without a hole.
 */
export class SessionJournal {
  private readonly store: KeyValueStore;
  private readonly sessions: Repository<Uint8Array, SessionRecord>;
  private readonly chunkRecords: Repository<readonly [Uint8Array, bigint], Omit<StagedChunk, "position">>;
  private readonly marks: GroupCommit<BatchOp>;

  constructor(store: KeyValueStore) {
    this.store = store;
    this.marks = new GroupCommit((ops) => store.batch(ops, { sync: false }));
    const id = bytesCodec(32);
    this.sessions = new Repository(store, { namespace: namespaces.clientSession, key: id, value: sessionRecordCodec });
    this.chunkRecords = new Repository(store, {
      namespace: namespaces.clientSessionJournal,
      key: tupleCodec(id, u64Codec),
      value: stagedChunkCodec,
    });
  }

  get(sessionId: Uint8Array): SessionRecord | undefined {
    return this.sessions.get(sessionId);
  }

  /** @throws StorageError SESSION_UNKNOWN */
  require(sessionId: Uint8Array): SessionRecord {
    const record = this.get(sessionId);
    if (record !== undefined) return record;
    throw new StorageError({
      code: "SESSION_UNKNOWN",
      message: `session ${formatSessionId(sessionId)} was not recorded here`,
    });
  }

  /** All sessions of this client, in order of their ids. */
  async *list(): AsyncGenerator<SessionRecord, void, undefined> {
    for await (const [, record] of this.sessions.entries()) yield record;
  }

  /** Creates or replaces the record of a session; durable when it resolves. */
  async save(record: SessionRecord): Promise<void> {
    await this.store.batch([this.sessions.putOp(record.sessionId, record)], { sync: true });
  }

  /** Chunks and manifest parts in order of positions. */
  async *chunks(sessionId: Uint8Array, from = 0): AsyncGenerator<StagedChunk, void, undefined> {
    const prefix = sessionId;
    for await (const [[, position], chunk] of this.chunkRecords.entries({
      gte: [prefix, BigInt(from)],
      lte: [prefix, 0xffff_ffff_ffff_ffffn],
    })) {
      yield { ...chunk, position: Number(position) };
    }
  }

  /** Acknowledges chunks, the next ones in order: durable when it resolves. Their blobs must be durable before. */
  async append(sessionId: Uint8Array, chunks: readonly StagedChunk[]): Promise<void> {
    const ops = chunks.map((chunk) => this.chunkOp(sessionId, chunk));
    await this.store.batch(ops, { sync: true });
  }

  /** Not synced: a mark that is lost means that the chunk is delivered again, which does no harm. */
  async markDelivered(sessionId: Uint8Array, chunk: StagedChunk): Promise<void> {
    await this.marks.add(this.chunkOp(sessionId, { ...chunk, delivered: true }));
  }

  /** Record and manifest parts at once. */
  async seal(record: SessionRecord, parts: readonly StagedChunk[]): Promise<void> {
    const ops = parts.map((part) => this.chunkOp(record.sessionId, part));
    await this.store.batch([...ops, this.sessions.putOp(record.sessionId, record)], { sync: true });
  }

  /** Forgets the chunks from `position` on. */
  async truncate(sessionId: Uint8Array, position: number): Promise<void> {
    const ops: BatchOp[] = [];
    for await (const chunk of this.chunks(sessionId, position)) {
      ops.push(this.chunkRecords.delOp([sessionId, BigInt(chunk.position)]));
    }
    if (ops.length > 0) await this.store.batch(ops, { sync: true });
  }

  /** Replaces the record and forgets the chunks: what is left of a session whose blobs the network keeps. */
  async release(record: SessionRecord): Promise<void> {
    const ops: BatchOp[] = [this.sessions.putOp(record.sessionId, record)];
    for await (const chunk of this.chunks(record.sessionId)) {
      ops.push(this.chunkRecords.delOp([record.sessionId, BigInt(chunk.position)]));
    }
    await this.store.batch(ops, { sync: true });
  }

  /** Forgets a session altogether. */
  async remove(sessionId: Uint8Array): Promise<void> {
    await this.truncate(sessionId, 0);
    await this.store.batch([this.sessions.delOp(sessionId)], { sync: true });
  }

  private chunkOp(sessionId: Uint8Array, chunk: StagedChunk): BatchOp {
    return this.chunkRecords.putOp([sessionId, BigInt(chunk.position)], chunk);
  }
}
