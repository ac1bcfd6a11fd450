/** `npm run docs [-- --check]`: writes the generated documents, or says which are stale and ends with status 1. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { generatedDocuments } from "./docsFiles.js";
import { repositoryRoot } from "./suites.js";

// The payout service writes its own pages: nothing of ours imports it.
const payout = spawnSync(
  process.execPath,
  [join(repositoryRoot, "payment-isolated/dist/src/docs/main.js"), ...process.argv.slice(2)],
  { stdio: "inherit" },
);
if (payout.status !== 0) process.exitCode = payout.status ?? 1;

const check = process.argv.includes("--check");
for (const { path, text } of generatedDocuments()) {
  const name = relative(repositoryRoot, path);
  const fresh = existsSync(path) && readFileSync(path, "utf8") === text;
  if (check && !fresh) {
    process.stderr.write(`${name} is stale; run npm run docs\n`);
    process.exitCode = 1;
  } else if (!check && !fresh) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    process.stdout.write(`${name} written\n`);
  }
}
