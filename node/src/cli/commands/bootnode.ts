import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve as resolvePath } from "node:path";
import { forkVersionAt, slotAt } from "@lucid/consensus";
import { ExitCode } from "@lucid/consensus/base";
import { dataPaths, generatePeerKey, loadPeerKey, type PeerKey, savePeerKey } from "@lucid/storage";
import { loadGenesisFile } from "../../networks/index.js";
import { configOf } from "../../node/genesisChain.js";
import { SystemClock } from "../../node/systemClock.js";
import type { CommandContext } from "../commandContext.js";
import { aborted } from "../signals.js";
import { version } from "../version.js";

/** Where a bootstrap node is reached that nobody told otherwise: its whole purpose is to be reached. */
const LISTEN = ["/ip4/0.0.0.0/tcp/30120"] as const;

async function peerKey(path: string, folder: string): Promise<PeerKey> {
  if (existsSync(path)) return loadPeerKey(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const key = generatePeerKey();
  await savePeerKey(path, key);
  return key;
}

export async function run(context: CommandContext): Promise<number> {
  const { output, options, interruption } = context;
  const { values } = await context.config();
  const paths = dataPaths(resolvePath(values.dataDir));
  const file = await loadGenesisFile(resolvePath(options.text("genesis") ?? join(paths.root, "genesis.json")));
  const config = configOf(file);
  const clock = new SystemClock();
  const key = await peerKey(paths.peerKey, paths.keys);
  const { Bootnode } = await import("@lucid/p2p");
  const node = new Bootnode(
    {
      genesisRoot: config.genesisRoot,
      forkVersion: forkVersionAt(config, Math.max(0, slotAt(config.clock, clock.now()))),
      peerKey: key.secretKey,
      listen: values.p2pListen.length === 0 ? LISTEN : values.p2pListen,
      announce: values.p2pAnnounce,
      privateAddresses: config.network === "devnet",
      database: paths.net,
      userAgent: `Lucid/v${version}/bootnode`,
      // Nobody is dialled but for answers of the DHT, so that newcomers get the places.
      limits: { inboundConnections: values.p2pMaxPeers },
    },
    { clock },
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
