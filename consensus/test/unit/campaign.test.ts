import assert from "node:assert/strict";
import { type Fault, faultNames, plantedBugs, runCampaign, runScenario, scenarioOf } from "../../src/sim/index.js";

function modules() {
  let time = 0;
  return { now: () => (time += 500), turn: () => Promise.resolve() };
}

const only = (...names: Fault[]): ReadonlySet<Fault> => new Set(names);

describe("campaign of seeds", () => {
  it("runs them one after the other and counts", async () => {
    const seen: number[] = [];
    const result = await runCampaign(
      { from: 11, seeds: 3, size: 4 },
      { ...modules(), onSeed: (done) => void seen.push(done) },
    );
    assert.deepEqual(seen, [1, 2, 3]);
    assert.deepEqual(
      { ok: result.ok, seeds: result.seeds, nodes: result.nodes, broken: result.broken },
      { ok: true, seeds: 3, nodes: 4, broken: [] },
    );
    assert.equal(result.seedsPerSecond, 6);
    assert.ok(result.decisions >= 3 * 3);
  }).timeout(60_000);

  it("names the seed that a planted bug breaks, and that seed breaks the same way again", async () => {
    const plant = plantedBugs["nothingPersisted"];
    assert.ok(plant);
    const options = { size: 4, plant };
    const { ok, broken } = await runCampaign({ ...options, from: 1, seeds: 40 }, modules());
    assert.equal(ok, false);
    const [first] = broken;
    assert.ok(first);
    const again = runScenario({ ...scenarioOf(options, first.seed), timeline: true });
    assert.deepEqual(again.violations, first.violations);
    assert.ok(again.timeline.some((line) => line.includes("BROKEN")));
    assert.ok(again.timeline.some((line) => line.includes("decides height")));
  }).timeout(120_000);

  it("ends after the seed that runs when it is told to", async () => {
    const controller = new AbortController();
    const result = await runCampaign(
      { from: 1, seeds: 1000, size: 1 },
      { ...modules(), signal: controller.signal, onSeed: (done) => done === 2 && controller.abort() },
    );
    assert.equal(result.seeds, 2);
  }).timeout(60_000);

  it("without faults every slot has a block and nobody lies", () => {
    const quiet = runScenario({ seed: 7, size: 4, faults: only() });
    assert.equal(quiet.byzantine, 0);
    assert.deepEqual(quiet.violations, []);
    assert.ok(quiet.decisions >= 11, `${quiet.decisions} decisions`);
  }).timeout(60_000);

  it("each fault alone is harmless", () => {
    for (const [index, fault] of faultNames.entries()) {
      assert.deepEqual(runScenario({ seed: index + 1, size: 4, faults: only(fault) }).violations, [], fault);
    }
  }).timeout(120_000);
});
