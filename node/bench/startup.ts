import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bench, median } from "@lucid/consensus/bench";
import { above, benchDevnet, headOf, startNodeProcess } from "./support/nodeProcess.js";

const SLOT_SECONDS = 2;
/** Goals of the design, milliseconds. */
const READY_GOAL = 5_000;
const AFTER_KILL_GOAL = 10_000;

/**
 * Spawn of `lucid start` (keystore, database, RPC) to its ready line: first start, start after a proper end, start after
 * kill -9; and how many slots a lone validator misses after a kill.
 */
export const bench: Bench = {
  name: "startup",
  summary: "start to ready: fresh, after a proper end, after kill -9; goals 5 s and 10 s",
  async run({ args, log }) {
    const rounds = Number(args[0] ?? 5);
    const folder = await mkdtemp(join(tmpdir(), "lucid-startup-"));
    try {
      const data = await benchDevnet(folder, SLOT_SECONDS);
      let node = await startNodeProcess(data);
      const first = Math.round(node.readyMs);
      log(`first start ${first} ms`);
      const clean: number[] = [];
      const killed: number[] = [];
      const resumed: number[] = [];
      for (let round = 0; round < rounds; round++) {
        await above(node.rpc, await headOf(node.rpc));
        await node.end("SIGTERM");
        node = await startNodeProcess(data);
        clean.push(node.readyMs);
        const head = await headOf(node.rpc);
        await above(node.rpc, head);
        const killedAt = performance.now();
        await node.end("SIGKILL");
        node = await startNodeProcess(data);
        killed.push(node.readyMs);
        const height = await headOf(node.rpc);
        resumed.push(((await above(node.rpc, height)) - killedAt) / 1000 / SLOT_SECONDS);
        log(
          `round ${round + 1}: ${clean.at(-1)?.toFixed(0)} ms, after kill -9 ${killed.at(-1)?.toFixed(0)} ms, next block after ${resumed.at(-1)?.toFixed(1)} slots`,
        );
      }
      await node.end("SIGTERM");
      const readyMs = Math.round(median([first, ...clean]));
      const readyAfterKillMs = Math.round(median(killed));
      return {
        rounds,
        firstStartMs: first,
        readyMs,
        readyAfterKillMs,
        slowestAfterKillMs: Math.round(Math.max(...killed)),
        slotsToNextBlock: Math.round(10 * Math.max(...resumed)) / 10,
        goalReadyMs: READY_GOAL,
        goalAfterKillMs: AFTER_KILL_GOAL,
        reached: readyMs <= READY_GOAL && readyAfterKillMs <= AFTER_KILL_GOAL,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
