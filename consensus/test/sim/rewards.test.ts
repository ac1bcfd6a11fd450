import assert from "node:assert/strict";
import { type RewardReport, simulateRewards } from "../../src/sim/index.js";

describe("simulation of rewards", () => {
  // A small one of what `npm run sim:rewards` runs.
  let report: RewardReport;
  before(function () {
    this.timeout(60_000);
    report = simulateRewards({ preset: "devnet", nodes: 9, chunks: 240, epochs: 10, dropPercent: 5, seed: 1 });
  });

  it("who lacks a twentieth of its chunks earns about a twentieth less, and is seen in time", () => {
    const { due, answered, lackingPercent, lostPercent, meanBlocksToSee, expectedBlocksToSee } = report.dropper;
    assert.ok(lackingPercent > 1 && lackingPercent < 10);
    assert.ok(due > 150, `${due}`);
    // The standard deviation of the share is sqrt(0.05 * 0.95 / due): 1.7 points at 150.
    assert.ok(Math.abs(lostPercent - lackingPercent) < 5.1 && answered < due, `${lostPercent} ${lackingPercent}`);
    assert.ok(meanBlocksToSee < 3 * expectedBlocksToSee, `${meanBlocksToSee} ${expectedBlocksToSee}`);
  });

  it("who forges gets nothing, and no block with a forgery is valid", () => {
    const { forged, taken, validBlocks, storage } = report.forger;
    assert.ok(forged > 300);
    assert.deepEqual([taken, validBlocks, storage], [0, 0, 0]);
  });

  it("who signs for a friend gains a quarter of its storage credits at most, and nothing without storage", () => {
    const { relayPercent, gainPercent } = report.colluders;
    assert.ok(relayPercent > 20 && relayPercent <= 25, `${relayPercent}`);
    assert.ok(gainPercent < 25, `${gainPercent}`);
    assert.equal(report.idlers.storage, 0);
    assert.ok(report.idlers.relay <= report.idlers.included / 4);
    assert.equal(report.honest.relay, 0);
  });
});
