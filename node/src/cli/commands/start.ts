import { ExitCode } from "@lucid/consensus/base";
import { toNodeConfig } from "../../config/index.js";
import { NodeError } from "../../errors.js";
import type { NodeOptions } from "../../node/types.js";
import type { CommandContext } from "../commandContext.js";
import { EARLIEST_TIME } from "../doctor/clock.js";
import { passphrase } from "../secrets.js";
import { aborted } from "../signals.js";

/** @throws NodeError CLOCK_OFF: a machine without a clock battery starts in 1970 or at its last shutdown. */
function checkClockWasSet(): void {
  const now = new Date();
  if (now.getTime() / 1000 < EARLIEST_TIME) {
    throw new NodeError({
      code: "CLOCK_OFF",
      message: `the clock of this machine says ${now.toISOString().slice(0, 10)}`,
    });
  }
}

async function nodeOptions(context: CommandContext): Promise<NodeOptions> {
  const { values } = await context.config();
  const config = toNodeConfig(values, context.terminal.stderr.isTTY === true);
  const { loadBlsKey, readDataDirectory } = await import("@lucid/storage");
  // Before the passphrase is asked for; the node looks again under the lock.
  const { paths } = await readDataDirectory(config.dataDir);
  if (!config.validator) return { config };
  const key = await loadBlsKey(paths.blsKey, await passphrase(context));
  return { config, blsSecretKey: key.secretKey };
}

/** Ends when a signal comes, when a supervisor that started this process goes away, or when the node fails. */
export async function run(context: CommandContext): Promise<number> {
  const { output, interruption } = context;
  checkClockWasSet();
  const options = await nodeOptions(context);
  const { startNode } = await import("../../node/startNode.js");
  const node = await startNode(options, { signal: interruption.signal });
  const supervisorGone = new Promise<void>((resolve) => {
    if (process.connected) process.once("disconnect", () => resolve());
  });
  output.data({
    ready: true,
    nodeId: node.nodeId,
    chainId: node.chainId,
    genesisRoot: node.genesisRoot,
    rpc: node.rpcUrl,
    ws: node.wsUrl,
    metrics: node.metricsUrl,
    socket: node.socketPath,
    p2p: node.p2pAddress,
    pid: process.pid,
    data: options.config.dataDir,
  });
  if (node.rpcUrl !== undefined)
    output.line(`Ready: JSON-RPC at ${node.rpcUrl}, chain id ${node.chainId}. Ctrl-C ends it.`);
  else output.line(`Ready: chain id ${node.chainId}. Ctrl-C ends it.`);
  const failure = await Promise.race([aborted(interruption.signal), supervisorGone, node.stopped]);
  await node.stop();
  // The channel to a supervisor would keep the process alive.
  if (process.connected) process.disconnect();
  if (failure instanceof Error) throw failure;
  return ExitCode.Ok;
}
