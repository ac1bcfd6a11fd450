import { ExitCode } from "@lucid/consensus/base";
import { settings } from "../../config/index.js";
import type { CommandContext } from "../commandContext.js";
import { type Check, ok, skipped, warning } from "../doctor/checks.js";
import { checkClock } from "../doctor/clock.js";
import {
  checkBoard,
  checkDisk,
  checkKeys,
  checkMemory,
  checkPort,
  checkRuntime,
  unknownVariables,
} from "../doctor/machine.js";
import type { Style } from "../output.js";
import { ownVariables } from "../specs/index.js";

const STYLE: Readonly<Record<Check["state"], Style>> = {
  ok: "green",
  warning: "yellow",
  failed: "red",
  skipped: "dim",
};

/** @returns exit code 4 when a check failed. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const { values } = await context.config();
  const known = [...Object.values(settings).map(({ env }) => env), ...ownVariables];
  const strange = unknownVariables(context.env, known);
  const checks: Check[] = [
    checkRuntime(),
    strange.length === 0
      ? ok("settings", "every LUCID_* variable is known")
      : warning(
          "settings",
          `${strange.join(", ")} means nothing`,
          "check the spelling with lucid config show --origin",
        ),
    ...(await Promise.all([
      values.p2pTor && !context.options.given("ntp")
        ? skipped("clock", "in Tor mode no time server is asked; give --ntp to ask one without Tor")
        : checkClock(context.options.text("ntp") ?? "pool.ntp.org"),
      checkDisk(values.dataDir),
      checkMemory(),
      checkPort("rpc port", values.rpcHost, values.rpcPort),
      checkPort("metrics port", values.metricsHost, values.metricsPort),
      checkKeys(values.dataDir),
    ])),
    ...(await checkBoard()),
  ];
  const healthy = checks.every((check) => check.state !== "failed");
  output.data({ ok: healthy, checks });
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const { name, state, found, advice } of checks) {
    output.line(`${output.style(STYLE[state], state.padEnd(7))}  ${name.padEnd(width)}  ${found}`);
    if (advice !== undefined) output.line(`${" ".repeat(width + 11)}${output.style("dim", advice)}`);
  }
  return healthy ? ExitCode.Ok : ExitCode.BadInput;
}
