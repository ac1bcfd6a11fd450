import { resolve } from "node:path";
import { SLOT_BLOB_START, SLOT_PLAIN_START } from "../chunk/index.js";
import { StorageError } from "../errors.js";
import type { FileHandle } from "../files/index.js";
import type { ChunkEngine } from "./chunkEngine.js";
import { parallelOrdered } from "./parallelOrdered.js";
import type { SessionRecord, StagedChunk } from "./sessionRecord.js";
import type { SessionResult } from "./sessionTypes.js";
import { newSessionRecord, type SessionModules, SessionWriter, type WriterOptions } from "./sessionWriter.js";
import { fileChunks } from "./sourceChunks.js";
import { stagedName } from "./stagingStore.js";

export interface PutOptions extends WriterOptions {
  /** File that is finished: it is read to the length that it has now. */
  readonly path: string;
  /** Go on with this session; default: the unfinished put of the same path, if there is one. */
  readonly resume?: Uint8Array | "never" | undefined;
}

/**
 * Stores a file as a session: all of it is staged, delivered and described when this resolves; the caller anchors it and
 * then calls `anchorSession`. A put that was interrupted at any moment goes on where it was when it is called again.
 * @throws StorageError IO_NOT_FOUND, IO_DENIED, SOURCE_CHANGED, CHUNK_SIZE, SESSION_ABORTED, SINK_FAILED, DISK_FULL
 */
export async function putSession(options: PutOptions, modules: SessionModules): Promise<SessionResult> {
  const path = resolve(options.path);
  const file = await modules.staging.files.open(path, "read");
  try {
    const size = await file.size();
    const found = await findRecord(path, options.resume, modules);
    if (found !== undefined && found.source?.size !== size) throw changed(path);
    const record = found ?? newSessionRecord("put", options, modules.clock, { path, size });
    if (found === undefined) await modules.journal.save(record);
    const engine = modules.createEngine(record.chunkSize);
    try {
      return await run(file, record, engine, options, modules);
    } finally {
      await engine.stop();
    }
  } finally {
    await file.close();
  }
}

async function run(
  file: FileHandle,
  record: SessionRecord,
  engine: ChunkEngine,
  options: PutOptions,
  modules: SessionModules,
): Promise<SessionResult> {
  const { path = "", size = 0 } = record.source ?? {};
  const writer = new SessionWriter(record, options, modules);
  const done = await intactPrefix(file, writer, engine, options, modules);
  writer.adopt(done);
  const offset = writer.bytes;
  const { signal } = writer;
  await writer.writeAll(fileChunks(file, engine, { offset, index: done.length, size, signal }), engine);
  if ((await file.size()) !== size) throw changed(path);
  return await writer.finish(modules.clock.now());
}

async function findRecord(
  path: string,
  resume: PutOptions["resume"],
  { journal }: SessionModules,
): Promise<SessionRecord | undefined> {
  if (resume === "never") return undefined;
  if (resume !== undefined) {
    const record = journal.require(resume);
    if (record.kind === "put" && (record.state === "writing" || record.state === "sealed")) return record;
    throw new StorageError({ code: "SESSION_STATE", message: "this session is not an unfinished put" });
  }
  let newest: SessionRecord | undefined;
  for await (const record of journal.list()) {
    const unfinished = record.state === "writing" || record.state === "sealed";
    if (record.kind !== "put" || !unfinished || record.source?.path !== path) continue;
    if (newest === undefined || record.startedAt > newest.startedAt) newest = record;
  }
  return newest;
}

/**
 * The chunks of an earlier run, as far as they are staged, whole and of this very file: each is opened and compared with the
 * file byte for byte. What comes after them (and an old manifest) is forgotten.
 * @throws StorageError SOURCE_CHANGED when a whole chunk holds other bytes than the file
 */
async function intactPrefix(
  file: FileHandle,
  writer: SessionWriter,
  engine: ChunkEngine,
  options: PutOptions,
  { journal, staging }: SessionModules,
): Promise<StagedChunk[]> {
  const { sessionId } = writer.current;
  const { sessionKey } = options.keyOf(sessionId);
  let offset = 0;
  const compare = async ({ chunk, from }: { chunk: StagedChunk; from: number }): Promise<StagedChunk | undefined> => {
    const slot = await engine.acquire(options.signal);
    try {
      const blob = await staging.read(sessionId, chunk.root);
      if (blob.length !== chunk.size) return undefined;
      slot.bytes.set(blob, SLOT_BLOB_START);
      const { root, size, plainSize, position } = chunk;
      const expected = { sessionKey, root, size, plainSize, sessionId, index: position, manifest: false };
      await engine.run(slot, { kind: "open", blobLength: blob.length, expected });
      const original = Buffer.allocUnsafe(plainSize);
      const read = await file.read(original, from);
      const staged = slot.bytes.subarray(SLOT_PLAIN_START, SLOT_PLAIN_START + plainSize);
      if (read !== plainSize || original.compare(staged) !== 0) throw changed(writer.current.source?.path ?? "");
      return chunk;
    } catch (error) {
      // A blob that was lost or damaged on this disk is made anew from the source.
      if (error instanceof StorageError && remade.has(error.code)) return undefined;
      throw error;
    } finally {
      engine.release(slot);
    }
  };
  const intact: StagedChunk[] = [];
  let checked = 0;
  const staged = async function* () {
    for await (const chunk of journal.chunks(sessionId)) {
      if (chunk.manifest) return;
      yield { chunk, from: offset };
      offset += chunk.plainSize;
    }
  };
  for await (const chunk of parallelOrdered(engine.slots, compare)(staged())) {
    if (chunk === undefined) break;
    intact.push(chunk);
    checked += chunk.plainSize;
    writer.checking(checked);
  }
  await journal.truncate(sessionId, intact.length);
  if (writer.current.state !== "writing") await writer.update({ state: "writing", summary: undefined });
  await staging.removeExcept(sessionId, new Set(intact.map(({ root }) => stagedName(root))));
  return intact;
}

const remade: ReadonlySet<string> = new Set(["CHUNK_NOT_FOUND", "CHUNK_ROOT_MISMATCH", "CHUNK_TRUNCATED"]);

function changed(path: string): StorageError {
  return new StorageError({
    code: "SOURCE_CHANGED",
    message: `${path} is not the file of which a part was stored; store it as a new session, or give the unchanged file`,
    meta: { path },
  });
}
