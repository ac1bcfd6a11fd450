import { hasCode } from "@lucid/consensus/base";
import { FaultDisk } from "./faultDisk.js";
import type { FaultOptions, Survival } from "./faultPlan.js";

export interface CrashScenario<T> {
  /** What was acknowledged, or whatever else the check needs: made anew for each run. */
  readonly begin: () => T;
  /** The work during which the machine stops. It starts from an empty disk. */
  readonly run: (disk: FaultDisk, state: T) => Promise<void>;
  /** Starts again on what survived; with `nested` the machine stops at each point of this too. */
  readonly recover?: (disk: FaultDisk, state: T) => Promise<void>;
  /** Throws when something acknowledged is lost or something is torn. */
  readonly check: (disk: FaultDisk, state: T) => Promise<void>;
  /** Default: nothing, everything, and four seeds. */
  readonly survivals?: readonly Survival[];
  /** Stop during `recover` too, once at each of its points. */
  readonly nested?: boolean;
  /** Options of the disk beside the crash. */
  readonly disk?: Omit<FaultOptions, "crashAt">;
}

export interface CrashSummary {
  /** Points at which the run can stop. */
  readonly points: number;
  /** Runs that were stopped and checked. */
  readonly runs: number;
}

const defaultSurvivals: readonly Survival[] = ["none", "all", { seed: 1 }, { seed: 2 }, { seed: 3 }, { seed: 4 }];

/** Runs `action` and swallows the crash that was asked for; anything else is a finding. */
async function untilCrash(disk: FaultDisk, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!disk.plan.crashed || !hasCode(error, "FAULT_INJECTED")) throw error;
  }
}

/**
 * Stops the machine at every point of a run, for every way in which unsynced data can survive, and checks what the next
 * start finds. The run must pass its points in the same order each time.
 */
export async function enumerateCrashes<T>(scenario: CrashScenario<T>): Promise<CrashSummary> {
  const whole = FaultDisk.create(scenario.disk);
  await scenario.run(whole, scenario.begin());
  const points = whole.plan.passed.length;
  let runs = 0;
  for (let crashAt = 1; crashAt <= points; crashAt++) {
    for (const survival of scenario.survivals ?? defaultSurvivals) {
      for (let inner = 0; ; inner++) {
        const state = scenario.begin();
        const disk = FaultDisk.create({ ...scenario.disk, crashAt });
        await untilCrash(disk, () => scenario.run(disk, state));
        let next = disk.restart(survival, { ...scenario.disk, ...(inner === 0 ? {} : { crashAt: inner }) });
        await untilCrash(next, async () => scenario.recover?.(next, state));
        const stoppedAgain = next.plan.crashed;
        if (stoppedAgain) {
          // After a process that died alone, the power goes too: what the first one left unsynced is not safe.
          next = next.restart(survival === "all" ? "none" : survival, scenario.disk);
          await scenario.recover?.(next, state);
        }
        // A last power cut: what the recovery acknowledged must be safe as well.
        await scenario.check(next.restart("none", scenario.disk), state);
        runs++;
        if (scenario.nested !== true || scenario.recover === undefined || (inner > 0 && !stoppedAgain)) break;
      }
    }
  }
  return { points, runs };
}
