import { resolve as resolvePath } from "node:path";
import { createReadingEngine, SessionReader } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import { argument, type CommandContext } from "../commandContext.js";
import { formatBytes, formatSeconds, formatSessionId } from "../format.js";
import { type Progress, startProgress } from "../progress.js";
import { sessionIdArgument } from "../session/arguments.js";
import { readerOptions } from "../session/find.js";
import { openShared, type Reading } from "../session/reading.js";
import { settle } from "../session/settle.js";
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

export async function run(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  const range = parseRange(options.text("range"));
  const path = resolvePath(options.text("out") ?? "");
  await checkTarget(path, options.flag("force"));
  const startedAt = performance.now();
  const key = options.text("key");
  const { reader, close } =
    key === undefined ? await openOwn(context) : await openShared(context, resolvePath(key), createReadingEngine);
  let progress: Progress | undefined;
  try {
    const bar = startProgress(output, "fetching", 0);
    progress = bar;
    let chunks = 0;
    const pieces = reader.read({
      ...range,
      onProgress: (read) => {
        chunks = read.chunks;
        bar.update(read.bytes, read.bytesTotal);
      },
    });
    const bytes = await writeWhole(path, pieces);
    const seconds = (performance.now() - startedAt) / 1000;
    progress?.stop();
    const { gaps, startedAt: began, sessionId } = reader.manifest;
    output.data({
      sessionId: formatSessionId(sessionId),
      file: path,
      bytes,
      chunks,
      gaps,
      startedAt: began,
      restoreSeconds: seconds,
      restoreMBps: bytes / 1e6 / seconds,
    });
    output.line(
      `${path}: ${formatBytes(bytes)} from ${chunks} chunks, all verified, in ${formatSeconds(seconds)} (${formatBytes(bytes / seconds)}/s).`,
    );
    if (gaps.length > 0) output.line(`The recording has ${gaps.length} gaps.`);
  } finally {
    progress?.stop();
    await close();
  }
  return undefined;
}
