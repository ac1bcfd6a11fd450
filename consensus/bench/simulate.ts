import { performance } from "node:perf_hooks";
import { runScenario } from "../src/sim/index.js";

interface Bench {
  readonly name: string;
  readonly summary: string;
  run(context: {
    readonly json: boolean;
    log(line: string): void;
    readonly args: readonly string[];
  }): Promise<Record<string, number | string | boolean>>;
}

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
    for (const size of [1, 4, 7, 16, 64]) {
      runScenario({ seed: 1, size: Math.min(size, 16) });
      const start = performance.now();
      let seeds = 0;
      do {
        sound = runScenario({ seed: 100_000 + seeds, size }).violations.length === 0 && sound;
        seeds++;
      } while (performance.now() - start < BUDGET);
      const perSecond = (1000 * seeds) / (performance.now() - start);
      log(`${size} nodes: ${perSecond.toFixed(1)} seeds/s, ${Math.round(perSecond * SIMULATED_SECONDS)} simulated s/s`);
      results[`seedsPerSecond${size}`] = Number(perSecond.toFixed(2));
    }
    return { ...results, sound };
  },
};
