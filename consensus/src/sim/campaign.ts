import type { Fault } from "./faults.js";
import { runScenario, type ScenarioOptions } from "./scenario.js";

export interface CampaignOptions {
  /** First seed, and how many. */
  readonly from: number;
  readonly seeds: number;
  /** Validators, 1 to 128. */
  readonly size: number;
  /** What may go wrong; everything when absent. */
  readonly faults?: ReadonlySet<Fault>;
  /** A planted bug, to see that it is found. */
  readonly plant?: Pick<ScenarioOptions, "makeAgreement" | "onRestart" | "persists" | "proposerAt">;
}

export interface CampaignModules {
  /** Milliseconds, for the rate. */
  readonly now: () => number;
  /** A turn of the event loop, so that signals are heard between two seeds. */
  readonly turn: () => Promise<void>;
  /** Ends the campaign after the seed that runs. */
  readonly signal?: AbortSignal;
  readonly onSeed?: (done: number, broken: number) => void;
}

export interface BrokenSeed {
  readonly seed: number;
  readonly nodes: number;
  readonly violations: readonly string[];
}

export interface CampaignResult {
  readonly ok: boolean;
  /** Seeds that ran to their end. */
  readonly seeds: number;
  readonly nodes: number;
  readonly broken: readonly BrokenSeed[];
  readonly seedsPerSecond: number;
  /** Decisions of all seeds together. */
  readonly decisions: number;
}

/** Broken seeds that are kept; one is enough to replay, and a planted bug breaks thousands. */
const MAX_BROKEN = 100;

/** The scenario that a seed of a campaign is: the same one whenever it is asked for. */
export function scenarioOf(options: Omit<CampaignOptions, "from" | "seeds">, seed: number): ScenarioOptions {
  const { size, faults, plant } = options;
  return { seed, size, ...(faults === undefined ? {} : { faults }), ...plant };
}

/** Runs seed after seed on this thread. */
export async function runCampaign(options: CampaignOptions, modules: CampaignModules): Promise<CampaignResult> {
  const started = modules.now();
  const broken: BrokenSeed[] = [];
  let brokenCount = 0;
  let done = 0;
  let decisions = 0;
  while (done < options.seeds && modules.signal?.aborted !== true) {
    const seed = options.from + done;
    const result = runScenario(scenarioOf(options, seed));
    done++;
    decisions += result.decisions;
    if (result.violations.length > 0) {
      brokenCount++;
      if (broken.length < MAX_BROKEN) broken.push({ seed, nodes: options.size, violations: result.violations });
    }
    modules.onSeed?.(done, brokenCount);
    await modules.turn();
  }
  const rate = seedsPerSecond(done, (modules.now() - started) / 1000);
  return { ok: brokenCount === 0, seeds: done, nodes: options.size, broken, seedsPerSecond: rate, decisions };
}

function seedsPerSecond(seeds: number, seconds: number): number {
  return seconds > 0 ? Number((seeds / seconds).toFixed(1)) : 0;
}

/** Parts of one campaign, which ran side by side in `seconds`. */
export function mergeCampaigns(nodes: number, parts: readonly CampaignResult[], seconds: number): CampaignResult {
  const seeds = parts.reduce((sum, part) => sum + part.seeds, 0);
  const broken = parts.flatMap((part) => part.broken).sort((a, b) => a.seed - b.seed);
  return {
    ok: parts.every((part) => part.ok),
    seeds,
    nodes,
    broken: broken.slice(0, MAX_BROKEN),
    seedsPerSecond: seedsPerSecond(seeds, seconds),
    decisions: parts.reduce((sum, part) => sum + part.decisions, 0),
  };
}
