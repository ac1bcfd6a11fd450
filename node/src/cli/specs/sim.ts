import { InvalidArgumentError } from "commander";
import type { CommandSpec, ValueParser } from "../spec.js";
import { integer } from "../values.js";

/** Seeds are 32-bit: the simulator's random source takes no more. */
const MAX_SEED = 2 ** 32 - 1;

const names: ValueParser = (text) => {
  const list = text.split(",").map((name) => name.trim());
  if (list.some((name) => !/^[a-zA-Z]+$/.test(name))) {
    throw new InvalidArgumentError("it must be names with commas between them, such as byzantine,loss,crash");
  }
  return list;
};

export const simSpec: CommandSpec = {
  name: "sim",
  summary: "run consensus in a simulated network with faults and check that nothing breaks",
  details:
    "Validators, less than a third of them Byzantine, agree in one process on a virtual clock with mainnet timing. A seed fixes " +
    "everything that happens. With --seed one seed is run and its timeline shown; else --seeds of them from --from on. " +
    "Exit code 1 when an invariant broke; the seed is named and replays exactly. " +
    "With --json the last line is {ok, seeds, broken: [{seed, nodes, violations}], seedsPerSecond}.",
  options: [
    { flags: "--seed <n>", summary: "run this seed alone and show its timeline", parse: integer(0, MAX_SEED) },
    { flags: "--from <n>", summary: "first seed", parse: integer(0, MAX_SEED), fallback: 1 },
    { flags: "--seeds <n>", summary: "number of seeds", parse: integer(1, 100_000_000), fallback: 100 },
    { flags: "--nodes <n>", summary: "number of validators", parse: integer(1, 128), fallback: 7 },
    {
      flags: "--workers <n>",
      summary: "threads that share the seeds; the result is the same",
      parse: integer(1, 64),
      fallback: 1,
    },
    {
      flags: "--faults <names>",
      summary: "what may go wrong, names with commas (default: everything; list shows them)",
      parse: names,
    },
    { flags: "--bug <name>", summary: "plant a bug in every node, to see that it is found" },
  ],
  examples: [
    ["lucid sim --seeds 1000 --nodes 7", "a thousand seeds"],
    ["lucid sim --seeds 20000 --nodes 16 --workers 4", "a long run on four cores"],
    ["lucid sim --seed 1117 --nodes 4", "replay one seed with its timeline"],
    ["lucid sim --seeds 500 --faults byzantine,hunt --bug lockIgnored", "find a planted bug"],
    ["lucid sim --faults list", "names of faults and planted bugs"],
  ],
  load: async () => (await import("../commands/sim.js")).run,
};
