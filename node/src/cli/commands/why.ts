import { resolve as resolvePath } from "node:path";
import { ExitCode } from "@lucid/consensus/base";
import { readDataDirectory } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import type { CommandContext } from "../commandContext.js";
import { NodeClient, socketAddress, urlAddress } from "../nodeClient.js";
import { fields, list, readOwnFacts } from "../ownFacts.js";
import { recoveryText } from "../statusReport.js";
import { causesOf, questions, type WhyFacts } from "../why.js";

async function connect(context: CommandContext): Promise<NodeClient> {
  const url = context.options.text("rpc");
  if (url !== undefined) return new NodeClient(urlAddress(url), 5000);
  const dataDir = resolvePath((await context.config()).values.dataDir);
  await readDataDirectory(dataDir);
  return new NodeClient(socketAddress(dataDir), 5000);
}

async function readFacts(client: NodeClient): Promise<WhyFacts> {
  const info = fields(await client.rpc("lucid_nodeInfo"));
  const status = fields(await client.rpc("lucid_consensusStatus"));
  const nodeId = typeof info["nodeId"] === "string" ? info["nodeId"] : undefined;
  const { node, nextSlots } = await readOwnFacts(client, nodeId);
  return {
    nodeId,
    node,
    height: Number(fields(info["head"])["number"] ?? 0),
    syncing: (await client.rpc("eth_syncing")) !== false,
    peers: list(info["peers"]).length,
    signing: String(status["signing"] ?? "observer"),
    seenWeight: Number(status["seenWeight"] ?? 0),
    quorumWeight: Number(status["quorumWeight"] ?? 0),
    totalWeight: Number(status["totalWeight"] ?? 0),
    recovery: status["recovery"] == null ? undefined : recoveryText(fields(status["recovery"])),
    clockTrusted: status["clockTrusted"] !== false,
    missing: list(status["missing"]).map(String),
    nextSlots,
  };
}

const TITLES = {
  leader: "Why am I not leader?",
  final: "Why is nothing final?",
  paid: "Why am I not paid?",
  eligible: "Why may I not vote in governance?",
} as const;

export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const asked = context.arguments[0];
  if (asked !== undefined && !questions.some((question) => question === asked)) {
    throw new NodeError({
      code: "USAGE",
      message: `there is no question "${asked}"`,
      meta: { fix: `ask one of ${questions.join(", ")}` },
    });
  }
  const chosen = questions.filter((question) => asked === undefined || question === asked);
  const client = await connect(context);
  try {
    const facts = await readFacts(client);
    const answers = chosen.map((question) => ({ question, causes: causesOf(question, facts) }));
    output.data({ nodeId: facts.nodeId ?? null, height: facts.height, answers });
    for (const { question, causes } of answers) {
      output.line(output.style("bold", TITLES[question]));
      if (causes.length === 0) output.line("  nothing stands in the way");
      for (const { cause, fact, fix } of causes) {
        output.line(`  ${cause}: ${fact}`);
        output.line(`    ${output.style("dim", fix)}`);
      }
    }
    return ExitCode.Ok;
  } finally {
    client.close();
  }
}
