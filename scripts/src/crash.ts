/**
 * `npm run crash -- [--kills N] [--seed S] [--ready-limit MS] [--json]`: kills a real validator with SIGKILL again and again, under
 * transactions and chunks, and checks after each kill that it starts within 10 s, that `lucid db check` is clean, that
 * nothing it had acknowledged is lost and that it never signed two different things for one position.
 */
import { parseArgs } from "node:util";
import { CrashRun, READY_LIMIT } from "./crash/crashRun.js";

const USAGE = `usage: npm run crash -- [--kills N] [--seed S] [--ready-limit MS] [--json]
  --kills        how often the validator is killed, 20
  --seed         of the moments and the load; printed, so that a run can be repeated
  --ready-limit  milliseconds in which a start must be ready, ${READY_LIMIT}
  --json         one line with what was measured at the end
`;

function given(): { kills: number; seed: number; readyLimit: number; json: boolean } | "help" | undefined {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = { kills: text, seed: text, "ready-limit": text, json: flag, help: flag };
  try {
    const { values } = parseArgs({ options });
    if (values.help) return "help";
    const kills = Number(values.kills ?? 20);
    const seed = Number(values.seed ?? Date.now() % 1_000_000);
    const readyLimit = Number(values["ready-limit"] ?? READY_LIMIT);
    const good = Number.isSafeInteger(kills) && kills >= 1 && Number.isSafeInteger(seed) && readyLimit > 0;
    return good ? { kills, seed, readyLimit, json: values.json } : undefined;
  } catch {
    return undefined;
  }
}

const options = given();
if (options === "help") process.stdout.write(USAGE);
else if (options === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const result = await new CrashRun({ ...options, fullCheckEvery: 10, log }).run();
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else
    for (const [name, value] of Object.entries(result))
      process.stdout.write(`${name.padEnd(20)} ${JSON.stringify(value)}\n`);
  process.exitCode = result.ok ? 0 : 1;
}
