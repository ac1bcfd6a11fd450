import { resolve } from "node:path";
import { StorageError } from "../errors.js";
import type { FileHandle } from "../files/index.js";
import type { ChunkEngine } from "./chunkEngine.js";
import { intactChunks, isWholeOf, sourceChanged } from "./intactChunks.js";
import type { SessionRecord } from "./sessionRecord.js";
import { deliverSession } from "./sessionStates.js";
import type { SessionResult } from "./sessionTypes.js";
import {
  DELIVERIES,
  newSessionRecord,
  type SessionModules,
  SessionWriter,
  type WriterOptions,
} from "./sessionWriter.js";
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
  const { journal, clock } = modules;
  const file = await modules.staging.files.open(path, "read");
  try {
    const source = { path, size: await file.size() };
    const found = await findRecord(path, options.resume, modules);
    if (found !== undefined && found.source?.size !== source.size) throw sourceChanged(path);
    const record = found ?? newSessionRecord("put", options, clock, source);
    if (found === undefined) await journal.save(record);
    const engine = modules.createEngine(record.chunkSize, modules.sink === undefined ? 0 : DELIVERIES);
    try {
      if (record.state === "writing") return await write(file, record, engine, options, modules);
      // Its manifest may be on the chain already: a sealed session stays as it is, or is left alone.
      const whole = await isWholeOf(file, record, engine, options, modules);
      if (whole) return await deliverSession(record.sessionId, options, modules);
      const fresh = newSessionRecord("put", { ...options, chunkSize: record.chunkSize }, clock, source);
      await journal.save(fresh);
      return await write(file, fresh, engine, options, modules);
    } finally {
      await engine.stop();
    }
  } finally {
    await file.close();
  }
}

async function write(
  file: FileHandle,
  record: SessionRecord,
  engine: ChunkEngine,
  options: PutOptions,
  modules: SessionModules,
): Promise<SessionResult> {
  const { sessionId, source: { path, size } = { path: "", size: 0 } } = record;
  const writer = new SessionWriter(record, options, modules);
  const onChecked = (bytes: number) => writer.checking(bytes);
  const done = await intactChunks(file, record, engine, { ...options, onChecked }, modules);
  // What comes after the last whole chunk is made anew.
  await modules.journal.truncate(sessionId, done.length);
  await modules.staging.removeExcept(sessionId, new Set(done.map(({ root }) => stagedName(root))));
  writer.adopt(done);
  const offset = writer.bytes;
  const { signal } = writer;
  await writer.writeAll(fileChunks(file, engine, { offset, index: done.length, size, signal }), engine);
  if ((await file.size()) !== size) throw sourceChanged(path);
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
