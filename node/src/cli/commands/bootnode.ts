import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { resolve as resolvePath } from "node:path";
import { forkVersionAt, slotAt } from "@lucid/consensus";
import { ExitCode, toHex } from "@lucid/consensus/base";
import { type DataPaths, dataPaths, generatePeerKey, loadPeerKey, type PeerKey, savePeerKey } from "@lucid/storage";
import { toNatOptions, toTorConfig } from "../../config/index.js";
import { NodeError } from "../../errors.js";
import {
  findNetwork,
  type GenesisFile,
  genesisRootOf,
  loadGenesisFile,
  type NetworkFacts,
  networkFacts,
} from "../../networks/index.js";
import { configOf } from "../../node/genesisChain.js";
import { SystemClock } from "../../node/systemClock.js";
import { torOptions } from "../../node/torMode.js";
import type { CommandContext } from "../commandContext.js";
import { aborted } from "../signals.js";
import { version } from "../version.js";

/** Where a bootstrap node is reached that nobody told otherwise: its whole purpose is to be reached. */
const LISTEN = ["/ip4/0.0.0.0/tcp/30120"] as const;
/** In Tor mode: Tor hands connections over there. */
const ONION_LISTEN = ["/ip4/127.0.0.1/tcp/30120"] as const;

async function peerKey(path: string, folder: string): Promise<PeerKey> {
  if (existsSync(path)) return loadPeerKey(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const key = generatePeerKey();
  await savePeerKey(path, key);
  return key;
}

/** The network of --network or --genesis, else the one whose file lies in the data directory. */
async function networkOf({ options }: CommandContext, paths: DataPaths): Promise<[GenesisFile, NetworkFacts]> {
  const [genesisPath, name] = [options.text("genesis"), options.text("network")];
  if (genesisPath !== undefined && name !== undefined) {
    throw new NodeError({
      code: "USAGE",
      message: "--network holds the genesis",
      meta: { fix: "leave --genesis out" },
    });
  }
  if (name === undefined && genesisPath === undefined && !existsSync(paths.genesis) && existsSync(paths.network)) {
    const network = await findNetwork(paths.network);
    return [network.genesis, network];
  }
  if (name !== undefined) {
    const network = await findNetwork(name);
    return [network.genesis, network];
  }
  const genesis = await loadGenesisFile(resolvePath(genesisPath ?? paths.genesis));
  return [genesis, await networkFacts(paths.network, genesis, toHex(genesisRootOf(genesis)))];
}

function torNote(part: "proxy" | "service", up: boolean, reason: Error | undefined): string {
  const what = part === "proxy" ? "Tor" : "The onion service";
  return up ? `${what} is there.` : `${what} is not there${reason === undefined ? "" : `: ${reason.message}`}.`;
}

export async function run(context: CommandContext): Promise<number> {
  const { output, interruption } = context;
  const { values } = await context.config();
  const paths = dataPaths(resolvePath(values.dataDir));
  const [file, facts] = await networkOf(context, paths);
  const config = configOf(file);
  const clock = new SystemClock();
  const tor = await torOptions(toTorConfig(values));
  const key = await peerKey(paths.peerKey, paths.keys);
  const { Bootnode } = await import("@lucid/p2p");
  const node = new Bootnode(
    {
      genesisRoot: config.genesisRoot,
      forkVersion: forkVersionAt(config, Math.max(0, slotAt(config.clock, clock.now()))),
      peerKey: key.secretKey,
      listen: values.p2pListen.length > 0 ? values.p2pListen : tor?.only ? ONION_LISTEN : LISTEN,
      announce: values.p2pAnnounce,
      privateAddresses: facts.privateAddresses,
      database: paths.net,
      tor,
      nat: toNatOptions(values),
      userAgent: `Lucid/v${version}/bootnode`,
      // Nobody is dialled but for answers of the DHT, so that newcomers get the places.
      limits: { inboundConnections: values.p2pMaxPeers },
    },
    {
      clock,
      onTor: (part, up, reason) => output.note(torNote(part, up, reason)),
    },
  );
  await node.start();
  try {
    output.data({ ready: true, peerId: node.peerId, addresses: node.addresses(), pid: process.pid });
    output.line(`Bootstrap node of ${config.network} is up; others give one of these as --bootnodes:`);
    for (const address of node.addresses()) output.line(`  ${address}`);
    output.line("Ctrl-C ends it.");
    await aborted(interruption.signal);
  } finally {
    await node.stop();
  }
  return ExitCode.Ok;
}
