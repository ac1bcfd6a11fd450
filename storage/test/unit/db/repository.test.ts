import assert from "node:assert/strict";
import fc from "fast-check";
import {
  bytesCodec,
  emptyCodec,
  MemoryStore,
  namespaces,
  put,
  Repository,
  rawCodec,
  textCodec,
  tupleCodec,
  u32Codec,
  u64Codec,
} from "../../../src/index.js";

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}

const u32 = fc.oneof(fc.nat({ max: 5 }), fc.constantFrom(255, 256, 65535, 65536, 2 ** 31, 2 ** 32 - 1));

describe("Repository", () => {
  const open = () => {
    const store = new MemoryStore();
    return {
      store,
      heights: new Repository(store, { namespace: namespaces.block, key: u32Codec, value: textCodec }),
      before: new Repository(store, { namespace: namespaces.meta, key: u32Codec, value: rawCodec }),
      after: new Repository(store, { namespace: namespaces.heightByRoot, key: u32Codec, value: rawCodec }),
    };
  };

  it("puts, gets, has and deletes through operations of one batch", async () => {
    const { store, heights } = open();
    await store.batch([heights.putOp(1, "one"), heights.putOp(2, "two")], { sync: true });
    assert.deepEqual([heights.get(1), heights.get(2), heights.get(3)], ["one", "two", undefined]);
    await store.batch([heights.delOp(1)], { sync: true });
    assert.deepEqual([heights.has(1), heights.has(2)], [false, true]);
  });

  it("iterates in the order of numbers within its namespace only (property)", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(u32),
        fc.option(u32),
        fc.option(u32),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        async (ids, low, high, open1, open2, reverse) => {
          const { store, heights, before, after } = open();
          const neighbours = [0, 2 ** 32 - 1].flatMap((id) => [
            before.putOp(id, new Uint8Array()),
            after.putOp(id, new Uint8Array()),
          ]);
          await store.batch([...neighbours, ...ids.map((id) => heights.putOp(id, `${id}`))], { sync: false });
          const range = {
            ...(low === null ? {} : open1 ? { gt: low } : { gte: low }),
            ...(high === null ? {} : open2 ? { lt: high } : { lte: high }),
            reverse,
          };
          const expected = ids
            .filter(
              (id) =>
                (low === null || (open1 ? id > low : id >= low)) && (high === null || (open2 ? id < high : id <= high)),
            )
            .sort((a, b) => (reverse ? b - a : a - b));
          assert.deepEqual(await collect(heights.ids(range)), expected);
          assert.deepEqual(
            await collect(heights.entries(range)),
            expected.map((id) => [id, `${id}`]),
          );
          assert.deepEqual(
            await heights.first(range),
            expected[0] === undefined ? undefined : [expected[0], `${expected[0]}`],
          );
          assert.deepEqual(await collect(heights.ids({ ...range, limit: 2 })), expected.slice(0, 2));
        },
      ),
    );
  });

  it("selects by the first fields of a tuple", async () => {
    const store = new MemoryStore();
    const key = tupleCodec(bytesCodec(2), u32Codec, u64Codec);
    const logs = new Repository(store, { namespace: namespaces.logByAddress, key, value: emptyCodec });
    const a = new Uint8Array([0xff, 0xff]);
    const b = new Uint8Array([0, 1]);
    await store.batch(
      [
        logs.putOp([a, 7, 1n], undefined),
        logs.putOp([b, 7, 2n], undefined),
        logs.putOp([a, 3, 2n ** 64n - 1n], undefined),
      ],
      { sync: true },
    );
    assert.deepEqual(await collect(logs.ids({ prefix: a })), [
      [a, 3, 2n ** 64n - 1n],
      [a, 7, 1n],
    ]);
    assert.deepEqual(await collect(logs.ids({ prefix: b, reverse: true })), [[b, 7, 2n]]);
  });

  it("names the record that does not decode; has() does not mind", async () => {
    const { store, heights } = open();
    const bad = new Uint8Array([namespaces.block, 0, 0, 0, 1]);
    await store.batch([put(bad, new Uint8Array([0xff, 0xfe]))], { sync: true });
    assert.throws(
      () => heights.get(1),
      (error: Error & { code: string; meta: { key: string; namespace: string } }) => {
        assert.deepEqual(
          [error.code, error.meta.key, error.meta.namespace],
          ["RECORD_CORRUPT", "0x1000000001", "block"],
        );
        return true;
      },
    );
    assert.equal(heights.has(1), true);
    await assert.rejects(collect(heights.entries()), { code: "RECORD_CORRUPT" });
    assert.deepEqual(await collect(heights.ids()), [1]);
    await store.batch([put(new Uint8Array([namespaces.block, 1]), new Uint8Array())], { sync: true });
    await assert.rejects(collect(heights.ids()), { code: "RECORD_CORRUPT" });
  });
});

describe("codecs of keys", () => {
  it("go there and back, and keep the order (property)", () => {
    const key = tupleCodec(u32Codec, u64Codec, bytesCodec(3));
    const value = fc.tuple(
      u32,
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.uint8Array({ minLength: 3, maxLength: 3 }),
    );
    fc.assert(
      fc.property(value, value, (x, y) => {
        assert.deepEqual(key.decode(key.encode(x)), x);
        const order = x[0] - y[0] || (x[1] < y[1] ? -1 : x[1] > y[1] ? 1 : Buffer.compare(x[2], y[2]));
        assert.equal(Math.sign(Buffer.compare(key.encode(x), key.encode(y))), Math.sign(order));
      }),
    );
  });

  it("refuse other lengths", () => {
    for (const codec of [u32Codec, u64Codec, bytesCodec(7), tupleCodec(u32Codec, u32Codec), emptyCodec]) {
      assert.throws(() => codec.decode(new Uint8Array(codec.length + 1)), { code: "RECORD_CORRUPT" });
      if (codec.length > 0)
        assert.throws(() => codec.decode(new Uint8Array(codec.length - 1)), { code: "RECORD_CORRUPT" });
    }
  });
});
