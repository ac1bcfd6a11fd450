import type { CommandSpec, OptionSpec } from "../spec.js";
import { integer } from "../values.js";
import { passphraseOption } from "./node.js";
import { nodeOption } from "./user.js";

const descriptionOption: OptionSpec = {
  flags: "--description <text>",
  summary: "why; part of the proposal's id (default: what it does, and when)",
};
const idArgument = { name: "<id>", summary: "proposal, as lucid gov list prints it" };
const sending = [nodeOption, passphraseOption];
const settings = ["dataDir"] as const;

export const govSpec: CommandSpec = {
  name: "gov",
  summary: "propose, vote and carry out changes of the network's parameters and signers",
  details:
    "Whoever operates an eligible node (lucid why eligible) may propose and has one vote a node. A third of all eligible nodes must " +
    "take part, and more must be for than against. What passed is queued, waits in the timelock, and is executed by anybody.",
  commands: [
    {
      name: "propose",
      summary: "propose a change; governance can do these two things and nothing else",
      commands: [
        {
          name: "set",
          summary: "set a parameter",
          arguments: [
            { name: "<param>", summary: "payoutEpochLength (s), maxChunkSize (bytes) or policyTimeoutMs" },
            { name: "<value>", summary: "a number, or a size such as 8MiB" },
          ],
          options: [descriptionOption, ...sending],
          settings,
          examples: [["lucid gov propose set maxChunkSize 8MiB", "prints the id and when the vote opens"]],
          load: async () => (await import("../commands/gov.js")).proposeSet,
        },
        {
          name: "rotate",
          summary: "replace the three TRON accounts that sign payouts",
          arguments: [
            { name: "<first>", summary: "TRON address (T...)" },
            { name: "<second>", summary: "another one" },
            { name: "<third>", summary: "another one" },
          ],
          options: [descriptionOption, ...sending],
          settings,
          examples: [
            [
              "lucid gov propose rotate TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 TXYZopYRdj2D9XRtbG411XZZ3kM5VkAeBf",
              "all three at once",
            ],
          ],
          load: async () => (await import("../commands/gov.js")).proposeRotate,
        },
      ],
    },
    {
      name: "vote",
      summary: "vote with all eligible nodes of this account; a vote stays as it is",
      arguments: [idArgument, { name: "<choice>", summary: "for, against or abstain" }],
      options: [{ flags: "--reason <text>", summary: "shown with the vote" }, ...sending],
      settings,
      examples: [["lucid gov vote 0x3e8b91c2 for", "the id may be shortened"]],
      load: async () => (await import("../commands/gov.js")).vote,
    },
    {
      name: "queue",
      summary: "put a proposal that passed into the timelock; anybody may",
      arguments: [idArgument],
      options: sending,
      settings,
      examples: [["lucid gov queue 0x3e8b91c2", "prints from when it can run"]],
      load: async () => (await import("../commands/gov.js")).queue,
    },
    {
      name: "execute",
      summary: "carry out a proposal that has waited in the timelock; anybody may",
      arguments: [idArgument],
      options: sending,
      settings,
      examples: [["lucid gov execute 0x3e8b91c2", "it holds from the next block on"]],
      load: async () => (await import("../commands/gov.js")).execute,
    },
    {
      name: "list",
      summary: "list proposals, newest first",
      options: [
        { flags: "--offset <n>", summary: "pass over so many", parse: integer(0, 1_000_000_000), fallback: 0 },
        nodeOption,
      ],
      settings,
      examples: [["lucid gov list", "id, state, what, votes"]],
      load: async () => (await import("../commands/gov.js")).list,
    },
    {
      name: "show",
      summary: "show a proposal and what can be done next",
      arguments: [idArgument],
      options: [nodeOption],
      settings,
      examples: [["lucid gov show 0x3e8b91c2 --json", "for scripts"]],
      load: async () => (await import("../commands/gov.js")).show,
    },
    {
      name: "params",
      summary: "show the parameters that governance may change, with their bounds",
      options: [nodeOption],
      settings,
      examples: [["lucid gov params", "as they are after the last block"]],
      load: async () => (await import("../commands/gov.js")).params,
    },
    {
      name: "signers",
      summary: "carry a rotation of signers to the payout service",
      commands: [
        {
          name: "export",
          summary: "write the signer file: set, digest, the vote's transaction and block",
          details:
            "The file goes one way. Two signers of the epoch before add their signatures over the digest; the payout service checks them " +
            "and never asks this chain.",
          options: [{ flags: "-o, --out <file>", summary: "file to write", fallback: "signers.json" }, nodeOption],
          settings,
          examples: [["lucid gov signers export -o signers.json", "after lucid gov execute"]],
          load: async () => (await import("../commands/govSigners.js")).exportFile,
        },
        {
          name: "check",
          summary: "compare a signer file with the chain",
          arguments: [{ name: "<file>", summary: "file made by lucid gov signers export" }],
          options: [nodeOption],
          settings,
          examples: [["lucid gov signers check signers.json", "before somebody signs it"]],
          load: async () => (await import("../commands/govSigners.js")).check,
        },
      ],
    },
  ],
};

export const tallySpec: CommandSpec = {
  name: "tally",
  summary: "export what nodes and pools have worked",
  commands: [
    {
      name: "export",
      summary: "write the credits of a period as CSV, a line for each node or pool; payouts start from it",
      details: "Credits are in thousandths. A pool is one line; a node without a pool is a line under its own id.",
      options: [
        { flags: "--period <epochs>", summary: "first and last epoch, such as 168..911", required: true },
        { flags: "-o, --out <file>", summary: "file to write (default: tally-FIRST-LAST.csv)" },
        nodeOption,
      ],
      settings,
      examples: [["lucid tally export --period 168..911 -o november.csv", "31 days of a public network"]],
      load: async () => (await import("../commands/tally.js")).exportFile,
    },
  ],
};
