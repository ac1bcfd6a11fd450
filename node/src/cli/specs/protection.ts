import type { CommandSpec } from "../spec.js";

export const protectionSpec: CommandSpec = {
  name: "protection",
  summary: "look at, move and repair the protection against signing twice",
  details:
    "A validator remembers what it has signed and what it is locked on. Whoever moves a key to another machine moves this " +
    "with it: stop the node, export, import there, and never start the old one again. The node must be stopped.",
  commands: [
    {
      name: "show",
      summary: "print up to where the key has signed, its lock, and whether it is silenced",
      settings: ["dataDir"],
      examples: [["lucid protection show", "before and after moving house"]],
      load: async () => (await import("../commands/protection.js")).show,
    },
    {
      name: "export",
      summary: "write the protection to a JSON file",
      arguments: [{ name: "<file>", summary: "new file; an existing one is not overwritten" }],
      settings: ["dataDir"],
      examples: [["lucid protection export protection.json", "take it to the new machine with the keys"]],
      load: async () => (await import("../commands/protection.js")).exportFile,
    },
    {
      name: "import",
      summary: "take over a protection file of this key and network; it only ever raises",
      arguments: [{ name: "<file>", summary: "file made by lucid protection export" }],
      settings: ["dataDir"],
      examples: [["lucid protection import protection.json", "before the first start on the new machine"]],
      load: async () => (await import("../commands/protection.js")).importFile,
    },
    {
      name: "trust",
      summary: "let a node vote again that found votes of its key which its own record lacks",
      details:
        "Such a record is old (a restored backup), and so is its lock. Alone it can fork nothing, but do this only when you are " +
        "sure that no other node runs with the key; else wait for the next block, which lifts it by itself.",
      settings: ["dataDir"],
      examples: [["lucid protection trust", "you know that the other node is gone"]],
      load: async () => (await import("../commands/protection.js")).trust,
    },
  ],
};
