import { setImmediate } from "node:timers/promises";
import {
  type CampaignResult,
  type Fault,
  mergeCampaigns,
  plantedBugs,
  runCampaign,
  type scenarioOf,
} from "@lucid/consensus/sim";
import { WorkerClient } from "../../workers/workerClient.js";

/** Seeds to run, in words that a thread can be sent. */
export interface SeedTask {
  readonly from: number;
  readonly seeds: number;
  readonly nodes: number;
  readonly faults?: readonly Fault[];
  readonly bug?: string;
}

export type SimPlan = Parameters<typeof scenarioOf>[0];

export function planOfTask({ nodes, faults, bug }: Omit<SeedTask, "from" | "seeds">): SimPlan {
  const plant = bug === undefined ? undefined : plantedBugs[bug];
  return {
    size: nodes,
    ...(faults === undefined ? {} : { faults: new Set(faults) }),
    ...(plant === undefined ? {} : { plant }),
  };
}

export interface SeedWatch {
  readonly signal: AbortSignal;
  readonly onSeeds: (done: number, broken: number) => void;
}

/** One after the other, on this thread. */
export function runSeeds(task: SeedTask, watch?: SeedWatch): Promise<CampaignResult> {
  const { from, seeds } = task;
  return runCampaign(
    { ...planOfTask(task), from, seeds },
    {
      now: () => performance.now(),
      turn: () => setImmediate(),
      ...(watch === undefined ? {} : { signal: watch.signal, onSeed: watch.onSeeds }),
    },
  );
}

/** Seeds that a thread takes at once: some seconds of work, so that an interruption is heard. */
const BATCH = 20;

/** The same on several threads. @throws NodeError WORKER_FAILED */
export async function runSeedsOnThreads(task: SeedTask, threads: number, watch: SeedWatch): Promise<CampaignResult> {
  const started = performance.now();
  const url = new URL("./simWorker.js", import.meta.url);
  const parts: CampaignResult[] = [];
  let next = 0;
  let done = 0;
  let broken = 0;
  const work = async (): Promise<void> => {
    const client = new WorkerClient({ url, workerData: undefined, limit: 1 });
    try {
      while (next < task.seeds && !watch.signal.aborted) {
        const seeds = Math.min(BATCH, task.seeds - next);
        const batch: SeedTask = { ...task, from: task.from + next, seeds };
        next += seeds;
        const part = (await client.request("seeds", batch)) as CampaignResult;
        parts.push(part);
        done += part.seeds;
        broken += part.broken.length;
        watch.onSeeds(done, broken);
      }
    } finally {
      await client.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  return mergeCampaigns(task.nodes, parts, (performance.now() - started) / 1000);
}
