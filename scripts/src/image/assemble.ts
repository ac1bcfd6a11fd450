/**
 * Runs in the build stage of docker/blockchain-core.Dockerfile: `node assemble.js SOURCE TARGET` copies what the node
 * needs at run time to TARGET/app, and makes the empty TARGET/data that the volume takes its owner from.
 */
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";

const workspaces = ["consensus", "contracts", "storage", "p2p", "node"];

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

function copyPackages(source: string, target: string): void {
  cpSync(source, target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (from) => {
      const path = relative(source, from);
      if (path === "") return true;
      const status = lstatSync(from);
      return status.isSymbolicLink() || !isUnused(path, status.isDirectory(), process.platform, process.arch);
    },
  });
}

function assemble(source: string, target: string): void {
  const app = join(target, "app");
  mkdirSync(join(target, "data"), { recursive: true, mode: 0o700 });
  mkdirSync(app, { recursive: true });
  cpSync(join(source, "package.json"), join(app, "package.json"));
  copyPackages(join(source, "node_modules"), join(app, "node_modules"));
  for (const workspace of workspaces) {
    const from = join(source, workspace);
    const to = join(app, workspace);
    cpSync(join(from, "package.json"), join(to, "package.json"));
    cpSync(join(from, "dist", "src"), join(to, "dist", "src"), {
      recursive: true,
      filter: (path) => statSync(path).isDirectory() || /\.(js|json|wasm)$/.test(path),
    });
    // The files of the networks that this release knows.
    if (existsSync(join(from, "networks"))) cpSync(join(from, "networks"), join(to, "networks"), { recursive: true });
    if (existsSync(join(from, "node_modules"))) copyPackages(join(from, "node_modules"), join(to, "node_modules"));
  }
  removeDanglingLinks(join(app, "node_modules", "@lucid"));
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

/** Links to workspaces that are not part of the node. */
function removeDanglingLinks(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!existsSync(join(folder, name))) rmSync(join(folder, name));
  }
}

const [, script, source, target] = process.argv;
if (script?.endsWith("assemble.js") === true && source !== undefined && target !== undefined) assemble(source, target);
