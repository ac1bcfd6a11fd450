import { randomFillSync } from "node:crypto";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bench, median, numberOption, round } from "@lucid/consensus/bench";
import { chunkRoot } from "@lucid/consensus/proofs";
import {
  type BatchOp,
  CHUNK_OVERHEAD,
  ChunkStore,
  DEFAULT_CHUNK_SIZE,
  encodeChunkHeader,
  LevelStore,
  put,
} from "../src/index.js";

interface MadeBlob {
  readonly root: Uint8Array;
  readonly blob: Uint8Array;
}

function makeBlob(index: number): MadeBlob {
  const blob = randomFillSync(new Uint8Array(DEFAULT_CHUNK_SIZE + CHUNK_OVERHEAD));
  const sessionId = new Uint8Array(32).fill(1);
  const header = {
    codec: "raw",
    last: false,
    manifest: false,
    sessionId,
    index,
    plainLength: DEFAULT_CHUNK_SIZE,
  } as const;
  blob.set(encodeChunkHeader({ ...header, nonce: new Uint8Array(24) }));
  return { blob, root: chunkRoot(blob) };
}

async function seconds(action: () => Promise<unknown>): Promise<number> {
  const began = process.hrtime.bigint();
  await action();
  return Number(process.hrtime.bigint() - began) / 1e9;
}

/** Four files at a time, each written and synced: what the disk gives to somebody who does nothing else. */
async function writeBare(folder: string, blobs: readonly MadeBlob[]): Promise<void> {
  let next = 0;
  const work = async () => {
    for (let i = next++; i < blobs.length; i = next++) {
      const handle = await open(join(folder, `bare.${i}`), "w");
      await handle.write(blobs[i]?.blob ?? new Uint8Array());
      await handle.sync();
      await handle.close();
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  for (let i = 0; i < blobs.length; i++) await rm(join(folder, `bare.${i}`));
}

/** The chunk store beside bare synced files, and Level's rates for single gets and batches. */
export const bench: Bench = {
  name: "store",
  summary: "chunk store and database on this disk: [--chunks 24] [--rounds 3] [--folder DIR]",
  async run({ args, log }) {
    const count = numberOption(args, "chunks", 24);
    const rounds = numberOption(args, "rounds", 3);
    const at = args.indexOf("--folder");
    const folder = await mkdtemp(join(at < 0 ? tmpdir() : (args[at + 1] ?? tmpdir()), "lucid-bench-"));
    const store = await LevelStore.open({ location: join(folder, "db") });
    try {
      const blobs = Array.from({ length: count }, (_, i) => makeBlob(i));
      const megabytes = (count * (DEFAULT_CHUNK_SIZE + CHUNK_OVERHEAD)) / 1e6;
      const options = { folder: join(folder, "chunks"), quotaBytes: 2 ** 50, maxWaiting: count, reservedFreeBytes: 0 };
      const chunks = await ChunkStore.open(options, { store });
      const rates: Record<"bare" | "put" | "hashed" | "read" | "unchecked", number[]> = {
        bare: [],
        put: [],
        hashed: [],
        read: [],
        unchecked: [],
      };
      for (let i = 0; i < rounds; i++) {
        rates.bare.push(megabytes / (await seconds(() => writeBare(folder, blobs))));
        for (const [name, verified] of [
          ["put", true],
          ["hashed", false],
        ] as const) {
          const all = () => Promise.all(blobs.map(({ root, blob }) => chunks.put(root, blob, { verified })));
          rates[name].push(megabytes / (await seconds(all)));
          if (name === "put") for (const { root } of blobs) await chunks.delete(root);
        }
        for (const [name, verify] of [
          ["read", true],
          ["unchecked", false],
        ] as const) {
          const all = async () => {
            for (const { root } of blobs) await chunks.read(root, { verify });
          };
          rates[name].push(megabytes / (await seconds(all)));
        }
        for (const { root } of blobs) await chunks.delete(root);
        log(
          `round ${i + 1}: ${Object.entries(rates)
            .map(([name, list]) => `${name} ${Math.round(list.at(-1) ?? 0)}`)
            .join(", ")} MB/s`,
        );
      }
      await chunks.close();
      const level = await measureLevel(store);
      return {
        putMBps: round(median(rates.put), 0),
        putHashedMBps: round(median(rates.hashed), 0),
        readVerifiedMBps: round(median(rates.read), 0),
        readMBps: round(median(rates.unchecked), 0),
        vsBareFiles: round(median(rates.put) / median(rates.bare)),
        ...level,
      };
    } finally {
      await store.close();
      await rm(folder, { recursive: true });
    }
  },
};

async function measureLevel(store: LevelStore): Promise<Record<string, number>> {
  const records = 100_000;
  const ops: BatchOp[] = [];
  for (let i = 0; i < records; i++) {
    const key = new Uint8Array(21);
    new DataView(key.buffer).setUint32(1, Math.imul(i, 0x9e3779b1) >>> 0);
    key[0] = 0x30;
    ops.push(put(key, new Uint8Array(104).fill(i)));
  }
  const batches = await seconds(async () => {
    for (let i = 0; i < records; i += 1_000) await store.batch(ops.slice(i, i + 1_000), { sync: true });
  });
  const gets = await seconds(async () => {
    for (const { key } of ops) store.get(key);
  });
  const single = await seconds(async () => {
    for (const op of ops.slice(0, 500)) await store.batch([op], { sync: true });
  });
  const shared = await seconds(() => Promise.all(ops.slice(0, 5_000).map((op) => store.batch([op], { sync: true }))));
  return {
    getMicroseconds: round((gets / records) * 1e6, 1),
    batchedPutsPerSecond: round(records / batches, 0),
    syncedPutsPerSecond: round(500 / single, 0),
    concurrentSyncedPutsPerSecond: round(5_000 / shared, 0),
  };
}
