import type { CommandSpec } from "../spec.js";

export const snapshotSpec: CommandSpec = {
  name: "snapshot",
  summary: "write the state of a stopped node to a file, or start a node from one",
  commands: [
    {
      name: "create",
      summary: "write the state after the head to a file, without the blocks before it",
      details:
        "A node that begins with it has the whole state and takes up the chain at that block; older blocks, receipts and logs it " +
        "does not have. The file holds no keys, no chunks and nothing of this node. The same file comes from every node at that " +
        "block. The node must be stopped; a running one makes its own each day of the chain.",
      arguments: [{ name: "<file>", summary: "file to write" }],
      options: [{ flags: "--force", summary: "replace a file that exists" }],
      settings: ["dataDir"],
      examples: [["lucid snapshot create state.lucid", "prints the block that goes into --checkpoint"]],
      load: async () => (await import("../commands/snapshotCreate.js")).run,
    },
    {
      name: "restore",
      summary: "begin the chain of a data directory with a snapshot",
      details:
        "Every byte is checked against the root of the snapshot's block. Whether that block belongs to the chain only you can " +
        "say: --checkpoint names it. What was there stays in place until the new chain is whole. Keys, chunks, waiting " +
        "transactions and what the voter has signed stay those of this node. The node must be stopped.",
      arguments: [{ name: "<file>", summary: "file made by lucid snapshot create, or a file of snapshots/ of a node" }],
      options: [
        { flags: "--checkpoint <height:root>", summary: "the snapshot's block, as somebody whom you trust names it" },
        { flags: "--replace", summary: "put it in the place of a chain that is there" },
      ],
      settings: ["dataDir"],
      examples: [
        ["lucid snapshot restore state.lucid", "tells which block the file is of, and does nothing"],
        ["lucid snapshot restore state.lucid --checkpoint 1200:0x5f...", "into a data directory made by lucid init"],
      ],
      load: async () => (await import("../commands/snapshotRestore.js")).run,
    },
  ],
};
