import { verifySession } from "@lucid/storage";
import { argument, type CommandContext } from "../commandContext.js";
import { formatBytes, formatSeconds, formatSessionId } from "../format.js";
import { startProgress } from "../progress.js";
import { sessionIdArgument } from "../session/arguments.js";
import { readerOptions } from "../session/find.js";
import { openWorkspace } from "../session/workspace.js";

/** A drill: everything is fetched, compared with the chain and decrypted; nothing is written. */
export async function run(context: CommandContext): Promise<undefined> {
  const { output } = context;
  const id = sessionIdArgument(argument(context, 0));
  const workspace = await openWorkspace(context);
  const progress = startProgress(output, "verifying", 0);
  try {
    const startedAt = performance.now();
    const check = await verifySession(
      {
        ...(await readerOptions(context, workspace, id)),
        decrypt: true,
        onProgress: ({ bytes, bytesTotal }) => progress.update(bytes, bytesTotal),
      },
      workspace.reading,
    );
    const seconds = (performance.now() - startedAt) / 1000;
    progress.stop();
    output.data({ ok: true, sessionId: formatSessionId(id), ...check, seconds });
    output.line(
      `Session ${formatSessionId(id)} is whole: ${check.chunks} chunks and ${check.manifestParts} of the manifest match the chain, ` +
        `${formatBytes(check.bytes)} can be restored (checked in ${formatSeconds(seconds)}).`,
    );
  } finally {
    progress.stop();
    await workspace.close();
  }
  return undefined;
}
