import { StorageError } from "../errors.js";
import { Deliverer } from "./deliverer.js";
import type { SessionResult } from "./sessionTypes.js";
import { type SessionModules, sessionResult, type WriterOptions } from "./sessionWriter.js";

/**
 * Delivers what is still in the staging folder of a sealed session (its sink had failed).
 * @throws StorageError SESSION_UNKNOWN, SESSION_STATE, SINK_FAILED, SESSION_ABORTED
 */
export async function deliverSession(
  sessionId: Uint8Array,
  options: Pick<WriterOptions, "signal">,
  modules: SessionModules,
): Promise<SessionResult> {
  const record = modules.journal.require(sessionId);
  if (record.state === "writing") {
    throw new StorageError({ code: "SESSION_STATE", message: "the session is not finished yet" });
  }
  if (record.state === "released") return sessionResult(record, true);
  const signal = options.signal ?? new AbortController().signal;
  const deliverer = new Deliverer({ sessionId, signal, defer: false }, { ...modules, sink: modules.sink });
  for await (const chunk of modules.journal.chunks(sessionId)) await deliverer.deliver(chunk);
  return sessionResult(record, deliverer.complete);
}

/** Notes that the chain has the session. @throws StorageError SESSION_UNKNOWN, SESSION_STATE */
export async function anchorSession(
  sessionId: Uint8Array,
  anchor: { readonly txHash: Uint8Array; readonly blockNumber: number },
  { journal }: Pick<SessionModules, "journal">,
): Promise<void> {
  const record = journal.require(sessionId);
  if (record.state === "writing") {
    throw new StorageError({ code: "SESSION_STATE", message: "the session is not finished yet" });
  }
  if (record.state === "sealed") await journal.save({ ...record, state: "anchored", anchor });
}

/**
 * Empties the staging folder of a session that is anchored and whose every blob has been delivered; its record stays.
 * Returns false, and removes nothing, when that is not so. Repeats harmlessly after a crash.
 */
export async function releaseSession(
  sessionId: Uint8Array,
  { journal, staging }: Pick<SessionModules, "journal" | "staging">,
): Promise<boolean> {
  const record = journal.require(sessionId);
  if (record.state === "anchored") {
    for await (const chunk of journal.chunks(sessionId)) if (!chunk.delivered) return false;
    // First the record: files without one are leftovers, a record without its files would be a loss.
    await journal.release({ ...record, state: "released" });
  } else if (record.state !== "released") {
    return false;
  }
  await staging.remove(sessionId);
  return true;
}

/** Throws away an unfinished session, staged blobs and all. @throws StorageError SESSION_UNKNOWN, SESSION_STATE once anchored */
export async function discardSession(
  sessionId: Uint8Array,
  { journal, staging }: Pick<SessionModules, "journal" | "staging">,
): Promise<void> {
  const { state } = journal.require(sessionId);
  if (state === "anchored" || state === "released") {
    throw new StorageError({ code: "SESSION_STATE", message: "the session is anchored and cannot be discarded" });
  }
  await journal.remove(sessionId);
  await staging.remove(sessionId);
}
