import { join } from "node:path";
import { errorTables, globalOptions, rpcDocument, specs } from "@lucid/node/cli";
import { cliDocument, errorsDocument } from "./docsText.js";
import { scriptErrorInfo } from "./errors.js";
import { repositoryRoot } from "./suites.js";

/** The generated documents: where they stand and what they must hold. */
export function generatedDocuments(): readonly { readonly path: string; readonly text: string }[] {
  const tables = [
    ...errorTables,
    { className: "ScriptError", title: "Scripts of the project", codes: scriptErrorInfo },
  ];
  return [
    { path: join(repositoryRoot, "docs/cli.md"), text: cliDocument(specs, globalOptions) },
    { path: join(repositoryRoot, "docs/errors.md"), text: errorsDocument(tables) },
    { path: join(repositoryRoot, "docs/rpc.md"), text: rpcDocument() },
  ];
}
