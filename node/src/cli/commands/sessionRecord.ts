import { resolve as resolvePath } from "node:path";
import { deliverSession, recordSession, systemClock } from "@lucid/storage";
import type { CommandContext } from "../commandContext.js";
import { formatBytes, formatSeconds, formatSessionId } from "../format.js";
import { type Progress, startProgress } from "../progress.js";
import { anchor } from "../session/anchoring.js";
import { saveDetails } from "../session/catalogue.js";
import { chunkSizeWithin, readSessionRules, type SessionRules } from "../session/chunkSize.js";
import { awaitPolicy } from "../session/policy.js";
import { reportStored } from "../session/report.js";
import { settle } from "../session/settle.js";
import { openWorkspace } from "../session/workspace.js";

/** Records a command, or standard input without one (also for `session put -`). */
export async function run(context: CommandContext): Promise<undefined> {
  const { output, options, interruption } = context;
  const [file, ...args] = context.arguments;
  const days = options.number("days") ?? 30;
  const workspace = await openWorkspace(context);
  // Closing, delivering and anchoring a recording takes as long as it takes; the second signal still ends it.
  interruption.allowLongStop();
  let progress: Progress | undefined;
  try {
    const settled = await settle(context, workspace, { days });
    const rules = await readSessionRules(workspace.client);
    const chunkSize = chunkSizeWithin(options.number("chunkSize"), rules);
    const policyHash = await policyOf(context, rules);
    const startedAt = performance.now();
    const result = await recordSession(
      {
        source: file === undefined || file === "-" ? process.stdin : { file, args },
        stop: interruption.signal,
        description: { ...workspace.description, policyHash, retentionDays: days },
        keyOf: (id) => workspace.keyOf(id),
        chunkSize,
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
    await saveDetails(context, workspace, delivered.sessionId);
    reportStored(output, { result: delivered, anchored, days, ingestSeconds: seconds, resumed: false, settled });
  } finally {
    progress?.stop();
    await workspace.close();
  }
  return undefined;
}

/** Undefined without --policy: then the manifest names the empty one. */
async function policyOf(
  { options, output, interruption }: CommandContext,
  { policyTimeoutMs: timeoutMs }: SessionRules,
): Promise<Uint8Array | undefined> {
  const file = options.text("policy");
  if (file === undefined) return undefined;
  output.note(`Waiting at most ${formatSeconds(timeoutMs / 1000)} for the session's policy.`);
  return await awaitPolicy({ path: resolvePath(file), timeoutMs, signal: interruption.signal }, { clock: systemClock });
}
