import assert from "node:assert/strict";
import { StandInSigner, StandInVerifier } from "../../../src/crypto/standIn.js";
import { ChainBuilder, SimWorld, simNetwork } from "../../../src/sim/index.js";
import { slotResults } from "../../../src/transition/slotResults.js";
import { openSchedule } from "../../../src/transition/votersOf.js";
import type { CommitCertificate } from "../../../src/types/index.js";

const verifier = new StandInVerifier();

describe("results of slots", () => {
  for (const size of [1, 2, 3, 4, 16, 17, 18, 100]) {
    it(`${size} nodes: primary, fallback, carried and empty`, () => {
      const network = simNetwork(size, "mainnet", verifier, (seed) => new StandInSigner(seed));
      const reasons = (slot: number, round: number, decidedIn: number) => {
        const chain = new ChainBuilder(network, verifier);
        const schedule = openSchedule(chain.tip.state, 30);
        const { header } = chain.next({ slot, round });
        const certificate: CommitCertificate = { ...chain.certificate, slot: decidedIn };
        const results = slotResults(schedule, 1, header, certificate);
        for (const { primary } of results) assert.ok(primary !== undefined);
        const last = results.at(-1);
        assert.deepEqual(last?.winner, header.proposer);
        if (last?.reason === "primary") assert.deepEqual(last.winner, last.primary);
        return results.map(({ reason }) => reason);
      };
      assert.deepEqual(reasons(1, 0, 1), ["primary"]);
      assert.deepEqual(reasons(1, 1, 1), ["timeout_fallback"]);
      assert.deepEqual(reasons(3, 0, 3), ["empty", "empty", "primary"]);
      assert.deepEqual(reasons(1, 0, 2), ["empty", "carried"]);
    });
  }

  /** A world whose primary of slot 1 has not started, after so many slots. */
  const withoutPrimary = (size: number, slots: number) => {
    const world = new SimWorld({ size, seed: 1 });
    const down = world.network.genesis.state.voters.primaries[1] ?? -1;
    for (const node of world.nodes) if (node.index !== down) node.start();
    world.runSlots(slots);
    return { world, down, schedule: openSchedule(world.network.genesis.state, 30) };
  };

  for (const size of [4, 16, 17, 18, 100]) {
    it(`${size} nodes: the fallback wins when the primary is down`, () => {
      const { world, down, schedule } = withoutPrimary(size, 1.9);
      const decided = world.nodes.find((node) => node.index !== down)?.disk.chain[0];
      assert.ok(decided !== undefined);
      const [result] = slotResults(schedule, 1, decided.block.header, decided.certificate);
      assert.equal(result?.slot, 1);
      assert.equal(result?.reason, "timeout_fallback");
      assert.deepEqual(result?.primary, schedule.voters.members[down]?.entity);
      assert.deepEqual(result?.winner, result?.fallbacks[0]);
      assert.deepEqual(world.violations, []);
    }).timeout(60_000);
  }

  for (const size of [1, 2, 3]) {
    it(`${size} of equal weight need everybody: the slot is empty, and the primary's return ends it`, () => {
      const { world, down, schedule } = withoutPrimary(size, 2.1);
      assert.ok(world.nodes.every((node) => node.height === 0));
      world.nodes[down]?.start();
      world.runSlots(2);
      const decided = world.nodes[down]?.disk.chain[0];
      assert.ok(decided !== undefined && world.lowestHeight() >= 1);
      const results = slotResults(schedule, 1, decided.block.header, decided.certificate);
      assert.equal(results[0]?.reason, "empty");
      assert.equal(results[0]?.winner, undefined);
      assert.equal(results.at(-1)?.slot, decided.certificate.slot);
      assert.notEqual(results.at(-1)?.reason, "empty");
      assert.deepEqual(world.violations, []);
    });
  }
});
