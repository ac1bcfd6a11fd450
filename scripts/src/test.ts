/** `npm test [-- PATTERN]`: every suite in its own process, one after the other, then one line with the sums. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { SuiteCounts } from "./mochaRun.js";
import { findSuites, repositoryRoot, type Suite } from "./suites.js";

/** A suite that takes longer hangs; the whole of `npm test` is meant to stay under 25 minutes. */
const SUITE_LIMIT_MS = 20 * 60_000;
const results = join(repositoryRoot, ".test-results");

function run(suite: Suite, output: string): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      ["--enable-source-maps", join(repositoryRoot, "scripts/dist/src/mochaRun.js")],
      { cwd: repositoryRoot, stdio: ["pipe", "inherit", "inherit"] },
    );
    const limit = setTimeout(() => {
      process.stderr.write(`${suite.name}: still running after ${SUITE_LIMIT_MS / 60_000} minutes, ended\n`);
      child.kill("SIGKILL");
    }, SUITE_LIMIT_MS);
    child.on("exit", (code) => {
      clearTimeout(limit);
      resolve(code ?? 1);
    });
    child.stdin.end(JSON.stringify({ files: suite.files, output }));
  });
}

const patterns = process.argv.slice(2);
const suites = findSuites().filter((suite) => patterns.length === 0 || patterns.some((p) => suite.name.includes(p)));
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const total = { passed: 0, failed: 0, skipped: 0 };
const skips: string[] = [];
const failures: string[] = [];
const slowest: SuiteCounts["slowest"] = [];
const broken: string[] = [];
const started = performance.now();
for (const suite of suites) {
  process.stdout.write(`\n=== ${suite.name} (${suite.files.length} files)\n`);
  const output = join(results, `${suite.name.replaceAll("/", "-")}.json`);
  const from = performance.now();
  const code = await run(suite, output);
  process.stdout.write(`=== ${suite.name}: ${((performance.now() - from) / 1000).toFixed(1)} s\n`);
  if (!existsSync(output)) {
    total.failed += 1;
    broken.push(`${suite.name} ended with status ${code} before its tests did`);
    continue;
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
