import { ExitCode } from "@lucid/consensus/base";
import {
  type CampaignResult,
  type Fault,
  faultNames,
  faults,
  plantedBugs,
  runScenario,
  scenarioOf,
} from "@lucid/consensus/sim";
import { NodeError } from "../../errors.js";
import type { CommandContext } from "../commandContext.js";
import { planOfTask, runSeeds, runSeedsOnThreads, type SeedTask } from "./simSeeds.js";

/** Between two lines about a long run, milliseconds. */
const NOTE_MS = 10_000;

function usage(message: string, fix: string): NodeError {
  return new NodeError({ code: "USAGE", message, meta: { fix } });
}

function chosenFaults(value: unknown): readonly Fault[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.map((name) => {
    const found = faultNames.find((known) => known === name);
    if (found === undefined) {
      throw usage(`there is no fault ${String(name)}`, `choose from ${faultNames.join(", ")}`);
    }
    return found;
  });
}

function taskOf({ options }: CommandContext): SeedTask {
  const chosen = chosenFaults(options.value("faults"));
  const bug = options.text("bug");
  if (bug !== undefined && !Object.hasOwn(plantedBugs, bug)) {
    throw usage(`there is no planted bug ${bug}`, `choose one of ${Object.keys(plantedBugs).join(", ")}`);
  }
  return {
    from: options.number("from") ?? 1,
    seeds: options.number("seeds") ?? 100,
    nodes: options.number("nodes") ?? 7,
    ...(chosen === undefined ? {} : { faults: chosen }),
    ...(bug === undefined ? {} : { bug }),
  };
}

function list({ output }: CommandContext): number {
  const bugs = Object.keys(plantedBugs);
  output.data({ faults, bugs });
  output.fields(Object.entries(faults));
  output.line(`\nPlanted bugs: ${bugs.join(", ")}`);
  return ExitCode.Ok;
}

/** The command that shows what happened in a seed. */
function replayOf({ options }: CommandContext, seed: number): string {
  const chosen = options.value("faults");
  const bug = options.text("bug");
  return [
    `lucid sim --seed ${seed} --nodes ${options.number("nodes") ?? 7}`,
    ...(Array.isArray(chosen) ? [`--faults ${chosen.join(",")}`] : []),
    ...(bug === undefined ? [] : [`--bug ${bug}`]),
  ].join(" ");
}

function runOne(context: CommandContext, task: SeedTask, seed: number): number {
  const { output } = context;
  const plan = planOfTask(task);
  const started = performance.now();
  const result = runScenario({ ...scenarioOf(plan, seed), timeline: true });
  const ok = result.violations.length === 0;
  const seconds = (performance.now() - started) / 1000;
  for (const line of result.timeline) output.line(line.includes("BROKEN") ? output.style("red", line) : line);
  output.line(
    `\nSeed ${seed}, ${plan.size} nodes, ${result.byzantine} of them Byzantine: ${result.decisions} decisions, ${
      ok ? output.style("green", "no invariant broken") : output.style("red", "BROKEN")
    }.`,
  );
  for (const violation of result.violations) output.line(`  ${violation}`);
  output.data({
    ok,
    seeds: 1,
    broken: ok ? [] : [{ seed, nodes: plan.size, violations: result.violations }],
    seedsPerSecond: Number((1 / seconds).toFixed(1)),
    decisions: result.decisions,
    timeline: result.timeline,
  });
  return ok ? ExitCode.Ok : ExitCode.Internal;
}

function report(context: CommandContext, result: CampaignResult): void {
  const { output } = context;
  output.line(
    `${result.seeds} seeds of ${result.nodes} nodes, ${result.decisions} decisions, ${result.seedsPerSecond} seeds/s: ${
      result.ok ? output.style("green", "no invariant broken") : output.style("red", `${result.broken.length} broken`)
    }.`,
  );
  for (const { seed, violations } of result.broken.slice(0, 20)) {
    output.line(`  seed ${seed}: ${violations[0] ?? ""}`);
    output.line(`    ${output.style("dim", replayOf(context, seed))}`);
  }
  output.data(result);
}

/** @returns exit code 1 when an invariant broke. */
export async function run(context: CommandContext): Promise<number> {
  const { options, output, interruption } = context;
  const asked = options.value("faults");
  if (Array.isArray(asked) && asked[0] === "list") return list(context);
  const task = taskOf(context);
  const seed = options.number("seed");
  if (seed !== undefined) return runOne(context, task, seed);
  let noted = performance.now();
  const watch = {
    signal: interruption.signal,
    onSeeds: (done: number, broken: number): void => {
      if (performance.now() - noted < NOTE_MS) return;
      noted = performance.now();
      output.note(`${done} of ${task.seeds} seeds, ${broken} broken`);
    },
  };
  const workers = options.number("workers") ?? 1;
  const result = workers > 1 ? await runSeedsOnThreads(task, workers, watch) : await runSeeds(task, watch);
  report(context, result);
  if (interruption.signal.aborted) return ExitCode.Interrupted;
  return result.ok ? ExitCode.Ok : ExitCode.Internal;
}
