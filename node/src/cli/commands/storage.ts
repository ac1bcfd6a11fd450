import { resolve as resolvePath } from "node:path";
import { ExitCode } from "@lucid/consensus/base";
import type { CommandContext } from "../commandContext.js";
import { formatBytes, formatSeconds } from "../format.js";
import type { NodeClient } from "../nodeClient.js";
import { connectNode } from "../session/nodeLink.js";

type Answer = Readonly<Record<string, unknown>>;

async function withNode<T>(context: CommandContext, action: (client: NodeClient) => Promise<T>): Promise<T> {
  const client = await connectNode(context, resolvePath((await context.config()).values.dataDir));
  try {
    return await action(client);
  } finally {
    client.close();
  }
}

function walkLine(walk: Answer): string {
  const owed = `${walk["held"]} of ${walk["owed"]} chunks that it owes are here`;
  const moved = `${walk["fetched"]} fetched (${formatBytes(Number(walk["fetchedBytes"]))}), ${walk["removed"]} removed`;
  return `${owed}, ${moved}, ${walk["released"]} kept beyond that; ${formatSeconds(Number(walk["milliseconds"]) / 1000)}`;
}

export async function status(context: CommandContext): Promise<undefined> {
  const { output } = context;
  const answer = await withNode(context, async (client) => {
    const [storage, info] = await Promise.all([client.storage(), client.rpc("lucid_nodeInfo")]);
    return { ...storage, chunks: (info as { readonly chunks?: unknown }).chunks } as Answer;
  });
  output.data(answer);
  const chunks = answer["chunks"] as { readonly count: number; readonly bytes: number; readonly quota: number };
  const walk = answer["lastWalk"] as Answer | undefined;
  output.fields([
    ["chunks here", `${chunks.count} (${formatBytes(chunks.bytes)} of ${formatBytes(chunks.quota)})`],
    ["placement", `epoch ${answer["epoch"]}: ${answer["nodes"]} nodes of ${answer["operators"]} operators`],
    ["this node", Number(answer["points"]) === 0 ? "not among them" : `${answer["points"]} points`],
    ["sessions", String(answer["sessions"])],
    [
      "not anchored",
      `${answer["uploads"]} uploads, ${formatBytes(Number(answer["unanchoredBytes"]))} taken for others`,
    ],
    ["last walk", walk === undefined ? "none yet" : walkLine(walk)],
  ]);
  return undefined;
}

export async function repair(context: CommandContext): Promise<ExitCode | undefined> {
  const { output } = context;
  const walk = await withNode(context, (client) => client.storage("repair"));
  output.data(walk);
  output.line(`Walked over ${walk["sessions"]} sessions: ${walkLine(walk)}.`);
  const lacking = Number(walk["owed"]) - Number(walk["held"]);
  if (lacking === 0 && walk["sessionsWithoutRoots"] === 0) return undefined;
  output.line(
    `${lacking} chunks could not be had, and ${walk["sessionsWithoutRoots"]} sessions are not known yet; the node tries again by itself.`,
  );
  return ExitCode.NotFound;
}

export async function drill(context: CommandContext): Promise<ExitCode | undefined> {
  const { output, options } = context;
  const report = await withNode(context, (client) =>
    client.storage("drill", { chunks: options.number("chunks") ?? 20 }),
  );
  output.data(report);
  const [asked, restorable] = [Number(report["asked"]), Number(report["restorable"])];
  const seconds = Number(report["milliseconds"]) / 1000;
  output.line(
    asked === 0
      ? "There is no session to draw chunks from."
      : `${restorable} of ${asked} chunks of ${report["sessions"]} sessions came from other nodes and are right: ` +
          `${formatBytes(Number(report["bytes"]))} in ${formatSeconds(seconds)}.`,
  );
  for (const root of report["missing"] as readonly string[]) output.line(`nobody gave ${root}`);
  return restorable === asked ? undefined : ExitCode.NotFound;
}
