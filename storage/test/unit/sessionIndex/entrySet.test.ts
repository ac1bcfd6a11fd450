import assert from "node:assert/strict";
import { compareBytes, sha256, toHex, u32be } from "@lucid/consensus/base";
import fc from "fast-check";
import { EntrySet } from "../../../src/index.js";
import { at, fakeItem, recordOf } from "./indexFixtures.js";

/** Fingerprint from its definition in docs/index-format.md, with integers of any size. */
function fingerprint(ids: readonly Uint8Array[]): Uint8Array {
  const sum = ids.reduce((total, id) => (total + BigInt(toHex(id))) % 2n ** 128n, 0n);
  const bytes = new Uint8Array(Buffer.from(sum.toString(16).padStart(32, "0"), "hex"));
  return sha256(bytes, u32be(ids.length)).slice(0, 16);
}

const record = (key: number, salt: number) => recordOf(fakeItem({ owner: key % 3, key, clock: at(key), salt }));
const sorted = (records: ReturnType<typeof record>[]) => records.sort((a, b) => compareBytes(a.sortKey, b.sortKey));

describe("set of entries", () => {
  it("is what a sorted list is, through any changes", () => {
    const steps = fc.array(fc.record({ key: fc.nat(40), salt: fc.nat(3), remove: fc.boolean() }), { maxLength: 120 });
    const property = fc.property(steps, fc.nat(40), fc.nat(40), (list, a, b) => {
      const set = new EntrySet();
      const model = new Map<number, ReturnType<typeof record>>();
      for (const { key, salt, remove } of list) {
        if (remove) assert.equal(set.delete(record(key, 0).sortKey), model.delete(key));
        else {
          set.put(record(key, salt));
          model.set(key, record(key, salt));
        }
      }
      const all = sorted([...model.values()]);
      assert.equal(set.size, all.length);
      assert.deepEqual([...set.range(0, set.size)], all);
      const [from, to] = [Math.min(a, b, all.length), Math.min(Math.max(a, b), all.length)];
      const part = all.slice(from, to);
      assert.deepEqual(set.fingerprint(from, to), fingerprint(part.map(({ id }) => id)));
      assert.deepEqual(set.ids(from, to), new Uint8Array(Buffer.concat(part.map(({ id }) => id))));
      for (const [position, own] of all.entries()) {
        assert.equal(set.positionOf(own.sortKey), position);
        assert.deepEqual(set.get(own.sortKey), own);
      }
    });
    fc.assert(property, { numRuns: 100 });
  });

  it("splits and empties its leaves: thousands in, in any order, and out again", () => {
    const records = Array.from({ length: 3_000 }, (_, i) => record((i * 7919) % 3_001, 0));
    const set = new EntrySet();
    for (const one of records) set.put(one);
    const all = sorted([...records]);
    assert.deepEqual(set.fingerprint(0, 3_000), fingerprint(all.map(({ id }) => id)));
    assert.deepEqual(set.fingerprint(17, 2_900), fingerprint(all.slice(17, 2_900).map(({ id }) => id)));
    assert.deepEqual(set.stateHash(), EntrySet.fromSorted(all).stateHash());
    const loaded = EntrySet.fromSorted(all);
    assert.deepEqual(loaded.fingerprint(5, 2_999), set.fingerprint(5, 2_999));
    const clocks = all.map(({ clock }) => clock);
    const oldest = set.oldest(0, 3_000, new Set([clocks.indexOf(at(0))])) ?? -1;
    assert.equal(set.at(oldest).clock, [...clocks].sort((a, b) => (a < b ? -1 : 1))[clocks.includes(at(0)) ? 1 : 0]);
    for (const one of records) assert.ok(set.delete(one.sortKey));
    assert.equal(set.size, 0);
    assert.deepEqual(set.fingerprint(0, 0), fingerprint([]));
    set.put(record(1, 0));
    assert.equal(set.size, 1);
  });
});
