/**
 * Four validators on devnet timing under a steady load: what a node keeps must not grow. Reported for each node: slope of the
 * heap after garbage collection, open files, event-loop lag, growth of the disk by block.
 */
import { presets } from "@lucid/consensus";
import { INSPECTED, liveHeap } from "./liveHeap.js";
import { Load } from "./load.js";
import { rounded, type Sample, sample, slope } from "./measure.js";
import { check, judged, Run, type RunOptions } from "./run.js";
import { SimNetwork } from "./simNetwork.js";

const PER_SECOND = 5;
/** Seconds until caches are full and code is compiled. */
const WARM = 30;
const EVERY = 5;
/** Between two looks at what is left of the heap after a collection, milliseconds. */
const COLLECT_EVERY = 20_000;
/** Most that it may grow, MB a minute: in three minutes only a gross leak shows, in thirty a small one. */
const HEAP_GROWTH = { short: 3, long: 0.3 } as const;
const LONG = 20 * 60;
/** A node that goes on holds a few more files while LevelDB compacts. */
const FILES = 24;
/** Median of the p99 of five seconds each, on a machine that four nodes and their load share. */
const LAG_MS = 500;

export interface SoakOptions {
  readonly slotSeconds: number;
  readonly seconds: number;
}

async function play(run: Run, { slotSeconds, seconds }: SoakOptions): Promise<object> {
  const network = await SimNetwork.start(run, { validators: 4, slotSeconds, lead: 8, nodeArgs: INSPECTED });
  const ready = await Promise.all(network.validators.map((node) => node.ready()));
  await network.untilHeight(network.node(0), 1, 120);
  const load = new Load(network.validators, PER_SECOND, Number(presets.devnet.chainId));
  load.start();
  try {
    await run.sleep(WARM * 1000);
    const started = performance.now();
    const firstSlot = network.slotNow();
    const firstHeight = await network.node(0).height();
    const samples: Sample[][] = network.validators.map(() => []);
    const heaps: [number, number][][] = network.validators.map(() => []);
    let collected = -COLLECT_EVERY;
    while (performance.now() - started < seconds * 1000) {
      if (performance.now() - collected >= COLLECT_EVERY) {
        collected = performance.now();
        for (const [index, node] of network.validators.entries()) {
          heaps[index]?.push([(performance.now() - started) / 1000, await liveHeap(node)]);
        }
      }
      const row = await Promise.all(
        network.validators.map((node, index) => sample(node, ready[index] ?? { pid: 0 }, started)),
      );
      for (const [index, each] of row.entries()) samples[index]?.push(each);
      const [first] = row;
      if (first !== undefined)
        run.say(
          `${rounded(first.at, 0)} s: ${rounded(first.resident)} MB, heap ${rounded(first.heap)}, lag ${rounded(first.lag)} ms, ${first.files} files, disk ${rounded(first.disk)}`,
        );
      await run.sleep(EVERY * 1000);
    }
    const slots = network.slotNow() - firstSlot;
    const blocks = (await network.node(0).height()) - firstHeight;
    await load.stop();
    const nodes = samples.map((of, index) => judge(of, heaps[index] ?? [], blocks));
    const worst = (read: (node: (typeof nodes)[number]) => number) => Math.max(...nodes.map(read));
    const result = {
      slotSeconds,
      measuredSeconds: seconds,
      slots,
      blocks,
      transactions: { sent: load.sent, refused: load.refused },
      heapGrowthMBPerMinute: worst(({ heapGrowth }) => heapGrowth),
      mostResidentMB: worst(({ resident }) => resident),
      filesGrown: worst(({ filesGrown }) => filesGrown),
      lagP99Milliseconds: worst(({ lag }) => lag),
      diskKBPerBlock: worst(({ diskPerBlock }) => diskPerBlock),
      nodes,
    };
    const most = seconds >= LONG ? HEAP_GROWTH.long : HEAP_GROWTH.short;
    return judged(result, [
      [blocks >= slots - Math.ceil(slots / 20) - 1, `${blocks} blocks in ${slots} slots`],
      [result.heapGrowthMBPerMinute <= most, `the heap grows by ${result.heapGrowthMBPerMinute} MB a minute`],
      [result.filesGrown <= FILES, `${result.filesGrown} more open files`],
      [result.lagP99Milliseconds <= LAG_MS, `the event loop lags ${result.lagP99Milliseconds} ms`],
    ]);
  } finally {
    await load.stop();
  }
}

function judge(samples: readonly Sample[], heaps: readonly (readonly [number, number])[], blocks: number) {
  const [first, last] = [samples[0], samples.at(-1)];
  check(first !== undefined && last !== undefined, "nothing was measured");
  const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  return {
    heapMB: heaps.map(([, heap]) => rounded(heap)),
    heapGrowth: rounded(slope(heaps) * 60, 2),
    resident: rounded(Math.max(...samples.map(({ resident }) => resident))),
    files: last.files,
    filesGrown: Math.max(...samples.slice(Math.floor(samples.length / 2)).map(({ files }) => files)) - first.files,
    lag: rounded(median(samples.map(({ lag }) => lag))),
    diskPerBlock: rounded(((last.disk - first.disk) * 1000) / Math.max(1, blocks)),
    cpuPercent: rounded(((last.cpu - first.cpu) / (last.at - first.at)) * 100),
  };
}

export function soak(options: RunOptions & SoakOptions): Promise<object> {
  return Run.within(options, (run) => play(run, options));
}
