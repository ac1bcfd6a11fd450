import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concatBytes, sha256, u32be } from "@lucid/consensus/base";
import type { Bench } from "@lucid/consensus/bench";
import { LevelStore, namespaces, put } from "@lucid/storage";
import { findLogs } from "../src/chain/logQuery.js";
import { PostingStore, postingOps } from "../src/chain/postingStore.js";
import { encodeReceipts, ReceiptsRecord } from "../src/chain/receiptsCodec.js";
import type { Log, LogFilter, Receipt } from "../src/interfaces.js";

/** Blocks full of registrations, as many as 30M gas hold. */
const LOGS_PER_BLOCK = 173;
const LOGS = 1_000_000;
const OWNERS = 1_000;
const ROUNDS = 20;

const contract = new Uint8Array(20).fill(0x10);
const other = new Uint8Array(20).fill(0x20);
const signature = sha256(Buffer.from("SessionRegistered"));
const ownerOf = (n: number): Uint8Array => sha256(Buffer.from("owner"), u32be(n % OWNERS));
const sessionOf = (n: number): Uint8Array => sha256(Buffer.from("session"), u32be(n));

function receiptsOf(first: number): Receipt[] {
  return Array.from({ length: LOGS_PER_BLOCK }, (_, index): Receipt => {
    const n = first + index;
    // One in a thousand is of another contract.
    const address = n % 1_000 === 0 ? other : contract;
    const log: Log = { address, topics: [signature, sessionOf(n), ownerOf(n)], data: new Uint8Array(160) };
    return {
      type: 2,
      status: 1,
      cumulativeGasUsed: BigInt(173_000 * (index + 1)),
      gasUsed: 173_000n,
      effectiveGasPrice: 1_000_000_000n,
      logsBloom: new Uint8Array(256),
      logs: [log],
    };
  });
}

async function fill(store: LevelStore): Promise<number> {
  const heights = Math.ceil(LOGS / LOGS_PER_BLOCK);
  const hashes = Array.from({ length: LOGS_PER_BLOCK }, (_, index) => sha256(u32be(index)));
  for (let height = 1; height <= heights; height++) {
    const receipts = receiptsOf((height - 1) * LOGS_PER_BLOCK);
    const key = concatBytes(Uint8Array.of(namespaces.receipts), u32be(height));
    const record = put(key, encodeReceipts(sha256(u32be(height)), receipts, hashes));
    await store.batch([record, ...postingOps(height, receipts)], { sync: false });
  }
  return heights;
}

/** getLogs among a million logs: time to find and read what matches. */
export const bench: Bench = {
  name: "logs",
  summary: "eth_getLogs by address and topic among a million logs; milliseconds, median of 20",
  async run({ log }) {
    const folder = await mkdtemp(join(tmpdir(), "lucid-logs-"));
    const store = await LevelStore.open({ location: folder });
    try {
      const started = performance.now();
      const heights = await fill(store);
      await store.compact();
      log(
        `${heights * LOGS_PER_BLOCK} logs in ${heights} blocks, written in ${((performance.now() - started) / 1000).toFixed(1)} s`,
      );
      const source = new PostingStore(store);
      const all = { fromHeight: 0, toHeight: heights };
      const queries: Readonly<Record<string, LogFilter>> = {
        oneSession: { ...all, addresses: [contract], topics: [[signature], [sessionOf(654_321)]] },
        oneOwner: { ...all, addresses: [contract], topics: [[signature], undefined, [ownerOf(77)]] },
        rareAddress: { ...all, addresses: [other], topics: [] },
        rareAndCommon: { ...all, addresses: [other], topics: [[signature]] },
        absentTopic: { ...all, addresses: [contract], topics: [[sha256(Buffer.from("absent"))]] },
        lastBlocks: { fromHeight: heights - 50, toHeight: heights, addresses: [contract], topics: [[signature]] },
        overLimit: { ...all, addresses: [contract], topics: [[signature]] },
      };
      const result: Record<string, number> = { logs: heights * LOGS_PER_BLOCK, blocks: heights };
      for (const [name, filter] of Object.entries(queries)) {
        const times: number[] = [];
        let found = 0;
        for (let round = 0; round < ROUNDS; round++) {
          const from = performance.now();
          found = await query(store, source, filter);
          times.push(performance.now() - from);
        }
        times.sort((a, b) => a - b);
        const median = times[Math.floor(times.length / 2)] ?? 0;
        result[`${name}Ms`] = Math.round(median * 100) / 100;
        log(`${name.padEnd(14)} ${found < 0 ? "over the limit" : `${found} logs`.padEnd(14)} ${median.toFixed(2)} ms`);
      }
      return result;
    } finally {
      await store.close();
      await rm(folder, { recursive: true });
    }
  },
};

/** Logs that match, read whole; -1 when there are more than the limit. */
async function query(store: LevelStore, source: PostingStore, filter: LogFilter): Promise<number> {
  let positions: Awaited<ReturnType<typeof findLogs>>;
  try {
    positions = await findLogs(source, filter, 10_000);
  } catch {
    return -1;
  }
  let record: ReceiptsRecord | undefined;
  let of = -1;
  let count = 0;
  for (const { height, logIndex } of positions) {
    if (of !== height) {
      record = new ReceiptsRecord(
        store.get(concatBytes(Uint8Array.of(namespaces.receipts), u32be(height))) ?? new Uint8Array(),
      );
      of = height;
    }
    if (record?.log(logIndex) !== undefined) count++;
  }
  return count;
}
