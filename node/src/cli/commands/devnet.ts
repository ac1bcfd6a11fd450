import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve as resolvePath } from "node:path";
import { ExitCode, toHex } from "@lucid/consensus/base";
import { formatAddress } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import { genesisRootOf } from "../../networks/index.js";
import type { CommandContext } from "../commandContext.js";
import { testAccounts } from "../devnet/accounts.js";
import { type ChildNode, type ReadyLine, startChildNode } from "../devnet/childNode.js";
import { DEVNET_PASSPHRASE, type Devnet, openDevnet } from "../devnet/network.js";
import { checkPortFree, freePorts } from "../ports.js";
import { aborted } from "../signals.js";

/** About 150 MB each; more is a task for several machines. */
const MAX_VALIDATORS = 32;
const HOST = "127.0.0.1";

async function start(
  devnet: Devnet,
  folder: string,
  rpcPort: number,
  env: CommandContext["env"],
): Promise<readonly ChildNode[]> {
  const several = devnet.nodes.length > 1;
  const ports = several ? await freePorts(HOST, devnet.nodes.length) : [];
  const addresses = ports.map((port) => `/ip4/${HOST}/tcp/${port}`);
  return devnet.nodes.map((data, index) =>
    startChildNode({
      name: `node ${index + 1}`,
      args: [
        ...["start", "--json", "--data", data, "--validator", "--log-format", "json"],
        // Only the first has a port that people know; the others take free ones.
        ...["--rpc-port", String(index === 0 ? rpcPort : 0), "--metrics-port", "0"],
        ...network(addresses, index),
      ],
      env: { ...env, LUCID_PASSPHRASE: DEVNET_PASSPHRASE, LUCID_PASSPHRASE_FILE: undefined, LUCID_DATA: undefined },
      logPath: join(folder, `node${index + 1}.log`),
    }),
  );
}

/** Every node keeps a connection to every other one. */
function network(addresses: readonly string[], index: number): readonly string[] {
  const own = addresses[index];
  if (own === undefined) return [];
  return ["--p2p-listen", own, "--peers", addresses.filter((address) => address !== own).join(",")];
}

async function announce(
  context: CommandContext,
  devnet: Devnet,
  folder: string,
  lines: readonly ReadyLine[],
): Promise<void> {
  const { output } = context;
  const accounts = (await testAccounts()).map(({ address, privateKey }) => ({
    address: formatAddress(address),
    privateKey: toHex(privateKey),
  }));
  const [first] = lines;
  if (first === undefined) return;
  output.data({
    rpc: first.rpc,
    ws: first.ws,
    chainId: devnet.genesis.chainId,
    genesisRoot: toHex(genesisRootOf(devnet.genesis)),
    validators: lines.map(({ nodeId, rpc, pid, data }) => ({ nodeId, rpc, pid, data })),
    accounts,
  });
  output.line(
    `${output.style("bold", "Devnet is up")}${devnet.resumed ? " again" : ""}: ${lines.length} validator${lines.length === 1 ? "" : "s"}, a block every ${devnet.genesis.slotDuration} s`,
  );
  output.fields([
    ["JSON-RPC", first.rpc],
    ["WebSocket", first.ws],
    ["chain id", String(devnet.genesis.chainId)],
    ["data", folder],
    ...lines.map(({ nodeId, pid }, index) => [`node ${index + 1}`, `${nodeId} (pid ${pid})`] as const),
  ]);
  output.line("\nAccounts with 10,000 LUCID each (test keys, known to everybody):");
  for (const { address, privateKey } of accounts) output.line(`  ${address}  ${privateKey}`);
  output.line(`\nStore a file:  LUCID_PASSPHRASE=${DEVNET_PASSPHRASE} lucid session put FILE --data ${first.data}`);
  output.line("Ctrl-C ends it.");
}

/** Stays up until a signal, or until no node is left. */
export async function run(context: CommandContext): Promise<number> {
  const { options, interruption, output } = context;
  const validators = options.number("validators") ?? 1;
  if (validators > MAX_VALIDATORS) {
    throw new NodeError({
      code: "NOT_SUPPORTED",
      message: `a devnet on one machine has at most ${MAX_VALIDATORS} validators, not ${validators}`,
      meta: { fix: `give --validators 1 to ${MAX_VALIDATORS}` },
    });
  }
  const rpcPort = options.number("rpcPort") ?? 8545;
  await checkPortFree(HOST, rpcPort);
  const named = options.text("data");
  const folder = named === undefined ? await mkdtemp(join(tmpdir(), "lucid-devnet-")) : resolvePath(named);
  let nodes: readonly ChildNode[] = [];
  try {
    const devnet = await openDevnet({ folder, validators, slotSeconds: options.number("slotSeconds") ?? 6 });
    nodes = await start(devnet, folder, rpcPort, context.env);
    const ready = Promise.all(nodes.map((node) => node.ready));
    const lines = await Promise.race([ready, aborted(interruption.signal)]);
    if (lines !== undefined) {
      await announce(context, devnet, folder, lines);
      await Promise.race([
        aborted(interruption.signal),
        allGone(nodes, interruption.signal, (text) => output.note(text)),
      ]);
    }
    return ExitCode.Ok;
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    if (named === undefined) await rm(folder, { recursive: true, force: true });
  }
}

/** Tells of each node that ends by itself; rejects when the last one has. */
async function allGone(
  nodes: readonly ChildNode[],
  stopping: AbortSignal,
  note: (text: string) => void,
): Promise<undefined> {
  const ends = await Promise.all(
    nodes.map(async (node, index) => {
      const { code, signal } = await node.exit;
      const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
      if (!stopping.aborted) note(`node ${index + 1} (pid ${node.pid}) ended ${how}; its log is ${node.logPath}`);
      return how;
    }),
  );
  if (stopping.aborted) return undefined;
  throw new NodeError({ code: "DEVNET_FAILED", message: `the last node ended ${ends.at(-1)}` });
}
