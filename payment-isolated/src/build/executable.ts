/**
 * `node dist/src/build/executable.js FILE`: the service as a single executable for hosts without Node.js (Node's "single
 * executable applications"): a copy of the Node.js that runs this, with the bundle inside.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PayoutError } from "../errors.js";
import { bundleService } from "./bundle.js";

/** By which Node.js knows that something was put into it; of Node's documentation. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

function run(...words: readonly string[]): void {
  execFileSync(process.execPath, words, { stdio: ["ignore", "ignore", "pipe"] });
}

export async function buildExecutable(file: string): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), "lucid-payout-sea-"));
  try {
    const script = join(work, "lucid-payout.cjs");
    await bundleService(script, process.cwd());
    const blob = join(work, "blob");
    const config = join(work, "sea.json");
    // No snapshot and no code cache: the file is then the same for every build of the same sources.
    writeFileSync(config, JSON.stringify({ main: script, output: blob, disableExperimentalSEAWarning: true }));
    run("--experimental-sea-config", config);
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(realpathSync(process.execPath), file);
    chmodSync(file, 0o755);
    // Its command: the library behind it warns on the console of harmless sections.
    const postject = createRequire(import.meta.url).resolve("postject/dist/cli.js");
    run(postject, file, "NODE_SEA_BLOB", blob, "--sentinel-fuse", FUSE);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new PayoutError("USAGE", "usage: executable.js FILE");
  await buildExecutable(resolve(file));
}
