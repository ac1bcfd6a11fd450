import assert from "node:assert/strict";
import { VirtualClock } from "@lucid/consensus/base";
import * as fc from "fast-check";
import { SLOT_PLAIN_START } from "../../../src/chunk/index.js";
import { StorageError } from "../../../src/errors.js";
import { createInlineEngine } from "../../../src/session/chunkEngine.js";
import { GroupCommit } from "../../../src/session/groupCommit.js";
import { parallelOrdered } from "../../../src/session/parallelOrdered.js";
import { streamChunks } from "../../../src/session/sourceChunks.js";
import { createWorkerEngine } from "../../../src/session/workerEngine.js";
import { CHUNK } from "./sessionFixtures.js";

const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await Promise.resolve();
};

describe("parallelOrdered", () => {
  it("keeps the order, starts no more than it may, and starts all it may", async () => {
    const input = fc.record({
      delays: fc.array(fc.nat(30), { maxLength: 40 }),
      concurrency: fc.integer({ min: 1, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(input, async ({ delays, concurrency }) => {
        let running = 0;
        let most = 0;
        async function* source() {
          yield* delays.entries();
        }
        const stage = parallelOrdered<[number, number], number>(concurrency, async ([index, delay]) => {
          running++;
          most = Math.max(most, running);
          await turns(delay);
          running--;
          return index;
        });
        const out: number[] = [];
        for await (const index of stage(source())) out.push(index);
        assert.deepEqual(out, [...delays.keys()]);
        assert.ok(most <= concurrency);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it("waits for what it started and closes the source, whatever ends it", async () => {
    for (const how of ["task fails", "source fails", "consumer leaves"] as const) {
      let running = 0;
      let closed = false;
      async function* source() {
        try {
          for (let i = 0; i < 10; i++) {
            if (how === "source fails" && i === 4) throw new StorageError({ code: "IO_FAILED", message: "source" });
            yield i;
          }
        } finally {
          closed = true;
        }
      }
      const stage = parallelOrdered<number, number>(3, async (i) => {
        running++;
        await turns(i === 2 ? 2 : 20);
        running--;
        if (how === "task fails" && i === 2) throw new StorageError({ code: "IO_FAILED", message: "task" });
        return i;
      });
      const drain = async () => {
        for await (const i of stage(source())) if (how === "consumer leaves" && i === 1) break;
      };
      if (how === "consumer leaves") await drain();
      else await assert.rejects(drain(), { code: "IO_FAILED" });
      assert.equal(running, 0, how);
      assert.ok(closed, how);
    }
  });
});

describe("GroupCommit", () => {
  it("puts what waits into one group, in order, and fails only the group that fails", async () => {
    const groups: number[][] = [];
    const commit = new GroupCommit<number>(async (items) => {
      groups.push([...items]);
      await turns(10);
      if (items.includes(3)) throw new StorageError({ code: "IO_FAILED", message: "disk" });
    });
    const first = commit.add(1);
    await turns(3);
    const rest = [commit.add(2), commit.add(3), commit.add(4)];
    await first;
    await turns(3);
    const later = commit.add(5);
    const settled = await Promise.allSettled(rest);
    assert.deepEqual(new Set(settled.map(({ status }) => status)), new Set(["rejected"]));
    await later;
    assert.deepEqual(groups, [[1], [2, 3, 4], [5]]);
  });
});

describe("streamChunks", () => {
  it("cuts any sequence of pieces into full chunks and a last one", async () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 2 * CHUNK + 5 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(lengths, async (pieces) => {
        const engine = createInlineEngine({ chunkSize: CHUNK, slots: 2 });
        const total = pieces.reduce((sum, length) => sum + length, 0);
        async function* source() {
          let at = 0;
          for (const length of pieces) {
            yield Uint8Array.from({ length }, (_, i) => (at + i) & 0xff);
            at += length;
          }
        }
        const options = { signal: new AbortController().signal, clock: new VirtualClock(0), flushAfter: 1000 };
        let at = 0;
        let ended = false;
        for await (const { slot, plainLength, index, last } of streamChunks(source(), engine, options)) {
          assert.equal(index, at / CHUNK);
          assert.equal(plainLength, Math.min(CHUNK, total - at));
          assert.equal(slot.bytes[SLOT_PLAIN_START + plainLength - 1], (at + plainLength - 1) & 0xff);
          at += plainLength;
          assert.equal(ended, false);
          ended = last;
          engine.release(slot);
        }
        assert.equal(at, total);
        assert.equal(ended, total > 0);
        await engine.stop();
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it("hands a chunk over that is old, though it is not full", async () => {
    const clock = new VirtualClock(0);
    const engine = createInlineEngine({ chunkSize: CHUNK, slots: 2 });
    let finish: (() => void) | undefined;
    async function* source() {
      yield Uint8Array.of(1, 2, 3);
      await new Promise<void>((resolve) => {
        finish = resolve;
        clock.advanceTo(999);
        setImmediate(() => clock.advanceTo(1000));
      });
      yield Uint8Array.of(4);
    }
    const seen: [number, boolean][] = [];
    const options = { signal: new AbortController().signal, clock, flushAfter: 1000 };
    for await (const { slot, plainLength, last } of streamChunks(source(), engine, options)) {
      seen.push([plainLength, last]);
      engine.release(slot);
      finish?.();
    }
    assert.deepEqual(seen, [
      [3, false],
      [1, true],
    ]);
  });
});

describe("worker engine", () => {
  it("passes errors of jobs on with their codes, and refuses work after stop", async () => {
    const engine = createWorkerEngine({ chunkSize: CHUNK, workers: 2 });
    const slot = await engine.acquire();
    const job = { kind: "verify" as const, blobLength: 10, expected: { root: new Uint8Array(32), size: 10 } };
    await assert.rejects(engine.run(slot, job), { code: "CHUNK_ROOT_MISMATCH" });
    await assert.rejects(engine.run(slot, { ...job, expected: { ...job.expected, size: 11 } }), {
      code: "CHUNK_TRUNCATED",
    });
    engine.release(slot);
    await engine.stop();
    await engine.stop();
    await assert.rejects(engine.acquire(), { code: "WORKER_FAILED" });
    await assert.rejects(engine.run(slot, job), { code: "WORKER_FAILED" });
  });

  it("fails when its workers cannot start, and does not hang", async () => {
    const engine = createWorkerEngine({
      chunkSize: CHUNK,
      workers: 2,
      workerUrl: new URL("file:///no/such/worker.js"),
    });
    const slot = await engine.acquire();
    const job = { kind: "verify" as const, blobLength: 10, expected: { root: new Uint8Array(32), size: 10 } };
    await assert.rejects(engine.run(slot, job), { code: "WORKER_FAILED" });
    await engine.stop();
  });

  it("waits for a slot until one is free, or until the signal fires", async () => {
    const engine = createInlineEngine({ chunkSize: CHUNK, slots: 1 });
    const slot = await engine.acquire();
    const abort = new AbortController();
    const aborted = engine.acquire(abort.signal);
    const waiting = engine.acquire();
    abort.abort();
    await assert.rejects(aborted, { code: "SESSION_ABORTED" });
    engine.release(slot);
    assert.equal(await waiting, slot);
    const closed = engine.acquire();
    const rejected = assert.rejects(closed, { code: "WORKER_FAILED" });
    await engine.stop();
    await rejected;
  });
});
