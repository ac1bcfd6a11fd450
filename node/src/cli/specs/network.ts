import { torSettings } from "../../config/index.js";
import type { CommandSpec } from "../spec.js";
import { rpcOption } from "./node.js";

const tor = Object.keys(torSettings) as (keyof typeof torSettings)[];

export const peersSpec: CommandSpec = {
  name: "peers",
  summary: "list the nodes that the node is connected to, and where it can be reached itself",
  options: [rpcOption],
  settings: ["dataDir"],
  examples: [
    ["lucid peers", "who is connected, since when and from which address"],
    ["lucid peers --json", "for scripts: {peerId, addresses, peers}"],
  ],
  load: async () => (await import("../commands/peers.js")).run,
};

export const bootnodeSpec: CommandSpec = {
  name: "bootnode",
  summary: "run a bootstrap node until a signal: it has no chain and tells newcomers who else is there",
  details:
    "Keeps its key (keys/peer.key) and the peers that it has met (net/) in the data directory, which it makes if need be; the folder " +
    "need not be one of lucid init. Give its addresses to others as --bootnodes. With --json one line is printed on stdout when it is " +
    "ready: {ready, peerId, addresses, pid}.",
  options: [
    { flags: "--network <name>", summary: "network: testnet, mainnet or a network file (else the data directory's)" },
    { flags: "--genesis <file>", summary: "genesis file of the network, where there is no network file" },
  ],
  settings: ["dataDir", "p2pListen", "p2pAnnounce", "p2pMaxPeers", "p2pNatTraversal", "p2pRelay", ...tor],
  examples: [
    ["lucid bootnode --data boot --network network.json", "on port 30120 of all addresses"],
    [
      "lucid bootnode --data boot --network network.json --p2p-announce /dns4/boot.example/tcp/30120",
      "behind a router that forwards the port",
    ],
  ],
  load: async () => (await import("../commands/bootnode.js")).run,
};
