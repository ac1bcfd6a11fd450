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

  it("the fallback wins when the primary is down", () => {
    const world = new SimWorld({ size: 4, seed: 1 });
    const down = world.network.genesis.state.voters.primaries[1];
    for (const node of world.nodes) if (node.index !== down) node.start();
    world.runSlots(1.9);
    const decided = world.nodes.find((node) => node.index !== down)?.disk.chain[0];
    assert.ok(decided !== undefined);
    const schedule = openSchedule(world.network.genesis.state, 30);
    const [result] = slotResults(schedule, 1, decided.block.header, decided.certificate);
    assert.equal(result?.reason, "timeout_fallback");
    assert.notDeepEqual(result?.winner, result?.primary);
  });
});
