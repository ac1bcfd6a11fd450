import assert from "node:assert/strict";
import { dirname } from "node:path";
import { enumerateCrashes, FaultDisk, type Survival } from "../../src/faults/index.js";
import { ensureDirectory, put, readFileBounded, writeFileAtomic } from "../../src/index.js";

const text = (value: string) => new TextEncoder().encode(value);
const key = (byte: number) => new Uint8Array([byte]);
const modes: readonly Survival[] = [
  "none",
  "all",
  { seed: 1 },
  { seed: 2 },
  { seed: 3 },
  { seed: 4 },
  { seed: 5 },
  { seed: 6 },
];

async function content(disk: FaultDisk, path: string): Promise<string | undefined> {
  if ((await disk.files.stat(path)) === undefined) return undefined;
  return new TextDecoder().decode(await readFileBounded(disk.files, path, 1_000));
}

describe("FaultDisk: what a stopped machine keeps", () => {
  it("loses what was not synced, and keeps it when only the process dies", async () => {
    const write = async () => {
      const disk = FaultDisk.create();
      const handle = await disk.files.open("/file", "create");
      await handle.write(text("synced"));
      await handle.sync();
      await disk.files.syncDirectory("/");
      await handle.write(text(" and not"));
      await disk.store().batch([put(key(1), key(1))], { sync: true });
      await disk.store().batch([put(key(2), key(2))], { sync: false });
      return disk;
    };
    const power = (await write()).restart("none");
    assert.equal(await content(power, "/file"), "synced");
    assert.deepEqual([power.store().has(key(1)), power.store().has(key(2))], [true, false]);
    const kill = (await write()).restart("all");
    assert.equal(await content(kill, "/file"), "synced and not");
    assert.equal(kill.store().has(key(2)), true);
  });

  it("loses a name whose folder was not synced, even if the file was", async () => {
    const disk = FaultDisk.create();
    await (await disk.files.open("/file", "create")).sync();
    assert.equal(await content(disk.restart("none"), "/file"), undefined);
  });

  it("loses a folder with everything in it when its own name was not synced", async () => {
    const disk = FaultDisk.create();
    await disk.files.makeDirectory("/folder");
    await (await disk.files.open("/folder/file", "create")).sync();
    await disk.files.syncDirectory("/folder");
    assert.deepEqual(await disk.restart("none").files.list("/"), []);
  });

  it("keeps a file under its old or its new name when a rename was not synced", async () => {
    const seen = new Set<string>();
    for (const survival of modes) {
      const disk = FaultDisk.create();
      await disk.files.makeDirectory("/a");
      await disk.files.makeDirectory("/b");
      await disk.files.syncDirectory("/");
      const handle = await disk.files.open("/a/file", "create");
      await handle.write(text("x"));
      await handle.sync();
      await disk.files.syncDirectory("/a");
      await disk.files.rename("/a/file", "/b/file");
      const after = disk.restart(survival);
      const where = `${await content(after, "/a/file")} ${await content(after, "/b/file")}`;
      seen.add(where);
      assert.notEqual(where, "undefined undefined");
    }
    assert.ok(seen.size >= 2);
  });

  it("fails every operation after the stop", async () => {
    const disk = FaultDisk.create({ crashAt: 1 });
    await assert.rejects(disk.store().batch([put(key(1), key(1))], { sync: true }), { code: "FAULT_INJECTED" });
    assert.throws(() => disk.store().get(key(1)), { code: "FAULT_INJECTED" });
    await assert.rejects(disk.files.list("/"), { code: "FAULT_INJECTED" });
    await assert.rejects(disk.files.freeBytes(), { code: "FAULT_INJECTED" });
  });

  it("is full at its capacity, after what fitted, and has room again after a removal", async () => {
    const disk = FaultDisk.create({ capacity: 10 });
    const first = await disk.files.open("/a", "create");
    await first.write(text("12345678"));
    const second = await disk.files.open("/b", "create");
    await assert.rejects(second.write(text("1234")), { code: "DISK_FULL" });
    assert.equal(await content(disk, "/b"), "12");
    await disk.files.remove("/a");
    assert.equal(await disk.files.freeBytes(), 8);
    await second.write(text("34"));
  });

  it("makes one operation fail and goes on; a database then refuses until it is opened again", async () => {
    const disk = FaultDisk.create({ fail: { at: 1, code: "DISK_FULL" } });
    await assert.rejects(disk.store().batch([put(key(1), key(1))], { sync: true }), { code: "DISK_FULL" });
    await assert.rejects(disk.store().batch([put(key(1), key(1))], { sync: true }), { code: "DISK_FULL" });
    const after = disk.restart("all");
    await after.store().batch([put(key(1), key(1))], { sync: true });
  });
});

describe("enumerateCrashes: it finds what is wrong", () => {
  type Ack = { acknowledged: string };
  const check = async (disk: FaultDisk, state: Ack) => {
    const found = await content(disk, "/dir/file");
    assert.ok(
      found === "old" || found === "new!" || (found === undefined && state.acknowledged === ""),
      `found ${found}`,
    );
    if (state.acknowledged === "new!") assert.equal(found, "new!");
    if (state.acknowledged === "old") assert.notEqual(found, undefined);
  };
  const scenario = (write: (disk: FaultDisk, content: Uint8Array) => Promise<void>) => ({
    begin: () => ({ acknowledged: "" }),
    run: async (disk: FaultDisk, state: Ack) => {
      await ensureDirectory(disk.files, "/dir");
      for (const value of ["old", "new!"]) {
        await write(disk, text(value));
        state.acknowledged = value;
      }
    },
    check,
  });

  it("nothing in writeFileAtomic, also when the recovery is interrupted too", async () => {
    const atomic = (disk: FaultDisk, value: Uint8Array) => writeFileAtomic(disk.files, "/dir/file", value);
    const recover = (disk: FaultDisk) => ensureDirectory(disk.files, "/dir");
    const summary = await enumerateCrashes({ ...scenario(atomic), recover, nested: true, survivals: modes });
    assert.ok(summary.points > 20 && summary.runs > summary.points * modes.length, JSON.stringify(summary));
  });

  // The same steps with one left out: the enumeration must notice each.
  const steps = (without: "sync" | "rename" | "folder") => async (disk: FaultDisk, value: Uint8Array) => {
    const { files } = disk;
    const path = "/dir/file";
    const target = without === "rename" ? path : `${path}.tmp`;
    if ((await files.stat(target)) !== undefined) await files.remove(target);
    const handle = await files.open(target, "create");
    await handle.write(value);
    if (without !== "sync") await handle.sync();
    if (without !== "rename") await files.rename(target, path);
    if (without !== "folder") await files.syncDirectory(dirname(path));
  };
  for (const without of ["sync", "rename", "folder"] as const) {
    it(`a write without its ${without}`, async () => {
      await assert.rejects(enumerateCrashes({ ...scenario(steps(without)), survivals: modes }), assert.AssertionError);
    });
  }

  it("a batch that is acknowledged unsynced", async () => {
    const batch = (sync: boolean) => ({
      begin: () => ({ done: 0 }),
      run: async (disk: FaultDisk, state: { done: number }) => {
        for (let i = 1; i <= 3; i++) {
          await disk.store().batch([put(key(i), key(i)), put(key(100 + i), key(i))], { sync });
          state.done = i;
        }
      },
      check: async (disk: FaultDisk, state: { done: number }) => {
        for (let i = 1; i <= 3; i++) {
          const whole = disk.store().has(key(i));
          assert.equal(disk.store().has(key(100 + i)), whole, "torn");
          if (i <= state.done) assert.ok(whole, "lost");
        }
      },
    });
    const summary = await enumerateCrashes(batch(true));
    assert.deepEqual(summary, { points: 9, runs: 54 });
    await assert.rejects(enumerateCrashes(batch(false)), assert.AssertionError);
  });
});
