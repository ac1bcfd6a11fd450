/**
 * `npm run sim:rewards -- [--nodes N] [--chunks C] [--epochs E] [--drop PERCENT] [--seed S] [--preset NAME] [--json]`: epochs of
 * a network in which one node lacks some of its chunks, one forges answers, and two pairs sign relay receipts for each other.
 */
import { parseArgs } from "node:util";
import { type RewardOptions, simulateRewards } from "@lucid/consensus/sim";

const USAGE = `usage: npm run sim:rewards -- [--nodes N] [--chunks C] [--epochs E] [--drop PERCENT] [--seed S] [--preset NAME] [--json]
  --nodes   validators, 7 to 256; 16
  --chunks  of 8 MiB in the network, 20 to 100,000; 2,000
  --epochs  that are counted, 1 to 1,000; 12
  --drop    percent of its chunks that the dropper lacks, 0 to 100; 5
  --seed    of the chunks' names; 1
  --preset  mainnet or devnet; mainnet
  --json    one line with what came out
`;

const ranges = {
  nodes: [7, 256],
  chunks: [20, 100_000],
  epochs: [1, 1_000],
  dropPercent: [0, 100],
  seed: [0, 2 ** 32 - 1],
} as const;

function given(): (RewardOptions & { readonly json: boolean }) | "help" | undefined {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = {
    nodes: text,
    chunks: text,
    epochs: text,
    drop: text,
    seed: text,
    preset: text,
    json: flag,
    help: flag,
  };
  try {
    const { values } = parseArgs({ options });
    if (values.help) return "help";
    const preset = values.preset ?? "mainnet";
    if (preset !== "mainnet" && preset !== "devnet") return undefined;
    const numbers = {
      nodes: Number(values.nodes ?? 16),
      chunks: Number(values.chunks ?? 2_000),
      epochs: Number(values.epochs ?? 12),
      dropPercent: Number(values.drop ?? 5),
      seed: Number(values.seed ?? 1),
    };
    const good = Object.entries(ranges).every(([name, [from, to]]) => {
      const number = numbers[name as keyof typeof numbers];
      return Number.isSafeInteger(number) && number >= from && number <= to;
    });
    return good ? { preset, ...numbers, json: values.json } : undefined;
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
  const { json, ...wanted } = options;
  const started = performance.now();
  const report = simulateRewards(wanted);
  const { dropper, forger, colluders, idlers } = report;
  const ok =
    forger.taken === 0 &&
    forger.validBlocks === 0 &&
    forger.storage === 0 &&
    idlers.storage === 0 &&
    colluders.relayPercent <= 25 &&
    (wanted.dropPercent === 0) === (dropper.answered === dropper.due);
  const result = { ok, seconds: Math.round((performance.now() - started) / 1000), ...report };
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    for (const [name, value] of Object.entries(result)) {
      process.stdout.write(`${name.padEnd(20)} ${JSON.stringify(value)}\n`);
    }
  }
  process.exitCode = ok ? 0 : 1;
}
