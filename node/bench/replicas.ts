import assert from "node:assert/strict";
import { type Bench, numberOption, round } from "@lucid/consensus/bench";
import { BenchProcess, type ProcessUse, streamLimits } from "@lucid/p2p/bench";
import { peerSeeds } from "../test/support/replicaNetwork.js";
import type { ReplicaStart, SealedSession } from "./support/replicaWorker.js";

const worker = new URL("./support/replicaWorker.js", import.meta.url).href;
const CHUNK = (8 << 20) - 4_096;
const MB = 1e6;
const HOLDERS = 3;
/** Chunks that the reader asks for at a time. */
const WIDTH = 4;

interface Part {
  readonly name: string;
  readonly process: BenchProcess;
}

interface Measured {
  /** Milliseconds of processor for a megabyte of new ciphertext, in the order of the parts. */
  readonly cost: readonly number[];
  readonly use: readonly ProcessUse[];
}

/** Runs an action and says what each process spent on it. */
async function measured(parts: readonly Part[], bytes: number, action: () => Promise<void>): Promise<Measured> {
  const usage = (): Promise<ProcessUse[]> => Promise.all(parts.map(({ process }) => process.use()));
  const before = await usage();
  await action();
  const use = await usage();
  const cost = use.map(({ cpuSeconds }, i) => ((cpuSeconds - (before[i]?.cpuSeconds ?? 0)) * 1000) / (bytes / MB));
  return { cost, use };
}

function table(parts: readonly Part[], { cost, use }: Measured): string {
  return parts
    .map(({ name }, i) => `${name} ${round(cost[i] ?? 0, 1)} ms/MB, ${round(use[i]?.peakMB ?? 0, 0)} MB`)
    .join("; ");
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

export const bench: Bench = {
  name: "replicas",
  summary:
    "Three replicas with receipts, and reading from one, over loopback libp2p, a process each (--megabytes, --chunk; goals 40, 100 MB/s)",
  async run({ args, log }) {
    const megabytes = numberOption(args, "megabytes", 256);
    const size = numberOption(args, "chunk", CHUNK);
    const limits = await streamLimits(Math.min(megabytes, 256));
    for (const { what, megabytesPerSecond, sender, receiver } of limits) {
      log(
        `limit: ${what}: ${round(megabytesPerSecond, 0)} MB/s, ${round(sender, 1)} + ${round(receiver, 1)} ms of processor a MB`,
      );
    }
    const limit = (kind: string): number => {
      const found = limits.find((figure) => figure.kind === kind);
      return found === undefined ? 0 : found.sender + found.receiver;
    };
    const names = ["client", ...Array.from({ length: HOLDERS }, (_, i) => `holder ${i + 1}`), "reader"];
    const parts: Part[] = names.map((name) => ({ name, process: new BenchProcess(worker) }));
    const [client, ...others] = parts.map(({ process }) => process);
    const reader = others.pop();
    assert.ok(client !== undefined && reader !== undefined);
    try {
      const seeds = peerSeeds(HOLDERS);
      const start = (process: BenchProcess, index: number, peers: readonly string[]): Promise<string> =>
        process.ask<string>("start", { index, seeds, peers } satisfies ReplicaStart);
      const addresses: string[] = [];
      for (const [index, holder] of others.entries()) addresses.push(await start(holder, index, addresses));
      // A follower: the client's node holds none of the copies that count.
      await start(client, HOLDERS, addresses);
      await client.ask("connected", HOLDERS);
      const session = await client.ask<SealedSession>("seal", { count: Math.ceil((megabytes * MB) / size), size });
      const { bytes, roots } = session;
      let seconds = 0;
      const writers = parts.slice(0, -1);
      const up = await measured(writers, bytes, async () => {
        seconds = await client.ask<number>("upload", session);
      });
      const uploadMBps = bytes / MB / seconds;
      const held = await Promise.all(others.map((holder) => holder.ask<number>("held")));
      log(
        `${HOLDERS} copies of ${round(bytes / MB, 0)} MB in ${roots.length} chunks: ${round(uploadMBps, 1)} MB/s of new ciphertext, ` +
          `${round(sum(up.cost), 1)} ms of processor a MB, ${round(sum(up.cost) / (HOLDERS * limit("sealed")), 2)} times its ciphers and sockets alone`,
      );
      log(table(writers, up));
      await start(reader, HOLDERS + 1, addresses.slice(0, 1));
      await reader.ask("connected", 1);
      const readers: Part[] = [parts[1], parts.at(-1)].flatMap((part) => part ?? []);
      let peers = 0;
      const down = await measured(readers, bytes, async () => {
        ({ seconds, peers } = await reader.ask<{ seconds: number; peers: number }>("download", {
          roots,
          width: WIDTH,
        }));
      });
      const downloadMBps = bytes / MB / seconds;
      log(
        `read from ${peers} peer and verified: ${round(downloadMBps, 1)} MB/s, ${round(sum(down.cost), 1)} ms of processor a MB, ` +
          `${round(sum(down.cost) / limit("sealed"), 2)} times its cipher and socket alone`,
      );
      log(table(readers, down));
      return {
        copies: Math.min(...held) === roots.length ? HOLDERS : 0,
        uploadMBps: round(uploadMBps, 1),
        uploadCpu: round(sum(up.cost), 1),
        downloadMBps: round(downloadMBps, 1),
        downloadCpu: round(sum(down.cost), 1),
        readFrom: peers,
        sealedCpu: round(limit("sealed")),
        stockCpu: round(limit("stock")),
        peakMB: round(Math.max(...[...up.use, ...down.use].map(({ peakMB }) => peakMB)), 0),
      };
    } finally {
      await Promise.all(parts.map(({ process }) => process.end()));
    }
  },
};
