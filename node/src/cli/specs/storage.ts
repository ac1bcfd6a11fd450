import type { CommandSpec } from "../spec.js";
import { integer } from "../values.js";
import { nodeOption } from "./user.js";

export const storageSpec: CommandSpec = {
  name: "storage",
  summary: "the chunks that this node keeps for the network",
  commands: [
    {
      name: "status",
      summary: "show what this node owes, holds and lacks",
      options: [nodeOption],
      settings: ["dataDir"],
      examples: [["lucid storage status", "chunks owed and held, uploads without an anchor, the last walk"]],
      load: async () => (await import("../commands/storage.js")).status,
    },
    {
      name: "repair",
      summary: "walk over all sessions now and fetch what this node owes and lacks",
      details:
        "A node does this by itself at every epoch. The exit code is 5 when something that is owed could not be had from anybody.",
      options: [nodeOption],
      settings: ["dataDir"],
      examples: [["lucid storage repair", "after a disk was replaced"]],
      load: async () => (await import("../commands/storage.js")).repair,
    },
    {
      name: "drill",
      summary: "fetch random chunks from other nodes and report what could be restored",
      details:
        "Draws chunks of all sessions that are paid for, fetches each from a peer as if this node had lost it, and compares it with its root. " +
        "Nothing is stored. The exit code is 5 when a chunk could not be had.",
      options: [
        { flags: "--chunks <n>", summary: "how many chunks are drawn", parse: integer(1, 10_000), fallback: 20 },
        nodeOption,
      ],
      settings: ["dataDir"],
      examples: [["lucid storage drill --chunks 100", "a hundred chunks of any session"]],
      load: async () => (await import("../commands/storage.js")).drill,
    },
  ],
};
