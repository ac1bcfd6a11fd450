import type { CommandSpec } from "../spec.js";
import { rpcOption } from "./node.js";

export const whySpec: CommandSpec = {
  name: "why",
  summary: "say why this node is not leader, not final, not paid or not eligible, and what to do",
  details:
    "Each cause comes with the fact of the chain that it follows from. Without a question all four are answered.",
  arguments: [{ name: "[question]", summary: "leader, final, paid or eligible" }],
  options: [rpcOption],
  settings: ["dataDir"],
  examples: [
    ["lucid why", "all four"],
    ["lucid why paid --json", "one, for scripts"],
  ],
  load: async () => (await import("../commands/why.js")).run,
};
