import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compileContracts, compileTronContracts, packageRoot } from "./compile.js";
import { ContractsError } from "./errors.js";
import { renderArtifact, renderTronArtifact } from "./render.js";

/** `npm run contracts:build`: writes the checked-in artefacts; with --check only says whether they are current. */
function main(args: readonly string[]): void {
  const check = args.includes("--check");
  const stale: string[] = [];
  const files = [
    ...[...compileContracts().values()].flatMap(renderArtifact),
    ...compileTronContracts().map(renderTronArtifact),
  ];
  for (const file of files) {
    const path = join(packageRoot, file.path);
    if (read(path) === file.content) continue;
    stale.push(file.path);
    if (check) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.content);
  }
  if (check && stale.length > 0) {
    throw new ContractsError("ARTIFACTS_STALE", `run npm run contracts:build; out of date: ${stale.join(", ")}`);
  }
  process.stdout.write(stale.length === 0 ? "Artefacts are current.\n" : `Wrote ${stale.join(", ")}\n`);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

try {
  main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof ContractsError ? error.message : String(error)}\n`);
  process.exitCode = error instanceof ContractsError ? 4 : 1;
}
