import assert from "node:assert/strict";
import fc from "fast-check";
import { enumerateCrashes, type FaultDisk } from "../../../src/faults/index.js";
import {
  copyOwnRecords,
  exportDatabase,
  importDatabase,
  MemoryStore,
  migrateSchema,
  namespaces,
  put,
} from "../../../src/index.js";

const GENESIS = new Uint8Array(32).fill(7);

async function filled(count: number, size = 10): Promise<MemoryStore> {
  const store = new MemoryStore();
  await migrateSchema(store);
  const ops = Array.from({ length: count }, (_, i) =>
    put(new Uint8Array([namespaces.block, i >> 8, i & 255]), new Uint8Array(size).fill(i)),
  );
  await store.batch(ops, { sync: true });
  return store;
}

async function exported(store: MemoryStore): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of exportDatabase(store, GENESIS)) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces));
}

async function* sliced(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.slice(at, at + size);
    yield new Uint8Array();
  }
}

describe("export and import of a database", () => {
  it("bring every record back, however the stream is cut", async () => {
    const store = await filled(300, 9_000);
    const bytes = await exported(store);
    for (const size of [1_000, 65_536, bytes.length]) {
      const target = new MemoryStore();
      const summary = await importDatabase(target, sliced(bytes, size), GENESIS);
      assert.deepEqual(target.dump(), store.dump());
      assert.deepEqual(summary, { records: 301, bytes: 300 * 9_003 + 4 + 14 });
    }
    const empty = await filled(0);
    const target = new MemoryStore();
    await importDatabase(target, sliced(await exported(empty), 1), GENESIS);
    assert.deepEqual(target.dump(), empty.dump());
  });

  it("leave out what belongs to one node alone, and refuse a file that holds it", async () => {
    const store = await filled(3);
    const own = [
      [namespaces.voterState, 1],
      [namespaces.mempoolJournal, 2],
      [namespaces.chunk, 3],
      [namespaces.sessionChunk, 4],
      [namespaces.meta, ...Buffer.from("chunkTotals")],
      [namespaces.meta, ...Buffer.from("scrubCursor")],
    ].map((key) => put(new Uint8Array(key), Uint8Array.of(9)));
    const plain = store.dump();
    await store.batch(own, { sync: true });
    const target = new MemoryStore();
    await importDatabase(target, sliced(await exported(store), 100), GENESIS);
    assert.deepEqual(target.dump(), plain);
    await copyOwnRecords(store, target);
    assert.deepEqual(target.dump(), store.dump());

    const bytes = await exported(await filled(1));
    const at = Buffer.from(bytes).indexOf(Uint8Array.of(0, 0, 0, 3, 0, 0, 0, 10, namespaces.block)) + 8;
    const forged = bytes.map((byte, i) => (i === at ? namespaces.voterState : byte));
    await assert.rejects(importDatabase(new MemoryStore(), sliced(forged, 64), GENESIS), {
      code: "EXPORT_DAMAGED",
      message: /belongs to one node alone/,
    });
  });

  it("refuse another network before anything is written", async () => {
    const target = new MemoryStore();
    const other = new Uint8Array(32).fill(8);
    await assert.rejects(importDatabase(target, sliced(await exported(await filled(3)), 64), other), {
      code: "EXPORT_NETWORK",
    });
    assert.equal(target.size, 0);
  });

  it("refuse a full target, a newer schema and a database that has none", async () => {
    const bytes = await exported(await filled(1));
    await assert.rejects(importDatabase(await filled(0), sliced(bytes, 100), GENESIS), { code: "IMPORT_NOT_EMPTY" });
    await assert.rejects(
      importDatabase(new MemoryStore(), sliced(bytes, 100), GENESIS, { version: 0, migrations: [] }),
      {
        code: "DB_NEWER",
      },
    );
    await assert.rejects(exported(new MemoryStore()), { code: "DB_MIGRATION" });
  });

  it("refuse every flipped bit, every truncation and any addition, and leave no usable database", async () => {
    const bytes = await exported(await filled(5));
    const refuses = async (changed: Uint8Array) => {
      const target = new MemoryStore();
      await assert.rejects(importDatabase(target, sliced(changed, 64), GENESIS), (error: Error & { code: string }) =>
        ["EXPORT_DAMAGED", "EXPORT_NETWORK", "DB_NEWER", "DB_INVALID"].includes(error.code),
      );
      if (target.size > 0) await assert.rejects(migrateSchema(target), { code: "DB_MIGRATION" });
    };
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      await refuses(bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)));
    }
    for (let length = 0; length < bytes.length; length++) await refuses(bytes.slice(0, length));
    await refuses(new Uint8Array([...bytes, 0]));
  });

  it("answer anything with a code (fuzz)", async () => {
    const head = (await exported(await filled(0))).slice(0, 44);
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.uint8Array({ maxLength: 200 }), (withHead, rest) =>
        assert.rejects(
          importDatabase(new MemoryStore(), sliced(withHead ? new Uint8Array([...head, ...rest]) : rest, 50), GENESIS),
          { code: "EXPORT_DAMAGED" },
        ),
      ),
      { numRuns: 500, seed: 20261123 },
    );
  });

  it("leave either the whole or no usable database when the import is stopped", async () => {
    const store = await filled(40, 100_000);
    const bytes = await exported(store);
    const summary = await enumerateCrashes({
      begin: () => ({ done: false }),
      run: async (disk: FaultDisk, state: { done: boolean }) => {
        await importDatabase(disk.store(), sliced(bytes, 1 << 20), GENESIS);
        state.done = true;
      },
      check: async (disk, state) => {
        const found = disk.store();
        let usable = true;
        await migrateSchema(found).catch((error: Error & { code: string }) => {
          assert.equal(error.code, "DB_MIGRATION");
          usable = false;
        });
        if (state.done) assert.ok(usable);
        if (usable && found.dump().length > 1) assert.deepEqual(found.dump(), store.dump());
      },
    });
    assert.ok(summary.points >= 12, JSON.stringify(summary));
  });
});
