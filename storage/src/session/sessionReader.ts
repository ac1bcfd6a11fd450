import { toHex } from "@lucid/consensus/base";
import { buildChunkProof as buildProof, type ChunkProof } from "@lucid/consensus/proofs";
import { pipe } from "it-pipe";
import { SLOT_BLOB_START, SLOT_PLAIN_START } from "../chunk/index.js";
import { StorageError } from "../errors.js";
import type { ChunkEngine, Slot } from "./chunkEngine.js";
import { withFetched } from "./fetchVerified.js";
import { type Manifest, type ManifestChunk, manifestTotals } from "./manifest.js";
import { fetchManifest } from "./manifestFetcher.js";
import { parallelOrdered } from "./parallelOrdered.js";
import type { BlobSource, SessionAnchor, SessionKey } from "./sessionTypes.js";
import { abortedError } from "./slotPool.js";

export interface ReaderOptions {
  /** From the chain. */
  readonly anchor: SessionAnchor;
  readonly key: SessionKey;
  readonly signal?: AbortSignal | undefined;
}

export interface ReaderModules {
  readonly source: BlobSource;
  readonly createEngine: (chunkSize: number) => ChunkEngine;
}

/** Bytes [start, end) of the plaintext. */
export interface ByteRange {
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

export interface ReadOptions extends ByteRange {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { bytes: number; bytesTotal: number; chunks: number }) => void) | undefined;
}

interface Wanted {
  readonly index: number;
  readonly chunk: ManifestChunk;
  /** What of the chunk's plaintext is wanted. */
  readonly from: number;
  readonly to: number;
}

type Use = (wanted: Wanted, slot: Slot, engine: ChunkEngine, signal: AbortSignal) => Promise<void>;

interface Ready {
  readonly wanted: Wanted;
  readonly slot: Slot;
  readonly release: () => void;
}

/**
 * A session whose manifest has been fetched and checked against the chain. Every chunk is verified against its root before
 * it is decrypted, and decrypted completely before a byte of it is handed out.
 */
export class SessionReader {
  readonly manifest: Manifest;
  /** Of all leaves of the session's tree: chunks, then the manifest's parts. */
  readonly roots: readonly Uint8Array[];
  readonly bytes: number;
  private readonly options: ReaderOptions;
  private readonly modules: ReaderModules;

  private constructor(
    manifest: Manifest,
    partRoots: readonly Uint8Array[],
    options: ReaderOptions,
    modules: ReaderModules,
  ) {
    this.manifest = manifest;
    this.roots = [...manifest.chunks.map(({ root }) => root), ...partRoots];
    this.bytes = manifestTotals(manifest.chunks).plainSize;
    this.options = options;
    this.modules = modules;
  }

  /** @throws StorageError MANIFEST_NOT_FOUND, MANIFEST_MISMATCH, MANIFEST_MALFORMED, SESSION_KEY_WRONG, CHUNK_... */
  static async open(options: ReaderOptions, modules: ReaderModules): Promise<SessionReader> {
    const signal = options.signal ?? new AbortController().signal;
    const source = sourceOf(options.anchor.sessionId, modules.source);
    const { manifest, partRoots } = await fetchManifest(options.anchor, options.key, source, signal);
    return new SessionReader(manifest, partRoots, options, { ...modules, source });
  }

  /**
   * The plaintext in order, chunk by chunk; only the chunks that hold some of the range are fetched, several at once.
   * Each piece belongs to the consumer. The iteration throws before the first wrong byte: a consumer that writes a file
   * must throw away what it has when that happens.
   * @throws StorageError SESSION_RANGE, SESSION_ABORTED, CHUNK_NOT_FOUND, CHUNK_ROOT_MISMATCH, CHUNK_TRUNCATED,
   *   SESSION_KEY_WRONG, CHUNK_BOMB, CHUNK_COMPRESSION, MANIFEST_MISMATCH
   */
  async *read(options: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const { start = 0, end = this.bytes } = options;
    const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
    if (!whole || start < 0 || start > end || end > this.bytes) {
      throw new StorageError({
        code: "SESSION_RANGE",
        message: `the session has bytes 0 to ${this.bytes}, not ${start} to ${end}`,
        meta: { start, end, bytes: this.bytes },
      });
    }
    const progress = { bytes: 0, bytesTotal: end - start, chunks: 0 };
    const open: Use = (wanted, slot, engine, signal) =>
      this.openWanted(wanted.chunk, wanted.index, slot, engine, signal);
    for await (const { slot, wanted, release } of this.run(this.wanted(start, end), open, options.signal)) {
      // Copied only now: what is read ahead stays in the slots, whose number is fixed.
      const piece = slot.bytes.slice(SLOT_PLAIN_START + wanted.from, SLOT_PLAIN_START + wanted.to);
      release();
      progress.bytes += piece.length;
      progress.chunks++;
      options.onProgress?.({ ...progress });
      yield piece;
    }
  }

  /**
   * Fetches every chunk of data and checks it against its root, without decrypting it (or decrypting it too, with `decrypt`).
   * Returns how many bytes of blobs were checked. @throws as read
   */
  async verify(
    options: Pick<ReadOptions, "signal" | "onProgress"> & { readonly decrypt?: boolean } = {},
  ): Promise<number> {
    const progress = { bytes: 0, bytesTotal: manifestTotals(this.manifest.chunks).size, chunks: 0 };
    const check: Use = ({ chunk, index }, slot, engine, signal) =>
      options.decrypt === true
        ? this.openWanted(chunk, index, slot, engine, signal)
        : this.verifyWanted(chunk, slot, engine, signal);
    for await (const { wanted, release } of this.run(this.wanted(0, this.bytes), check, options.signal)) {
      release();
      progress.bytes += wanted.chunk.size;
      progress.chunks++;
      options.onProgress?.({ ...progress });
    }
    return progress.bytes;
  }

  /** Shows that a chunk is the index-th leaf of the session's tree. @throws ProofError PROOF_RANGE */
  proof(index: number): ChunkProof {
    return buildProof(this.roots, index);
  }

  /** Fetches and uses several chunks at once; hands them out in order, each in a slot that the consumer releases. */
  private async *run(
    chunks: Iterable<Wanted>,
    use: Use,
    outer: AbortSignal | undefined,
  ): AsyncGenerator<Ready, void, undefined> {
    const abort = new AbortController();
    const onAbort = () => abort.abort();
    const signals = [outer, this.options.signal];
    for (const signal of signals) {
      if (signal?.aborted === true) abort.abort();
      signal?.addEventListener("abort", onAbort, { once: true });
    }
    const engine = this.modules.createEngine(this.manifest.chunkSize);
    let failure: unknown;
    const task = async (wanted: Wanted): Promise<Ready> => {
      const slot = await engine.acquire(abort.signal);
      const release = () => engine.release(slot);
      try {
        await use(wanted, slot, engine, abort.signal);
        return { wanted, slot, release };
      } catch (error) {
        release();
        if (!abort.signal.aborted) failure = error;
        abort.abort();
        throw error;
      }
    };
    try {
      yield* pipe(asyncOf(chunks), parallelOrdered(engine.slots, task));
    } catch (error) {
      // One chunk that fails stops the others; what they then say is not the reason.
      throw failure ?? (abort.signal.aborted ? abortedError() : error);
    } finally {
      // Fetches that are under way when the consumer leaves early end too.
      abort.abort();
      for (const signal of signals) signal?.removeEventListener("abort", onAbort);
      await engine.stop();
    }
  }

  private *wanted(start: number, end: number): Generator<Wanted, void, undefined> {
    let at = 0;
    for (const [index, chunk] of this.manifest.chunks.entries()) {
      const from = Math.max(0, start - at);
      const to = Math.min(chunk.plainSize, end - at);
      if (from < to) yield { index, chunk, from, to };
      at += chunk.plainSize;
      if (at >= end) return;
    }
  }

  private openWanted(
    chunk: ManifestChunk,
    index: number,
    slot: Slot,
    engine: ChunkEngine,
    signal: AbortSignal,
  ): Promise<void> {
    const { root, size, plainSize } = chunk;
    const { sessionKey } = this.options.key;
    const { sessionId, chunkSize } = this.manifest;
    const expected = { sessionKey, root, size, plainSize, sessionId, index, manifest: false, maxPlainSize: chunkSize };
    const open = async (blob: Uint8Array) => {
      load(slot, blob, chunk);
      await engine.run(slot, { kind: "open", blobLength: blob.length, expected });
    };
    return withFetched(this.modules.source, root, signal, open, placeFor(slot, size));
  }

  private verifyWanted(
    { root, size }: ManifestChunk,
    slot: Slot,
    engine: ChunkEngine,
    signal: AbortSignal,
  ): Promise<void> {
    const verify = async (blob: Uint8Array) => {
      load(slot, blob, { root, size });
      await engine.run(slot, { kind: "verify", blobLength: blob.length, expected: { root, size } });
    };
    return withFetched(this.modules.source, root, signal, verify, placeFor(slot, size));
  }
}

/** The source told of which session the chunks are. */
function sourceOf(sessionId: Uint8Array, source: BlobSource): BlobSource {
  return {
    fetchChunk: (root, options) => source.fetchChunk(root, { ...options, sessionId }),
    manifestCandidates: (id, signal) => source.manifestCandidates(id, signal),
  };
}

/** Where in a slot a blob of that size stands. */
function placeFor(slot: Slot, size: number): Uint8Array {
  return slot.bytes.subarray(SLOT_BLOB_START, SLOT_BLOB_START + size);
}

/** Whoever sends more than the manifest says is not sending this chunk; it would not fit the slot either. */
function load(slot: Slot, blob: Uint8Array, { root, size }: Pick<ManifestChunk, "root" | "size">): void {
  if (blob.length > size) {
    throw new StorageError({
      code: "CHUNK_ROOT_MISMATCH",
      message: `${blob.length} bytes came for chunk ${toHex(root)}, which has ${size}`,
      meta: { root: toHex(root) },
    });
  }
  const inPlace = blob.buffer === slot.bytes.buffer && blob.byteOffset === slot.bytes.byteOffset + SLOT_BLOB_START;
  if (!inPlace) slot.bytes.set(blob, SLOT_BLOB_START);
}

async function* asyncOf<T>(items: Iterable<T>): AsyncGenerator<T, void, undefined> {
  yield* items;
}
