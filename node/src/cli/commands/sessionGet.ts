import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve as resolvePath } from "node:path";
import { realFileSystem, SessionReader } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import { argument, type CommandContext } from "../commandContext.js";
import { formatBytes, formatSeconds, formatSessionId } from "../format.js";
import { type Progress, startProgress } from "../progress.js";
import { sessionIdArgument } from "../session/arguments.js";
import { readerOptions } from "../session/find.js";
import { settle } from "../session/settle.js";
import { openWorkspace } from "../session/workspace.js";

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

/** The name must be free and its folder must be there, before anything is fetched. */
async function checkTarget(path: string, force: boolean): Promise<void> {
  await stat(dirname(path));
  if (!existsSync(path)) return;
  if ((await stat(path)).isDirectory()) {
    throw new NodeError({
      code: "FILE_EXISTS",
      message: `${path} is a folder`,
      meta: { fix: "give the name of a file" },
    });
  }
  if (force) return;
  throw new NodeError({
    code: "FILE_EXISTS",
    message: `${path} exists already`,
    meta: { fix: "give --force to replace it, or another name" },
  });
}

/**
 * Writes pieces to a file that appears under its name only when all of them are in it and on the disk. Whatever goes
 * wrong, nothing is left behind.
 */
async function writeWhole(path: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.part`);
  const file = await open(temporary, "wx", 0o600);
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      for (let done = 0; done < piece.length; ) done += (await file.write(piece, done)).bytesWritten;
      bytes += piece.length;
    }
    await file.sync();
    await file.close();
    await rename(temporary, path);
    await realFileSystem.syncDirectory(dirname(path));
    return bytes;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

export async function run(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  const id = sessionIdArgument(argument(context, 0));
  const range = parseRange(options.text("range"));
  const path = resolvePath(options.text("out") ?? "");
  await checkTarget(path, options.flag("force"));
  const workspace = await openWorkspace(context);
  let progress: Progress | undefined;
  try {
    await settle(context, workspace, { days: 30 });
    const bar = startProgress(output, "fetching", 0);
    progress = bar;
    const startedAt = performance.now();
    const reader = await SessionReader.open(await readerOptions(context, workspace, id), workspace.reading);
    const pieces = reader.read({ ...range, onProgress: ({ bytes, bytesTotal }) => bar.update(bytes, bytesTotal) });
    const bytes = await writeWhole(path, pieces);
    const seconds = (performance.now() - startedAt) / 1000;
    progress?.stop();
    const { chunks, gaps, startedAt: began } = reader.manifest;
    output.data({
      sessionId: formatSessionId(id),
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
    await workspace.close();
  }
  return undefined;
}
