import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorTables, globalOptions, rpcDocument, specs } from "@lucid/node/cli";
import { contractsPage } from "./contractsPage.js";
import { cliDocument, errorsDocument } from "./docsText.js";
import { scriptErrorInfo } from "./errors.js";
import { limitsDocument } from "./limitsText.js";
import { metricsDocument } from "./metricsText.js";
import { fillSections } from "./protocol/sections.js";
import { repositoryRoot } from "./suites.js";
import { tokenomicsPage } from "./tokenomics.js";

/** The generated documents: where they stand and what they must hold. */
export function generatedDocuments(): readonly { readonly path: string; readonly text: string }[] {
  const tables = [
    ...errorTables,
    { className: "ScriptError", title: "Scripts of the project", codes: scriptErrorInfo },
  ];
  // Written by hand but for their marked sections.
  const filled = ["docs/protocol.md", "docs/security-model.md", "docs/storage-economics.md"].map((name) => {
    const path = join(repositoryRoot, name);
    return { path, text: fillSections(readFileSync(path, "utf8")) };
  });
  return [
    ...filled,
    { path: join(repositoryRoot, "docs/cli.md"), text: cliDocument(specs, globalOptions) },
    { path: join(repositoryRoot, "docs/errors.md"), text: errorsDocument(tables) },
    { path: join(repositoryRoot, "docs/rpc.md"), text: rpcDocument() },
    { path: join(repositoryRoot, "docs/limits.md"), text: limitsDocument() },
    { path: join(repositoryRoot, "docs/metrics.md"), text: metricsDocument() },
    { path: join(repositoryRoot, "docs/contracts.md"), text: contractsPage() },
    { path: join(repositoryRoot, "docs/tokenomics.md"), text: tokenomicsPage() },
  ];
}
