import assert from "node:assert/strict";
import { CodedError, concatBytes, u32be } from "@lucid/consensus/base";
import { MemoryStore, namespaces, put } from "@lucid/storage";
import fc from "fast-check";
import { findLogs } from "../../../src/chain/logQuery.js";
import { PostingStore, postingOps } from "../../../src/chain/postingStore.js";
import { decodeLogIndexes, encodeLogIndexes } from "../../../src/chain/postings.js";
import { encodeReceipts } from "../../../src/chain/receiptsCodec.js";
import type { Log, LogFilter, Receipt } from "../../../src/interfaces.js";

const address = (n: number) => new Uint8Array(20).fill(n);
const topic = (n: number) => new Uint8Array(32).fill(n);

const anyLog: fc.Arbitrary<Log> = fc
  .tuple(fc.integer({ min: 0, max: 2 }), fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 4 }))
  .map(([a, topics]) => ({ address: address(a), topics: topics.map(topic), data: new Uint8Array() }));
/** Logs of each block. */
const anyChain = fc.array(fc.array(anyLog, { maxLength: 4 }), { minLength: 1, maxLength: 60 });
const alternatives = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 2 });
const anyQuery = fc.record({
  addresses: fc.option(alternatives, { nil: undefined }),
  topics: fc.array(fc.option(alternatives, { nil: undefined }), { maxLength: 4 }),
  from: fc.nat({ max: 60 }),
  length: fc.nat({ max: 60 }),
});

function receiptsOf(logs: readonly Log[]): Receipt[] {
  const base = { type: 2, status: 1, cumulativeGasUsed: 1n, gasUsed: 1n, effectiveGasPrice: 1n } as const;
  return [{ ...base, logsBloom: new Uint8Array(256), logs }];
}

async function storeOf(chain: readonly (readonly Log[])[]): Promise<PostingStore> {
  const store = new MemoryStore();
  for (const [height, logs] of chain.entries()) {
    const receipts = receiptsOf(logs);
    const record = encodeReceipts(topic(9), receipts, [topic(8)]);
    const receiptsOp = put(concatBytes(Uint8Array.of(namespaces.receipts), u32be(height)), record);
    await store.batch([receiptsOp, ...postingOps(height, receipts)], { sync: false });
  }
  return new PostingStore(store);
}

function matches(log: Log, filter: LogFilter): boolean {
  const same = (a: Uint8Array | undefined, b: Uint8Array) => a !== undefined && Buffer.compare(a, b) === 0;
  return (
    (filter.addresses.length === 0 || filter.addresses.some((each) => same(log.address, each))) &&
    filter.topics.every((values, i) => values === undefined || values.some((value) => same(log.topics[i], value)))
  );
}

describe("log query", () => {
  it("finds what a scan of all logs finds, in order", async () => {
    await fc.assert(
      fc.asyncProperty(anyChain, anyQuery, async (chain, query) => {
        const filter: LogFilter = {
          fromHeight: query.from,
          toHeight: query.from + query.length,
          addresses: (query.addresses ?? []).map(address),
          topics: query.topics.map((values) => values?.map(topic)),
        };
        const expected = chain.flatMap((logs, height) =>
          height < filter.fromHeight || height > filter.toHeight
            ? []
            : logs.flatMap((log, logIndex) => (matches(log, filter) ? [{ height, logIndex }] : [])),
        );
        assert.deepEqual(await findLogs(await storeOf(chain), filter, 10_000), expected);
      }),
      { numRuns: 300 },
    );
  });

  it("refuses more than the limit and names a smaller range that works", async () => {
    await fc.assert(
      fc.asyncProperty(anyChain, fc.integer({ min: 1, max: 20 }), async (chain, limit) => {
        const source = await storeOf(chain);
        const filter: LogFilter = { fromHeight: 0, toHeight: chain.length - 1, addresses: [], topics: [] };
        let toHeight: number = filter.toHeight;
        for (let turn = 0; turn < 100; turn++) {
          try {
            const found = await findLogs(source, { ...filter, toHeight }, limit);
            assert.ok(found.length <= limit);
            return;
          } catch (error) {
            assert.ok(error instanceof CodedError && error.code === "LOG_LIMIT");
            const smaller = error.meta["toHeight"];
            if (smaller === undefined) {
              assert.equal(toHeight, 0);
              return;
            }
            assert.ok(typeof smaller === "number" && smaller < toHeight && smaller >= 0);
            toHeight = smaller;
          }
        }
        assert.fail("the range did not shrink to one that works");
      }),
      { numRuns: 100 },
    );
  });

  it("keeps log indexes of a block in any number and refuses a record that is cut off", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 100_000 })), (indexes) => {
        indexes.sort((a, b) => a - b);
        assert.deepEqual(decodeLogIndexes(encodeLogIndexes(indexes)), indexes);
      }),
    );
    assert.throws(() => decodeLogIndexes(Uint8Array.of(0x80)), { code: "CHAIN_CORRUPT" });
    assert.throws(() => decodeLogIndexes(new Uint8Array(12).fill(0xff)), { code: "CHAIN_CORRUPT" });
  });
});
