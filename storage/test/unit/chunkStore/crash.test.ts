import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { enumerateCrashes, FaultDisk } from "../../../src/faults/index.js";
import { ChunkStore, migrateSchema, reconcileChunks } from "../../../src/index.js";
import { makeBlob, sessionA } from "./makeBlob.js";

interface State {
  readonly acknowledged: Set<number>;
  readonly deleted: Set<number>;
}

const made = Array.from({ length: 4 }, (_, i) => makeBlob(i, 50 + i));
const item = (i: number) => {
  const found = made[i];
  assert.ok(found !== undefined);
  return found;
};
const begin = (): State => ({ acknowledged: new Set(), deleted: new Set() });

async function open(disk: FaultDisk): Promise<ChunkStore> {
  await migrateSchema(disk.store());
  return ChunkStore.open(
    { folder: "/data/chunks", quotaBytes: 1e6, reservedFreeBytes: 0 },
    { store: disk.store(), files: disk.files, now: () => 1 },
  );
}

async function put(chunks: ChunkStore, state: State, i: number): Promise<void> {
  await chunks.put(item(i).root, item(i).blob);
  state.acknowledged.add(i);
}

/** What must hold after any crash: nothing acknowledged is lost, every record is true, files and records fit. */
async function check(disk: FaultDisk, state: State): Promise<void> {
  const chunks = await open(disk);
  for (const i of state.acknowledged) {
    if (state.deleted.has(i)) continue;
    assert.deepEqual(await chunks.read(item(i).root), item(i).blob, `chunk ${i} was acknowledged`);
  }
  const records = new Set<string>();
  for await (const [root, record] of chunks.entries()) {
    records.add(toHex(root));
    assert.equal(record.state, "stored");
    assert.equal(await chunks.verify(root), "stored", "a record without its file");
  }
  const listed: string[] = [];
  for await (const { root } of chunks.session(sessionA)) listed.push(toHex(root));
  assert.deepEqual(new Set(listed), records);
  assert.equal(listed.length, records.size);
  assert.deepEqual(await chunks.internals.records.count(), chunks.internals.records.totals);
  assert.deepEqual(await disk.files.list("/data/chunks/tmp"), []);
  const report = await reconcileChunks(chunks, { extra: "remove" });
  assert.deepEqual([report.missing, report.damaged], [0, 0]);
  const files = new Set<string>();
  for await (const root of chunks.internals.files.roots()) files.add(toHex(root));
  // Without any record the files were adopted, else the ones without a record are gone.
  for await (const [root] of chunks.entries()) records.add(toHex(root));
  assert.deepEqual(files, records);
  assert.deepEqual(await chunks.internals.records.count(), chunks.internals.records.totals);
  await chunks.close();
}

describe("ChunkStore: stopped at every write, fsync, rename and batch", function () {
  this.timeout(60_000);

  it("keeps every acknowledged chunk, writing one after the other", async () => {
    const summary = await enumerateCrashes({
      begin,
      run: async (disk, state) => {
        const chunks = await open(disk);
        for (let i = 0; i < 3; i++) await put(chunks, state, i);
        await chunks.close();
      },
      check,
    });
    assert.ok(summary.points > 60, JSON.stringify(summary));
  });

  it("keeps every acknowledged chunk, writing and deleting side by side", async () => {
    await enumerateCrashes({
      begin,
      run: async (disk, state) => {
        const chunks = await open(disk);
        await put(chunks, state, 3);
        state.deleted.add(3);
        await Promise.all([
          put(chunks, state, 0),
          put(chunks, state, 1),
          put(chunks, state, 2),
          chunks.delete(item(3).root),
        ]);
        await chunks.close();
      },
      check,
    });
  });

  it("keeps what is acknowledged after a first crash through a second one", async () => {
    const summary = await enumerateCrashes({
      begin,
      run: async (disk, state) => {
        const chunks = await open(disk);
        await put(chunks, state, 0);
      },
      recover: async (disk, state) => {
        const chunks = await open(disk);
        await put(chunks, state, 0);
        await put(chunks, state, 1);
        await chunks.close();
      },
      check,
      nested: true,
      survivals: ["all", { seed: 7 }],
    });
    assert.ok(summary.runs > 700, JSON.stringify(summary));
  });

  it("refuses with a code and stays whole when an operation fails and the machine goes on", async () => {
    const whole = FaultDisk.create();
    const run = async (disk: FaultDisk, state: State, refused: string[]) => {
      const chunks = await open(disk).catch((error: Error & { code: string }) => void refused.push(error.code));
      if (chunks === undefined) return;
      for (let i = 0; i < 3; i++) {
        await put(chunks, state, i).catch((error: Error & { code: string }) => refused.push(error.code));
      }
      await chunks.close();
    };
    await run(whole, begin(), []);
    for (let at = 1; at <= whole.plan.passed.length; at++) {
      for (const code of ["DISK_FULL", "IO_FAILED"] as const) {
        const state = begin();
        const refused: string[] = [];
        const disk = FaultDisk.create({ fail: { at, code } });
        await run(disk, state, refused);
        const label = `${code} at ${at}: ${disk.plan.passed[at - 1]}`;
        assert.ok(
          refused.every((found) => found === code),
          `${label}: ${refused}`,
        );
        // The failure hit something that is cleaned up, or it was reported.
        assert.ok(refused.length > 0 || state.acknowledged.size === 3, label);
        await check(disk.restart("none"), state);
        await check(disk.restart("all"), state);
      }
    }
  });

  it("tears nothing when the disk runs full", async () => {
    for (let capacity = 100; capacity < 700; capacity += 13) {
      const state = begin();
      const disk = FaultDisk.create({ capacity });
      const chunks = await open(disk);
      for (let i = 0; i < 4; i++) {
        await put(chunks, state, i).catch((error: Error & { code: string }) => {
          assert.ok(error.code === "DISK_FULL" || error.code === "STORE_FULL", error.code);
        });
      }
      assert.ok(
        state.acknowledged.size === Math.min(4, [137, 275, 414, 554].filter((sum) => sum <= capacity).length),
        `${capacity}`,
      );
      await check(disk.restart("none"), state);
    }
  });
});
