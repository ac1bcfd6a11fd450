import assert from "node:assert/strict";
import { StorageError } from "../../../src/errors.js";
import { type ChunkEngine, createInlineEngine, EnginePool } from "../../../src/session/index.js";

const SIZE = 64 * 1024;

describe("engines that are used again", () => {
  const made: { readonly engine: ChunkEngine; stopped: boolean }[] = [];
  const make = (chunkSize: number): ChunkEngine => {
    const inner = createInlineEngine({ chunkSize, slots: 2 });
    const entry = { engine: inner, stopped: false };
    made.push(entry);
    const stop = () => {
      entry.stopped = true;
      return inner.stop();
    };
    return { ...inner, stop };
  };
  const stopped = (): boolean[] => made.map((each) => each.stopped);

  beforeEach(() => made.splice(0));

  it("one user after the other has the same engine, with all its slots; two at a time have two", async () => {
    const pool = new EnginePool(make, 1);
    const first = pool.lease(SIZE);
    await first.acquire();
    await first.acquire();
    await first.stop();
    await first.stop();
    const again = pool.lease(SIZE);
    const slots = [await again.acquire(), await again.acquire()];
    assert.equal(new Set(slots).size, 2);
    assert.equal(made.length, 1);
    const other = pool.lease(SIZE);
    assert.equal(made.length, 2);
    for (const slot of slots) again.release(slot);
    await again.stop();
    // One is kept, the other has no place.
    await other.stop();
    assert.deepEqual(stopped(), [false, true]);
    const larger = pool.lease(2 * SIZE);
    assert.equal(larger.chunkSize, 2 * SIZE);
    await pool.close();
    await larger.stop();
    assert.deepEqual(stopped(), [true, true, true]);
  });

  it("a slot that was given back twice is given out once", async () => {
    const pool = new EnginePool(make, 1);
    const engine = pool.lease(SIZE);
    const slot = await engine.acquire();
    engine.release(slot);
    engine.release(slot);
    const [one, two] = [await engine.acquire(), await engine.acquire()];
    assert.notEqual(one, two);
    await engine.stop();
    await pool.close();
  });

  it("an engine whose thread died is not given to the next one", async () => {
    const dying = (chunkSize: number): ChunkEngine => ({
      ...make(chunkSize),
      run: () => Promise.reject(new StorageError({ code: "WORKER_FAILED", message: "died" })),
    });
    const pool = new EnginePool(dying, 1);
    const engine = pool.lease(SIZE);
    const slot = await engine.acquire();
    const expected = { root: new Uint8Array(32), size: 1 };
    await assert.rejects(engine.run(slot, { kind: "verify", blobLength: 1, expected }), { code: "WORKER_FAILED" });
    await engine.stop();
    pool.lease(SIZE);
    assert.equal(made.length, 2);
    await pool.close();
  });
});
