import { type Bench, round } from "@lucid/consensus/bench";
import { streamLimits } from "./support/streamLimits.js";

export const bench: Bench = {
  name: "streams",
  summary: "One stream between two processes: TCP, TCP with its cipher, libp2p as it comes, and ours (megabytes)",
  async run({ args, log }) {
    const figures = await streamLimits(Number(args[0] ?? 512), args[1]);
    for (const { what, megabytesPerSecond, sender, receiver } of figures) {
      log(
        `${what.padEnd(68)}${round(megabytesPerSecond, 0).toString().padStart(6)} MB/s, ` +
          `${round(sender)} + ${round(receiver)} ms of processor a MB`,
      );
    }
    return Object.fromEntries(
      figures.flatMap(({ kind, megabytesPerSecond, sender, receiver }) => [
        [`${kind}MBps`, round(megabytesPerSecond, 1)],
        [`${kind}Cpu`, round(sender + receiver)],
      ]),
    );
  },
};
