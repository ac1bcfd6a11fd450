import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex, VirtualClock } from "@lucid/consensus/base";
import { chunkRoot } from "@lucid/consensus/proofs";
import { ChunkScrubber, ChunkStore, MemoryStore, reconcileChunks } from "../../../src/index.js";
import { type MadeBlob, makeBlob, sessionA } from "./makeBlob.js";

describe("chunk store: scrub and reconciling", () => {
  let folder: string;
  let store: MemoryStore;
  let chunks: ChunkStore;
  let clock: VirtualClock;
  let made: MadeBlob[];

  const fileOf = (root: Uint8Array) => {
    const name = toHex(root).slice(2);
    return join(folder, name.slice(0, 2), name.slice(2, 4), name);
  };
  const at = (i: number): MadeBlob => {
    const found = made[i];
    assert.ok(found !== undefined);
    return found;
  };
  const flip = async (root: Uint8Array) => {
    const bytes = await readFile(fileOf(root));
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(fileOf(root), bytes);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lucid-scrub-"));
    store = new MemoryStore();
    clock = new VirtualClock(1_000_000);
    chunks = await ChunkStore.open(
      { folder, quotaBytes: 1e6, reservedFreeBytes: 0 },
      { store, now: () => clock.now() },
    );
    made = Array.from({ length: 10 }, (_, i) => makeBlob(i, 913));
    for (const { root, blob } of made) await chunks.put(root, blob);
  });

  afterEach(async () => {
    await chunks.close();
    await rm(folder, { recursive: true });
  });

  /** Lets the scrub go on until `end`, milliseconds. */
  const run = async (scrubber: ChunkScrubber, end: number) => {
    for (let next = clock.nextTimer(); next !== undefined && next <= end; next = clock.nextTimer()) {
      clock.advanceTo(next);
      await scrubber.settled();
    }
    clock.advanceTo(end);
  };

  it("finds a flipped bit and a lost file, marks and reports them, at the rate that was asked for", async () => {
    await flip(at(3).root);
    await rm(fileOf(at(7).root));
    const found: string[] = [];
    const scrubber = new ChunkScrubber(
      { bytesPerSecond: 1_000, cycleMilliseconds: 60_000 },
      { chunks, clock, onDamage: (root, state) => found.push(`${toHex(root)} ${state}`) },
    );
    scrubber.start();
    scrubber.start();
    await run(scrubber, clock.now() + 5_100);
    // 1,000 bytes each at 1,000 bytes a second: the sixth chunk is read after five seconds.
    assert.deepEqual([scrubber.stats.chunks, scrubber.stats.cycles], [6, 0]);
    await run(scrubber, clock.now() + 10_000);
    assert.deepEqual(
      [scrubber.stats.chunks, scrubber.stats.cycles, scrubber.stats.found, scrubber.stats.bytes],
      [10, 1, 2, 10_000],
    );
    assert.deepEqual(new Set(found), new Set([`${toHex(at(3).root)} damaged`, `${toHex(at(7).root)} missing`]));
    assert.deepEqual([chunks.get(at(3).root)?.state, chunks.get(at(7).root)?.state], ["damaged", "missing"]);
    // Repaired, and found whole by the next walk, which begins a minute after the first one.
    for (const i of [3, 7]) await chunks.put(at(i).root, at(i).blob);
    await run(scrubber, 1_000_000 + 60_000 + 10_500);
    assert.deepEqual([scrubber.stats.chunks, scrubber.stats.found], [20, 2]);
    for (const { root } of made) assert.ok((chunks.get(root)?.lastVerified ?? 0) > 1_050_000);
    await scrubber.stop();
    await scrubber.stop();
    assert.equal(clock.nextTimer(), undefined);
  });

  it("goes on after a restart where it was", async () => {
    const options = { bytesPerSecond: 1_000, cycleMilliseconds: 60_000 };
    const first = new ChunkScrubber(options, { chunks, clock });
    first.start();
    await run(first, clock.now() + 3_100);
    await first.stop();
    assert.equal(first.stats.chunks, 4);
    const second = new ChunkScrubber(options, { chunks, clock });
    second.start();
    await run(second, clock.now() + 8_000);
    assert.deepEqual([second.stats.chunks, second.stats.cycles], [6, 1]);
    await second.stop();
  });

  it("tries again after an error, and stops quietly on a closed store", async () => {
    const errors: unknown[] = [];
    const scrubber = new ChunkScrubber({}, { chunks, clock, onError: (error) => errors.push(error) });
    await store.close();
    scrubber.start();
    await run(scrubber, clock.now() + 25_000);
    assert.equal(errors.length, 3);
    assert.ok(errors.every((error) => error instanceof Error && "code" in error && error.code === "DB_CLOSED"));
    await scrubber.stop();
  });

  it("removes files without a record, and leaves alone what is not ours", async () => {
    const extra = makeBlob(99);
    await mkdir(join(fileOf(extra.root), ".."), { recursive: true });
    await writeFile(fileOf(extra.root), extra.blob);
    await writeFile(join(folder, "README"), "not ours");
    await writeFile(join(fileOf(extra.root), "..", "also not ours"), "");
    await rm(fileOf(at(2).root));
    await writeFile(fileOf(at(4).root), "short");
    const report = await reconcileChunks(chunks, { extra: "remove" });
    assert.deepEqual(report, { files: 10, records: 10, removed: 1, adopted: 0, left: 0, missing: 1, damaged: 1 });
    await assert.rejects(readFile(fileOf(extra.root)), { code: "ENOENT" });
    assert.equal(await readFile(join(folder, "README"), "utf8"), "not ours");
    assert.deepEqual([chunks.get(at(2).root)?.state, chunks.get(at(4).root)?.state], ["missing", "damaged"]);
    assert.deepEqual(await chunks.internals.records.count(), chunks.internals.records.totals);
    // A file that is put back by hand is found whole again.
    await writeFile(fileOf(at(2).root), at(2).blob);
    await reconcileChunks(chunks, { extra: "remove" });
    assert.equal(chunks.get(at(2).root)?.state, "stored");
  });

  it("brings the records back from the files when the database is lost", async () => {
    await flip(at(0).root);
    const empty = new MemoryStore();
    const again = await ChunkStore.open(
      { folder, quotaBytes: 8_500, reservedFreeBytes: 0 },
      { store: empty, now: () => 7 },
    );
    const report = await reconcileChunks(again, { extra: "adopt" });
    // One is damaged; of the other nine the quota allows eight.
    assert.deepEqual(report, { files: 10, records: 8, removed: 1, adopted: 8, left: 1, missing: 0, damaged: 0 });
    const indexes: number[] = [];
    for await (const { root, index } of again.session(sessionA)) {
      indexes.push(index);
      assert.deepEqual(await again.read(root), at(index).blob);
    }
    assert.equal(indexes.length, 8);
    assert.deepEqual([again.stats().chunks, again.stats().bytes], [8, 8_000]);
  });

  it("never removes the files of a store that has lost its database", async () => {
    const fresh = new MemoryStore();
    const again = await ChunkStore.open({ folder, quotaBytes: 1e6, reservedFreeBytes: 0 }, { store: fresh });
    const report = await reconcileChunks(again, { extra: "remove" });
    assert.deepEqual([report.adopted, report.removed], [10, 0]);
  });

  it("adopts a file only when it is the chunk that its name says, and a chunk at all", async () => {
    const text = new TextEncoder().encode("a text, not a chunk");
    const wrong = makeBlob(77);
    for (const [root, content] of [
      [chunkRoot(text), text],
      [makeBlob(78).root, wrong.blob],
    ] as const) {
      await mkdir(join(fileOf(root), ".."), { recursive: true });
      await writeFile(fileOf(root), content);
    }
    const small = await ChunkStore.open({ folder, quotaBytes: 1e6, reservedFreeBytes: 0, maxBlobSize: 500 }, { store });
    const big = makeBlob(79, 600);
    await mkdir(join(fileOf(big.root), ".."), { recursive: true });
    await writeFile(fileOf(big.root), big.blob);
    const report = await reconcileChunks(small, { extra: "adopt" });
    assert.deepEqual([report.files, report.removed, report.adopted], [13, 3, 0]);
  });

  it("can be interrupted", async () => {
    const abort = new AbortController();
    abort.abort();
    await assert.rejects(reconcileChunks(chunks, { extra: "remove", signal: abort.signal }), { name: "AbortError" });
  });
});
