import assert from "node:assert/strict";
import type { VoterRecord } from "@lucid/consensus";
import { MemoryStore } from "@lucid/storage";
import fc from "fast-check";
import { VoterStore } from "../../../src/driver/voterStore.js";
import {
  compareMarks,
  decodeProtection,
  encodeProtection,
  importProtection,
  trustProtection,
} from "../../../src/protection/protectionFile.js";

const voter = { genesisRoot: new Uint8Array(32).fill(7), nodeId: new Uint8Array(32).fill(9) };

function record(mark: readonly [number, number, number, number], silentThrough = 0): VoterRecord {
  const [markHeight, markSlot, markRound, markStep] = mark;
  return {
    ...voter,
    forkVersion: 1,
    height: markHeight,
    markHeight,
    markSlot,
    markRound,
    markStep,
    proposals: [],
    votes: [],
    lock: [],
    valid: [],
    silentThrough,
    closedAt: 1_800_000_000_000n,
  };
}

describe("import of a protection file", () => {
  const marks = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(2));

  it("never lowers a mark or a silence, whatever comes in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(marks, fc.nat(3)), { minLength: 1, maxLength: 6 }), async (files) => {
        const store = new VoterStore(voter, { store: new MemoryStore() });
        let last: VoterRecord | undefined;
        let silent = 0;
        for (const [mark, silentThrough] of files) {
          const file = decodeProtection(encodeProtection({ record: record(mark, silentThrough), blocks: [] }), voter);
          silent = Math.max(silent, silentThrough);
          await importProtection(store, file);
          const now = (await store.load())?.record ?? assert.fail("nothing was kept");
          assert.ok(compareMarks(now, file.record) >= 0);
          assert.ok(last === undefined || compareMarks(now, last) >= 0);
          assert.equal(now.silentThrough, silent);
          last = now;
        }
      }),
    );
  });

  it("forgets a clean stop: the next start listens first", async () => {
    const store = new VoterStore(voter, { store: new MemoryStore() });
    assert.equal(await importProtection(store, { record: record([4, 5, 0, 2]), blocks: [] }), true);
    assert.equal((await store.load())?.record.closedAt, 0n);
    assert.equal(await importProtection(store, { record: record([4, 5, 0, 2]), blocks: [] }), false);
  });

  it("trust lifts the silence and nothing else", async () => {
    const store = new VoterStore(voter, { store: new MemoryStore() });
    assert.equal(await trustProtection(store), false);
    await importProtection(store, { record: record([4, 5, 1, 2], 9), blocks: [] });
    assert.equal(await trustProtection(store), true);
    const after = (await store.load())?.record;
    assert.deepEqual([after?.silentThrough, after?.markHeight, after?.markSlot], [0, 4, 5]);
  });
});
