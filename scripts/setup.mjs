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

// The compiler does not mark its output as executable, and npm links the commands before they are compiled.
for (const folder of ["node", "payment-isolated"]) {
  const command = join(root, folder, "dist", "src", "cli", "main.js");
  if (existsSync(command)) chmodSync(command, 0o755);
}
