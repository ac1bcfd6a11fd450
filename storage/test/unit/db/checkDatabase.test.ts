import assert from "node:assert/strict";
import { FaultDisk } from "../../../src/faults/index.js";
import {
  type BatchOp,
  ChunkStore,
  checkDatabase,
  chunkInvariants,
  currentSchema,
  databaseInvariants,
  del,
  type Invariant,
  MemoryStore,
  migrateSchema,
  namespaces,
  put,
  StorageError,
} from "../../../src/index.js";
import { makeBlob } from "../chunkStore/makeBlob.js";

const codes = async (invariants: readonly Invariant[]) =>
  (await checkDatabase(invariants)).problems.map(({ invariant, code }) => `${invariant} ${code}`);

describe("checkDatabase", () => {
  it("runs every invariant, counts what was looked at and keeps the first problems", async () => {
    const seen: string[] = [];
    const report = await checkDatabase(
      [
        { name: "a.fine", summary: "", check: async ({ looked }) => looked() },
        {
          name: "b.many",
          summary: "many",
          check: async ({ looked, report: found }) => {
            for (let i = 0; i < 2_500; i++) {
              looked();
              found({ code: "DB_INDEX", message: `${i}` });
            }
          },
        },
        {
          name: "c.throws",
          summary: "",
          check: async () => {
            throw new StorageError({ code: "RECORD_CORRUPT", message: "this one" });
          },
        },
      ],
      { maxProblems: 3, onProgress: (name, looked) => seen.push(`${name} ${looked}`) },
    );
    assert.equal(report.ok, false);
    assert.deepEqual([report.problems.length, report.problemCount], [3, 2_501]);
    assert.deepEqual(
      report.invariants.map(({ name, looked, problems }) => [name, looked, problems]),
      [
        ["a.fine", 1, 0],
        ["b.many", 2_500, 2_500],
        ["c.throws", 0, 1],
      ],
    );
    assert.deepEqual(seen, ["a.fine 0", "b.many 0", "b.many 1000", "b.many 2000", "c.throws 0"]);
  });

  it("passes on what is no finding: a closed database, a defect, an abort", async () => {
    const throwing = (error: Error): Invariant => ({ name: "x", summary: "", check: () => Promise.reject(error) });
    await assert.rejects(checkDatabase([throwing(new StorageError({ code: "DB_CLOSED", message: "" }))]), {
      code: "DB_CLOSED",
    });
    await assert.rejects(
      checkDatabase([throwing(new assert.AssertionError({ message: "defect" }))]),
      assert.AssertionError,
    );
    const abort = new AbortController();
    const aborting: Invariant = {
      name: "x",
      summary: "",
      check: async ({ looked }) => {
        abort.abort();
        looked();
      },
    };
    await assert.rejects(checkDatabase([aborting], { signal: abort.signal }), { name: "AbortError" });
  });

  it("finds foreign records, a missing and another schema version", async () => {
    const store = new MemoryStore();
    assert.deepEqual(await codes(databaseInvariants(store)), ["database.schema DB_MIGRATION"]);
    await migrateSchema(store);
    assert.deepEqual(await codes(databaseInvariants(store)), []);
    await store.batch([put(new Uint8Array([0xfe, 1]), new Uint8Array())], { sync: true });
    assert.deepEqual(await codes(databaseInvariants(store)), ["database.namespaces DB_FOREIGN_RECORD"]);
    const older = { version: currentSchema.version - 1, migrations: [] };
    assert.deepEqual((await codes(databaseInvariants(store, older))).slice(0, 1), ["database.schema DB_NEWER"]);
  });

  describe("of a chunk store", () => {
    let disk: FaultDisk;
    let chunks: ChunkStore;

    const open = async () => {
      chunks = await ChunkStore.open(
        { folder: "/chunks", quotaBytes: 1e6, reservedFreeBytes: 0 },
        { store: disk.store(), files: disk.files },
      );
    };
    const change = async (...ops: BatchOp[]) => {
      await disk.store().batch(ops, { sync: true });
      await open();
    };

    beforeEach(async () => {
      disk = FaultDisk.create();
      await open();
      for (let i = 0; i < 5; i++) await chunks.put(makeBlob(i).root, makeBlob(i).blob);
    });

    const found = () => codes(chunkInvariants(chunks, { deep: true }));
    const first = makeBlob(0).root;

    it("is clean after ordinary work", async () => {
      await chunks.delete(first);
      assert.deepEqual(await found(), []);
    });

    it("finds a lost index entry, an entry without chunk, and a broken record", async () => {
      const { records, sessions } = chunks.internals.records;
      const entry = { size: 187, last: false, manifest: false };
      await change(sessions.delOp([makeBlob(0).blob.slice(7, 39), 0, first]));
      assert.deepEqual(await found(), ["chunks.index DB_INDEX"]);
      await change(
        sessions.putOp([makeBlob(0).blob.slice(7, 39), 0, first], entry),
        sessions.putOp([new Uint8Array(32), 0, first], entry),
      );
      assert.deepEqual(await found(), ["chunks.index DB_INDEX"]);
      await change(sessions.delOp([new Uint8Array(32), 0, first]));
      assert.deepEqual(await found(), []);
      await change(put(records.keyOf(first), new Uint8Array(3)));
      assert.ok((await found()).every((code) => code.endsWith("RECORD_CORRUPT")));
    });

    it("finds totals that are not the sums", async () => {
      await change(
        put(new Uint8Array([namespaces.meta, ...new TextEncoder().encode("chunkTotals")]), new Uint8Array(12)),
      );
      assert.deepEqual(await found(), ["chunks.totals DB_TOTALS"]);
    });

    it("finds lost and changed files, and a record without anything", async () => {
      await chunks.internals.files.remove(first);
      assert.deepEqual(await found(), ["chunks.files CHUNK_MISSING"]);
      await chunks.verify(first);
      assert.deepEqual(await found(), ["chunks.files CHUNK_MISSING"]);
      const changed = makeBlob(0).blob.map((byte, i) => (i === 100 ? byte ^ 1 : byte));
      await chunks.internals.files.write(first, changed);
      await chunks.put(makeBlob(1).root, makeBlob(1).blob);
      await chunks.verify(first);
      assert.deepEqual(await found(), ["chunks.files CHUNK_DAMAGED"]);
      const second = makeBlob(1);
      await chunks.internals.files.write(
        second.root,
        second.blob.map((byte) => byte ^ 1),
      );
      assert.deepEqual(await found(), ["chunks.files CHUNK_DAMAGED", "chunks.content CHUNK_DAMAGED"]);
      await change(del(chunks.internals.records.records.keyOf(makeBlob(2).root)));
      assert.ok((await found()).includes("chunks.index DB_INDEX"));
    });
  });
});
