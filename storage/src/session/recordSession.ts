import { StorageError } from "../errors.js";
import { type CommandOptions, commandOutput, type RecordedCommand } from "./commandSource.js";
import type { Gap } from "./manifest.js";
import type { StagedChunk } from "./sessionRecord.js";
import type { SessionResult } from "./sessionTypes.js";
import { newSessionRecord, type SessionModules, SessionWriter, type WriterOptions } from "./sessionWriter.js";
import { streamChunks } from "./sourceChunks.js";

/** A byte of a recording is on its way to the disk after at most this many milliseconds. */
const FLUSH_AFTER = 30_000;

export interface RecordOptions extends WriterOptions {
  /** Bytes come from a command, or from a stream such as standard input. */
  readonly source: RecordedCommand | AsyncIterable<Uint8Array>;
  /** Ends the recording properly: the command gets SIGINT, what it still writes is kept. (`signal` gives up instead.) */
  readonly stop: AbortSignal;
  readonly flushAfter?: number | undefined;
  readonly restart?: Pick<CommandOptions, "maxFailures" | "restartPause" | "stopTimeout"> | undefined;
  /** Told as soon as the session has an id, before the first byte. */
  readonly onStart?: ((sessionId: Uint8Array) => void) | undefined;
}

/**
 * Records what a command writes, or what a stream gives, as a session that is staged and described when this resolves.
 * The source is read only as fast as chunks can be stored. After a crash `closeRecording` makes a session of what there is.
 * @throws StorageError RECORD_COMMAND, CHUNK_SIZE, SESSION_ABORTED, DISK_FULL
 */
export async function recordSession(options: RecordOptions, modules: SessionModules): Promise<SessionResult> {
  const { clock } = modules;
  const record = newSessionRecord("record", options, clock);
  await modules.journal.save(record);
  options.onStart?.(record.sessionId);
  const writer = new SessionWriter(record, options, modules);
  const engine = modules.createEngine(record.chunkSize);
  try {
    const bytes = isCommand(options.source)
      ? commandOutput(options.source, {
          ...options.restart,
          clock,
          stop: options.stop,
          abort: writer.signal,
          onGap: ({ offset, diedAt, backAt }) => {
            const gap: Gap = { offset, startedAt: diedAt, endedAt: Math.max(diedAt, backAt), reason: "commandDied" };
            return writer.update({ gaps: [...writer.current.gaps, gap] });
          },
        })
      : untilStopped(options.source, [options.stop, writer.signal]);
    const flushAfter = options.flushAfter ?? FLUSH_AFTER;
    await writer.writeAll(streamChunks(bytes, engine, { signal: writer.signal, clock, flushAfter }), engine);
  } catch (error) {
    // Nothing was recorded at all: then there is nothing to keep, not even a record.
    if (writer.bytes === 0) await forget(writer, modules).catch(() => undefined);
    throw error;
  } finally {
    await engine.stop();
  }
  return await writer.finish(clock.now());
}

/**
 * Closes a recording whose process died: the session gets the chunks that were acknowledged, and a gap marker at its end.
 * Also finishes one that was cut short by an abort. @throws StorageError SESSION_UNKNOWN, SESSION_STATE
 */
export async function closeRecording(
  sessionId: Uint8Array,
  options: Omit<WriterOptions, "description" | "chunkSize">,
  modules: SessionModules,
): Promise<SessionResult> {
  const { journal, staging, clock } = modules;
  const record = journal.require(sessionId);
  if (record.kind !== "record" || record.state !== "writing") {
    throw new StorageError({ code: "SESSION_STATE", message: "this session is not an open recording" });
  }
  const chunks: StagedChunk[] = [];
  for await (const chunk of journal.chunks(sessionId)) chunks.push(chunk);
  const { owner, recorder, deviceFingerprint } = record;
  const description = { owner, recorder, deviceFingerprint };
  const writer = new SessionWriter(record, { ...options, description }, modules);
  writer.adopt(chunks);
  const brokeOffAt = Math.max(record.startedAt, chunks.at(-1)?.at ?? record.startedAt);
  const endedAt = Math.max(brokeOffAt, clock.now());
  const gap: Gap = { offset: writer.bytes, startedAt: brokeOffAt, endedAt, reason: "recorderCrashed" };
  // Twice closed (a crash while closing) is still one gap.
  const gaps = [...record.gaps.filter(({ reason }) => reason !== "recorderCrashed"), gap];
  await writer.update({ gaps });
  await staging.prepare(sessionId);
  const engine = modules.createEngine(record.chunkSize);
  try {
    await writer.writeAll(noChunks(), engine);
  } finally {
    await engine.stop();
  }
  return await writer.finish(endedAt);
}

async function* noChunks(): AsyncGenerator<never, void, undefined> {
  // Delivers what is owed and nothing else.
}

async function forget(writer: SessionWriter, { journal, staging }: SessionModules): Promise<void> {
  await staging.remove(writer.current.sessionId);
  await journal.remove(writer.current.sessionId);
}

function isCommand(source: RecordOptions["source"]): source is RecordedCommand {
  return "file" in source;
}

/** A stream that ends when one of the signals fires. A read that hangs is left to its owner. */
async function* untilStopped(
  source: AsyncIterable<Uint8Array>,
  signals: readonly AbortSignal[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  const stopped = new Promise<{ done: true; value: undefined }>((resolve) => {
    const end = () => resolve({ done: true, value: undefined });
    for (const signal of signals) {
      if (signal.aborted) end();
      signal.addEventListener("abort", end, { once: true });
    }
  });
  for (;;) {
    const next = await Promise.race([iterator.next(), stopped]);
    if (next.done === true) break;
    yield next.value;
  }
  void iterator.return?.();
}
