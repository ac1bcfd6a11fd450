import { join } from "node:path";
import { addressOfPeer, peerIdOfKey } from "@lucid/p2p";
import {
  dataPaths,
  ensureDirectory,
  generatePeerKey,
  realFileSystem,
  savePeerKey,
  writeFileAtomic,
} from "@lucid/storage";
import { type FoundedNetwork, factsOf, formatGenesisFile, formatNetworkFile } from "../../networks/index.js";
import { formatTime } from "../format.js";
import { listenFor } from "./operatorKeys.js";

/** Who runs what, for START.md and for scripts. */
export interface Starter {
  readonly name: string;
  /** Set where this run made the keys. */
  readonly data?: string;
  readonly address?: string;
  readonly commands: readonly string[];
}

function write(path: string, text: string): Promise<void> {
  return writeFileAtomic(realFileSystem, path, new TextEncoder().encode(text), 0o644);
}

/** The key of a bootstrap node, before there is a network. @returns its address with the peer id */
export async function makeBootnode(folder: string, address: string): Promise<string> {
  const { keys, peerKey } = dataPaths(folder);
  await ensureDirectory(realFileSystem, folder);
  await ensureDirectory(realFileSystem, keys);
  const key = generatePeerKey();
  await savePeerKey(peerKey, key);
  return addressOfPeer(address, peerIdOfKey(key.publicKey));
}

/** What the bootstrap node must know of the network. */
export async function completeBootnode(folder: string, address: string, network: FoundedNetwork): Promise<Starter> {
  const paths = dataPaths(folder);
  await write(paths.genesis, formatGenesisFile(network.genesis));
  await write(paths.network, formatNetworkFile(factsOf(network)));
  const listen = listenFor([address]).join(",");
  const announce = address.replace(/\/p2p\/\w+$/, "");
  return {
    name: "bootstrap node",
    data: folder,
    address,
    commands: [`lucid bootnode --data ${folder} --p2p-listen ${listen} --p2p-announce ${announce}`],
  };
}

/** @returns the path of the file that everybody gets */
export async function writeNetwork(out: string, network: FoundedNetwork): Promise<string> {
  await ensureDirectory(realFileSystem, out);
  const path = join(out, "network.json");
  await write(path, formatNetworkFile(network));
  return path;
}

/** A page for the people of the group. */
export async function writeStartPage(
  out: string,
  network: FoundedNetwork,
  starters: readonly Starter[],
): Promise<string> {
  const { genesis, genesisRoot } = network;
  const lines = [
    `# ${network.network}`,
    "",
    `- genesis root: \`${genesisRoot}\` (everybody compares it: \`lucid testnet show network.json\`)`,
    `- first slot: ${formatTime(genesis.genesisTime)}, then one every ${genesis.slotDuration} s`,
    `- ${genesis.validators.length} validators; blocks come as soon as more than two thirds of them run`,
    "",
    "Each of these runs on its own machine; data directories are moved there whole.",
  ];
  for (const { name, address, commands } of starters) {
    lines.push("", `## ${name}`, "");
    if (address !== undefined) lines.push(`Reached at ${address}`, "");
    lines.push("```sh", ...commands, "```");
  }
  lines.push("", "## Everybody else", "", "```sh", "lucid init --network network.json", "lucid start", "```", "");
  const path = join(out, "START.md");
  await write(path, lines.join("\n"));
  return path;
}
