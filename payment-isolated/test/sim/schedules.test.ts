import assert from "node:assert/strict";
import { evmLedger } from "./evmLedger.js";
import { runSchedule } from "./schedule.js";

describe("random schedules with up to three workers", function () {
  this.timeout(170_000);

  it("at most one payment an id, none lost, none stuck without a reason (npm run bench -- payouts runs 5,000)", async () => {
    const sums = { payouts: 0, confirmed: 0, failed: 0, attempts: 0, kills: 0, disagreements: 0 };
    for (let seed = 1; seed <= 60; seed++) {
      const result = await runSchedule(seed);
      for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += result[key];
    }
    // The schedules are only worth something if they hurt.
    assert.ok(sums.kills > 20 && sums.attempts > 10 && sums.disagreements > 0, JSON.stringify(sums));
    assert.ok(sums.confirmed > sums.payouts / 2, JSON.stringify(sums));
  });

  it("the same with the real contracts in an EVM (the benchmark runs 200)", async () => {
    for (let seed = 1; seed <= 4; seed++) await runSchedule(seed, { ledger: await evmLedger() }, 40);
  });
});
