import assert from "node:assert/strict";
import { Guard } from "../../../src/agreement/guard.js";
import { equalBytes } from "../../../src/base/bytes.js";
import { nodeIdOf, voteSigningRoot } from "../../../src/crypto/signing.js";
import { headerRoot, type SignedVote, VoteKind, type VoterRecord, ZERO_ROOT } from "../../../src/types/index.js";
import { Bench, V0, V1, V2, watcher } from "../../support/bench.js";

describe("agreement of one voter", () => {
  it("prevotes a good block, locks and precommits it, decides it", () => {
    const { bench, others } = watcher();
    const block = bench.block(V0);
    const root = headerRoot(block.header);
    bench.propose(block, V0);
    assert.deepEqual(bench.cast(V0), [{ kind: VoteKind.Prevote, root }]);
    bench.votes(others.slice(0, 2), VoteKind.Prevote, V0, root);
    assert.deepEqual(bench.cast(V0)[1], { kind: VoteKind.Precommit, root });
    assert.equal(bench.record?.lock.length, 1);
    bench.votes(others.slice(0, 2), VoteKind.Precommit, V0, root);
    const [decided] = bench.of("decide");
    assert.ok(decided !== undefined && equalBytes(decided.root, root));
    assert.deepEqual(decided.certificate.signers.getTrueBitIndexes().length, 3);
  });

  it("persists before it broadcasts, always", () => {
    const { bench, others } = watcher();
    const block = bench.block(V0);
    bench.propose(block, V0);
    bench.votes(others, VoteKind.Prevote, V0, headerRoot(block.header));
    let persisted = false;
    let signatures = 0;
    for (const effect of bench.effects) {
      if (effect.type === "persist") persisted = true;
      if (effect.type !== "broadcast") continue;
      signatures++;
      assert.ok(persisted, effect.gossip.topic);
    }
    assert.equal(signatures, 2);
  });

  it("prevotes nil when nothing comes, precommits absent, and goes on to the next round", () => {
    const { bench, others } = watcher();
    bench.wait(4_999);
    assert.deepEqual(bench.cast(V0), []);
    bench.wait(1);
    assert.deepEqual(bench.cast(V0), [{ kind: VoteKind.PrevoteNil, root: ZERO_ROOT }]);
    bench.votes(others.slice(0, 2), VoteKind.PrevoteNil, V0);
    assert.deepEqual(bench.cast(V0)[1], { kind: VoteKind.PrecommitAbsent, root: ZERO_ROOT });
    bench.votes(others.slice(0, 2), VoteKind.PrecommitAbsent, V0);
    assert.equal(bench.agreement.status()?.round, 1);
    const [skip] = bench.of("skip");
    assert.equal(skip?.certificate.slot, 1);
    assert.equal(skip?.certificate.signers.getTrueBitIndexes().length, 3);
  });

  it("does not blame a primary whose header came in time (attack H3)", () => {
    const { bench, others } = watcher();
    bench.step({ type: "proposal", source: 9, proposal: bench.proposal(bench.block(V0), V0) });
    bench.wait(19_999);
    assert.deepEqual(bench.cast(V0), []);
    bench.wait(1);
    bench.votes(others.slice(0, 2), VoteKind.PrevoteNil, V0);
    assert.deepEqual(
      bench.cast(V0).map(({ kind }) => kind),
      [VoteKind.PrevoteNil, VoteKind.PrecommitNil],
    );
  });

  it("locked on one block, prevotes nil against another and shows the proof of its lock", () => {
    const { bench, others } = watcher();
    const first = bench.block(V0);
    bench.propose(first, V0);
    bench.votes(others.slice(0, 2), VoteKind.Prevote, V0, headerRoot(first.header));
    bench.votes(others, VoteKind.PrecommitNil, V0);
    assert.equal(bench.agreement.status()?.round, 1);
    bench.propose(bench.block(V1, 1), V1);
    assert.deepEqual(bench.cast(V1), [{ kind: VoteKind.PrevoteNil, root: ZERO_ROOT }]);
    const locks = bench.of("broadcast").filter((effect) => effect.gossip.topic === "lock");
    assert.equal(locks.length, 1);
  });

  it("locked, takes another block that carries a later proof", () => {
    const { bench, others } = watcher();
    const first = bench.block(V0);
    bench.propose(first, V0);
    bench.votes(others.slice(0, 2), VoteKind.Prevote, V0, headerRoot(first.header));
    bench.votes(others, VoteKind.PrecommitNil, V0);
    bench.votes(others, VoteKind.PrecommitNil, V1);
    assert.equal(bench.agreement.status()?.round, 2);
    const second = bench.block(V1, 1);
    const proof = bench.certificate(others, V1, headerRoot(second.header));
    bench.propose(second, V2, proof);
    assert.deepEqual(bench.cast(V2), [{ kind: VoteKind.Prevote, root: headerRoot(second.header) }]);
  });

  it("a validView without its proof, or with a proof of another block, is rejected", () => {
    const { bench, others } = watcher();
    bench.votes(others, VoteKind.PrecommitNil, V0);
    const block = bench.block(V0);
    const good = bench.certificate(others, V0, headerRoot(block.header));
    const bare = { ...bench.proposal(block, V1, good), validCertificate: [] };
    const wrongBlock = bench.proposal(bench.block(V0, 5), V1, good);
    const thin = bench.proposal(block, V1, bench.certificate(others.slice(0, 2), V0, headerRoot(block.header)));
    for (const proposal of [bare, wrongBlock, thin]) {
      bench.effects = [];
      bench.step({ type: "proposal", source: 9, proposal });
      assert.equal(bench.of("verdict")[0]?.outcome, "reject");
    }
    bench.propose(block, V1, good);
    assert.deepEqual(bench.cast(V1), [{ kind: VoteKind.Prevote, root: headerRoot(block.header) }]);
  });

  it("takes up a valid block from votes of a view that is over, and proposes it (attack C6)", () => {
    const probe = new Bench(0);
    const self = probe.proposerOf(V1);
    const bench = new Bench(self);
    const others = [0, 1, 2, 3].filter((index) => index !== self);
    const block = bench.block(V0);
    const root = headerRoot(block.header);
    bench.propose(block, V0);
    bench.votes(others, VoteKind.PrecommitNil, V0);
    assert.equal(bench.agreement.status()?.round, 1);
    bench.effects = [];
    // The prevotes of round 0 arrive only now.
    bench.votes(others, VoteKind.Prevote, V0, root);
    const proposals = bench.of("broadcast").filter((effect) => effect.gossip.topic === "proposal");
    const [carried] = proposals;
    assert.ok(carried !== undefined && carried.gossip.topic === "proposal");
    assert.ok(equalBytes(headerRoot(carried.gossip.message.proposal.header), root));
    assert.equal(carried.gossip.message.proposal.validSlot, 1);
    assert.equal(carried.gossip.message.validCertificate.length, 1);
    assert.equal(bench.cast(V0).filter(({ kind }) => kind === VoteKind.Precommit).length, 0);
  });

  it("decides on precommits of a view that is long over", () => {
    const { bench, others } = watcher();
    const block = bench.block(V0);
    bench.propose(block, V0);
    bench.now = bench.at(2, 0);
    bench.step({ type: "tick" });
    bench.votes(others, VoteKind.Precommit, V0, headerRoot(block.header));
    assert.equal(bench.of("decide").length, 1);
  });

  it("fetches a block that votes prove to exist", () => {
    const { bench, others } = watcher();
    const block = bench.block(V0);
    const root = headerRoot(block.header);
    bench.votes(others, VoteKind.Precommit, V0, root);
    assert.equal(bench.of("decide").length, 0);
    assert.ok(bench.of("fetch").some((effect) => equalBytes(effect.root, root)));
    bench.step({ type: "block", source: 1, block });
    assert.equal(bench.of("decide").length, 1);
  });

  it("follows more than a third of the weight to a later view", () => {
    const { bench, others } = watcher();
    bench.votes(others.slice(0, 1), VoteKind.PrevoteNil, V2);
    assert.equal(bench.agreement.status()?.round, 0);
    bench.votes(others.slice(1, 2), VoteKind.PrevoteNil, { slot: 1, round: 3 });
    assert.equal(bench.agreement.status()?.round, 2);
  });

  it("moves to the new slot by the clock, unless the clock is not to be trusted (attack H10)", () => {
    const { bench } = watcher();
    bench.step({ type: "clock", trusted: false, offset: 20_000 });
    bench.now = bench.at(3, 10);
    bench.step({ type: "tick" });
    assert.equal(bench.agreement.status()?.slot, 1);
    bench.step({ type: "clock", trusted: true, offset: 0 });
    assert.equal(bench.agreement.status()?.slot, 3);
  });

  it("goes back from a slot to which a wrong clock led, unless it has signed there", () => {
    for (const signs of [false, true]) {
      const { bench, others } = watcher();
      bench.now = bench.at(30, 0);
      bench.wait(0);
      if (signs) bench.wait(5_000);
      assert.equal(bench.agreement.status()?.slot, 30);
      const offset = bench.at(1, 5_000) - bench.now;
      bench.step({ type: "clock", trusted: false, offset });
      assert.equal(bench.agreement.status()?.step, signs ? "prevote" : "waiting");
      // By the peers' median it is slot 1: their votes there are neither early nor old.
      bench.votes(others, VoteKind.PrevoteNil, V0);
      assert.equal(bench.agreement.status()?.slot, signs ? 30 : 1);
      bench.wait(5_000);
      assert.equal(bench.cast(V0).length > 0, !signs);
    }
  });

  it("with a clock an hour behind it votes where the others vote", () => {
    const { bench, others } = watcher();
    bench.now = bench.at(-30, 0);
    bench.step({ type: "clock", trusted: false, offset: bench.at(1, 0) - bench.now });
    const block = bench.block(V0);
    bench.propose(block, V0);
    bench.votes(others.slice(0, 2), VoteKind.Prevote, V0, headerRoot(block.header));
    assert.equal(bench.cast(V0).length, 2);
    // Of slots that are early for the others as well it takes nothing.
    bench.effects = [];
    bench.votes(others, VoteKind.PrevoteNil, { slot: 2, round: 0 });
    assert.ok(bench.of("verdict").every(({ code }) => code === "EARLY"));
  });

  it("after a restart it holds its lock and sends its votes again, signing nothing new", () => {
    const { bench, others } = watcher();
    const block = bench.block(V0);
    const root = headerRoot(block.header);
    bench.propose(block, V0);
    bench.votes(others.slice(0, 2), VoteKind.Prevote, V0, root);
    const before = bench.cast(V0);
    bench.restart();
    assert.deepEqual(bench.cast(V0), before);
    assert.equal(bench.agreement.status()?.lockedSlot, 1);
    bench.propose(bench.block(V0, 9), V0);
    assert.deepEqual(bench.cast(V0), before);
    bench.votes(others, VoteKind.Precommit, V0, root);
    assert.equal(bench.of("decide").length, 1);
  });

  it("an old voter file: silent until the height is over, and trusted again by hand (attack C8)", () => {
    const { bench } = watcher();
    const block = bench.block(V0);
    bench.propose(block, V0);
    const [vote] = bench.of("broadcast").flatMap(({ gossip }) => (gossip.topic === "vote" ? [gossip.message] : []));
    assert.ok(vote !== undefined);
    bench.record = undefined;
    bench.blocks = [];
    bench.now += 1_000;
    bench.restart();
    bench.step({ type: "ownVotes", votes: [vote] });
    assert.equal(bench.agreement.status()?.signing, "silent");
    bench.propose(block, V0);
    bench.wait(60_000);
    assert.deepEqual(bench.cast(V0), []);
    assert.equal(bench.record === undefined ? 0 : (bench.record as VoterRecord).silentThrough, 1);
    bench.step({ type: "trust" });
    assert.equal(bench.agreement.status()?.signing, "active");
  });

  it("a clock that is set back by an hour leaves no timer an hour away", () => {
    const { bench } = watcher();
    bench.now += 3_600_000;
    bench.step({ type: "tick" });
    const view = { slot: bench.agreement.status()?.slot ?? 0, round: 0 };
    assert.equal(view.slot, 31);
    bench.now -= 3_600_000;
    bench.step({ type: "tick" });
    bench.wait(5_000);
    assert.deepEqual(
      bench.cast(view).map(({ kind }) => kind),
      [VoteKind.PrevoteNil],
    );
  });

  it("a record of a height that the chain has not reached again keeps its lock until it has (attack C8)", () => {
    const { bench, others } = watcher();
    const block = bench.block(V0);
    bench.propose(block, V0);
    bench.votes(others.slice(0, 2), VoteKind.Prevote, V0, headerRoot(block.header));
    const { record } = bench;
    assert.ok(record !== undefined && record.lock.length === 1);
    // As if all of this had been at height 7, and the chain is synced anew from height 1.
    const guard = new Guard({ ...bench.guardOptions(), restored: { ...record, height: 7, markHeight: 7 } });
    assert.equal(guard.open(1).lock, undefined);
    assert.ok(guard.isSilent(1));
    guard.keep(1, { lock: undefined, valid: undefined });
    assert.equal(guard.record(0).lock.length, 1);
    assert.notEqual(guard.open(7).lock, undefined);
    assert.equal(guard.open(8).lock, undefined);
  });

  it("a vote of the own key for a view that began after the start is a twin's: it stops", () => {
    const { bench } = watcher();
    bench.now = bench.at(2, 100);
    bench.step({ type: "tick" });
    const twin = bench.vote(bench.self, VoteKind.PrevoteNil, { slot: 2, round: 0 });
    bench.step({ type: "votes", votes: [{ source: 5, vote: twin }] });
    assert.equal(bench.of("halt")[0]?.code, "TWIN");
    bench.effects = [];
    bench.wait(60_000);
    assert.equal(bench.of("broadcast").length, 0);
  });

  it("two votes of one voter become evidence, once", () => {
    const { bench, others } = watcher();
    const [liar] = others;
    assert.ok(liar !== undefined);
    bench.votes([liar], VoteKind.PrevoteNil, V0);
    bench.votes([liar], VoteKind.Prevote, V0, new Uint8Array(32).fill(1));
    bench.votes([liar], VoteKind.Prevote, V0, new Uint8Array(32).fill(2));
    const evidence = bench.of("evidence");
    assert.equal(evidence.length, 1);
    assert.ok(
      equalBytes(
        evidence[0]?.evidence.nodeId ?? ZERO_ROOT,
        nodeIdOf(bench.network.signers[liar]?.publicKey ?? ZERO_ROOT),
      ),
    );
  });

  it("two proposals of one view become evidence", () => {
    const { bench } = watcher();
    bench.propose(bench.block(V0), V0);
    bench.step({ type: "proposal", source: 4, proposal: bench.proposal(bench.block(V0, 1), V0) });
    assert.equal(bench.of("evidence")[0]?.evidence.proposals.length, 2);
  });

  it("holds early messages of the next height, and of one voter only so many (attack H1)", () => {
    const { bench, others } = watcher();
    const [early = 0, flood = 0] = others;
    const of = (voter: number, round: number): SignedVote => {
      const vote = { kind: VoteKind.PrevoteNil, height: 2, slot: 1, round, blockRoot: ZERO_ROOT };
      const context = { genesisRoot: bench.network.config.genesisRoot, forkVersion: 1 };
      const signature = bench.network.signers[voter]?.sign(voteSigningRoot(vote, context)) ?? ZERO_ROOT;
      return { vote, voter, signature };
    };
    const votes = Array.from({ length: 100 }, (_, round) => ({ source: round, vote: of(flood, round) }));
    bench.step({ type: "votes", votes });
    const verdicts = bench.of("verdict");
    assert.equal(verdicts.filter(({ outcome }) => outcome === "accept").length, 16);
    assert.ok(verdicts.slice(16).every(({ code }) => code === "FULL"));
    bench.effects = [];
    bench.step({ type: "votes", votes: [{ source: "early", vote: of(early, 0) }] });
    assert.equal(bench.of("verdict")[0]?.outcome, "accept");
  });

  it("bad messages cost their sender: each gets its verdict", () => {
    const { bench, others } = watcher();
    const [a = 0, b = 0] = others;
    const good = bench.vote(a, VoteKind.PrevoteNil, V0);
    const wrongSignature = { ...bench.vote(b, VoteKind.PrevoteNil, V0), signature: good.signature };
    const cases: readonly [SignedVote, string, string][] = [
      [good, "accept", "OK"],
      [wrongSignature, "reject", "SIGNATURE"],
      [{ ...good, voter: 77 }, "reject", "VOTER_UNKNOWN"],
      [{ ...good, vote: { ...good.vote, kind: 9 } }, "reject", "VOTE_KIND"],
      [{ ...good, vote: { ...good.vote, blockRoot: new Uint8Array(32).fill(1) } }, "reject", "VOTE_ROOT"],
      [{ ...good, vote: { ...good.vote, round: 5_000 } }, "reject", "VOTE_VIEW"],
      [{ ...good, vote: { ...good.vote, slot: 9_000 } }, "ignore", "EARLY"],
      [{ ...good, vote: { ...good.vote, height: 50 } }, "ignore", "FAR_HEIGHT"],
    ];
    bench.step({ type: "votes", votes: cases.map(([vote], source) => ({ source, vote })) });
    const verdicts = bench.of("verdict");
    cases.forEach(([, outcome, code], source) => {
      const verdict = verdicts.find((each) => each.source === source);
      assert.deepEqual([verdict?.outcome, verdict?.code], [outcome, code], code);
    });
    bench.effects = [];
    bench.step({ type: "votes", votes: [{ source: 1, vote: good }] });
    assert.equal(bench.of("verdict")[0]?.code, "KNOWN");
  });
});
