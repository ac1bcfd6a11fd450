import {
  closeRecording,
  deliverSession,
  discardSession,
  releaseSession,
  type SessionRecord,
  type SessionResult,
} from "@lucid/storage";
import type { CommandContext } from "../commandContext.js";
import { formatBytes, formatSessionId } from "../format.js";
import { anchor } from "./anchoring.js";
import type { Workspace } from "./workspace.js";

/** What earlier commands left behind, so that the caller can say what it finished. */
export interface Settled {
  readonly sessionId: string;
  readonly what: "recording closed" | "session anchored" | "staging emptied" | "empty recording dropped";
}

async function pending(workspace: Workspace): Promise<readonly SessionRecord[]> {
  const records: SessionRecord[] = [];
  for await (const record of workspace.writing.journal.list()) if (record.state !== "released") records.push(record);
  return records;
}

/**
 * Finishes what earlier commands left: closes interrupted recordings with a gap marker, anchors what is complete, empties
 * the staging folder. An unfinished put is left to its own command, which knows the file. Failures are told and do not
 * stop the command that was asked for.
 */
export async function settle(
  context: CommandContext,
  workspace: Workspace,
  options: { readonly days: number; readonly except?: string },
): Promise<readonly Settled[]> {
  const { output, interruption } = context;
  const settled: Settled[] = [];
  for (const record of await pending(workspace)) {
    const sessionId = formatSessionId(record.sessionId);
    if (record.kind === "put" && record.source?.path === options.except) continue;
    if (record.kind === "put" && record.state === "writing") {
      output.note(`Unfinished: lucid session put ${record.source?.path ?? ""} goes on when it is run again.`);
      continue;
    }
    try {
      const what = await finish(context, workspace, record, options.days);
      settled.push({ sessionId, what });
    } catch (error) {
      interruption.signal.throwIfAborted();
      const why = error instanceof Error ? error.message : String(error);
      output.warn(`session ${sessionId} of an earlier command is not anchored yet (${why})`);
    }
  }
  return settled;
}

async function isEmpty({ writing }: Workspace, sessionId: Uint8Array): Promise<boolean> {
  for await (const _ of writing.journal.chunks(sessionId)) return false;
  return true;
}

async function finish(
  { output, interruption }: CommandContext,
  workspace: Workspace,
  record: SessionRecord,
  days: number,
): Promise<Settled["what"]> {
  const { writing, keyOf } = workspace;
  const { signal } = interruption;
  const { sessionId } = record;
  if (record.state === "anchored") {
    if (!(await releaseSession(sessionId, writing))) {
      await deliverSession(sessionId, { signal }, writing);
      await releaseSession(sessionId, writing);
    }
    return "staging emptied";
  }
  let result: SessionResult;
  if (record.state === "writing") {
    if (await isEmpty(workspace, sessionId)) {
      await discardSession(sessionId, writing);
      output.note(`Dropped the interrupted recording ${formatSessionId(sessionId)}: nothing of it had been stored.`);
      return "empty recording dropped";
    }
    result = await closeRecording(sessionId, { keyOf, signal }, writing);
    output.note(
      `Closed the interrupted recording ${formatSessionId(sessionId)}: ${formatBytes(result.bytes)} kept, with a gap marker at the end.`,
    );
  }
  result = await deliverSession(sessionId, { signal }, writing);
  await anchor(workspace, result, { days: record.retentionDays ?? days, signal, note: (text) => output.note(text) });
  output.note(`Anchored session ${formatSessionId(sessionId)} of an earlier command.`);
  return record.state === "writing" ? "recording closed" : "session anchored";
}
