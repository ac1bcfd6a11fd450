// The one file that runs before anything is built: installs the dependencies when they are missing or older than the
// lock file, then compiles. Plain JavaScript, since nothing has been compiled yet.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const quiet = process.argv.includes("--quiet");
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Node.js ${process.versions.node} is too old: install Node.js 20.19 or later.\n`);
  process.exit(3);
}

function run(title, command, args) {
  if (!quiet) process.stderr.write(`${title}\n`);
  const result = spawnSync(command, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  if (result.status === 0) return;
  process.stderr.write(
    `${title} failed (${[command, ...args].join(" ")}):\n${result.stdout ?? ""}${result.stderr ?? ""}\n`,
  );
  process.exit(result.status ?? 1);
}

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

if (modified(join(root, "node_modules", ".package-lock.json")) < modified(join(root, "package-lock.json"))) {
  run("Installing dependencies", "npm", ["ci"]);
}
run("Compiling", process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-b"]);

// The compiler rewrites its notes when it emits; only then is the command bundled again.
const bundle = join(root, "node", "dist", "bundle", "cli", "main.js");
const notes = ["consensus", "contracts", "storage", "p2p", "node", "scripts"].map((name) =>
  join(root, name, "dist", ".tsbuildinfo"),
);
if (notes.some((path) => modified(path) > modified(bundle))) {
  run("Bundling", process.execPath, [join(root, "scripts", "dist", "src", "bundleCli.js")]);
}

// Neither compiler nor bundler marks its output as executable, and npm links the commands before they are compiled.
for (const command of [bundle, join(root, "payment-isolated", "dist", "src", "cli", "main.js")]) {
  if (existsSync(command)) chmodSync(command, 0o755);
}
