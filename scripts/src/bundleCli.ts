/**
 * Bundles the command `lucid` and its worker threads into node/dist/bundle/cli, a few files instead of 1,500 modules: loading those one
 * by one was two thirds of the time that `lucid start` took. Run by setup.mjs after the compiler.
 */
import { readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { commonJsBanner, unbundledPackages } from "./bundleOptions.js";
import { repositoryRoot } from "./suites.js";

// As deep as the compiled sources of a module: what they find by a path from their own place, the bundle finds too.
const outdir = join(repositoryRoot, "node/dist/bundle/cli");

/** The scripts of worker threads, compiled: every file named ...Worker.js that starts one. */
function workers(): string[] {
  return ["node/dist/src", "storage/dist/src"].flatMap((folder) =>
    readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /(^|\/)[a-z]+Worker\.js$/.test(name))
      .map((name) => join(folder, name)),
  );
}

const entries = ["node/dist/src/cli/main.js", ...workers()];
rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: repositoryRoot,
  // All in one folder: `new URL("./senderWorker.js", import.meta.url)` holds in whichever chunk it stands.
  entryPoints: Object.fromEntries(entries.map((path) => [basename(path, ".js"), path])),
  outdir,
  bundle: true,
  splitting: true,
  platform: "node",
  target: "node20",
  format: "esm",
  sourcemap: "linked",
  sourcesContent: false,
  logLevel: "error",
  external: [...unbundledPackages],
  banner: { js: commonJsBanner },
});
