/** What scenarios of nodes behind routers share: a node that comes later, what it says of itself, and waiting for it with a clock. */
import { join } from "node:path";
import { lucid } from "../lucid.js";
import type { LabNode } from "./labNode.js";
import { PASSPHRASE, type Run } from "./run.js";
import type { SimNetwork } from "./simNetwork.js";

export interface Peer {
  readonly id: string;
  readonly address: string;
  readonly direction: "in" | "out";
}

export interface NodeInfo {
  readonly peerId: string;
  /** Told to peers. */
  readonly addresses: readonly string[];
  readonly peers: readonly Peer[];
}

/** Starts a node with a new data directory; resolves when it is ready. */
export async function newcomer(network: SimNetwork, name: string, args: readonly string[]): Promise<LabNode> {
  const { run } = network;
  const data = join(run.folder, name);
  const genesis = join(run.folder, "net/operator1/genesis.json");
  const env = { LUCID_PASSPHRASE: PASSPHRASE };
  await lucid(["init", "--data", data, "--genesis", genesis, "--yes"], { env, signal: run.signal });
  const node = network.startNode(name, data, args);
  await node.ready();
  return node;
}

export function infoOf(node: LabNode): Promise<NodeInfo> {
  return node.rpc<NodeInfo>("lucid_nodeInfo");
}

export interface Timed<T> {
  readonly found: T;
  /** To a tenth. */
  readonly seconds: number;
}

/** @throws ScriptError NETSIM_FAILED after `seconds` */
export async function timed<T>(
  run: Run,
  what: string,
  look: () => Promise<T | undefined | false>,
  seconds = 60,
): Promise<Timed<T>> {
  const began = performance.now();
  const found = await run.until(what, seconds, look);
  return { found, seconds: Math.round((performance.now() - began) / 100) / 10 };
}
