/** `npm run bench -- NAME [--json] [arguments of the benchmark]`: runs <package>/bench/NAME.ts, or lists them all. */
import { existsSync, readdirSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ScriptError } from "./errors.js";
import { packageFolders, repositoryRoot } from "./suites.js";

/** As in @lucid/consensus/bench, which the build of the image leaves out as it does all benchmarks. */
interface Bench {
  readonly name: string;
  readonly summary: string;
  run(context: {
    readonly json: boolean;
    readonly args: readonly string[];
    log(line: string): void;
  }): Promise<Record<string, number | string | boolean>>;
}

async function loadAll(): Promise<Bench[]> {
  const found: Bench[] = [];
  for (const folder of packageFolders) {
    const base = join(repositoryRoot, folder, "dist/bench");
    if (!existsSync(base)) continue;
    for (const file of readdirSync(base)) {
      if (!file.endsWith(".js") || !existsSync(join(repositoryRoot, folder, "bench", file.replace(/\.js$/, ".ts")))) {
        continue;
      }
      const module = (await import(pathToFileURL(join(base, file)).href)) as { bench?: Bench };
      if (module.bench !== undefined) found.push(module.bench);
    }
  }
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const json = args.includes("--json");
  const [name, ...rest] = args.filter((arg) => arg !== "--json");
  const all = await loadAll();
  if (name === undefined) {
    for (const bench of all) process.stdout.write(`${bench.name.padEnd(14)}${bench.summary}\n`);
    return;
  }
  const bench = all.find((candidate) => candidate.name === name);
  if (bench === undefined) {
    throw new ScriptError({
      code: "UNKNOWN_BENCH",
      message: `no benchmark ${name}: choose one of ${all.map((candidate) => candidate.name).join(", ")}`,
    });
  }
  const log = (line: string) => (json ? process.stderr : process.stdout).write(`${line}\n`);
  log(
    `${cpus().length} x ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
  );
  const figures = await bench.run({ json, args: rest, log });
  if (json) process.stdout.write(`${JSON.stringify({ bench: name, ...figures })}\n`);
  else for (const [key, value] of Object.entries(figures)) process.stdout.write(`${key.padEnd(32)}${value}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ScriptError ? error.message : (error as Error).stack}\n`);
  process.exitCode = error instanceof ScriptError ? 2 : 1;
});
