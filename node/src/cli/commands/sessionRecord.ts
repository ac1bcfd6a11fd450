import { deliverSession, recordSession } from "@lucid/storage";
import type { CommandContext } from "../commandContext.js";
import { formatBytes, formatSeconds, formatSessionId } from "../format.js";
import { type Progress, startProgress } from "../progress.js";
import { anchor } from "../session/anchoring.js";
import { reportStored } from "../session/report.js";
import { settle } from "../session/settle.js";
import { openWorkspace } from "../session/workspace.js";

/** Records a command, or standard input without one (also for `session put -`). */
export async function run(context: CommandContext): Promise<undefined> {
  const { output, options, interruption } = context;
  const [file, ...args] = context.arguments;
  const days = options.number("days") ?? 30;
  const chunkSize = options.number("chunkSize");
  const workspace = await openWorkspace(context);
  // Closing, delivering and anchoring a recording takes as long as it takes; the second signal still ends it.
  interruption.allowLongStop();
  let progress: Progress | undefined;
  try {
    const settled = await settle(context, workspace, { days });
    const startedAt = performance.now();
    const result = await recordSession(
      {
        source: file === undefined || file === "-" ? process.stdin : { file, args },
        stop: interruption.signal,
        description: { ...workspace.description, retentionDays: days },
        keyOf: (id) => workspace.keyOf(id),
        ...(chunkSize === undefined ? {} : { chunkSize }),
        restart: { maxFailures: (options.number("restarts") ?? 5) + 1 },
        onStart: (id) => {
          output.note(`Recording session ${formatSessionId(id)}; Ctrl-C ends it properly.`);
          progress = startProgress(output, "recording", 0);
        },
        onProgress: ({ bytesRead }) => progress?.update(bytesRead),
      },
      workspace.writing,
    );
    const seconds = (performance.now() - startedAt) / 1000;
    progress?.stop();
    output.note(`Recorded ${formatBytes(result.bytes)} in ${formatSeconds(seconds)}.`);
    const delivered = result.delivered ? result : await deliverSession(result.sessionId, {}, workspace.writing);
    const anchored = await anchor(workspace, delivered, { days, note: (text) => output.note(text) });
    reportStored(output, { result: delivered, anchored, days, ingestSeconds: seconds, resumed: false, settled });
  } finally {
    progress?.stop();
    await workspace.close();
  }
  return undefined;
}
