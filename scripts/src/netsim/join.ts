/**
 * A third machine's view: a bootstrap node, four validators and a newcomer on six machines. The newcomer knows one
 * bootstrap address, finds the others, syncs, follows, serves JSON-RPC; then it is funded by the faucet, registers, and
 * gets its first duty in the epoch that the protocol says.
 */
import { join as joinPath } from "node:path";
import { presets } from "@lucid/consensus";
import { lucid } from "../lucid.js";
import type { Lab } from "./lab.js";
import type { LabNode } from "./labNode.js";
import { withLab } from "./labRun.js";
import { check, judged, PASSPHRASE, type Run, type RunOptions } from "./run.js";
import { SimNetwork } from "./simNetwork.js";

const VALIDATORS = 4;
const { epochSlots } = presets.devnet;
/** Blocks that there are before the newcomer comes. */
const BEFORE = 12;

export interface JoinOptions {
  readonly slotSeconds: number;
}

interface NodeStanding {
  readonly weight: string;
  readonly nextVoter: boolean;
  /** Accepted ones, since it joined. */
  readonly beacons: string;
}

interface LeaderRow {
  readonly slot: string;
  readonly primary: string;
  readonly fallbacks: readonly string[];
}

interface Duty {
  /** First epoch in whose states the node is among the next voters, and the first in which it votes. */
  readonly next: number;
  readonly votes: number;
  /** Its accepted beacons as each epoch's states show them: those of an epoch are booked when it ends. */
  readonly beacons: ReadonlyMap<number, number>;
}

/** Follows the chain until the node votes. */
async function untilDuty(network: SimNetwork, node: LabNode, nodeId: string): Promise<Duty> {
  const beacons = new Map<number, number>();
  let next: number | undefined;
  return network.run.until("the newcomer votes", 6 * epochSlots * network.slotSeconds, async () => {
    const head = await network.block(node, await node.height());
    const standing = await node.rpc<NodeStanding | null>("lucid_getNode", nodeId);
    const after = await network.block(node, await node.height());
    // Both must speak of the same head.
    if (head === undefined || standing === null || after?.height !== head.height) return undefined;
    const epoch = Math.floor(head.slot / epochSlots);
    beacons.set(epoch, Number(standing.beacons));
    if (standing.nextVoter) next ??= epoch;
    return Number(standing.weight) > 0 && next !== undefined ? { next, votes: epoch, beacons } : undefined;
  });
}

/** The first epoch from that of the registration on with beacons in half of its blocks, as the protocol wants of a voter. */
async function firstFullEpoch(
  network: SimNetwork,
  node: LabNode,
  { beacons, votes }: Duty,
  registered: number,
): Promise<number | undefined> {
  for (let epoch = registered; epoch < votes; epoch++) {
    const blocks = await network.blocksBetween(node, epoch * epochSlots, (epoch + 1) * epochSlots);
    const own = (beacons.get(epoch + 1) ?? 0) - (beacons.get(epoch) ?? 0);
    if (blocks.length > 0 && 2 * own >= blocks.length) return epoch;
  }
  return undefined;
}

async function play(run: Run, lab: Lab, { slotSeconds }: JoinOptions): Promise<object> {
  const { say } = run;
  const network = await SimNetwork.start(run, { validators: VALIDATORS, slotSeconds, lead: 10, lab });
  const first = network.node(0);
  say(`four validators and a bootstrap node run, first slot ${-network.slotNow()} slots ahead`);
  await network.untilHeight(first, BEFORE, 240);
  const meshed = await Promise.all(network.validators.map((node) => node.rpc<string>("net_peerCount")));

  const data = joinPath(run.folder, "newcomer");
  const address = await lab.machine("newcomer");
  const env = { LUCID_PASSPHRASE: PASSPHRASE };
  // The genesis alone: no bootstrap node comes from the network's file.
  const genesis = joinPath(run.folder, "net/operator1/genesis.json");
  const made = (await lucid(["init", "--data", data, "--genesis", genesis, "--yes"], { env, signal: run.signal })) as {
    readonly nodeId: string;
  };
  const listen = ["--p2p-listen", "/ip4/0.0.0.0/tcp/30120", "--p2p-announce", `/ip4/${address}/tcp/30120`];
  const open = ["--rpc-host", "0.0.0.0", "--rpc-hosts", "*"];
  const started = performance.now();
  const since = () => Math.round(performance.now() - started) / 1000;
  const follower = network.startNode("newcomer", data, [...listen, ...open]);
  await follower.ready();
  const readySeconds = since();
  await run.until("the newcomer finds all validators", 120, async () => {
    return Number(await follower.rpc<string>("net_peerCount")) >= VALIDATORS;
  });
  const foundSeconds = since();
  await run.until("the newcomer is at the head", 120, async () => (await follower.height()) >= (await first.height()));
  const syncedSeconds = since();
  say(`the newcomer found ${VALIDATORS} validators in ${foundSeconds} s and was at the head after ${syncedSeconds} s`);

  const from = network.slotNow() + 1;
  await network.untilSlot(from + 5);
  await network.untilHeight(follower, await first.height(), 30);
  const followed = await network.blocksBetween(follower, from, from + 5);
  // Another machine asks it over the network, as a wallet would.
  const rpc = `http://${address}:8545`;
  const status = (await lucid(["status", "--data", network.node(1).data, "--rpc", rpc], {
    prefix: lab.prefix("operator2"),
    env,
  })) as object;
  check(Object.keys(status).length > 0, "the newcomer's JSON-RPC says nothing");
  const lonely = await lab.traffic("newcomer");

  const command = (...words: readonly string[]) => lucid([...words, "--data", data], { env, signal: run.signal });
  await command("faucet", "--amount", "5");
  const registered = (await command("validator", "register", "--capacity", "1GiB")) as { readonly blockNumber: number };
  const block = await network.block(follower, registered.blockNumber);
  check(block !== undefined, "the registration's block is not there");
  const registeredEpoch = Math.floor(block.slot / epochSlots);
  await follower.stop();
  const validator = network.startNode("newcomer", data, [...listen, ...open, "--validator"]);
  await validator.ready();
  say(
    `registered in slot ${block.slot} (epoch ${registeredEpoch}) and started as a validator in slot ${network.slotNow()}`,
  );
  const found = await untilDuty(network, first, made.nodeId);
  const { next, votes } = found;
  // Beacons of half of an epoch's blocks make it one of the next voters when that epoch ends; they vote an epoch later.
  const full = await firstFullEpoch(network, first, found, registeredEpoch);
  const schedule = async (epoch: number): Promise<boolean> => {
    const rows = await first.rpc<readonly LeaderRow[]>("lucid_getLeaderSchedule", epoch * epochSlots, epochSlots);
    return rows.some(({ primary, fallbacks }) => [primary, ...fallbacks].includes(made.nodeId));
  };
  await network.untilSlot((votes + 1) * epochSlots);
  await network.untilHeight(first, (await first.height()) + 1, 60);
  const during = await schedule(votes);
  const before = await schedule(votes - 1);
  const agreed = await network.agree([...network.validators, validator]);
  const result = {
    slotSeconds,
    peersOfValidators: meshed.map(Number),
    readySeconds,
    foundSeconds,
    syncedSeconds,
    followed: `${followed.length} blocks of 5 slots`,
    newcomerBytes: lonely,
    registered: { slot: block.slot, epoch: registeredEpoch },
    duty: { fullEpoch: full, nextVoterFrom: next, votesFrom: votes, inSchedule: during, inScheduleBefore: before },
    agreed,
  };
  return judged(result, [
    [followed.length >= 4, `the newcomer followed ${followed.length} blocks of 5 slots`],
    [full !== undefined && next === full + 1, `beacons in half of epoch ${full}, chosen in epoch ${next}`],
    [votes === next + 1, `chosen in epoch ${next}, votes in epoch ${votes}`],
    [during && !before, `in the schedule of its first epoch: ${during}, of the one before: ${before}`],
    [agreed.same, "the nodes hold different blocks"],
  ]);
}

export function joinScenario(options: JoinOptions & RunOptions): Promise<object> {
  return withLab(options, (run, lab) => play(run, lab, options));
}
