/**
 * `npm test [-- [--lanes N] PATTERN...]`: every suite in its own process, then one line with the sums. Most tests keep one core busy
 * or wait (for slots, for processes to start and end), so on a machine with two cores or more two suites run beside each other, but
 * for those that need the machine for themselves. They share nothing: ports are the system's choice, folders are temporary, each
 * writes its own file of counts. What a suite prints is shown when it has ended, in one piece; when it runs alone, as it comes.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { SuiteCounts, SuiteRun } from "./mochaRun.js";
import { findSuites, repositoryRoot, type Suite } from "./suites.js";

/** A suite that takes longer hangs; the whole of `npm test` is meant to stay under 25 minutes. */
const SUITE_LIMIT_MS = 20 * 60_000;
/** More suites at once than this would make tests with several nodes in processes of their own compete for cores. */
const MAX_LANES = 2;
/** A process that a suite left behind may hold its output open; it is waited for no longer than this. */
const OUTPUT_GRACE_MS = 2_000;
const results = join(repositoryRoot, ".test-results");

/** Of the suites that run. */
const interrupts = new Set<(signal: NodeJS.Signals) => void>();
/** The signal that ended the run; what the suites have printed until then is shown. */
let interrupted: NodeJS.Signals | undefined;
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.once(name, () => {
    interrupted = name;
    for (const interrupt of interrupts) interrupt(name);
  });
}

/** Runs a suite and shows what it prints, in one piece unless `live`. Resolves with its exit status. */
function run(suite: Suite, output: string, live: boolean): Promise<number> {
  const heading = `\n=== ${suite.name} (${suite.files.length} files)\n`;
  const from = performance.now();
  return new Promise((resolve) => {
    if (live) process.stdout.write(heading);
    const child = spawn(
      process.execPath,
      ["--enable-source-maps", join(repositoryRoot, "scripts/dist/src/mochaRun.js")],
      { cwd: repositoryRoot, stdio: ["pipe", live ? "inherit" : "pipe", live ? "inherit" : "pipe"] },
    );
    const printed: Buffer[] = [];
    const print = (part: Buffer): void => void printed.push(part);
    child.stdout?.on("data", print);
    child.stderr?.on("data", print);
    const limit = setTimeout(() => {
      print(Buffer.from(`${suite.name}: still running after ${SUITE_LIMIT_MS / 60_000} minutes, ended\n`));
      child.kill("SIGKILL");
    }, SUITE_LIMIT_MS);
    const interrupt = (signal: NodeJS.Signals): void => void child.kill(signal);
    interrupts.add(interrupt);
    let ended = false;
    const end = (code: number | null): void => {
      if (ended) return;
      ended = true;
      interrupts.delete(interrupt);
      child.stdout?.destroy();
      child.stderr?.destroy();
      if (!live) process.stdout.write(heading);
      process.stdout.write(Buffer.concat(printed));
      process.stdout.write(`=== ${suite.name}: ${((performance.now() - from) / 1000).toFixed(1)} s\n`);
      resolve(code ?? 1);
    };
    child.on("exit", (code) => {
      clearTimeout(limit);
      setTimeout(end, OUTPUT_GRACE_MS, code).unref();
    });
    child.on("close", end);
    const input: SuiteRun = { files: suite.files, output, color: process.stdout.isTTY === true };
    child.stdin?.end(JSON.stringify(input));
  });
}

const { values, positionals: patterns } = parseArgs({ allowPositionals: true, options: { lanes: { type: "string" } } });
const suites = findSuites().filter((suite) => patterns.length === 0 || patterns.some((p) => suite.name.includes(p)));
const lanes = Number(values.lanes ?? Math.min(MAX_LANES, availableParallelism()));
if (!Number.isInteger(lanes) || lanes < 1) {
  process.stderr.write("usage: npm test -- [--lanes N] [PATTERN...]\n");
  process.exit(2);
}
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const total = { passed: 0, failed: 0, skipped: 0 };
const skips: string[] = [];
const failures: string[] = [];
const slowest: SuiteCounts["slowest"] = [];
const broken: string[] = [];
const started = performance.now();

async function count(suite: Suite): Promise<void> {
  const isLive = suite.isAlone || lanes === 1 || suites.length === 1;
  const output = join(results, `${suite.name.replaceAll("/", "-")}.json`);
  const code = await run(suite, output, isLive);
  if (!existsSync(output)) {
    total.failed += 1;
    broken.push(`${suite.name} ended with status ${code} before its tests did`);
    return;
  }
  const counts = JSON.parse(readFileSync(output, "utf8")) as SuiteCounts;
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  skips.push(...counts.skips.map((title) => `${suite.name}: ${title}`));
  failures.push(...counts.failures.map((title) => `${suite.name}: ${title}`));
  slowest.push(...counts.slowest);
  if (code !== 0 && counts.failed === 0) {
    total.failed += 1;
    broken.push(`${suite.name} passed its tests but ended with status ${code} (something was left running)`);
  }
}

for (const suite of suites) if (suite.isAlone && interrupted === undefined) await count(suite);
const waiting = suites.filter(({ isAlone }) => !isAlone);
async function lane(): Promise<void> {
  for (let suite = waiting.shift(); suite !== undefined && interrupted === undefined; suite = waiting.shift()) {
    await count(suite);
  }
}
await Promise.all(Array.from({ length: lanes }, lane));
if (interrupted !== undefined) {
  total.failed += 1;
  broken.push(`ended by ${interrupted}`);
}
if (total.passed + total.failed === 0) {
  total.failed += 1;
  broken.push("no test was found");
}

process.stdout.write(`\nSlowest:\n`);
for (const { title, milliseconds } of slowest.sort((a, b) => b.milliseconds - a.milliseconds).slice(0, 10)) {
  process.stdout.write(`  ${(milliseconds / 1000).toFixed(1)} s  ${title}\n`);
}
for (const title of skips) process.stdout.write(`skipped: ${title}\n`);
for (const title of failures) process.stdout.write(`failed: ${title}\n`);
for (const text of broken) process.stdout.write(`broken: ${text}\n`);
process.stdout.write(`took ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
