/** `npm run bench -- payouts --schedules 5000 --evm 200 [--from 1]`: random schedules, none of which may pay twice or lose a payout. */
import { evmLedger } from "../test/sim/evmLedger.js";
import { runSchedule } from "../test/sim/schedule.js";

interface Context {
  readonly args: readonly string[];
  log(line: string): void;
}

function option(args: readonly string[], name: string, fallback: number): number {
  const at = args.indexOf(name);
  const value = at < 0 ? fallback : Number(args[at + 1]);
  return Number.isSafeInteger(value) && value >= 0 ? value : fallback;
}

export const bench = {
  name: "payouts",
  summary: "random schedules of the payout service: workers, kills, nodes that fail and lie",
  async run({ args, log }: Context): Promise<Record<string, number | string | boolean>> {
    const schedules = option(args, "--schedules", 500);
    const onEvm = option(args, "--evm", 0);
    const from = option(args, "--from", 1);
    const sums = { payouts: 0, confirmed: 0, failed: 0, attempts: 0, kills: 0, disagreements: 0 };
    const started = performance.now();
    for (let seed = from; seed < from + schedules; seed++) {
      const result = await runSchedule(seed);
      for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += result[key];
      if ((seed - from + 1) % 250 === 0) log(`${seed - from + 1} schedules, ${JSON.stringify(sums)}`);
    }
    for (let seed = from; seed < from + onEvm; seed++) {
      const result = await runSchedule(seed, { ledger: await evmLedger() });
      for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += result[key];
      if ((seed - from + 1) % 25 === 0) log(`${seed - from + 1} schedules on the EVM, ${JSON.stringify(sums)}`);
    }
    return { schedules, onEvm, ...sums, seconds: Math.round((performance.now() - started) / 1000) };
  },
};
