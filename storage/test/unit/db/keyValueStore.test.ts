import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasCode } from "@lucid/consensus/base";
import fc from "fast-check";
import {
  type BatchOp,
  del,
  type KeyRange,
  type KeyValueStore,
  LevelStore,
  MemoryStore,
  put,
} from "../../../src/index.js";

const b = (...bytes: number[]) => new Uint8Array(bytes);

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}

interface Opened {
  readonly store: KeyValueStore;
  readonly clean: () => Promise<void>;
}

const kinds: readonly { readonly name: string; readonly open: () => Promise<Opened> }[] = [
  {
    name: "LevelStore",
    open: async () => {
      const location = await mkdtemp(join(tmpdir(), "lucid-level-"));
      const store = await LevelStore.open({ location });
      return {
        store,
        clean: async () => {
          await store.close();
          await rm(location, { recursive: true });
        },
      };
    },
  },
  {
    name: "MemoryStore",
    open: async () => {
      const store = new MemoryStore();
      return { store, clean: () => store.close() };
    },
  },
];

for (const kind of kinds) {
  describe(`KeyValueStore: ${kind.name}`, () => {
    let store: KeyValueStore;
    let clean: () => Promise<void>;

    beforeEach(async () => {
      ({ store, clean } = await kind.open());
    });

    afterEach(() => clean());

    it("reads what a batch wrote, also an empty value", async () => {
      await store.batch([put(b(1), b(7, 8)), put(b(2), b())], { sync: true });
      assert.deepEqual(store.get(b(1)), b(7, 8));
      assert.deepEqual(store.get(b(2)), b());
      assert.equal(store.get(b(3)), undefined);
      assert.equal(store.has(b(2)), true);
      assert.equal(store.has(b(3)), false);
    });

    it("lets the last operation on a key win", async () => {
      await store.batch([put(b(1), b(1)), del(b(1)), put(b(1), b(2)), put(b(4), b(1)), del(b(4))], { sync: false });
      assert.deepEqual(store.get(b(1)), b(2));
      assert.equal(store.has(b(4)), false);
    });

    it("returns arrays that the caller may change, and that are no Buffer", async () => {
      await store.batch([put(b(1), b(1, 2, 3))], { sync: false });
      const value = store.get(b(1));
      assert.ok(value !== undefined && !Buffer.isBuffer(value));
      value[0] = 99;
      assert.deepEqual(store.get(b(1)), b(1, 2, 3));
      for await (const [key, found] of store.entries()) {
        key[0] = 5;
        found[0] = 5;
      }
      assert.deepEqual(store.get(b(1)), b(1, 2, 3));
    });

    it("reads a range from a snapshot", async () => {
      await store.batch([put(b(1), b(1)), put(b(2), b(2)), put(b(3), b(3))], { sync: false });
      const seen: number[] = [];
      for await (const key of store.keys()) {
        seen.push(key[0] ?? -1);
        await store.batch([del(b(3)), put(b(9), b(9))], { sync: false });
      }
      assert.deepEqual(seen, [1, 2, 3]);
    });

    it("ends an iteration early without leaving anything open", async () => {
      await store.batch([put(b(1), b(1)), put(b(2), b(2))], { sync: false });
      for await (const _ of store.keys()) break;
      await store.close();
    });

    it("refuses an empty key, also in the middle of a batch, and writes nothing of that batch", async () => {
      assert.throws(() => store.get(b()), { code: "DB_INVALID" });
      await assert.rejects(store.batch([put(b(1), b(1)), put(b(), b(1))], { sync: true }), { code: "DB_INVALID" });
      assert.equal(store.has(b(1)), false);
      await store.batch([put(b(1), b(1))], { sync: true });
    });

    it("closes twice, and afterwards every operation is DB_CLOSED", async () => {
      await store.close();
      await store.close();
      assert.throws(() => store.get(b(1)), { code: "DB_CLOSED" });
      assert.throws(() => store.has(b(1)), { code: "DB_CLOSED" });
      await assert.rejects(store.batch([put(b(1), b(1))], { sync: true }), { code: "DB_CLOSED" });
      await assert.rejects(collect(store.entries()), { code: "DB_CLOSED" });
      await assert.rejects(collect(store.keys()), { code: "DB_CLOSED" });
      await assert.rejects(store.compact(), { code: "DB_CLOSED" });
      await assert.rejects(store.approximateSize(b(0), b(9)), { code: "DB_CLOSED" });
    });

    it("compacts without losing anything", async () => {
      const ops: BatchOp[] = [];
      for (let i = 0; i < 1000; i++) ops.push(put(b(1, i >> 8, i & 255), new Uint8Array(100).fill(i)));
      await store.batch(ops, { sync: false });
      await store.compact();
      assert.equal((await collect(store.keys())).length, 1000);
      assert.ok((await store.approximateSize(b(0), b(0xff))) >= 0);
    });

    it("commits concurrent batches whole", async () => {
      await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          store.batch([put(b(1, i), b(i)), put(b(2, i), b(i))], { sync: i % 2 === 0 }),
        ),
      );
      for (let i = 0; i < 50; i++) assert.deepEqual([store.get(b(1, i)), store.get(b(2, i))], [b(i), b(i)]);
    });
  });
}

const keyArbitrary = fc
  .uint8Array({ minLength: 1, maxLength: 3 })
  .map((key) => key.map((byte) => (byte < 128 ? byte % 4 : 255 - (byte % 3))));
const opArbitrary: fc.Arbitrary<BatchOp> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(keyArbitrary, fc.uint8Array({ maxLength: 4 })).map(([key, value]) => put(key, value)),
  },
  { weight: 1, arbitrary: keyArbitrary.map(del) },
);
const boundArbitrary = fc.option(fc.tuple(keyArbitrary, fc.boolean()), { nil: undefined });
const rangeArbitrary: fc.Arbitrary<KeyRange> = fc
  .record({
    lower: boundArbitrary,
    upper: boundArbitrary,
    reverse: fc.boolean(),
    limit: fc.option(fc.nat({ max: 20 }), { nil: undefined }),
  })
  .map(({ lower, upper, reverse, limit }) => ({
    ...(lower === undefined ? {} : lower[1] ? { gte: lower[0] } : { gt: lower[0] }),
    ...(upper === undefined ? {} : upper[1] ? { lte: upper[0] } : { lt: upper[0] }),
    reverse,
    limit,
  }));

describe("KeyValueStore: Level and memory agree", () => {
  it("on the content and on every range after any batches", async () => {
    const level = await kinds[0]?.open();
    const memory = await kinds[1]?.open();
    assert.ok(level !== undefined && memory !== undefined);
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(opArbitrary, { maxLength: 12 }), { maxLength: 6 }),
          fc.array(rangeArbitrary, { minLength: 1, maxLength: 6 }),
          async (batches, ranges) => {
            for (const ops of batches) {
              await level.store.batch(ops, { sync: false });
              await memory.store.batch(ops, { sync: false });
            }
            for (const range of ranges) {
              assert.deepEqual(await collect(level.store.entries(range)), await collect(memory.store.entries(range)));
              assert.deepEqual(await collect(level.store.keys(range)), await collect(memory.store.keys(range)));
            }
          },
        ),
        { numRuns: 150 },
      );
    } finally {
      await level.clean();
      await memory.clean();
    }
  });
});

describe("LevelStore", () => {
  it("refuses a second opening without multithreading, also from another connection", async () => {
    const location = await mkdtemp(join(tmpdir(), "lucid-level-"));
    const first = await LevelStore.open({ location, multithreading: false });
    await assert.rejects(LevelStore.open({ location, multithreading: false }), (error) => hasCode(error, "DB_LOCKED"));
    await first.close();
    const again = await LevelStore.open({ location, multithreading: false });
    await again.close();
    await rm(location, { recursive: true });
  });

  it("shares one database between two openings with multithreading", async () => {
    const location = await mkdtemp(join(tmpdir(), "lucid-level-"));
    const one = await LevelStore.open({ location });
    const two = await LevelStore.open({ location });
    await one.batch([put(b(1), b(42))], { sync: true });
    assert.deepEqual(two.get(b(1)), b(42));
    await one.close();
    assert.deepEqual(two.get(b(1)), b(42));
    await two.close();
    await rm(location, { recursive: true });
  });
});
