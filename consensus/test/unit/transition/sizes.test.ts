import assert from "node:assert/strict";
import { toHex } from "../../../src/base/bytes.js";
import { StandInSigner, StandInVerifier } from "../../../src/crypto/standIn.js";
import { proposerAt, type ScheduleContext, scheduleSet } from "../../../src/schedule/leaders.js";
import { canLose } from "../../../src/schedule/quorum.js";
import { ChainBuilder, Random, simNetwork } from "../../../src/sim/index.js";
import { openSchedule } from "../../../src/transition/votersOf.js";

const verifier = new StandInVerifier();
const EPOCH_SLOTS = 30;
const SLOTS = 4 * EPOCH_SLOTS;

describe("schedules of a running chain", () => {
  for (const size of [1, 2, 3, 4, 16, 17, 18, 100]) {
    it(`${size} nodes: every view has a proposer, and who was granted a slot waits the cooldown, over epochs and lost slots`, () => {
      const network = simNetwork(size, "mainnet", verifier, (seed) => new StandInSigner(seed));
      const chain = new ChainBuilder(network, verifier);
      const random = new Random(size);
      const cooldown = Math.min(network.config.params.cooldownSlots, size - 1);
      // Granted, not won: by slot, whatever became of it.
      const granted: string[] = [];
      const note = (schedule: ScheduleContext, slot: number): void => {
        const proposers = Array.from({ length: size }, (_, round) => proposerAt(schedule, { slot, round }));
        assert.equal(new Set(proposers.map((proposer) => proposer?.node)).size, size, `slot ${slot}`);
        assert.ok(proposers.every((proposer) => proposer !== undefined));
        const primary = toHex(proposers[0]?.entity ?? new Uint8Array());
        const cooling = cooldown === 0 ? [] : granted.slice(-cooldown);
        assert.ok(!cooling.includes(primary), `slot ${slot}: ${primary} is cooling`);
        granted.push(primary);
        // Further rounds begin again from the first.
        assert.equal(proposerAt(schedule, { slot, round: size })?.node, proposers[0]?.node);
        assert.equal(scheduleSet(schedule, slot).members.length, size);
      };
      note(openSchedule(chain.tip.state, EPOCH_SLOTS), 0);
      for (let slot = 1; slot < SLOTS; slot++) {
        note(openSchedule(chain.tip.state, EPOCH_SLOTS), slot);
        if (random.chance(0.15)) continue;
        const round = random.chance(0.2) ? random.below(Math.min(size, 4)) : 0;
        chain.next({ slot, round });
      }
      assert.ok(chain.tip.state.epoch.epoch >= 168 + 3);
    }).timeout(60_000);
  }

  it("equal weights: how many nodes can fall silent", () => {
    const losses = [1, 2, 3, 4, 7, 16, 17, 18, 100].map((size) => {
      const { state } = simNetwork(size, "mainnet", verifier, (seed) => new StandInSigner(seed)).genesis;
      return canLose(state.voters);
    });
    assert.deepEqual(losses, [0, 0, 0, 1, 2, 5, 5, 5, 33]);
  });
});
