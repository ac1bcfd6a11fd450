/** `npm run docs` runs this too: writes the generated documents of the payout service, or with --check names stale ones. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { apiDocument, errorsDocument } from "./documents.js";

const root = new URL("../../../../docs/", import.meta.url);
const check = process.argv.includes("--check");
for (const [name, text] of [
  ["payout-api.md", apiDocument()],
  ["payout-errors.md", errorsDocument()],
] as const) {
  const file = fileURLToPath(new URL(name, root));
  if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
  if (check) {
    process.stderr.write(`docs/${name} is stale; run npm run docs\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    process.stdout.write(`docs/${name} written\n`);
  }
}
