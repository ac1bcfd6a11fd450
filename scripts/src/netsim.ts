/**
 * `npm run netsim -- SCENARIO [--json] [--keep] [options]`: a network of real processes on this machine, with faults; ends with
 * one line {ok, ...what was measured}.
 */
import { parseArgs } from "node:util";
import { ScriptError, scriptErrorInfo } from "./errors.js";
import { governance } from "./governance.js";
import { burn } from "./netsim/burn.js";
import { hostile } from "./netsim/hostile.js";
import { joinScenario } from "./netsim/join.js";
import { nat } from "./netsim/nat.js";
import { partition } from "./netsim/partition.js";
import type { RunOptions } from "./netsim/run.js";
import { scale } from "./netsim/scale.js";
import { slow } from "./netsim/slow.js";
import { soak } from "./netsim/soak.js";
import { upnp } from "./netsim/upnp.js";
import { onion } from "./onion.js";

interface Given extends RunOptions {
  readonly number: (
    name: "slot-seconds" | "nodes" | "seconds" | "kilobits" | "megabytes" | "rounds",
    fallback: number,
  ) => number;
}

const scenarios: Readonly<Record<string, (given: Given) => Promise<object>>> = {
  join: ({ number, ...run }) => joinScenario({ ...run, slotSeconds: number("slot-seconds", 3) }),
  partition: ({ number, ...run }) => partition({ ...run, slotSeconds: number("slot-seconds", 4) }),
  slow: ({ number, ...run }) =>
    slow({ ...run, slotSeconds: number("slot-seconds", 4), kilobits: number("kilobits", 64) }),
  hostile: ({ number, ...run }) =>
    hostile({ ...run, slotSeconds: number("slot-seconds", 4), seconds: number("seconds", 40) }),
  nat: ({ number, ...run }) => nat({ ...run, slotSeconds: number("slot-seconds", 4) }),
  upnp: ({ number, ...run }) => upnp({ ...run, slotSeconds: number("slot-seconds", 4) }),
  soak: ({ number, ...run }) =>
    soak({ ...run, slotSeconds: number("slot-seconds", 6), seconds: number("seconds", 180) }),
  scale: ({ number, ...run }) =>
    scale({ ...run, nodes: number("nodes", 16), slotSeconds: number("slot-seconds", 30), slots: 6 }),
  burn: ({ number, ...run }) =>
    burn({
      ...run,
      ...{ nodes: number("nodes", 10), slotSeconds: number("slot-seconds", 4), megabytes: number("megabytes", 32) },
    }),
  onion: ({ say, keep, number }) =>
    onion({ say, keep, slotSeconds: number("slot-seconds", 6), blocks: 5, rounds: number("rounds", 1) }),
  governance: ({ say }) => governance(say),
};

function usage(why: string): ScriptError {
  const message = `${why}; usage: npm run netsim -- ${Object.keys(scenarios).join("|")} [--json] [--keep] [--slot-seconds n] [--nodes n] [--seconds n] [--kilobits n] [--megabytes n] [--rounds n]`;
  return new ScriptError({ code: "NETSIM_USAGE", message });
}

function read(): { readonly name: string; readonly given: Omit<Given, "signal"> } {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = {
    json: flag,
    keep: flag,
    "slot-seconds": text,
    nodes: text,
    seconds: text,
    kilobits: text,
    megabytes: text,
    rounds: text,
  };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [name = "", ...rest] = positionals;
  if (!(name in scenarios) || rest.length > 0) throw usage(name === "" ? "no scenario" : `no scenario ${positionals}`);
  const numbers = new Map<string, number>();
  for (const option of ["slot-seconds", "nodes", "seconds", "kilobits", "megabytes", "rounds"] as const) {
    const value = values[option];
    if (value === undefined) continue;
    if (!/^[1-9]\d{0,5}$/.test(value)) throw usage(`--${option} is no number from 1 to 999999`);
    numbers.set(option, Number(value));
  }
  return {
    name,
    given: {
      keep: values.keep,
      say: (line) => {
        if (!values.json) process.stderr.write(`${line}\n`);
      },
      number: (option, fallback) => numbers.get(option) ?? fallback,
    },
  };
}

/** The first signal ends the scenario in order, a second one at once; either way nothing stays behind. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort(new ScriptError({ code: "NETSIM_FAILED", message: `ended by ${name}` }));
    });
  }
  return controller.signal;
}

try {
  const { name, given } = read();
  const started = performance.now();
  const result = await scenarios[name]?.({ ...given, signal: interruption() });
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(`${JSON.stringify({ ok: true, scenario: name, ...result, seconds })}\n`);
} catch (error) {
  const reason =
    error instanceof Error && error.name === "AbortError" && error.cause instanceof Error ? error.cause : error;
  const known = reason instanceof ScriptError;
  const message = reason instanceof TypeError && "code" in reason ? usage(reason.message).message : undefined;
  process.stdout.write(
    `${JSON.stringify({
      ok: false,
      code: known ? reason.code : message === undefined ? "INTERNAL" : "NETSIM_USAGE",
      error: message ?? (reason instanceof Error ? reason.message : String(reason)),
      ...(known && typeof reason.meta["measured"] === "string" ? JSON.parse(reason.meta["measured"]) : {}),
    })}\n`,
  );
  process.exitCode = known ? scriptErrorInfo[reason.code].exitCode : message === undefined ? 1 : 2;
}
