import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { hasCode, PayoutError } from "../../../src/errors.js";
import { decodeRecord, encodeRecord, JOURNAL_HEADER, recoverJournal } from "../../../src/store/journalFormat.js";
import { FileMedium, type JournalMedium, MemoryMedium } from "../../../src/store/journalMedium.js";
import { JournalStore } from "../../../src/store/journalStore.js";
import { payoutDoc } from "../../support/fixtures.js";
import { describeStore } from "../../support/storeConformance.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "payout-journal-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("journal store, conformance", () => {
  const open = async () => new JournalStore({ medium: new FileMedium(folder) });
  describeStore(() => ({ fresh: open, reopen: open }));
});

describe("journal file", () => {
  const file = () => join(folder, "payouts.journal");

  async function written(count: number): Promise<Buffer> {
    const store = new JournalStore({ medium: new FileMedium(folder) });
    await store.start();
    for (let index = 0; index < count; index++) await store.insert(payoutDoc(`w${index}`));
    await store.stop();
    return readFileSync(file());
  }

  it("drops a torn last record at every length, and goes on", async () => {
    const bytes = await written(3);
    const ends = [JOURNAL_HEADER.length];
    for (let at = JOURNAL_HEADER.length; at < bytes.length; ) {
      const record = decodeRecord(bytes, at);
      assert.ok(record !== undefined);
      at = record.next;
      ends.push(at);
    }
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { payloads } = recoverJournal(bytes.subarray(0, cut));
      assert.equal(payloads.length, Math.max(0, ends.filter((end) => end <= cut).length - 1), `cut at ${cut}`);
    }
    writeFileSync(file(), bytes.subarray(0, bytes.length - 5));
    const store = new JournalStore({ medium: new FileMedium(folder) });
    await store.start();
    assert.equal((await store.find({ kind: "payout", limit: 10 })).length, 2);
    await store.insert(payoutDoc("again"));
    await store.stop();
    await store.start();
    assert.equal((await store.find({ kind: "payout", limit: 10 })).length, 3);
    await store.stop();
    assert.ok(readFileSync(join(folder, "torn-record")).length > 0);
  });

  it("refuses a flipped bit anywhere before the last record", async () => {
    const bytes = await written(3);
    const last = bytes.lastIndexOf(Buffer.from("LPJ1"));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: last - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        assert.throws(
          () => recoverJournal(damaged),
          (error: unknown) => hasCode(error, "STORE_CORRUPT"),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("refuses a missing record and a foreign file", () => {
    const gap = Buffer.concat([JOURNAL_HEADER, encodeRecord(0, Buffer.from("{}")), encodeRecord(2, Buffer.from("{}"))]);
    assert.throws(
      () => recoverJournal(gap),
      (error: unknown) => hasCode(error, "STORE_CORRUPT"),
    );
    assert.throws(
      () => recoverJournal(Buffer.from("hello")),
      (error: unknown) => hasCode(error, "STORE_CORRUPT"),
    );
  });

  it("is locked while it is open, also against another process, and free after kill -9", async () => {
    const store = new JournalStore({ medium: new FileMedium(folder) });
    await store.start();
    const second = new JournalStore({ medium: new FileMedium(folder) });
    await assert.rejects(second.start(), (error: unknown) => hasCode(error, "STORE_LOCKED"));
    await store.stop();
    const holder = spawn(
      process.execPath,
      [fileURLToPath(new URL("../../support/lockHolder.js", import.meta.url)), folder],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    await new Promise((resolve) => holder.stdout.once("data", resolve));
    await assert.rejects(second.start(), (error: unknown) => hasCode(error, "STORE_LOCKED"));
    const ended = new Promise((resolve) => holder.once("exit", resolve));
    holder.kill("SIGKILL");
    await ended;
    await second.start();
    assert.equal((await second.find({ kind: "payout", limit: 10 })).length, 1);
    await second.stop();
  });

  it("does not write any more when its lock was taken away", async () => {
    const store = new JournalStore({ medium: new FileMedium(folder) });
    await store.start();
    rmSync(join(folder, "lock.sock"));
    await assert.rejects(store.insert(payoutDoc("x")), (error: unknown) => hasCode(error, "STORE_LOCK_LOST"));
    await store.stop();
  });

  it("compacts by itself, and keeps everything over compaction and restart", async () => {
    const store = new JournalStore({ medium: new FileMedium(folder), compactAbove: 20_000, compactFactor: 2 });
    await store.start();
    let doc = payoutDoc("many");
    await store.insert(doc);
    for (let index = 1; index <= 200; index++) {
      doc = { ...doc, rev: index, amount: String(index) };
      assert.equal(await store.replace(doc), true);
    }
    assert.ok(readFileSync(file()).length < 25_000);
    await store.stop();
    await store.start();
    assert.deepEqual(await store.get("payout", doc._id), doc);
    await store.stop();
  });

  it("stops for good after a failed write: nobody knows what is on the disk", async () => {
    const medium = new MemoryMedium();
    let broken = false;
    const failing: JournalMedium = {
      get size() {
        return medium.size;
      },
      open: () => medium.open(),
      rewrite: (records) => medium.rewrite(records),
      close: () => medium.close(),
      append: async (record) => {
        if (broken) throw Object.assign(new PayoutError("INTERNAL", "no space"), { code: "ENOSPC" });
        await medium.append(record);
      },
    };
    const store = new JournalStore({ medium: failing });
    await store.start();
    await store.insert(payoutDoc("a"));
    broken = true;
    await assert.rejects(store.insert(payoutDoc("b")));
    broken = false;
    await assert.rejects(store.insert(payoutDoc("c")), (error: unknown) => hasCode(error, "STORE_FAILED"));
    await assert.rejects(store.get("payout", payoutDoc("a")._id), (error: unknown) => hasCode(error, "STORE_FAILED"));
    await store.stop();
    const again = new JournalStore({ medium });
    await again.start();
    assert.equal((await again.find({ kind: "payout", limit: 9 })).length, 1);
  });

  it("holds no more documents than it may", async () => {
    const store = new JournalStore({ medium: new MemoryMedium(), maxDocuments: 2 });
    await store.start();
    await store.insert(payoutDoc("a"));
    await store.insert(payoutDoc("b"));
    await assert.rejects(store.insert(payoutDoc("c")), (error: unknown) => hasCode(error, "STORE_FULL"));
  });
});
