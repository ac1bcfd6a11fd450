import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Bench } from "@lucid/consensus/bench";
import { benchDevnet, headOf, startNodeProcess } from "./support/nodeProcess.js";

/** Seconds of a devnet's slot by default, and how long the node settles and is watched. */
const SLOT_SECONDS = 6;
const SETTLE_SECONDS = 10;
const WATCH_SECONDS = 60;
/** Goals of the design. */
const RSS_GOAL_MB = 250;
const CPU_GOAL_PERCENT = 3;
/** Clock ticks a second in /proc, fixed by Linux' ABI. */
const TICKS = 100;

interface Usage {
  /** Seconds of processor time, all threads. */
  readonly cpu: number;
  readonly rssMB: number;
  readonly peakMB: number;
}

async function usage(pid: number): Promise<Usage> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The name in brackets may hold spaces; fields 14 and 15 are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]);
  return {
    cpu: (Number(fields[11]) + Number(fields[12])) / TICKS,
    rssMB: (kilobytes("VmRSS") * 1024) / 1e6,
    peakMB: (kilobytes("VmHWM") * 1024) / 1e6,
  };
}

/** A validator that proposes and decides a block every slot, with nobody asking it anything. */
export const bench: Bench = {
  name: "memory",
  summary: "idle validator: resident memory and processor time; goals 250 MB and 3 % of a core (Linux)",
  async run({ args, log }) {
    const seconds = Number(args[0] ?? WATCH_SECONDS);
    const folder = await mkdtemp(join(tmpdir(), "lucid-memory-"));
    try {
      const data = await benchDevnet(folder, SLOT_SECONDS);
      const node = await startNodeProcess(data);
      log(`settling for ${SETTLE_SECONDS} s, watching for ${seconds} s, a block every ${SLOT_SECONDS} s`);
      await delay(SETTLE_SECONDS * 1000);
      const before = await usage(node.pid);
      const head = await headOf(node.rpc);
      const startedAt = performance.now();
      let most = before.rssMB;
      while (performance.now() - startedAt < seconds * 1000) {
        await delay(1000);
        most = Math.max(most, (await usage(node.pid)).rssMB);
      }
      const elapsed = (performance.now() - startedAt) / 1000;
      const after = await usage(node.pid);
      const blocks = (await headOf(node.rpc)) - head;
      await node.end("SIGTERM");
      const cpuPercent = (100 * (after.cpu - before.cpu)) / elapsed;
      return {
        seconds: Math.round(elapsed),
        blocks,
        rssMB: Math.round(after.rssMB),
        mostRssMB: Math.round(most),
        peakSinceStartMB: Math.round(after.peakMB),
        cpuPercent: Math.round(100 * cpuPercent) / 100,
        goalRssMB: RSS_GOAL_MB,
        goalCpuPercent: CPU_GOAL_PERCENT,
        reached: most <= RSS_GOAL_MB && cpuPercent <= CPU_GOAL_PERCENT,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
