import { performance } from "node:perf_hooks";
import { runScenario } from "../src/sim/index.js";
import type { Bench } from "./support/benchTypes.js";

/** Milliseconds spent on each size. */
const BUDGET = 8_000;
/** Slots of 120 s in a seed. */
const SIMULATED_SECONDS = 13 * 120;

export const bench: Bench = {
  name: "simulate",
  summary: "Seeds a second of the simulator, less than a third Byzantine, one core, stand-in signatures",
  async run({ log }) {
    const results: Record<string, number | boolean> = {};
    let sound = true;
    // The first hundreds of seeds are slower, until the engine has compiled what they run.
    for (let seed = 1; seed <= 300; seed++) runScenario({ seed, size: 7 });
    for (const size of [1, 4, 7, 16, 31, 64]) {
      const start = performance.now();
      const cpu = process.cpuUsage();
      let seeds = 0;
      do {
        sound = runScenario({ seed: 100_000 + seeds, size }).violations.length === 0 && sound;
        seeds++;
      } while (performance.now() - start < BUDGET);
      const perSecond = (1000 * seeds) / (performance.now() - start);
      // On a machine that is busy with other work this says more than the clock on the wall.
      const { user, system } = process.cpuUsage(cpu);
      const perCpuSecond = (1e6 * seeds) / (user + system);
      log(
        `${size} nodes: ${perSecond.toFixed(1)} seeds/s, ${perCpuSecond.toFixed(1)} a second of CPU, ` +
          `${Math.round(perSecond * SIMULATED_SECONDS)} simulated s/s`,
      );
      results[`seedsPerSecond${size}`] = Number(perSecond.toFixed(2));
      results[`seedsPerCpuSecond${size}`] = Number(perCpuSecond.toFixed(2));
    }
    return { ...results, sound };
  },
};
