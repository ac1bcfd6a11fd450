import { resolve as resolvePath } from "node:path";
import { toHex } from "@lucid/consensus/base";
import { createReadingEngine, EnginePool, type SessionReader } from "@lucid/storage";
import type { CommandContext } from "../commandContext.js";
import { formatBytes, formatSessionId } from "../format.js";
import { MEDIA_TYPE_BYTES, mediaTypeOf } from "../session/mediaType.js";
import { PlaybackServer } from "../session/playback.js";
import { openShared, openWithKeys } from "../session/reading.js";
import { aborted } from "../signals.js";

/** Engines that wait for the next place that the browser reads at. */
const KEPT_ENGINES = 2;

/** Serves one session to a browser on this machine until a signal. */
export async function run(context: CommandContext): Promise<undefined> {
  const { output, options, interruption } = context;
  const engines = new EnginePool(createReadingEngine, KEPT_ENGINES);
  const createEngine = (chunkSize: number) => engines.lease(chunkSize);
  const key = options.text("key");
  const { reader, close } =
    key === undefined
      ? await openWithKeys(context, createEngine)
      : await openShared(context, resolvePath(key), createEngine);
  try {
    const type = options.text("type") ?? mediaTypeOf(await startOf(reader));
    const server = new PlaybackServer(
      { port: options.number("port") ?? 0, type, tag: tagOf(reader) },
      { reader, onFailure: (error) => output.warn(error instanceof Error ? error.message : String(error)) },
    );
    const page = await server.start();
    try {
      const { sessionId } = reader.manifest;
      const url = `${page}recording`;
      output.data({ sessionId: formatSessionId(sessionId), page, url, type, bytes: reader.bytes, pid: process.pid });
      output.line(`Session ${formatSessionId(sessionId)}, ${formatBytes(reader.bytes)}, ${type}:`);
      output.line(`\n  ${page}\n`);
      output.line(
        "Whoever has this address on this machine can see it, until Ctrl-C. Each part is verified before it is sent.",
      );
      await aborted(interruption.signal);
    } finally {
      await server.stop();
    }
  } finally {
    await engines.close();
    await close();
  }
  return undefined;
}

async function startOf(reader: SessionReader): Promise<Uint8Array> {
  const end = Math.min(MEDIA_TYPE_BYTES, reader.bytes);
  for await (const piece of reader.read({ start: 0, end })) return piece;
  return new Uint8Array();
}

/** The content of a session never changes: its first root and its id name it. */
function tagOf({ manifest, roots }: SessionReader): string {
  return `${formatSessionId(manifest.sessionId)}-${toHex(roots[0] ?? new Uint8Array(32)).slice(2, 18)}`;
}
