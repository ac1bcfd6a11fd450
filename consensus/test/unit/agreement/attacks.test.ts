import assert from "node:assert/strict";
import { voteSigningRoot } from "../../../src/crypto/signing.js";
import { headerRoot, VoteKind, ZERO_ROOT } from "../../../src/types/index.js";
import { Bench, V0, V1, watcher } from "../../support/bench.js";

/** Scenarios that broke earlier drafts and are in no other test; docs/simulator.md lists them all. */
describe("attacks on the agreement", () => {
  it("a vote for another network is no vote, whoever's key signed it (attack H2)", () => {
    const { bench, others } = watcher();
    const [voter = 0] = others;
    const vote = { kind: VoteKind.PrevoteNil, height: 1, ...V0, blockRoot: ZERO_ROOT };
    const signer = bench.network.signers[voter] ?? assert.fail();
    const elsewhere = { genesisRoot: new Uint8Array(32).fill(9), forkVersion: 1 };
    const nextFork = { genesisRoot: bench.network.config.genesisRoot, forkVersion: 2 };
    for (const context of [elsewhere, nextFork]) {
      bench.effects = [];
      const signature = signer.sign(voteSigningRoot(vote, context));
      bench.step({ type: "votes", votes: [{ source: 1, vote: { vote, voter, signature } }] });
      assert.equal(bench.of("verdict")[0]?.code, "SIGNATURE");
    }
  });

  it("votes at two heights in one view are no contradiction, and are both signed (attack H2)", () => {
    const { bench, others } = watcher();
    const block = bench.block(V0);
    bench.propose(block, V0);
    bench.votes(others, VoteKind.Precommit, V0, headerRoot(block.header));
    assert.equal(bench.of("decide").length, 1);
    // The next height may be voted in the next slot, whose views a voter that was ahead may have seen at this height.
    const [voter = 0] = others;
    const signer = bench.network.signers[voter] ?? assert.fail();
    const context = { genesisRoot: bench.network.config.genesisRoot, forkVersion: 1 };
    const view = { slot: 2, round: 0 };
    bench.now = bench.at(1, 115_000);
    for (const height of [1, 2]) {
      const vote = { kind: VoteKind.PrevoteNil, height, ...view, blockRoot: ZERO_ROOT };
      const signature = signer.sign(voteSigningRoot(vote, context));
      bench.step({ type: "votes", votes: [{ source: height, vote: { vote, voter, signature } }] });
    }
    assert.deepEqual(bench.of("evidence"), []);
    assert.ok(bench.of("verdict").every(({ outcome }) => outcome !== "reject"));
  });

  it("a new block's header is of the view in which it is proposed; a carried one is not later than its proof (attack H5)", () => {
    const { bench, others } = watcher();
    bench.votes(others, VoteKind.PrecommitNil, V0);
    const old = bench.block(V0);
    const fresh = bench.block(V1);
    const wrong = [
      // Proposed before, and without the proof of it.
      bench.proposal(old, V1),
      // A proof of a view before the block was made.
      bench.proposal(fresh, { slot: 1, round: 2 }, bench.certificate(others, V0, headerRoot(fresh.header))),
      // A proof of the view itself.
      bench.proposal(fresh, V1, bench.certificate(others, V1, headerRoot(fresh.header))),
    ];
    for (const proposal of wrong) {
      bench.effects = [];
      bench.step({ type: "proposal", source: 9, proposal });
      assert.equal(bench.of("verdict")[0]?.outcome, "reject");
    }
  });

  it("the time of a step runs from more than two thirds of any votes, not from the own vote (attack M7)", () => {
    const { bench, others } = watcher();
    const [a = 0, b = 0] = others;
    bench.wait(5_000);
    assert.equal(bench.cast(V0).length, 1);
    bench.votes([a], VoteKind.Prevote, V0, new Uint8Array(32).fill(7));
    // Half of the weight has voted: it may take as long as it takes.
    bench.wait(50_000);
    assert.equal(bench.cast(V0).length, 1);
    bench.votes([b], VoteKind.Prevote, V0, new Uint8Array(32).fill(8));
    bench.wait(4_999);
    assert.equal(bench.cast(V0).length, 1);
    bench.wait(1);
    assert.deepEqual(bench.cast(V0)[1], { kind: VoteKind.PrecommitAbsent, root: ZERO_ROOT });
  });

  it("height 1 begins without listening, else a network would never begin (attack M1)", () => {
    const bench = new Bench(0);
    assert.equal(bench.agreement.status()?.signing, "active");
  });

  it("before its first slot a height asks nobody for votes, after that every 4 s (attack C6)", () => {
    const { bench, others } = watcher();
    const block = bench.block(V0);
    bench.propose(block, V0);
    bench.wait(3_999);
    assert.equal(bench.of("exchange").length, 0);
    bench.wait(1);
    assert.equal(bench.of("exchange").length, 1);
    bench.wait(4_000);
    assert.equal(bench.of("exchange").length, 2);
    bench.votes(others, VoteKind.Precommit, V0, headerRoot(block.header));
    bench.wait(4_000);
    assert.equal(bench.of("exchange").length, 2);
  });
});
