import { resolve as resolvePath } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ExitCode } from "@lucid/consensus/base";
import { readDataDirectory } from "@lucid/storage";
import type { CommandContext } from "../commandContext.js";
import { NodeClient, socketAddress, urlAddress } from "../nodeClient.js";
import type { Output } from "../output.js";
import { readStatus, type StatusReport, statusRows } from "../statusReport.js";

const WATCH_MS = 1000;

async function connect(context: CommandContext): Promise<NodeClient> {
  const url = context.options.text("rpc");
  if (url !== undefined) return new NodeClient(urlAddress(url), 5000);
  const dataDir = resolvePath((await context.config()).values.dataDir);
  await readDataDirectory(dataDir);
  return new NodeClient(socketAddress(dataDir), 5000);
}

function draw(output: Output, report: StatusReport): void {
  output.data(report);
  output.fields(statusRows(report));
}

export async function run(context: CommandContext): Promise<number> {
  const { output, options, interruption } = context;
  const client = await connect(context);
  try {
    if (!options.flag("watch")) {
      draw(output, await readStatus(client));
      return ExitCode.Ok;
    }
    while (!interruption.signal.aborted) {
      const report = await readStatus(client);
      // One screen that stays; in a pipe the reports follow each other.
      if (process.stdout.isTTY && !output.json) process.stdout.write("\u001b[H\u001b[2J");
      draw(output, report);
      await delay(WATCH_MS, undefined, { signal: interruption.signal }).catch(() => undefined);
    }
    return ExitCode.Ok;
  } finally {
    client.close();
  }
}
