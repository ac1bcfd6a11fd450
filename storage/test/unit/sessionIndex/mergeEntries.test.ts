import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import fc from "fast-check";
import { type IndexItem, IndexStore, isFloor, MemoryStore, mergeEntries } from "../../../src/index.js";
import { at, fakeItem, T0 } from "./indexFixtures.js";

const caps = { entriesPerOwner: 6, bytesPerOwner: 1_000_000 };
/** Eight keys and few clocks, so that conflicts, ties, deletions and floors meet. */
const entry = fc
  .record({
    key: fc.nat(8),
    clock: fc.nat(12),
    deleted: fc.boolean(),
    salt: fc.nat(2),
    size: fc.integer({ min: 41, max: 300 }),
  })
  .map(({ clock, ...rest }) => fakeItem({ ...rest, clock: at(clock) }));
const entries = fc.array(entry, { maxLength: 25 });

const names = (items: readonly IndexItem[]) => items.map(({ id }) => toHex(id));
const merge = (...parts: readonly (readonly IndexItem[])[]) => names(mergeEntries(parts.flat(), caps));
const normal = (items: readonly IndexItem[]) => mergeEntries(items, caps);

async function stored(parts: readonly (readonly IndexItem[])[], own = caps): Promise<IndexStore> {
  const store = await IndexStore.open({ caps: own }, { store: new MemoryStore(), now: () => T0, mayWrite: () => true });
  for (const part of parts) await store.apply(part);
  return store;
}

describe("laws of the index's merge", () => {
  it("commutative", () => {
    fc.assert(fc.property(entries, entries, (a, b) => assert.deepEqual(merge(a, b), merge(b, a))));
  });

  it("associative", () => {
    const property = fc.property(entries, entries, entries, (a, b, c) => {
      assert.deepEqual(merge(normal([...a, ...b]), c), merge(a, normal([...b, ...c])));
      assert.deepEqual(merge(normal([...a, ...b]), c), merge(a, b, c));
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("idempotent", () => {
    const property = fc.property(entries, (a) => {
      assert.deepEqual(merge(a, a), merge(a));
      assert.deepEqual(merge(normal(a)), merge(a));
    });
    fc.assert(property);
  });

  it("monotone: nothing that was deleted or is below a floor comes back", () => {
    const property = fc.property(entries, entries, (a, b) => {
      const merged = normal([...normal(a), ...b]);
      for (const { entry } of normal(a)) {
        const now = merged.find((item) => toHex(item.entry.key) === toHex(entry.key));
        if (now !== undefined) assert.ok(now.entry.clock >= entry.clock);
      }
    });
    fc.assert(property);
  });

  it("the store does the same, one entry after the other, in any order and any batches", async () => {
    const property = fc.asyncProperty(entries, fc.array(fc.nat()), async (items, order) => {
      const shuffled = items
        .map((item, i) => ({ item, at: order[i] ?? 0 }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item);
      const middle = Math.floor(items.length / 3);
      const store = await stored([shuffled.slice(0, middle), shuffled.slice(middle)]);
      const found = [...store.set.range(0, store.set.size)].map(({ id }) => toHex(id));
      assert.deepEqual(found, merge(items));
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it("under a cap of bytes that the owner exceeds, two stores agree after a few exchanges", async () => {
    const tight = { entriesPerOwner: 6, bytesPerOwner: 900 };
    const held = (store: IndexStore): IndexItem[] =>
      [...store.set.range(0, store.set.size)].map(({ id }) => {
        const item = store.byId(id);
        assert.ok(item !== undefined);
        return item;
      });
    const property = fc.asyncProperty(entries, entries, async (a, b) => {
      const [left, right] = [await stored([a], tight), await stored([b], tight)];
      let exchanges = 0;
      while (toHex(left.set.stateHash()) !== toHex(right.set.stateHash())) {
        assert.ok(++exchanges <= 4, "they do not agree");
        const [ofLeft, ofRight] = [held(left), held(right)];
        await left.apply(ofRight);
        await right.apply(ofLeft);
      }
      const total = held(left).reduce((sum, { encoded, entry }) => sum + (isFloor(entry) ? 0 : encoded.length), 0);
      assert.ok(total <= tight.bytesPerOwner);
    });
    await fc.assert(property, { numRuns: 200 });
  });
});
