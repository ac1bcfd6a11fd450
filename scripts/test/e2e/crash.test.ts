import assert from "node:assert/strict";
import { CrashRun } from "../../src/crash/crashRun.js";

describe("kill -9 of a real validator", () => {
  it("loses nothing that was acknowledged and never signs twice, 20 times", async function () {
    this.timeout(10 * 60_000);
    const log = (line: string) => void process.stderr.write(`${line}\n`);
    const result = await new CrashRun({ kills: 20, seed: 1, fullCheckEvery: 10, log }).run();
    assert.deepEqual(result.broken, []);
    assert.ok(result.blocks > 3 && result.transactions > 20 && result.chunks > 20, JSON.stringify(result));
  });
});
