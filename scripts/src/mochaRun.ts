/**
 * Runs one suite in this process and writes its counts. The files are read from standard input, one suite a
 * process, so that a leak or a crash in one suite cannot hide in another.
 */
import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import Mocha from "mocha";

/** What is read from standard input, as JSON. */
export interface SuiteRun {
  readonly files: readonly string[];
  /** Where the counts are written. */
  readonly output: string;
  readonly color: boolean;
}

export interface SuiteCounts {
  passed: number;
  failed: number;
  skipped: number;
  /** Full titles of pending tests. */
  skips: string[];
  /** Full titles of failed tests and hooks, each with the first line of what went wrong. */
  failures: string[];
  slowest: { title: string; milliseconds: number }[];
}

const EXIT_GRACE_MS = 10_000;
/** Of property tests that name none: a run can be repeated, and what was found once is found again. */
const SEED = 20261127;
const { files, output, color } = JSON.parse(readFileSync(0, "utf8")) as SuiteRun;
const counts: SuiteCounts = { passed: 0, failed: 0, skipped: 0, skips: [], failures: [], slowest: [] };

fc.configureGlobal({ seed: SEED });
// Node.js says it once for each signal or emitter, and goes on: listeners that pile up where nobody has bounded them.
process.on("warning", ({ name, message }) => {
  if (name !== "MaxListenersExceededWarning") return;
  counts.failed += 1;
  counts.failures.push(`${name}: ${message}`);
});
const mocha = new Mocha({ timeout: 20_000, reporter: "spec", forbidOnly: true, color });
for (const file of files) mocha.addFile(file);
await mocha.loadFilesAsync();
const runner = mocha.run(() => {
  counts.slowest.sort((a, b) => b.milliseconds - a.milliseconds).splice(5);
  writeFileSync(output, JSON.stringify(counts));
  process.exitCode = counts.failed > 0 ? 1 : 0;
  // A suite that leaves a server, a worker or a child behind would hang the run: that is a failure, and it is named.
  setTimeout(() => {
    process.stderr.write(`still open after the suite: ${process.getActiveResourcesInfo().join(", ")}\n`);
    process.exit(70);
  }, EXIT_GRACE_MS).unref();
});
runner.on("pass", (test: Mocha.Test) => {
  counts.passed += 1;
  counts.slowest.push({ title: test.fullTitle(), milliseconds: test.duration ?? 0 });
});
runner.on("fail", (test: Mocha.Runnable, error: unknown) => {
  counts.failed += 1;
  const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
  counts.failures.push(`${test.fullTitle()}: ${reason}`);
});
runner.on("pending", (test: Mocha.Test) => {
  counts.skipped += 1;
  counts.skips.push(test.fullTitle());
});
