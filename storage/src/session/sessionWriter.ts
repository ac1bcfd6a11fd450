import { randomBytes } from "node:crypto";
import { type Clock, toHex } from "@lucid/consensus/base";
import { pipe } from "it-pipe";
import { DEFAULT_CHUNK_SIZE, MAX_CHUNK_SIZE, MIN_CHUNK_SIZE, SLOT_BLOB_START } from "../chunk/index.js";
import { StorageError } from "../errors.js";
import type { ChunkEngine, Slot } from "./chunkEngine.js";
import { Deliverer } from "./deliverer.js";
import { GroupCommit } from "./groupCommit.js";
import { manifestTotals, policyHashOf } from "./manifest.js";
import { manifestHashOf, merkleRootOf, sealManifest } from "./manifestParts.js";
import { backlog, parallelOrdered } from "./parallelOrdered.js";
import { ProgressTracker } from "./progressTracker.js";
import { newSessionId } from "./sessionId.js";
import type { SessionJournal } from "./sessionJournal.js";
import type { SessionKind, SessionRecord, SessionSummary, StagedChunk } from "./sessionRecord.js";
import type { ChunkSink, SessionDescription, SessionKey, SessionProgress, SessionResult } from "./sessionTypes.js";
import { abortedError } from "./slotPool.js";
import type { FilledSlot } from "./sourceChunks.js";
import type { StagingStore } from "./stagingStore.js";

/** Chunks that may wait for the sink: half a gigabyte at the default chunk size. Then the source is held back. */
const DEFAULT_BACKLOG = 64;
export const DELIVERIES = 2;
/** Chunks that may wait for one sync of folder and journal. */
const APPENDS = 16;
/** Of the chain: a count is a u32. Also what a manifest of MAX_MANIFEST_LENGTH can list. */
const MAX_CHUNKS = 500_000;

export interface SessionModules {
  readonly journal: SessionJournal;
  readonly staging: StagingStore;
  readonly clock: Clock;
  /** Undefined: chunks stay staged. */
  readonly sink?: ChunkSink | undefined;
  /** Worker threads in production, the calling thread in fault tests. `spare` slots beyond what the work itself needs. */
  readonly createEngine: (chunkSize: number, spare?: number) => ChunkEngine;
}

export interface WriterOptions {
  readonly description: SessionDescription;
  readonly keyOf: (sessionId: Uint8Array) => SessionKey;
  /** Bytes of plaintext per chunk; DEFAULT_CHUNK_SIZE when absent. */
  readonly chunkSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SessionProgress) => void) | undefined;
  /** Chunks that may be staged and not yet delivered before the source is held back. */
  readonly maxBacklog?: number | undefined;
  /** True: go on when the sink fails, deliver later. Default: false for a put, true for a recording. */
  readonly deferDelivery?: boolean | undefined;
}

/** A fresh record, not yet saved. @throws StorageError CHUNK_SIZE */
export function newSessionRecord(
  kind: SessionKind,
  options: WriterOptions,
  clock: Clock,
  source?: SessionRecord["source"],
): SessionRecord {
  const chunkSize = options.chunkSize ?? DEFAULT_CHUNK_SIZE;
  if (!Number.isInteger(chunkSize) || chunkSize < MIN_CHUNK_SIZE || chunkSize > MAX_CHUNK_SIZE) {
    throw new StorageError({
      code: "CHUNK_SIZE",
      message: `a chunk size of ${chunkSize} bytes is not between ${MIN_CHUNK_SIZE} and ${MAX_CHUNK_SIZE}`,
      meta: { chunkSize },
    });
  }
  const {
    owner,
    participants = [],
    recorder,
    deviceFingerprint,
    policyHash = policyHashOf({}),
    retentionDays,
  } = options.description;
  return {
    sessionId: newSessionId(),
    kind,
    state: "writing",
    source,
    owner,
    participants,
    recorder,
    deviceFingerprint,
    policyHash,
    salt: new Uint8Array(randomBytes(32)),
    chunkSize,
    startedAt: clock.now(),
    gaps: [],
    retentionDays,
  };
}

/** Takes one session from chunks of plaintext to a staged, delivered and sealed session. */
export class SessionWriter {
  private readonly modules: SessionModules;
  private readonly options: WriterOptions;
  private readonly abort = new AbortController();
  private readonly deliverer: Deliverer;
  private readonly progress: ProgressTracker;
  private readonly chunks: StagedChunk[] = [];
  private readonly acknowledgements: GroupCommit<StagedChunk>;
  /**
   * Slots by position of their chunk, whose blobs wait for their delivery. A blob is written past the page cache, so reading it
   * back would be a trip to the disk; only a recording, whose source must not be held back by the sink, makes it.
   */
  private readonly held = new Map<number, Slot>();
  private readonly holds: boolean;
  private record: SessionRecord;
  private failure: unknown;

  constructor(record: SessionRecord, options: WriterOptions, modules: SessionModules) {
    this.record = record;
    this.options = options;
    this.modules = modules;
    const defer = options.deferDelivery ?? record.kind === "record";
    const { sessionId } = record;
    this.deliverer = new Deliverer({ sessionId, signal: this.signal, defer }, { ...modules, sink: modules.sink });
    this.holds = modules.sink !== undefined && !defer;
    this.acknowledgements = new GroupCommit(async (chunks) => {
      await modules.staging.syncFolder(sessionId);
      await modules.journal.append(sessionId, chunks);
    });
    this.progress = new ProgressTracker(record.source?.size, options.onProgress);
  }

  /** Fires when the caller gives up or when a stage fails: sources must end then. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  get current(): SessionRecord {
    return this.record;
  }

  /** Bytes of plaintext that are acknowledged. */
  get bytes(): number {
    return manifestTotals(this.chunks).plainSize;
  }

  /** Takes over what an earlier run acknowledged. */
  adopt(chunks: readonly StagedChunk[]): void {
    for (const chunk of chunks) this.chunks.push(chunk);
    this.progress.adopted(chunks);
  }

  checking(bytes: number): void {
    this.progress.checked(bytes);
  }

  /** Changes the record, durably. */
  async update(change: Partial<SessionRecord>): Promise<void> {
    this.record = { ...this.record, ...change };
    this.progress.gaps(this.record.gaps.length);
    await this.modules.journal.save(this.record);
  }

  /**
   * Seals, stages, acknowledges and delivers every chunk of the source. Deliveries that an earlier run owes go first.
   * @throws StorageError SESSION_ABORTED, SESSION_TOO_LARGE, DISK_FULL, SINK_FAILED and what the source throws
   */
  async writeAll(source: AsyncIterable<FilledSlot>, engine: ChunkEngine): Promise<void> {
    const folder = await this.modules.staging.prepare(this.record.sessionId);
    const owed = this.chunks.filter((chunk) => !chunk.delivered);
    const outer = this.options.signal;
    const onAbort = () => this.abort.abort();
    if (outer?.aborted === true) this.abort.abort();
    outer?.addEventListener("abort", onAbort, { once: true });
    try {
      await pipe(
        source,
        parallelOrdered<FilledSlot, StagedChunk>(
          engine.slots,
          this.failing((filled) => this.seal(filled, folder, engine)),
        ),
        parallelOrdered<StagedChunk, StagedChunk>(
          APPENDS,
          this.failing((chunk) => this.acknowledge(chunk)),
        ),
        (acknowledged: AsyncIterable<StagedChunk>) => concatenate(owed, acknowledged),
        backlog<StagedChunk>(this.options.maxBacklog ?? DEFAULT_BACKLOG),
        parallelOrdered<StagedChunk, void>(
          DELIVERIES,
          this.failing((chunk) => this.deliverHeld(chunk, engine)),
        ),
        async (delivered: AsyncIterable<void>) => {
          for await (const _ of delivered) {
            // Each stage does its own work; the end of the pipe only draws.
          }
        },
      );
    } catch (error) {
      // The first failure is the one to report; an aborted source then fails in ways of its own.
      if (this.failure !== undefined) throw this.failure;
      throw outer?.aborted === true ? abortedError() : error;
    } finally {
      outer?.removeEventListener("abort", onAbort);
      for (const slot of this.held.values()) engine.release(slot);
      this.held.clear();
    }
  }

  /** Writes, stages and delivers the manifest. Afterwards the session can be anchored. */
  async finish(endedAt: number): Promise<SessionResult> {
    const { journal, staging, clock } = this.modules;
    const { sessionId, owner, participants, recorder, deviceFingerprint, gaps, policyHash, salt, chunkSize } =
      this.record;
    const { startedAt } = this.record;
    const chunks = this.chunks.map(({ root, size, plainSize }) => ({ root, size, plainSize }));
    // A clock that was set back must not make a manifest that nobody accepts.
    const end = Math.max(startedAt, endedAt);
    const sealedParts = await sealManifest(
      {
        sessionId,
        owner,
        participants,
        startedAt,
        endedAt: end,
        chunkSize,
        chunks,
        recorder,
        deviceFingerprint,
        gaps,
        policyHash,
        salt,
      },
      this.options.keyOf(sessionId),
    );
    await staging.prepare(sessionId);
    const parts: StagedChunk[] = [];
    for (const { root, blob, plainSize } of sealedParts) {
      await staging.write(sessionId, root, blob);
      const position = chunks.length + parts.length;
      parts.push({ position, root, size: blob.length, plainSize, manifest: true, delivered: false, at: clock.now() });
    }
    await staging.syncFolder(sessionId);
    const partRoots = parts.map(({ root }) => root);
    const totals = manifestTotals(chunks);
    const summary: SessionSummary = {
      manifestHash: manifestHashOf(partRoots),
      merkleRoot: merkleRootOf(
        chunks.map(({ root }) => root),
        partRoots,
      ),
      chunks: chunks.length,
      manifestParts: parts.length,
      bytes: totals.plainSize,
      bytesStored: totals.size + manifestTotals(parts).size,
    };
    this.record = { ...this.record, state: "sealed", endedAt: end, summary };
    await journal.seal(this.record, parts);
    for (const part of parts) await this.deliver(part);
    this.progress.done();
    return sessionResult(this.record, this.deliverer.complete);
  }

  private async seal(
    { slot, index, plainLength, last }: FilledSlot,
    folder: string,
    engine: ChunkEngine,
  ): Promise<StagedChunk> {
    let hold = false;
    try {
      if (index >= MAX_CHUNKS) {
        throw new StorageError({
          code: "SESSION_TOO_LARGE",
          message: `a session has at most ${MAX_CHUNKS} chunks; use a larger chunk size`,
          meta: { chunkSize: engine.chunkSize },
        });
      }
      this.progress.read(plainLength);
      const { sessionId } = this.record;
      const { sessionKey } = this.options.keyOf(sessionId);
      const options = { sessionKey, sessionId, index, last, manifest: false };
      const { sealed } = await engine.run(slot, { kind: "seal", plainLength, folder, options });
      const { root, size, plainSize } = sealed;
      hold = this.holds;
      if (hold) this.held.set(index, slot);
      return {
        position: index,
        root,
        size,
        plainSize,
        manifest: false,
        delivered: false,
        at: this.modules.clock.now(),
      };
    } finally {
      if (!hold) engine.release(slot);
    }
  }

  private async acknowledge(chunk: StagedChunk): Promise<StagedChunk> {
    await this.acknowledgements.add(chunk);
    this.chunks.push(chunk);
    this.progress.acknowledged(chunk);
    return chunk;
  }

  private async deliverHeld(chunk: StagedChunk, engine: ChunkEngine): Promise<void> {
    const slot = this.held.get(chunk.position);
    try {
      await this.deliver(chunk, slot?.bytes.subarray(SLOT_BLOB_START, SLOT_BLOB_START + chunk.size));
    } finally {
      if (slot !== undefined && this.held.delete(chunk.position)) engine.release(slot);
    }
  }

  private async deliver(chunk: StagedChunk, blob?: Uint8Array): Promise<void> {
    if (await this.deliverer.deliver(chunk, blob)) this.progress.delivered();
  }

  /** A stage that fails stops the source at once, which otherwise may sit in a read that never ends. */
  private failing<T, R>(task: (item: T) => Promise<R>): (item: T) => Promise<R> {
    return async (item) => {
      try {
        return await task(item);
      } catch (error) {
        this.failure ??= error;
        this.abort.abort();
        throw error;
      }
    };
  }
}

/** What a sealed record says, for the anchor and for the user. @throws StorageError SESSION_STATE while it is being written */
export function sessionResult(record: SessionRecord, delivered: boolean): SessionResult {
  const { summary, sessionId, owner, startedAt, gaps } = record;
  if (summary === undefined) {
    throw new StorageError({ code: "SESSION_STATE", message: `session ${toHex(sessionId)} is not finished` });
  }
  return {
    sessionId,
    anchor: {
      sessionId,
      manifestHash: summary.manifestHash,
      merkleRoot: summary.merkleRoot,
      chunkCount: summary.chunks + summary.manifestParts,
      owner,
      startedAt: Math.floor(startedAt / 1000),
    },
    bytes: summary.bytes,
    bytesStored: summary.bytesStored,
    chunks: summary.chunks,
    manifestParts: summary.manifestParts,
    gaps,
    delivered,
  };
}

async function* concatenate<T>(first: readonly T[], second: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  yield* first;
  yield* second;
}
