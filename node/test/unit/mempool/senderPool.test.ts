import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { MemoryStore } from "@lucid/storage";
import { decodeTransaction } from "../../../src/execution/transaction.js";
import { MempoolJournal } from "../../../src/mempool/journal.js";
import { SenderPool } from "../../../src/mempool/senderPool.js";
import { testContracts } from "../../support/testContracts.js";
import { TestWallet } from "../../support/wallet.js";

const signed = (seed: number) =>
  decodeTransaction(new TestWallet(seed).sign({ nonce: seed, to: testContracts.writer.address }));

describe("SenderPool", () => {
  for (const threads of [0, 2]) {
    it(`recovers what comes at once, in order, with ${threads} threads`, async () => {
      const pool = new SenderPool({ threads });
      const seeds = Array.from({ length: 150 }, (_, i) => i);
      const senders = await Promise.all(seeds.map((seed) => pool.recover(signed(seed))));
      assert.deepEqual(
        senders.map((sender) => toHex(sender)),
        seeds.map((seed) => toHex(new TestWallet(seed).address)),
      );
      await assert.rejects(pool.recover({ ...signed(1), r: 0n }), { code: "TX_SIGNATURE" });
      await pool.stop();
      await pool.stop();
      await assert.rejects(pool.recover(signed(1)), { code: "MEMPOOL_STOPPED" });
    });
  }

  it("refuses more than may wait", async () => {
    const pool = new SenderPool({ threads: 0, limit: 3 });
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map((seed) => pool.recover(signed(seed))));
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "fulfilled", "fulfilled", "rejected", "rejected"],
    );
    await assert.doesNotReject(pool.recover(signed(6)));
    await pool.stop();
  });
});

describe("MempoolJournal", () => {
  it("writes what comes together in few batches, each synced", async () => {
    const store = new MemoryStore();
    const batches: number[] = [];
    const batch = store.batch.bind(store);
    store.batch = async (ops, options) => {
      assert.equal(options.sync, true);
      batches.push(ops.length);
      await batch(ops, options);
    };
    const journal = new MempoolJournal(store);
    const entry = () => ({
      sequence: journal.nextSequence(),
      local: true,
      addedAt: 1,
      sender: new Uint8Array(20).fill(7),
      raw: Uint8Array.of(1, 2, 3),
    });
    await Promise.all(Array.from({ length: 100 }, () => journal.append(entry())));
    assert.deepEqual(batches, [100]);
    await journal.remove(5);
    const entries = await new MempoolJournal(store).load();
    assert.equal(entries.length, 99);
    assert.deepEqual(entries[0], {
      sequence: 0,
      local: true,
      addedAt: 1,
      sender: new Uint8Array(20).fill(7),
      raw: Uint8Array.of(1, 2, 3),
    });
  });

  it("goes on numbering after a start", async () => {
    const store = new MemoryStore();
    const journal = new MempoolJournal(store);
    await journal.append({ sequence: 41, local: false, addedAt: 1, sender: new Uint8Array(20), raw: Uint8Array.of(1) });
    const again = new MempoolJournal(store);
    await again.load();
    assert.equal(again.nextSequence(), 42);
  });
});
