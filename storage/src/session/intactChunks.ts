import { equalBytes } from "@lucid/consensus/base";
import { chunkRoot } from "@lucid/consensus/proofs";
import { SLOT_BLOB_START, SLOT_PLAIN_START } from "../chunk/index.js";
import { StorageError } from "../errors.js";
import type { FileHandle } from "../files/index.js";
import type { ChunkEngine } from "./chunkEngine.js";
import { parallelOrdered } from "./parallelOrdered.js";
import type { SessionRecord, StagedChunk } from "./sessionRecord.js";
import type { SessionModules, WriterOptions } from "./sessionWriter.js";

export interface CheckOptions extends Pick<WriterOptions, "keyOf" | "signal"> {
  /** Bytes of the source that have been compared so far. */
  readonly onChecked?: ((bytes: number) => void) | undefined;
}

/**
 * The first chunks of a put, as far as they are staged, whole and of this very file: each is opened and compared with the
 * file byte for byte. Changes nothing.
 * @throws StorageError SOURCE_CHANGED when a whole chunk holds other bytes than the file, SESSION_KEY_WRONG
 */
export async function intactChunks(
  file: FileHandle,
  record: SessionRecord,
  engine: ChunkEngine,
  options: CheckOptions,
  { journal, staging }: SessionModules,
): Promise<StagedChunk[]> {
  const { sessionId } = record;
  const { sessionKey } = options.keyOf(sessionId);
  const compare = async ({ chunk, from }: { chunk: StagedChunk; from: number }): Promise<StagedChunk | undefined> => {
    const slot = await engine.acquire(options.signal);
    try {
      const place = slot.bytes.subarray(SLOT_BLOB_START, SLOT_BLOB_START + chunk.size);
      const blob = await staging.read(sessionId, chunk.root, place);
      if (blob.length !== chunk.size) return undefined;
      const { root, size, plainSize, position } = chunk;
      const expected = { sessionKey, root, size, plainSize, sessionId, index: position, manifest: false };
      await engine.run(slot, { kind: "open", blobLength: blob.length, expected });
      const original = Buffer.allocUnsafe(plainSize);
      const read = await file.read(original, from);
      const staged = slot.bytes.subarray(SLOT_PLAIN_START, SLOT_PLAIN_START + plainSize);
      if (read !== plainSize || original.compare(staged) !== 0) throw sourceChanged(record.source?.path ?? "");
      return chunk;
    } catch (error) {
      // A blob that was lost or damaged on this disk is no reason to refuse: it can be made anew from the source.
      if (error instanceof StorageError && damage.has(error.code)) return undefined;
      throw error;
    } finally {
      engine.release(slot);
    }
  };
  const staged = async function* () {
    let from = 0;
    for await (const chunk of journal.chunks(sessionId)) {
      if (chunk.manifest) return;
      yield { chunk, from };
      from += chunk.plainSize;
    }
  };
  const intact: StagedChunk[] = [];
  let checked = 0;
  for await (const chunk of parallelOrdered(engine.slots, compare)(staged())) {
    if (chunk === undefined) break;
    intact.push(chunk);
    checked += chunk.plainSize;
    options.onChecked?.(checked);
  }
  return intact;
}

/** True when a sealed put is staged completely, manifest too, and is of this file. @throws as intactChunks */
export async function isWholeOf(
  file: FileHandle,
  record: SessionRecord,
  engine: ChunkEngine,
  options: CheckOptions,
  modules: SessionModules,
): Promise<boolean> {
  const { sessionId, summary } = record;
  if (summary === undefined) return false;
  const intact = await intactChunks(file, record, engine, options, modules);
  if (intact.length !== summary.chunks) return false;
  let parts = 0;
  for await (const { root } of modules.journal.chunks(sessionId, summary.chunks)) {
    try {
      if (!equalBytes(chunkRoot(await modules.staging.read(sessionId, root)), root)) return false;
    } catch (error) {
      if (error instanceof StorageError && damage.has(error.code)) return false;
      throw error;
    }
    parts++;
  }
  return parts === summary.manifestParts;
}

const damage: ReadonlySet<string> = new Set(["CHUNK_NOT_FOUND", "CHUNK_ROOT_MISMATCH", "CHUNK_TRUNCATED"]);

export function sourceChanged(path: string): StorageError {
  return new StorageError({
    code: "SOURCE_CHANGED",
    message: `${path} is not the file of which a part was stored; store it as a new session, or give the unchanged file`,
    meta: { path },
  });
}
