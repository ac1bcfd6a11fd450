import { access, constants, stat } from "node:fs/promises";
import { resolve as resolvePath } from "node:path";
import { deliverSession, putSession, type SessionRecord, type SessionResult } from "@lucid/storage";
import { argument, type CommandContext } from "../commandContext.js";
import { formatBytes, formatSeconds, formatSessionId } from "../format.js";
import { type Progress, startProgress } from "../progress.js";
import { anchor } from "../session/anchoring.js";
import { saveDetails } from "../session/catalogue.js";
import { chunkSizeWithin, readSessionRules } from "../session/chunkSize.js";
import { reportStored } from "../session/report.js";
import { settle } from "../session/settle.js";
import { openWorkspace, type Workspace } from "../session/workspace.js";

async function sealedPut(
  workspace: Workspace,
  path: string,
  file: { readonly size: number; readonly mtimeMs: number },
): Promise<SessionRecord | undefined> {
  for await (const record of workspace.writing.journal.list()) {
    const { kind, state, source, endedAt = 0 } = record;
    if (kind !== "put" || state !== "sealed" || source?.path !== path) continue;
    // Nothing was written to the file since: what is sealed is what is in it.
    if (source.size === file.size && file.mtimeMs < endedAt) return record;
  }
  return undefined;
}

async function unfinished(workspace: Workspace, path: string): Promise<SessionRecord | undefined> {
  for await (const record of workspace.writing.journal.list()) {
    if (record.kind === "put" && record.state === "writing" && record.source?.path === path) return record;
  }
  return undefined;
}

async function store(
  context: CommandContext,
  workspace: Workspace,
  path: string,
  { size, days }: { readonly size: number; readonly days: number },
  progress: Progress,
): Promise<SessionResult> {
  const chunkSize = chunkSizeWithin(context.options.number("chunkSize"), await readSessionRules(workspace.client));
  return await putSession(
    {
      path,
      description: { ...workspace.description, retentionDays: days },
      keyOf: (id) => workspace.keyOf(id),
      signal: context.interruption.signal,
      chunkSize,
      onProgress: ({ bytesRead }) => progress.update(bytesRead, size),
    },
    workspace.writing,
  );
}

export async function run(context: CommandContext): Promise<undefined> {
  const name = argument(context, 0);
  if (name === "-") return await (await import("./sessionRecord.js")).run(context);
  const { output, options, interruption } = context;
  const path = resolvePath(name);
  // Before anything is asked: the file must be there, and ours to read.
  const file = await stat(path);
  await access(path, constants.R_OK);
  if (!file.isFile()) throw Object.assign(new RangeError("not a file"), { code: "EISDIR", syscall: "read", path });
  const days = options.number("days") ?? 30;
  const workspace = await openWorkspace(context);
  const startedAt = performance.now();
  let progress: Progress | undefined;
  try {
    const settled = await settle(context, workspace, { days, except: path });
    const sealed = await sealedPut(workspace, path, file);
    const left = sealed ?? (await unfinished(workspace, path));
    if (left !== undefined) {
      output.note(`Going on with session ${formatSessionId(left.sessionId)} of an interrupted put.`);
    }
    const { signal } = interruption;
    progress = startProgress(output, "storing", file.size);
    const result =
      sealed === undefined
        ? await store(context, workspace, path, { size: file.size, days }, progress)
        : await deliverSession(sealed.sessionId, { signal }, workspace.writing);
    const ingestSeconds = (performance.now() - startedAt) / 1000;
    progress?.stop();
    output.note(
      `Stored ${formatBytes(result.bytes)} in ${formatSeconds(ingestSeconds)} (${formatBytes(result.bytes / ingestSeconds)}/s).`,
    );
    const anchored = await anchor(workspace, result, { days, signal, note: (text) => output.note(text) });
    await saveDetails(context, workspace, result.sessionId);
    reportStored(output, { result, anchored, days, ingestSeconds, resumed: left !== undefined, settled });
  } finally {
    progress?.stop();
    await workspace.close();
  }
  return undefined;
}
