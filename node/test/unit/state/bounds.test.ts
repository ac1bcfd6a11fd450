import assert from "node:assert/strict";
import { Address } from "@ethereumjs/util";
import { concatBytes, u32be } from "@lucid/consensus/base";
import { MemoryStore } from "@lucid/storage";
import { initialiseState } from "../../../src/state/genesisState.js";
import { HeadState } from "../../../src/state/headState.js";
import { HistoryCache } from "../../../src/state/historicalState.js";
import { keccak256 } from "../../../src/state/keccak.js";
import { StateOverlay } from "../../../src/state/stateOverlay.js";
import { encodeUndo, UndoRecord } from "../../../src/state/undoRecord.js";
import { alloc } from "../../support/testChain.js";
import { testContracts } from "../../support/testContracts.js";

describe("Bounds of the state's caches", () => {
  it("hold while one contract grows without end", async () => {
    const store = new MemoryStore();
    await initialiseState(store, alloc);
    const options = { keepBlocks: 4, archive: false, nodeLimit: 500, recordLimit: 100 };
    const head = HeadState.open(store, options);
    const contract = new Address(testContracts.writer.address);
    let largest = 0;
    for (let height = 1; height <= 40; height++) {
      const overlay = new StateOverlay(head);
      for (let i = 0; i < 60; i++) {
        const slot = keccak256(concatBytes(u32be(height), u32be(i)));
        await overlay.putStorage(contract, slot, Uint8Array.of(1 + i));
      }
      // One block touches at most so many nodes on top of what is kept.
      await head.commit(head.seal(overlay.changes(), height), []);
      const sizes = head.cacheSizes();
      largest = Math.max(largest, sizes.nodes);
      assert.ok(sizes.nodes <= options.nodeLimit, `${sizes.nodes} nodes at ${height}`);
      assert.ok(sizes.slots <= 2 * options.recordLimit);
      assert.ok(sizes.accounts <= 2 * options.recordLimit);
    }
    assert.ok(largest > options.nodeLimit / 2, "the test reaches the bound");
    assert.deepEqual(HeadState.open(store, options).root, head.root);
  });

  it("hold for undo records, by bytes", () => {
    const cache = new HistoryCache(10_000);
    const record = encodeUndo([{ key: Uint8Array.of(1), value: new Uint8Array(3_000) }]);
    for (let height = 0; height < 50; height++) {
      cache.get(height, () => new UndoRecord(record));
      assert.ok(cache.bytes <= 10_000);
    }
    assert.equal(cache.get(49, () => assert.fail("it is there"))?.count, 1);
    assert.equal(
      cache.get(99, () => undefined),
      undefined,
    );
  });
});

describe("UndoRecord", () => {
  it("finds every key, present, absent before, and unknown", () => {
    const records = Array.from({ length: 300 }, (_, i) => ({
      key: keccak256(u32be(i)).slice(0, 1 + (i % 32)),
      value: i % 3 === 0 ? undefined : new Uint8Array(i % 5).fill(i),
    }));
    const unique = [...new Map(records.map((record) => [Buffer.from(record.key).toString("hex"), record])).values()];
    const undo = new UndoRecord(encodeUndo(unique));
    assert.equal(undo.count, unique.length);
    for (const { key, value } of unique) assert.deepEqual(undo.find(key), { key, value });
    assert.equal(undo.find(keccak256(u32be(999))), undefined);
    assert.equal(new UndoRecord(encodeUndo([])).find(Uint8Array.of(1)), undefined);
    assert.throws(() => new UndoRecord(Uint8Array.of(0, 0, 0, 9)), { code: "STATE_CORRUPT" });
  });
});
