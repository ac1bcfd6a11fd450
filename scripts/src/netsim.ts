/** `npm run netsim -- SCENARIO [--json]`: a network of real processes on this machine; ends with one line {ok, ...}. */
import { governance } from "./governance.js";
import { onion } from "./onion.js";

const scenarios = { governance, onion } as const;

const [name = ""] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const json = process.argv.includes("--json");
const say = (text: string): void => {
  if (!json) process.stderr.write(`${text}\n`);
};
const scenario = name in scenarios ? scenarios[name as keyof typeof scenarios] : undefined;
if (scenario === undefined) {
  process.stderr.write(`usage: npm run netsim -- ${Object.keys(scenarios).join("|")} [--json]\n`);
  process.exitCode = 2;
} else {
  try {
    process.stdout.write(`${JSON.stringify(await scenario(say))}\n`);
  } catch (error) {
    process.stdout.write(
      `${JSON.stringify({ ok: false, error: error instanceof Error ? error.message : String(error) })}\n`,
    );
    process.exitCode = 1;
  }
}
