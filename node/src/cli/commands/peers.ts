import { resolve as resolvePath } from "node:path";
import { ExitCode } from "@lucid/consensus/base";
import { readDataDirectory } from "@lucid/storage";
import { z } from "zod";
import { NodeError } from "../../errors.js";
import type { CommandContext } from "../commandContext.js";
import { formatSeconds } from "../format.js";
import { NodeClient, socketAddress, urlAddress } from "../nodeClient.js";

/** What of lucid_nodeInfo is of interest here. */
const answer = z.object({
  peerId: z.string().nullable(),
  addresses: z.array(z.string()),
  peers: z.array(
    z.object({ id: z.string(), address: z.string(), direction: z.enum(["in", "out"]), connectedAt: z.number() }),
  ),
});

async function connect(context: CommandContext): Promise<NodeClient> {
  const url = context.options.text("rpc");
  if (url !== undefined) return new NodeClient(urlAddress(url), 5000);
  const dataDir = resolvePath((await context.config()).values.dataDir);
  await readDataDirectory(dataDir);
  return new NodeClient(socketAddress(dataDir), 5000);
}

export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const client = await connect(context);
  try {
    const parsed = answer.safeParse(await client.rpc("lucid_nodeInfo"));
    if (!parsed.success)
      throw new NodeError({ code: "NODE_UNREACHABLE", message: "the node says nothing of its peers" });
    const { peerId, addresses, peers } = parsed.data;
    output.data(parsed.data);
    output.fields([
      ["peer id", peerId ?? "none"],
      ["reachable at", addresses.length === 0 ? "nowhere: it does not listen" : addresses.join("\n")],
    ]);
    output.line();
    if (peers.length === 0) {
      output.line("No peers are connected.");
      return ExitCode.Ok;
    }
    const now = Date.now();
    output.table(
      ["peer", "direction", "since", "address"],
      peers.map(({ id, direction, connectedAt, address }) => [
        id,
        direction,
        formatSeconds(Math.max(0, Math.round((now - connectedAt) / 1000))),
        address,
      ]),
    );
    return ExitCode.Ok;
  } finally {
    client.close();
  }
}
