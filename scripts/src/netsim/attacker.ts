/**
 * A program of the hostile scenario: HOST ADDRESS GENESIS SECONDS. Opens connections that say nothing, that say garbage, and fifty
 * peers of the network that want places; prints what it got.
 */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { genesisRootOf, loadGenesisFile } from "@lucid/node/networks";
import { peerNetwork } from "@lucid/node/peer";

const PEERS = 50;
/** Sockets that hang at a time. */
const HANGING = 200;
const GARBAGE = 4096;

const [host = "", address = "", genesisPath = "", seconds = "30"] = process.argv.slice(2);
const port = Number(/\/tcp\/(\d+)/.exec(address)?.[1] ?? 30_120);
const end = performance.now() + Number(seconds) * 1000;
const counts = { dials: 0, garbage: 0, peersLetIn: 0, mostPeersLetIn: 0 };

const hanging: Socket[] = [];

/** Some say nothing for ever, some send what is no handshake. */
async function sockets(): Promise<void> {
  while (performance.now() < end) {
    const socket = connect({ host, port });
    socket.on("error", () => undefined);
    counts.dials++;
    if (counts.dials % 2 === 0) {
      socket.once("connect", () => {
        counts.garbage += GARBAGE;
        socket.write(randomBytes(GARBAGE));
      });
    }
    hanging.push(socket);
    if (hanging.length > HANGING) hanging.shift()?.destroy();
    await delay(5);
  }
}

const clock = {
  now: () => Date.now(),
  setTimer(milliseconds: number, run: () => void) {
    const timer = setTimeout(run, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Members by their protocols, each with a key of its own, that dial again and again. */
async function peers(): Promise<void> {
  const genesis = await loadGenesisFile(genesisPath);
  const networks = Array.from({ length: PEERS }, () =>
    peerNetwork(
      {
        genesisRoot: genesisRootOf(genesis),
        forkVersion: genesis.forkVersion,
        slotDuration: genesis.slotDuration * 1000,
        peerKey: new Uint8Array(randomBytes(32)),
        listen: [],
        peers: [address],
        maxPeers: 8,
      },
      { clock },
    ),
  );
  for (const network of networks) {
    network.onPeer((_, connected) => {
      if (connected) counts.peersLetIn++;
    });
    await network.start();
  }
  while (performance.now() < end) {
    const inside = networks.filter((network) => network.peers().length > 0).length;
    counts.mostPeersLetIn = Math.max(counts.mostPeersLetIn, inside);
    await delay(100);
  }
  await Promise.all(networks.map((network) => network.stop()));
}

await Promise.all([sockets(), peers()]);
for (const socket of hanging) socket.destroy();
process.stdout.write(`${JSON.stringify(counts)}\n`);
