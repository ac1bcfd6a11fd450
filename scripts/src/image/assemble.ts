/**
 * Runs in the build stage of docker/blockchain-core.Dockerfile: `node assemble.js SOURCE TARGET` copies the bundled
 * command and the packages that it leaves out to TARGET/app, and makes the empty TARGET/data that the volume takes its owner from.
 */
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { unbundledPackages } from "../bundleOptions.js";

/** Files of packages that nothing reads at run time. */
const unused = /\.(map|ts|cts|mts|tsbuildinfo|md|markdown|flow|tgz)$/i;
const unusedFolders = new Set([
  "test",
  "tests",
  "__tests__",
  "docs",
  "doc",
  "example",
  "examples",
  "benchmark",
  ".github",
]);

/** Installed as optional peers of packages that only need them while compiling. */
const unusedPackages = new Set(["typescript", "@typescript"]);

/** Whether a folder of prebuilt binaries, such as linux-x64 or darwin-arm64, is for another machine than this one. */
export function isForeignPrebuild(name: string, platform: string, arch: string): boolean {
  const match = /^(linux|darwin|win32|freebsd|android|openbsd|sunos)-([a-z0-9+]+)$/.exec(name);
  if (match === null) return false;
  return match[1] !== platform || !(match[2] ?? "").split("+").includes(arch);
}

/** Whether a file or folder below node_modules stays behind. `path` is relative to node_modules. */
export function isUnused(path: string, folder: boolean, platform: string, arch: string): boolean {
  const parts = path.split(sep);
  const name = basename(path);
  if (folder) {
    if (name.startsWith(".") || unusedPackages.has(path)) return true;
    if (parts.at(-2) === "prebuilds") return isForeignPrebuild(name, platform, arch);
    // A package may be called "docs"; only folders inside packages are meant.
    const depth = parts[0]?.startsWith("@") === true ? 2 : 1;
    return parts.length > depth && unusedFolders.has(name) && parts.at(-2) !== "dist" && parts.at(-2) !== "lib";
  }
  return unused.test(name);
}

/** The packages outside of the bundle, with all that they depend on and that is installed (not: binaries of other platforms). */
export function packagesOf(names: readonly string[], nodeModules: string): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [...names];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const manifest = join(nodeModules, name, "package.json");
    if (found.has(name) || !existsSync(manifest)) continue;
    found.add(name);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(manifest, "utf8")) as {
      dependencies?: Record<string, string>;
      optionalDependencies?: Record<string, string>;
    };
    queue.push(...Object.keys(dependencies), ...Object.keys(optionalDependencies));
  }
  return found;
}

function copyPackages(source: string, target: string, packages: ReadonlySet<string>): void {
  for (const name of packages) {
    const from = join(source, name);
    cpSync(from, join(target, name), {
      recursive: true,
      filter: (path) =>
        path === from ||
        !isUnused(relative(source, path), statSync(path).isDirectory(), process.platform, process.arch),
    });
  }
}

/** The bundle stands where it does in the repository, so that it finds the packages that it leaves out. */
function assemble(source: string, target: string): void {
  const app = join(target, "app");
  mkdirSync(join(target, "data"), { recursive: true, mode: 0o700 });
  mkdirSync(app, { recursive: true });
  const modules = join(source, "node_modules");
  copyPackages(modules, join(app, "node_modules"), packagesOf(unbundledPackages, modules));
  cpSync(join(source, "node/package.json"), join(app, "node/package.json"));
  cpSync(join(source, "node/dist/bundle/cli"), join(app, "node/dist/bundle/cli"), {
    recursive: true,
    filter: (path) => !path.endsWith(".map"),
  });
  // The files of the networks that this release knows.
  cpSync(join(source, "node/networks"), join(app, "node/networks"), { recursive: true });
  clearModes(app);
}

/** Readable by all, writable by root only, and nothing that the kernel would execute: Node.js is the only program. */
function clearModes(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) clearModes(path);
    else if (entry.isFile()) chmodSync(path, 0o644);
  }
}

const [, script, source, target] = process.argv;
if (script?.endsWith("assemble.js") === true && source !== undefined && target !== undefined) assemble(source, target);
