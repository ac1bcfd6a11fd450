import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BatchOp,
  LevelStore,
  MemoryStore,
  type Migration,
  migrateSchema,
  namespaceName,
  namespaces,
  openDatabase,
  put,
  readSchemaVersion,
  type Schema,
} from "../../../src/index.js";

const key = (byte: number) => new Uint8Array([namespaces.peer, byte]);

/** Writes its own number under its own key, and counts the records that it sees. */
function step(from: number): Migration {
  return {
    from,
    summary: `step ${from}`,
    async *operations(store): AsyncGenerator<BatchOp> {
      let seen = 0;
      for await (const _ of store.keys({ gte: key(0), lt: key(255) })) seen++;
      yield put(key(from), new Uint8Array([seen]));
    },
  };
}

describe("schema of a database", () => {
  it("is written into a new database", async () => {
    const store = new MemoryStore();
    assert.equal(readSchemaVersion(store), undefined);
    assert.deepEqual(await migrateSchema(store, { version: 3, migrations: [] }), []);
    assert.equal(readSchemaVersion(store), 3);
  });

  it("advances step by step, in order, and each step sees the one before", async () => {
    const store = new MemoryStore();
    await migrateSchema(store, { version: 1, migrations: [] });
    const schema: Schema = { version: 4, migrations: [step(3), step(1), step(2)] };
    const announced: number[] = [];
    assert.deepEqual(await migrateSchema(store, schema, (migration) => announced.push(migration.from)), [2, 3, 4]);
    assert.deepEqual(announced, [1, 2, 3]);
    assert.deepEqual(
      [store.get(key(1)), store.get(key(2)), store.get(key(3))],
      [0, 1, 2].map((n) => new Uint8Array([n])),
    );
    assert.deepEqual(await migrateSchema(store, schema), []);
  });

  it("leaves a database of a newer version as it is", async () => {
    const store = new MemoryStore();
    await migrateSchema(store, { version: 9, migrations: [] });
    const before = store.dump();
    await assert.rejects(migrateSchema(store, { version: 8, migrations: [step(7)] }), { code: "DB_NEWER" });
    assert.deepEqual(store.dump(), before);
  });

  it("does not begin when a step is missing, or when the database is not ours", async () => {
    const store = new MemoryStore();
    await migrateSchema(store, { version: 1, migrations: [] });
    const before = store.dump();
    await assert.rejects(migrateSchema(store, { version: 4, migrations: [step(1), step(3)] }), {
      code: "DB_MIGRATION",
    });
    assert.deepEqual(store.dump(), before);
    const foreign = new MemoryStore();
    await foreign.batch([put(key(1), key(1))], { sync: true });
    await assert.rejects(migrateSchema(foreign), { code: "DB_MIGRATION" });
    assert.equal(foreign.size, 1);
  });

  it("stays at the last complete step when one fails", async () => {
    const store = new MemoryStore();
    await migrateSchema(store, { version: 1, migrations: [] });
    const failing: Migration = {
      from: 2,
      summary: "fails half way",
      async *operations(): AsyncGenerator<BatchOp> {
        yield put(key(9), key(9));
        assert.fail("half way");
      },
    };
    await assert.rejects(migrateSchema(store, { version: 3, migrations: [step(1), failing] }), assert.AssertionError);
    assert.equal(readSchemaVersion(store), 2);
    assert.equal(store.has(key(9)), false);
    assert.deepEqual(await migrateSchema(store, { version: 3, migrations: [step(1), step(2)] }), [3]);
  });

  it("is checked by openDatabase, which closes what it refuses", async () => {
    const location = await mkdtemp(join(tmpdir(), "lucid-schema-"));
    const options = { location, multithreading: false };
    await (await openDatabase({ ...options, schema: { version: 2, migrations: [] } })).close();
    await assert.rejects(openDatabase({ ...options, schema: { version: 1, migrations: [] } }), { code: "DB_NEWER" });
    await (await LevelStore.open(options)).close();
    await rm(location, { recursive: true });
  });
});

describe("namespaces", () => {
  it("have a byte each, below 0xff", () => {
    const bytes = Object.values(namespaces);
    assert.equal(new Set(bytes).size, bytes.length);
    for (const byte of bytes) assert.ok(Number.isInteger(byte) && byte >= 0 && byte < 0xff);
    assert.equal(namespaceName(namespaces.block), "block");
    assert.equal(namespaceName(0xfe), undefined);
  });
});
