import assert from "node:assert/strict";
import { CrashRun, READY_LIMIT } from "../../src/crash/crashRun.js";

describe("kill -9 of a real validator", () => {
  it("loses nothing that was acknowledged and never signs twice, 20 times", async function () {
    this.timeout(10 * 60_000);
    const log = (line: string) => void process.stderr.write(`${line}\n`);
    const result = await new CrashRun({ kills: 20, seed: 1, readyLimit: 60_000, fullCheckEvery: 10, log }).run();
    assert.deepEqual(result.broken, []);
    // Of a machine that runs other tests at the same time the worst start says nothing, the usual one does.
    assert.ok(result.readyMedian < READY_LIMIT, `ready after ${result.readyMedian} ms`);
    assert.ok(result.blocks > 3 && result.transactions > 20 && result.chunks > 20, JSON.stringify(result));
  });
});
