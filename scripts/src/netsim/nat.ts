/**
 * Nodes behind routers that let nothing in. One takes a place at a relay; another, behind a router of its own, knows nothing but
 * that place and follows the chain through it; a third learns by autonat that it can be reached, comes the same way, and is dialled
 * back directly (DCUtR).
 */
import { join } from "node:path";
import { lucid } from "../lucid.js";
import type { Lab } from "./lab.js";
import type { LabNode } from "./labNode.js";
import { withLab } from "./labRun.js";
import { judged, PASSPHRASE, type Run, type RunOptions } from "./run.js";
import { SimNetwork } from "./simNetwork.js";

const FOLLOWED = 3;

export interface NatScenarioOptions {
  readonly slotSeconds: number;
}

interface NodeInfo {
  readonly peerId: string;
  readonly addresses: readonly string[];
  readonly peers: readonly { readonly id: string; readonly address: string; readonly direction: "in" | "out" }[];
}

const CIRCUIT = "/p2p-circuit";

async function play(run: Run, lab: Lab, { slotSeconds }: NatScenarioOptions): Promise<object> {
  const bootArgs = ["--relay", "server"];
  const network = await SimNetwork.start(run, { validators: 1, slotSeconds, lead: 10, lab, bootArgs });
  const first = network.node(0);
  await network.untilHeight(first, 1, 120);
  const genesis = join(run.folder, "net/operator1/genesis.json");
  const start = async (name: string, args: readonly string[]): Promise<LabNode> => {
    const data = join(run.folder, name);
    const env = { LUCID_PASSPHRASE: PASSPHRASE };
    await lucid(["init", "--data", data, "--genesis", genesis, "--yes"], { env, signal: run.signal });
    const node = network.startNode(name, data, args);
    await node.ready();
    return node;
  };
  const info = (node: LabNode): Promise<NodeInfo> => node.rpc<NodeInfo>("lucid_nodeInfo");
  const peerAt = async (node: LabNode, id: string): Promise<NodeInfo["peers"][number] | undefined> =>
    (await info(node)).peers.find((peer) => peer.id === id);

  await lab.home("hidden");
  const hidden = await start("hidden", ["--relay", "client", "--p2p-listen", "/ip4/0.0.0.0/tcp/30120"]);
  const began = performance.now();
  const since = (): number => Math.round((performance.now() - began) / 100) / 10;
  const place = await run.until("the hidden node has a place at the relay", 60, async () => {
    return (await info(hidden)).addresses.find((address) => address.includes(CIRCUIT));
  });
  const placeSeconds = since();
  const { peerId } = await info(hidden);
  run.say(`the node behind a router is reached at ${place}`);

  await lab.home("guest");
  const guest = await start("guest", ["--no-discovery", "--peers", place]);
  const relayed = await run.until("the guest reaches the hidden node", 60, () => peerAt(guest, peerId));
  const from = await first.height();
  await network.untilHeight(guest, from + FOLLOWED, 60 + 20 * FOLLOWED * slotSeconds);
  const guestPeers = (await info(guest)).peers;
  run.say(`another behind a router of its own follows the chain through ${relayed.address}`);

  const address = await lab.machine("open");
  const listen = ["--p2p-listen", "/ip4/0.0.0.0/tcp/30120"];
  const open = await start("open", ["--no-discovery", "--peers", place, ...listen]);
  const met = performance.now();
  await run.until("the open node learns that it can be reached", 60, async () =>
    (await info(open)).addresses.some((own) => own.startsWith(`/ip4/${address}/`)),
  );
  const reachedSeconds = Math.round((performance.now() - met) / 100) / 10;
  const direct = await run.until("the relayed connection becomes a direct one", 60, async () => {
    const peer = await peerAt(open, peerId);
    return peer !== undefined && !peer.address.includes(CIRCUIT) && peer;
  });
  const directSeconds = Math.round((performance.now() - met) / 100) / 10;
  await network.untilHeight(open, await first.height(), 60);
  const agreed = await network.agree([first, hidden, guest, open]);
  const result = {
    slotSeconds,
    placeSeconds,
    guest: { peers: guestPeers.length, relayed: guestPeers.every((peer) => peer.address.includes(CIRCUIT)) },
    open: { reachedSeconds, directSeconds, direction: direct.direction, address: direct.address },
    agreed,
  };
  return judged(result, [
    [agreed.same, "the nodes hold different blocks"],
    [guestPeers.length === 1 && guestPeers[0]?.id === peerId, `the guest has ${guestPeers.length} peers`],
    // The router lets nobody in: the hidden node has dialled.
    [direct.direction === "in", `the direct connection was opened by ${direct.direction}`],
  ]);
}

export function nat(options: RunOptions & NatScenarioOptions): Promise<object> {
  return withLab(options, (run, lab) => play(run, lab, options), "public");
}
