import type { CommandSpec, OptionSpec } from "../spec.js";
import { govSpec, tallySpec } from "./gov.js";
import { bootnodeSpec, peersSpec } from "./network.js";
import {
  configSpec,
  dbSpec,
  devnetSpec,
  doctorSpec,
  healthSpec,
  initSpec,
  startSpec,
  statusSpec,
  verifySpec,
} from "./node.js";
import { protectionSpec } from "./protection.js";
import { recoverNetworkSpec } from "./recoverNetwork.js";
import { simSpec } from "./sim.js";
import { snapshotSpec } from "./snapshot.js";
import { storageSpec } from "./storage.js";
import { testnetSpec } from "./testnet.js";
import { accountSpec, recoverSpec, sessionSpec } from "./user.js";
import { faucetSpec, validatorSpec } from "./validator.js";
import { whySpec } from "./why.js";

/** Options that every command takes, before or after its name. */
export const globalOptions: readonly OptionSpec[] = [
  { flags: "--json", summary: "machine-readable output: JSON on stdout, errors as JSON on stderr" },
  {
    flags: "--config <file>",
    summary: "configuration file (default: config.yaml in the data directory)",
    env: "LUCID_CONFIG",
  },
  { flags: "--debug", summary: "print the stack of an error" },
];

const completionSpec: CommandSpec = {
  name: "completion",
  summary: "print a script that completes commands and options in your shell",
  arguments: [{ name: "<shell>", summary: "bash, zsh or fish" }],
  examples: [
    ["source <(lucid completion bash)", "for this shell"],
    ["lucid completion fish > ~/.config/fish/completions/lucid.fish", "for good"],
  ],
  load: async () => (await import("../commands/completion.js")).run,
};

const versionSpec: CommandSpec = {
  name: "version",
  summary: "print the version of lucid, of its formats and of Node.js",
  examples: [["lucid version --json", "for reports"]],
  load: async () => (await import("../commands/version.js")).run,
};

/** All commands, in the order of the help page. */
export const specs: readonly CommandSpec[] = [
  initSpec,
  startSpec,
  devnetSpec,
  statusSpec,
  peersSpec,
  whySpec,
  bootnodeSpec,
  testnetSpec,
  doctorSpec,
  healthSpec,
  sessionSpec,
  recoverSpec,
  storageSpec,
  verifySpec,
  accountSpec,
  validatorSpec,
  govSpec,
  tallySpec,
  faucetSpec,
  protectionSpec,
  recoverNetworkSpec,
  dbSpec,
  snapshotSpec,
  configSpec,
  simSpec,
  completionSpec,
  versionSpec,
];

function variables(list: readonly CommandSpec[]): readonly string[] {
  return list.flatMap((spec) => [
    ...(spec.options ?? []).flatMap(({ env }) => (env === undefined ? [] : [env])),
    ...variables(spec.commands ?? []),
  ]);
}

/** LUCID_* variables that are no settings of the node. */
export const ownVariables: readonly string[] = [
  ...new Set([
    "LUCID_PASSPHRASE",
    ...variables(specs),
    ...globalOptions.flatMap(({ env }) => (env === undefined ? [] : [env])),
  ]),
];
