import { resolve as resolvePath } from "node:path";
import { createWorkerEngine, SessionReader } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import { argument, type CommandContext } from "../commandContext.js";
import { formatBytes, formatSeconds, formatSessionId } from "../format.js";
import { type Progress, startProgress } from "../progress.js";
import { sessionIdArgument } from "../session/arguments.js";
import { anchorOf, readerOptions } from "../session/find.js";
import { connectNode, nodeSource } from "../session/nodeLink.js";
import { settle } from "../session/settle.js";
import { readShare, sharedSession } from "../session/shareFile.js";
import { openWorkspace } from "../session/workspace.js";
import { checkTarget, writeWhole } from "../wholeFile.js";

interface Range {
  readonly start?: number;
  readonly end?: number;
}

/** @throws NodeError USAGE */
function parseRange(text: string | undefined): Range {
  if (text === undefined) return {};
  const match = /^(\d{1,15})-(\d{1,15})?$/.exec(text);
  if (match === null) {
    throw new NodeError({
      code: "USAGE",
      message: `"${text}" is no range of bytes`,
      meta: { fix: "give one such as 0-1000 or 1000-" },
    });
  }
  return { start: Number(match[1]), ...(match[2] === undefined ? {} : { end: Number(match[2]) }) };
}

/** What is to be read, and how; `close` gives back what it needs. */
interface Reading {
  readonly reader: SessionReader;
  close(): Promise<void>;
}

async function openOwn(context: CommandContext): Promise<Reading> {
  const id = sessionIdArgument(argument(context, 0));
  const workspace = await openWorkspace(context);
  try {
    await settle(context, workspace, { days: 30 });
    const reader = await SessionReader.open(await readerOptions(context, workspace, id), workspace.reading);
    return { reader, close: () => workspace.close() };
  } catch (error) {
    await workspace.close();
    throw error;
  }
}

/** @throws NodeError SHARE_FILE, SESSION_UNKNOWN, USAGE */
async function openShared(context: CommandContext, file: string): Promise<Reading> {
  const share = await readShare(resolvePath(file));
  const { sessionId, sessionKey } = share;
  const id = context.arguments[0];
  if (id !== undefined && formatSessionId(sessionIdArgument(id)) !== formatSessionId(sessionId)) {
    const message = `${file} opens session ${formatSessionId(sessionId)}, not ${id}`;
    throw new NodeError({ code: "USAGE", message, meta: { fix: "leave the session's id out" } });
  }
  const dataDir = resolvePath((await context.config()).values.dataDir);
  const client = await connectNode(context, dataDir);
  try {
    const session = await sharedSession(client, share, dataDir);
    const { signal } = context.interruption;
    const modules = {
      source: nodeSource(client),
      createEngine: (chunkSize: number) => createWorkerEngine({ chunkSize }),
    };
    const reader = await SessionReader.open({ anchor: anchorOf(session), key: { sessionKey }, signal }, modules);
    return { reader, close: async () => client.close() };
  } catch (error) {
    client.close();
    throw error;
  }
}

export async function run(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  const range = parseRange(options.text("range"));
  const path = resolvePath(options.text("out") ?? "");
  await checkTarget(path, options.flag("force"));
  const startedAt = performance.now();
  const key = options.text("key");
  const { reader, close } = key === undefined ? await openOwn(context) : await openShared(context, key);
  let progress: Progress | undefined;
  try {
    const bar = startProgress(output, "fetching", 0);
    progress = bar;
    const pieces = reader.read({ ...range, onProgress: ({ bytes, bytesTotal }) => bar.update(bytes, bytesTotal) });
    const bytes = await writeWhole(path, pieces);
    const seconds = (performance.now() - startedAt) / 1000;
    progress?.stop();
    const { chunks, gaps, startedAt: began, sessionId } = reader.manifest;
    output.data({
      sessionId: formatSessionId(sessionId),
      file: path,
      bytes,
      chunks: chunks.length,
      gaps,
      startedAt: began,
      restoreSeconds: seconds,
      restoreMBps: bytes / 1e6 / seconds,
    });
    output.line(
      `${path}: ${formatBytes(bytes)} from ${chunks.length} chunks, all verified, in ${formatSeconds(seconds)} (${formatBytes(bytes / seconds)}/s).`,
    );
    if (gaps.length > 0) output.line(`The recording has ${gaps.length} gaps.`);
  } finally {
    progress?.stop();
    await close();
  }
  return undefined;
}
