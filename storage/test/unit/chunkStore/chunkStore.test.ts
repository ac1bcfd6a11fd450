import assert from "node:assert/strict";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "@lucid/consensus/base";
import {
  ChunkStore,
  type ChunkStoreOptions,
  type FileSystem,
  MemoryStore,
  realFileSystem,
  StorageError,
} from "../../../src/index.js";
import { makeBlob, sessionA, sessionB } from "./makeBlob.js";

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}

describe("ChunkStore", () => {
  let folder: string;
  let store: MemoryStore;
  let chunks: ChunkStore;
  let time: number;

  const open = (options: Partial<ChunkStoreOptions> = {}) =>
    ChunkStore.open({ folder, quotaBytes: 1_000_000, reservedFreeBytes: 0, ...options }, { store, now: () => time });
  const fileOf = (root: Uint8Array) => {
    const name = toHex(root).slice(2);
    return join(folder, name.slice(0, 2), name.slice(2, 4), name);
  };

  beforeEach(async () => {
    time = 1_000;
    folder = join(await mkdtemp(join(tmpdir(), "lucid-chunks-")), "chunks");
    store = new MemoryStore();
    chunks = await open();
  });

  afterEach(async () => {
    await chunks.close();
    await rm(join(folder, ".."), { recursive: true });
  });

  it("stores a blob in a file of its own and reads it back, whole and in part", async () => {
    const { root, blob } = makeBlob(3, 5000);
    const { record, created } = await chunks.put(root, blob);
    assert.equal(created, true);
    assert.deepEqual(record, {
      state: "stored",
      size: blob.length,
      sessionId: sessionA,
      index: 3,
      last: false,
      manifest: false,
      storedAt: 1_000,
      lastVerified: 1_000,
    });
    assert.deepEqual(chunks.get(root), record);
    assert.equal(chunks.has(root), true);
    assert.deepEqual(await chunks.read(root), blob);
    assert.deepEqual(await chunks.readRange(root, 71, 20), blob.slice(71, 91));
    assert.deepEqual(await chunks.readRange(root, blob.length, 0), new Uint8Array());
    const memory = new Uint8Array(30).fill(7);
    await chunks.readInto(root, 71, memory.subarray(5, 25));
    assert.deepEqual(memory.subarray(5, 25), blob.subarray(71, 91));
    assert.ok([...memory.subarray(0, 5), ...memory.subarray(25)].every((byte) => byte === 7));
    assert.deepEqual(new Uint8Array(await readFile(fileOf(root))), blob);
    assert.equal((await stat(fileOf(root))).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(join(folder, "tmp")), []);
  });

  it("does not write a chunk twice, nor count it twice", async () => {
    const { root, blob } = makeBlob(0);
    await Promise.all([chunks.put(root, blob), chunks.put(root, blob), chunks.put(root, blob)]);
    assert.equal((await chunks.put(root, blob)).created, false);
    assert.deepEqual([chunks.stats().chunks, chunks.stats().bytes], [1, blob.length]);
  });

  it("writes a chunk again when its file was lost or cut without anybody noticing", async () => {
    const { root, blob } = makeBlob(0);
    await chunks.put(root, blob);
    for (const harm of [(file: string) => rm(file), (file: string) => truncate(file, 3)]) {
      await harm(fileOf(root));
      assert.equal((await chunks.put(root, blob)).created, true);
      assert.deepEqual(await chunks.read(root), blob);
    }
    assert.deepEqual([chunks.stats().chunks, chunks.stats().bytes], [1, blob.length]);
  });

  it("refuses what is no chunk, another chunk than named, and too large a one", async () => {
    const { root, blob } = makeBlob(0);
    await assert.rejects(chunks.put(root, new Uint8Array(10)), { code: "CHUNK_TRUNCATED" });
    await assert.rejects(chunks.put(root, new Uint8Array(200)), { code: "CHUNK_MALFORMED" });
    await assert.rejects(chunks.put(makeBlob(1).root, blob), { code: "CHUNK_ROOT_MISMATCH" });
    chunks = await open({ maxBlobSize: 186 });
    await assert.rejects(chunks.put(root, blob), { code: "CHUNK_TOO_LARGE" });
    assert.equal(chunks.stats().chunks, 0);
    assert.deepEqual(await readdir(folder), ["tmp"]);
  });

  it("answers with codes for what is not there and for ranges outside", async () => {
    const { root, blob } = makeBlob(0);
    await assert.rejects(chunks.read(root), { code: "CHUNK_NOT_FOUND" });
    assert.equal(chunks.get(root), undefined);
    assert.equal(await chunks.delete(root), false);
    assert.equal(await chunks.verify(root), undefined);
    await chunks.put(root, blob);
    for (const [start, length] of [
      [-1, 2],
      [0, blob.length + 1],
      [blob.length, 1],
      [0.5, 1],
      [1, -1],
      [Number.NaN, 1],
    ] as const) {
      await assert.rejects(chunks.readRange(root, start, length), { code: "CHUNK_RANGE" });
      if (length < 0) continue;
      await assert.rejects(chunks.readInto(root, start, new Uint8Array(length)), { code: "CHUNK_RANGE" });
    }
  });

  it("lists a session in order of index, each session for itself", async () => {
    const made = [
      makeBlob(2),
      makeBlob(0),
      makeBlob(0xffffffff, 100, { manifest: true }),
      makeBlob(0, 100, { salt: 1 }),
    ];
    for (const { root, blob } of [...made, makeBlob(1, 100, { session: sessionB })]) await chunks.put(root, blob);
    const listed = await collect(chunks.session(sessionA));
    assert.deepEqual(
      listed.map(({ index, manifest }) => [index, manifest]),
      [
        [0, false],
        [0, false],
        [2, false],
        [0xffffffff, true],
      ],
    );
    assert.deepEqual(new Set(listed.map(({ root }) => toHex(root))), new Set(made.map(({ root }) => toHex(root))));
    assert.equal((await collect(chunks.session(sessionA, 3))).length, 1);
    assert.equal((await collect(chunks.session(sessionB))).length, 1);
    assert.equal((await collect(chunks.session(new Uint8Array(32)))).length, 0);
  });

  it("deletes file, record, index and share of the quota", async () => {
    const { root, blob } = makeBlob(0);
    await chunks.put(root, blob);
    assert.equal(await chunks.delete(root), true);
    assert.equal(chunks.get(root), undefined);
    assert.deepEqual(await collect(chunks.session(sessionA)), []);
    assert.deepEqual([chunks.stats().chunks, chunks.stats().bytes], [0, 0]);
    await assert.rejects(stat(fileOf(root)), { code: "ENOENT" });
  });

  it("stops uploads at 90 % of the quota and duties at the quota, and goes on reading", async () => {
    const made = Array.from({ length: 11 }, (_, i) => makeBlob(i, 913)); // 1,000 bytes each
    chunks = await open({ quotaBytes: 10_000 });
    for (const { root, blob } of made.slice(0, 9)) await chunks.put(root, blob);
    assert.equal(chunks.stats().accepting, false);
    const [tenth, eleventh] = made.slice(9);
    assert.ok(tenth !== undefined && eleventh !== undefined);
    await assert.rejects(chunks.put(tenth.root, tenth.blob), { code: "STORE_FULL" });
    await chunks.put(tenth.root, tenth.blob, { purpose: "duty" });
    await assert.rejects(chunks.put(eleventh.root, eleventh.blob, { purpose: "duty" }), { code: "STORE_FULL" });
    assert.deepEqual(await chunks.read(tenth.root), tenth.blob);
    assert.equal(await chunks.delete(tenth.root), true);
    assert.equal(await chunks.delete(made[0]?.root ?? tenth.root), true);
    await chunks.put(eleventh.root, eleventh.blob);
  });

  it("never admits more than the quota, however many come at once", async () => {
    const made = Array.from({ length: 30 }, (_, i) => makeBlob(i, 913));
    chunks = await open({ quotaBytes: 10_000, writers: 8, maxWaiting: 100 });
    const results = await Promise.allSettled(made.map(({ root, blob }) => chunks.put(root, blob)));
    assert.equal(results.filter((result) => result.status === "fulfilled").length, 9);
    for (const result of results) if (result.status === "rejected") assert.equal(result.reason.code, "STORE_FULL");
    assert.deepEqual([chunks.stats().chunks, chunks.stats().bytes, chunks.stats().pendingBytes], [9, 9_000, 0]);
  });

  it("leaves room on the disk for the chain", async () => {
    const { root, blob } = makeBlob(0);
    chunks = await open({ reservedFreeBytes: 2 ** 60 });
    await assert.rejects(chunks.put(root, blob), { code: "STORE_FULL" });
    assert.deepEqual(await readdir(folder), ["tmp"]);
  });

  it("refuses more waiting chunks than it may hold", async () => {
    const made = Array.from({ length: 10 }, (_, i) => makeBlob(i));
    chunks = await open({ writers: 2, maxWaiting: 3 });
    const results = await Promise.allSettled(made.map(({ root, blob }) => chunks.put(root, blob)));
    const refused = results.filter((result) => result.status === "rejected");
    assert.equal(refused.length, 5);
    for (const result of refused) assert.equal(result.reason.code, "STORE_BUSY");
    assert.equal(chunks.stats().chunks, 5);
  });

  it("finds a flipped bit, a truncated, a longer and a lost file, marks them and takes a new copy", async () => {
    const damages: readonly [string, string, (file: string) => Promise<void>][] = [
      [
        "damaged",
        "CHUNK_DAMAGED",
        async (file) => {
          const bytes = await readFile(file);
          bytes[100] = (bytes[100] ?? 0) ^ 4;
          await writeFile(file, bytes);
        },
      ],
      ["damaged", "CHUNK_DAMAGED", (file) => truncate(file, 150)],
      ["damaged", "CHUNK_DAMAGED", (file) => appendFile(file, "x")],
      ["missing", "CHUNK_MISSING", (file) => rm(file)],
    ];
    for (const [i, [state, code, harm]] of damages.entries()) {
      const { root, blob } = makeBlob(i);
      for (const find of ["read", "verify"] as const) {
        time++;
        await chunks.put(root, blob);
        await harm(fileOf(root));
        if (find === "read") await assert.rejects(chunks.read(root), { code });
        else assert.equal(await chunks.verify(root), state);
        assert.equal(chunks.get(root)?.state, state);
        assert.equal(chunks.has(root), false);
        await assert.rejects(chunks.read(root), { code });
        await assert.rejects(chunks.readRange(root, 0, 1), { code });
        await assert.rejects(chunks.readInto(root, 0, new Uint8Array(1)), { code });
        assert.equal((await chunks.put(root, blob)).created, true);
        assert.deepEqual(await chunks.read(root), blob);
        assert.equal(await chunks.verify(root), "stored");
        assert.deepEqual(await chunks.internals.records.count(), chunks.internals.records.totals);
      }
    }
    assert.equal(chunks.stats().chunks, damages.length);
  });

  it("takes a sector that cannot be read for damage when it verifies, and passes other failures on", async () => {
    const { root, blob } = makeBlob(0);
    await chunks.put(root, blob);
    let code: "IO_FAILED" | "IO_DENIED" = "IO_FAILED";
    const files: FileSystem = {
      ...realFileSystem,
      open: async (path, intent, mode) => {
        const handle = await realFileSystem.open(path, intent, mode);
        return {
          write: (bytes) => handle.write(bytes),
          read: () => Promise.reject(new StorageError({ code, message: "bad sector" })),
          size: () => handle.size(),
          sync: () => handle.sync(),
          close: () => handle.close(),
        };
      },
    };
    const failing = await ChunkStore.open({ folder, quotaBytes: 1e6, reservedFreeBytes: 0 }, { store, files });
    code = "IO_DENIED";
    await assert.rejects(failing.verify(root), { code: "IO_DENIED" });
    await assert.rejects(failing.read(root), { code: "IO_DENIED" });
    assert.equal(chunks.get(root)?.state, "stored");
    code = "IO_FAILED";
    assert.equal(await failing.verify(root), "damaged");
  });

  it("gives up on a chunk that is another one each time it is read, yet whole when looked at", async () => {
    const { root, blob } = makeBlob(0);
    await chunks.put(root, blob);
    let calls = 0;
    // Every first look is wrong, every second one right.
    const hash = () => (calls++ % 2 === 0 ? new Uint8Array(32) : root);
    const unsteady = await ChunkStore.open({ folder, quotaBytes: 1e6 }, { store, hash });
    await assert.rejects(unsteady.read(root), { code: "CHUNK_DAMAGED" });
    assert.equal(calls, 6);
    assert.equal(chunks.get(root)?.state, "stored");
  });

  it("records when a chunk was last found whole", async () => {
    const { root, blob } = makeBlob(0);
    await chunks.put(root, blob);
    time = 5_000;
    assert.equal(await chunks.verify(root), "stored");
    assert.deepEqual([chunks.get(root)?.storedAt, chunks.get(root)?.lastVerified], [1_000, 5_000]);
  });

  it("removes at opening what a crash left unfinished", async () => {
    await writeFile(join(folder, "tmp", "left over"), "x");
    await open();
    assert.deepEqual(await readdir(join(folder, "tmp")), []);
  });

  it("knows its totals after it is opened again", async () => {
    for (let i = 0; i < 5; i++) await chunks.put(makeBlob(i).root, makeBlob(i).blob);
    await chunks.close();
    chunks = await open();
    assert.deepEqual([chunks.stats().chunks, chunks.stats().bytes], [5, 5 * 187]);
    const empty = await ChunkStore.open({ folder, quotaBytes: 1 }, { store: new MemoryStore() });
    assert.equal(empty.stats().chunks, 0);
  });

  it("is closed after what is under way, and then refuses", async () => {
    const { root, blob } = makeBlob(0);
    const putting = chunks.put(root, blob);
    await chunks.close();
    await chunks.close();
    assert.equal((await putting).created, true);
    await assert.rejects(chunks.put(root, blob), { code: "STORE_CLOSED" });
    await assert.rejects(chunks.read(root), { code: "STORE_CLOSED" });
    assert.throws(() => chunks.get(root), { code: "STORE_CLOSED" });
  });

  it("reports a folder that is a file", async () => {
    await rm(folder, { recursive: true });
    await writeFile(folder, "");
    await assert.rejects(open(), (error: Error & { code: string }) =>
      ["IO_EXISTS", "IO_NOT_FOUND"].includes(error.code),
    );
    await rm(folder);
    await mkdir(folder);
  });

  it("survives many writers, readers and deleters at once", async () => {
    chunks = await open({ writers: 4, maxWaiting: 1_000 });
    const made = Array.from({ length: 20 }, (_, i) => makeBlob(i, 300));
    const work: Promise<unknown>[] = [];
    for (let round = 0; round < 5; round++) {
      for (const [i, { root, blob }] of made.entries()) {
        work.push(chunks.put(root, blob));
        work.push(
          chunks.read(root).then(
            (read) => assert.deepEqual(read, blob),
            (error) => assert.equal(error.code, "CHUNK_NOT_FOUND"),
          ),
        );
        if ((i + round) % 3 === 0) work.push(chunks.delete(root));
        work.push(chunks.verify(root).then((state) => assert.ok(state === "stored" || state === undefined)));
      }
    }
    await Promise.all(work);
    assert.deepEqual(await chunks.internals.records.count(), chunks.internals.records.totals);
    assert.equal((await collect(chunks.session(sessionA))).length, chunks.stats().chunks);
    assert.equal((await collect(chunks.internals.files.roots())).length, chunks.stats().chunks);
  });
});
