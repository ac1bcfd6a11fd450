/**
 * `npm run crash -- [--kills N] [--seed S] [--ready-limit MS] [--json]`: kills a real validator with SIGKILL again and again, under
 * transactions and chunks, and checks after each kill that it starts within 10 s, that `lucid db check` is clean, that
 * nothing it had acknowledged is lost and that it never signed two different things for one position.
 */
import { parseArgs } from "node:util";
import { CrashRun, READY_LIMIT } from "./crash/crashRun.js";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    "ready-limit": { type: "string", default: String(READY_LIMIT) },
    json: { type: "boolean", default: false },
  },
});
const kills = Number(values.kills);
const seed = Number(values.seed);
const readyLimit = Number(values["ready-limit"]);
if (!Number.isSafeInteger(kills) || kills < 1 || !Number.isSafeInteger(seed) || !(readyLimit > 0)) {
  process.stderr.write("--kills, --seed and --ready-limit (milliseconds) are whole numbers, --kills at least 1\n");
  process.exitCode = 2;
} else {
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const result = await new CrashRun({ kills, seed, readyLimit, fullCheckEvery: 10, log }).run();
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else
    for (const [name, value] of Object.entries(result))
      process.stdout.write(`${name.padEnd(20)} ${JSON.stringify(value)}\n`);
  process.exitCode = result.ok ? 0 : 1;
}
