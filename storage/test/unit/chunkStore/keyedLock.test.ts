import assert from "node:assert/strict";
import fc from "fast-check";
import { Gate, KeyedLock } from "../../../src/chunkStore/keyedLock.js";
import { StorageError } from "../../../src/index.js";

const failure = new StorageError({ code: "FAULT_INJECTED", message: "as asked" });

describe("KeyedLock", () => {
  it("runs one action at a time under a key, in order, whatever fails, and others beside it (property)", async () => {
    const action = fc.record({ key: fc.constantFrom("a", "b"), steps: fc.nat({ max: 4 }), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 12 }), async (actions) => {
        const lock = new KeyedLock();
        const running = new Set<string>();
        const order: Record<string, number[]> = { a: [], b: [] };
        const results = await Promise.allSettled(
          actions.map(({ key, steps, fails }, i) =>
            lock.run(key, async () => {
              assert.ok(!running.has(key));
              running.add(key);
              order[key]?.push(i);
              for (let step = 0; step < steps; step++) await Promise.resolve();
              running.delete(key);
              if (fails) throw failure;
              return i;
            }),
          ),
        );
        for (const [i, result] of results.entries()) {
          if (actions[i]?.fails === true) assert.deepEqual(result, { status: "rejected", reason: failure });
          else assert.deepEqual(result, { status: "fulfilled", value: i });
        }
        for (const key of ["a", "b"])
          assert.deepEqual(
            order[key],
            actions.flatMap((found, i) => (found.key === key ? [i] : [])),
          );
      }),
    );
  });
});

describe("Gate", () => {
  it("never runs or holds more than it may, refuses the rest, and starts what waits in order (property)", async () => {
    const parameters = fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.nat({ max: 4 }),
      fc.array(fc.record({ steps: fc.nat({ max: 4 }), fails: fc.boolean() }), { maxLength: 15 }),
    );
    await fc.assert(
      fc.asyncProperty(parameters, async ([width, depth, actions]) => {
        const gate = new Gate(width, depth);
        let running = 0;
        const started: number[] = [];
        const attempts = actions.map(({ steps, fails }, i) =>
          gate.tryRun(async () => {
            started.push(i);
            running++;
            assert.ok(running <= width);
            for (let step = 0; step < steps; step++) await Promise.resolve();
            running--;
            if (fails) throw failure;
          }),
        );
        const admitted = attempts.flatMap((attempt, i) => (attempt === undefined ? [] : [i]));
        assert.equal(admitted.length, Math.min(actions.length, width + depth));
        await Promise.allSettled(attempts);
        assert.deepEqual(started, admitted);
        assert.deepEqual([gate.running, gate.waiting], [0, 0]);
      }),
    );
  });
});
