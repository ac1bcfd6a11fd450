import { ExitCode, fromHex, sha256, toHex } from "@lucid/consensus/base";
import { findNetwork, formatNetworkFile, isBuiltIn } from "../../networks/index.js";
import { argument, type CommandContext } from "../commandContext.js";
import { formatLucid, formatTime } from "../format.js";

/** What a network file says, after all checks: for comparing it with what others have. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const name = argument(context, 0);
  const network = await findNetwork(name);
  const { genesis, genesisRoot, bootnodes, privateAddresses } = network;
  const { peerIdOfKey } = await import("@lucid/p2p");
  const validators = genesis.validators.map(({ blsPublicKey, peerId, operator }) => ({
    nodeId: toHex(sha256(fromHex(blsPublicKey, 48))),
    peerId: peerIdOfKey(fromHex(peerId, 32)),
    operator,
  }));
  const fileHash = toHex(sha256(new TextEncoder().encode(formatNetworkFile(network))));
  const supply = Object.values(genesis.alloc).reduce((sum, { balance }) => sum + BigInt(balance), 0n);
  const { preset, chainId, genesisTime, slotDuration } = genesis;
  output.data({
    network: network.network,
    genesisRoot,
    fileHash,
    preset,
    chainId,
    genesisTime,
    slotDuration,
    validators,
    bootnodes,
    privateAddresses,
    supply,
  });
  output.fields([
    ["network", `${network.network}${isBuiltIn(name) ? " (of this release)" : ""}`],
    ["genesis root", genesisRoot],
    ["file's hash", fileHash],
    ["rules", `${preset}, chain id ${chainId}`],
    ["first slot", `${formatTime(genesisTime)}, then one every ${slotDuration} s`],
    ["LUCID", formatLucid(supply)],
  ]);
  output.line();
  output.table(
    ["validator", "account", "peer id"],
    validators.map(({ nodeId, operator, peerId }) => [`${nodeId.slice(0, 18)}...`, operator, peerId]),
  );
  output.line();
  output.line(bootnodes.length === 0 ? "No bootstrap nodes." : ["Bootstrap nodes:", ...bootnodes].join("\n  "));
  return ExitCode.Ok;
}
