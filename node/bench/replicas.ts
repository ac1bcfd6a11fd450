import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { Bench } from "@lucid/consensus/bench";
import { ReplicaNetwork, sealedChunks, type TestChunk } from "../test/support/replicaNetwork.js";

const CHUNK = (8 << 20) - 4_096;
const MB = 1e6;

/** Megabytes a second, by the clock and by this process's processor time, in which all nodes run. */
async function measured(bytes: number, action: () => Promise<void>): Promise<{ wall: number; cpu: number }> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await action();
  const { user, system } = process.cpuUsage(cpu);
  const round = (value: number): number => Math.round(value * 10) / 10;
  return {
    wall: round(bytes / MB / ((performance.now() - started) / 1000)),
    cpu: round(bytes / MB / ((user + system) / 1e6)),
  };
}

export const bench: Bench = {
  name: "replicas",
  summary:
    "Chunks to three nodes with receipts, and from one, over loopback libp2p; all nodes in one process (goals 40, 100 MB/s)",
  async run({ args, log }) {
    const megabytes = Number(args[0] ?? 256);
    const net = await ReplicaNetwork.make(3);
    try {
      const quotaBytes = 8 * 2 ** 30;
      for (let i = 0; i < 3; i++) await net.start(i, { quotaBytes });
      // A follower: the client's node holds none of the copies that count.
      const client = await net.start(3, { quotaBytes });
      await net.connected();
      const sessionId = new Uint8Array(randomBytes(32));
      const chunks: TestChunk[] = await sealedChunks(sessionId, Math.ceil((megabytes * MB) / CHUNK), CHUNK);
      const bytes = chunks.reduce((sum, { blob }) => sum + blob.length, 0);
      for (const { root, blob } of chunks) await client.chunks.put(root, blob, { verified: true });
      await client.replication.beginUpload(await net.consent(sessionId));
      await client.replication.takeRoots(
        sessionId,
        chunks.map(({ root }) => root),
      );
      const copies = client.replication.status().copiesToAnchor;
      const up = await measured(bytes, async () => {
        while ((await client.replication.copies(sessionId, 1_000))?.complete !== true);
      });
      log(
        `${copies} copies of ${(bytes / MB).toFixed(0)} MB: ${up.wall} MB/s of new ciphertext, ${up.cpu} MB a processor second`,
      );
      const before = process.memoryUsage();
      const reader = await net.start(4, { quotaBytes });
      await net.connected();
      const down = await measured(bytes, async () => {
        const left = [...chunks];
        const next = async (): Promise<void> => {
          for (let chunk = left.pop(); chunk !== undefined; chunk = left.pop()) {
            (await reader.replication.fetch(chunk.root)).release();
          }
        };
        await Promise.all([next(), next(), next(), next()]);
      });
      const after = process.memoryUsage();
      const grown = (after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed) / MB;
      log(
        `fetched and verified: ${down.wall} MB/s, ${down.cpu} MB a processor second, memory ${grown.toFixed(0)} MB more`,
      );
      return { copies, uploadMBps: up.wall, uploadMBpsCpu: up.cpu, downloadMBps: down.wall, downloadMBpsCpu: down.cpu };
    } finally {
      await net.stop();
    }
  },
};
