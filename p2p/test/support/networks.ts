import { randomBytes } from "node:crypto";
import { networkInterfaces } from "node:os";
import type { Clock } from "@lucid/consensus/base";
import {
  Bootnode,
  type BootnodeOptions,
  type Codec,
  type ConsensusNetwork,
  Libp2pNetwork,
  type Libp2pNetworkModules,
  type Libp2pNetworkOptions,
  MemoryHub,
  type Protocol,
  type Topic,
} from "../../src/index.js";

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(milliseconds, callback) {
    const handle = setTimeout(callback, milliseconds);
    return { cancel: () => clearTimeout(handle) };
  },
};

export const text: Codec<string> = {
  encode: (value) => new TextEncoder().encode(value),
  decode: (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
};
export const words: Topic<string> = { ...text, name: "words", maxBytes: 1_000, maxQueued: 8 };
export const echo: Protocol<string, string> = {
  name: "echo/1",
  request: text,
  response: text,
  maxRequestBytes: 100,
  maxResponseBytes: 100,
  timeoutMilliseconds: 1_000,
};
/** An address of this machine that is not loopback, where limits by address hold. */
export const outward = Object.values(networkInterfaces())
  .flat()
  .find((each) => each?.internal === false && each.family === "IPv4")?.address;
export const genesisRoot = new Uint8Array(32).fill(7);
export const forkVersion = 1;

export interface NodeWishes {
  readonly clock?: Clock;
  /** Nodes to keep a connection to. */
  readonly peers?: readonly ConsensusNetwork[];
  readonly listen?: boolean;
}

/** A kind of network, for tests that hold for each of them. */
export interface NetworkKind {
  readonly name: string;
  /** Over sockets: messages pass from node to node, peers are slow, gone, or strangers. */
  readonly real: boolean;
  make(wishes: NodeWishes): ConsensusNetwork;
  /** Whether messages of the topic flow to `count` peers by now. */
  flows(network: ConsensusNetwork, topic: string, count: number): boolean;
}

export function libp2pNetwork(
  options: Partial<Libp2pNetworkOptions> = {},
  clock: Clock = systemClock,
  onEvent?: Libp2pNetworkModules["onEvent"],
  onTor?: Libp2pNetworkModules["onTor"],
): Libp2pNetwork {
  return new Libp2pNetwork(
    {
      genesisRoot,
      forkVersion,
      slotDuration: 2_000,
      peerKey: new Uint8Array(randomBytes(32)),
      listen: ["/ip4/127.0.0.1/tcp/0"],
      peers: [],
      topics: [words],
      ...options,
    },
    {
      clock,
      ...(onEvent === undefined ? {} : { onEvent }),
      ...(onTor === undefined ? {} : { onTor }),
    },
  );
}

/** A bootstrap node; it is not started. */
export function bootnodeOf(options: Partial<BootnodeOptions> = {}): Bootnode {
  const peerKey = new Uint8Array(randomBytes(32));
  return new Bootnode(
    {
      ...{ genesisRoot, forkVersion, peerKey, listen: ["/ip4/127.0.0.1/tcp/0"], announce: [] },
      ...{ privateAddresses: true, userAgent: "lucid", ...options },
    },
    { clock: systemClock },
  );
}

function addressOf(network: ConsensusNetwork): string {
  const address = network instanceof Libp2pNetwork ? network.address() : undefined;
  return address ?? "";
}

export function memoryKind(): NetworkKind {
  const hub = new MemoryHub();
  let count = 0;
  return {
    name: "in memory",
    real: false,
    make: () => hub.join(`node${count++}`),
    flows: (network, _topic, peers) => network.peers().length >= peers,
  };
}

export const libp2pKind: NetworkKind = {
  name: "over libp2p",
  real: true,
  make: ({ clock = systemClock, peers = [], listen = true }) =>
    libp2pNetwork({ peers: peers.map(addressOf), ...(listen ? {} : { listen: [] }) }, clock),
  flows: (network, topic, count) => network instanceof Libp2pNetwork && network.meshPeers(topic).length >= count,
};

/** Resolves when the condition holds; looks again whenever the event loop comes round, with no limit but the test's. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Resolves when `network` has `count` peers. */
export function connected(network: ConsensusNetwork, count: number): Promise<void> {
  return until(() => network.peers().length === count);
}
