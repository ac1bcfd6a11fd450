import type { CommandSpec } from "../spec.js";
import { integer } from "../values.js";
import { passphraseOption } from "./node.js";

const file = { name: "<file>", summary: "recovery file" };
const yes = { flags: "--yes", summary: "do not ask" };

export const recoverNetworkSpec: CommandSpec = {
  name: "recover-network",
  summary: "go on after more than a third of the weight is gone for ever",
  details:
    "A chain without a quorum stops and goes on by itself when the missing validators return. When they never will, voters with " +
    "more than half of the last set's weight can agree on a recovery: a file that says from which block the network goes on, " +
    "with which voters, under the next fork number. Each signs with the lock that it holds, so that nothing is lost that may have " +
    "been decided; then every operator adopts the file. Who has signed never signs a lower fork again. The node must be stopped " +
    "for all but merge and inspect. Below half of the weight there is no recovery: found a new network.",
  commands: [
    {
      name: "create",
      summary: "write a recovery from this node's head, without signatures",
      arguments: [{ ...file, summary: "new file; an existing one is not overwritten" }],
      options: [
        { flags: "--without <ids>", summary: "voters that are gone, separated by commas; beginnings of ids will do" },
        { flags: "--voters <ids>", summary: "who votes from now on, instead of --without" },
        {
          flags: "--first-slot <slot>",
          summary: "first slot of the new fork (default: the next one)",
          parse: integer(1, 0xffff_ffff),
        },
      ],
      settings: ["dataDir"],
      examples: [
        ["lucid recover-network create recovery.json --without 0x1f0a5b6c7d,0x99e2d3c4b5", "two validators are gone"],
      ],
      load: async () => (await import("../commands/recoverNetwork.js")).create,
    },
    {
      name: "sign",
      summary: "check a recovery against this node's chain and sign it with the validator's key",
      arguments: [{ ...file, summary: "recovery file; the signature is added to it" }],
      options: [yes, passphraseOption],
      settings: ["dataDir"],
      examples: [["lucid recover-network sign recovery.json", "then give it to the next operator"]],
      load: async () => (await import("../commands/recoverNetwork.js")).sign,
    },
    {
      name: "merge",
      summary: "bring the signatures of several files for one recovery together",
      arguments: [
        { ...file, summary: "recovery file; gets the signatures of the others" },
        { name: "<others...>", summary: "copies that others signed" },
      ],
      examples: [["lucid recover-network merge recovery.json from-anna.json from-ben.json", "signed side by side"]],
      load: async () => (await import("../commands/recoverNetwork.js")).merge,
    },
    {
      name: "inspect",
      summary: "show what a recovery says and who has signed it",
      arguments: [file],
      options: [{ flags: "--check", summary: "check it against the chain of this stopped node" }],
      settings: ["dataDir"],
      examples: [["lucid recover-network inspect recovery.json --check", "before you sign or adopt it"]],
      load: async () => (await import("../commands/recoverNetwork.js")).inspect,
    },
    {
      name: "adopt",
      summary: "follow a recovery from now on; asks before it does",
      arguments: [file],
      options: [yes],
      settings: ["dataDir"],
      examples: [["lucid recover-network adopt recovery.json", "on every node, validator or not, that goes on"]],
      load: async () => (await import("../commands/recoverNetwork.js")).adopt,
    },
  ],
};
