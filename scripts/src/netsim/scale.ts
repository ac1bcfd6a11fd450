/** Many validators in processes on one machine: bytes for each node and slot, time to finality, memory of each. */
import type { LabNode } from "./labNode.js";
import { rounded, type Sample, sample } from "./measure.js";
import { judged, Run, type RunOptions } from "./run.js";
import { SimNetwork } from "./simNetwork.js";

/** Seconds that the start of one process may take where all start together on two busy cores. */
const START = 4;

export interface ScaleOptions {
  readonly nodes: number;
  readonly slotSeconds: number;
  /** That are measured. */
  readonly slots: number;
}

/** Seconds into the slot at which each node had its block; the slowest one waits no longer than the slot. */
async function finality(network: SimNetwork, slot: number): Promise<readonly number[]> {
  const heights = await Promise.all(network.validators.map((node) => node.height()));
  await network.untilSlot(slot);
  const left = new Map<LabNode, number>(network.validators.map((node, index) => [node, heights[index] ?? 0]));
  const times: number[] = [];
  while (left.size > 0 && network.intoSlot(slot) < network.slotSeconds * 950) {
    await network.run.sleep(100);
    for (const [node, height] of [...left]) {
      if ((await node.height()) <= height) continue;
      left.delete(node);
      times.push(network.intoSlot(slot) / 1000);
    }
  }
  return times;
}

async function play(run: Run, { nodes, slotSeconds, slots }: ScaleOptions): Promise<object> {
  const network = await SimNetwork.start(run, { validators: nodes, slotSeconds, lead: 10 + START * nodes });
  const ready = await Promise.all(network.validators.map((node) => node.ready()));
  run.say(`${nodes} nodes run after ${run.seconds} s; the first slot is ${-network.slotNow()} slots away`);
  await network.untilHeight(network.node(0), 1, (10 + START * nodes) * 2 + 4 * slotSeconds);
  const started = performance.now();
  const measure = (): Promise<readonly Sample[]> =>
    Promise.all(network.validators.map((node, index) => sample(node, ready[index] ?? { pid: 0 }, started)));
  const first = network.slotNow() + 1;
  const before = await measure();
  const times: number[] = [];
  const slowest: number[] = [];
  for (let slot = first; slot < first + slots; slot++) {
    const found = await finality(network, slot);
    times.push(...found);
    if (found.length === nodes) slowest.push(Math.max(...found));
    run.say(
      `slot ${slot}: final at ${found.length} of ${nodes} nodes, the last after ${rounded(Math.max(...found))} s`,
    );
  }
  await network.untilSlot(first + slots);
  const after = await measure();
  const blocks = await network.blocksBetween(network.node(0), first, first + slots);
  const peers = await Promise.all(network.validators.map((node) => node.rpc<string>("net_peerCount")));
  const grown = (read: (of: Sample) => number): readonly number[] =>
    after.map((each, index) => read(each) - read(before[index] ?? each));
  const sorted = [...times].sort((a, b) => a - b);
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const seconds = slots * slotSeconds;
  const result = {
    nodes,
    slotSeconds,
    slots,
    blocks: blocks.length,
    rounds: blocks.map(({ round }) => round),
    peers: { least: Math.min(...peers.map(Number)), most: Math.max(...peers.map(Number)) },
    sentKBPerNodeAndSlot: rounded(mean(grown(({ sent }) => sent)) / slots / 1000),
    receivedKBPerNodeAndSlot: rounded(mean(grown(({ received }) => received)) / slots / 1000),
    finalitySeconds: {
      median: rounded(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, 2),
      slowest: rounded(Math.max(...slowest), 2),
    },
    residentMB: {
      mean: rounded(mean(after.map(({ resident }) => resident))),
      most: rounded(Math.max(...after.map(({ resident }) => resident))),
    },
    cpuPercentPerNode: rounded((mean(grown(({ cpu }) => cpu)) / seconds) * 100, 2),
  };
  return judged(result, [
    [blocks.length >= slots - 1, `${blocks.length} blocks in ${slots} slots`],
    [(await network.agree(network.validators)).same, "the nodes hold different blocks"],
  ]);
}

export function scale(options: RunOptions & ScaleOptions): Promise<object> {
  return Run.within(options, (run) => play(run, options));
}
