import assert from "node:assert/strict";
import { u32be } from "../../../src/base/bytes.js";
import { signersWeight } from "../../../src/certificates.js";
import { nodeIdOf, possessionMessage, proposalSigningRoot, voteSigningRoot } from "../../../src/crypto/signing.js";
import { StandInSigner, StandInVerifier } from "../../../src/crypto/standIn.js";
import { isQuorum, totalWeight } from "../../../src/schedule/quorum.js";
import { ChainBuilder, Random, simCheck, simNetwork } from "../../../src/sim/index.js";
import { draftOf } from "../../../src/transition/draft.js";
import { applyRegistry } from "../../../src/transition/registry.js";
import { blockReward } from "../../../src/transition/rewards.js";
import { windowCredits } from "../../../src/transition/votersOf.js";
import { ConsensusState, type Evidence, summarise, VoteKind, ZERO_ROOT } from "../../../src/types/index.js";

const verifier = new StandInVerifier();

function builder(size: number, preset: "devnet" | "mainnet" = "devnet"): ChainBuilder {
  return new ChainBuilder(
    simNetwork(size, preset, verifier, (seed) => new StandInSigner(seed)),
    verifier,
  );
}

/** Two prevotes of one node in one view of the open height. */
function doubleVote(chain: ChainBuilder, node: number, slot: number, height = chain.tip.state.height + 1): Evidence {
  const signer = chain.network.signers[node];
  assert.ok(signer !== undefined);
  const votes = [1, 2].map((mark) => {
    const message = { kind: VoteKind.Prevote, height, slot, round: 0, blockRoot: new Uint8Array(32).fill(mark) };
    return { message, signature: signer.sign(voteSigningRoot(message, chain.context(slot))) };
  });
  return { nodeId: nodeIdOf(signer.publicKey), votes, proposals: [] };
}

/** Built with it, the block must carry it; a verifier must agree. */
function includes(chain: ChainBuilder, evidence: Evidence): boolean {
  const parent = chain.tip;
  const block = chain.next({ evidence: [evidence] });
  assert.ok(simCheck(chain.network, parent, block, verifier) !== undefined);
  return block.body.evidence.length === 1;
}

describe("epochs", () => {
  it("close with the first block of a later one; epochs without blocks do not exist", () => {
    const chain = builder(4);
    while (chain.tip.state.slot < 9) chain.next();
    assert.equal(chain.tip.state.epoch.epoch, 24);
    chain.next({ slot: 57 });
    const { state } = chain.tip;
    assert.equal(state.epoch.epoch, 25);
    assert.equal(state.epoch.firstHeight, 10);
    assert.equal(state.window.length, 24);
    assert.equal(state.window.at(-1)?.epoch, 24);
    // This block was still voted by the old set.
    assert.equal(state.votersSince, 11);
  });

  it("the genesis bucket falls out after a window, never all at once (attack H8)", () => {
    const chain = builder(4);
    const sums: number[] = [];
    while (chain.tip.state.epoch.epoch < 24 + 30) {
      chain.next();
      if (chain.tip.state.epoch.blocks === 1) sums.push(windowCredits(chain.tip.state)[0] ?? 0);
    }
    for (const sum of sums) assert.ok(sum > 0.9 * (sums[0] ?? 0), sums.join(" "));
  });

  it("credits of a full epoch: 3.000 a block and 1.000 a beacon", () => {
    const chain = builder(4);
    while (chain.tip.state.slot < 19) chain.next();
    const { credits, commits, beacons } = chain.tip.state.epoch;
    assert.deepEqual(commits, [10, 10, 10, 10]);
    assert.deepEqual(beacons, [10, 10, 10, 10]);
    assert.deepEqual(credits, [40_000, 40_000, 40_000, 40_000]);
  });

  it("who is silent for two whole epochs weighs 1, and again its full weight after an epoch of beacons (attack H11)", () => {
    const chain = builder(4);
    const present = [0, 1, 2];
    while (chain.tip.state.epoch.epoch < 26) chain.next({ commitBy: present });
    assert.equal(chain.tip.state.silence[3], 2);
    assert.equal(chain.tip.state.nextVoters.members[3]?.weight, 1);
    // The others keep theirs: what is needed is a quorum of those that are there.
    const full = chain.tip.state.nextVoters.members[0]?.weight ?? 0;
    assert.ok(full > 24 * 10 * 3_000, String(full));
    while (chain.tip.state.epoch.epoch < 27) chain.next();
    assert.equal(chain.tip.state.silence[3], 0);
    assert.ok((chain.tip.state.nextVoters.members[3]?.weight ?? 0) > 1);
  });

  it("who sends no beacons leaves the set; an empty set never takes over (attack C9)", () => {
    const chain = builder(5);
    while (chain.tip.state.epoch.epoch < 26) chain.next({ beaconsBy: [0, 1, 2, 3] });
    assert.deepEqual(
      chain.tip.state.nextVoters.members.map((member) => member.node),
      [0, 1, 2, 3],
    );
    const silent = builder(4);
    while (silent.tip.state.epoch.epoch < 28) silent.next({ beaconsBy: [] });
    assert.equal(silent.tip.state.voters.members.length, 4);
    assert.equal(silent.tip.state.nextVoters.members.length, 4);
  });

  it("a long halt takes nothing away", () => {
    const chain = builder(4);
    while (chain.tip.state.slot < 25) chain.next();
    const before = windowCredits(chain.tip.state);
    chain.next({ slot: 100_000 });
    const after = windowCredits(chain.tip.state);
    after.forEach((sum, index) => {
      assert.ok(sum >= 0.95 * (before[index] ?? 0));
    });
  });

  it("of five voters two may leave for good, one after the other: the others are a quorum in every block", () => {
    const chain = builder(5);
    const run = (present: readonly number[], epochs: number): void => {
      const end = chain.tip.state.epoch.epoch + epochs;
      while (chain.tip.state.epoch.epoch < end) {
        const { voters } = chain.tip.state;
        chain.next({ commitBy: present, beaconsBy: present });
        const weight = signersWeight(voters, chain.certificate.signers) ?? 0;
        assert.ok(isQuorum(weight, totalWeight(voters)), `height ${chain.tip.state.height}: ${weight}`);
      }
    };
    run([0, 1, 2, 3, 4], 1);
    run([0, 1, 2, 3], 3);
    run([0, 1, 2], 3);
    assert.deepEqual(
      chain.tip.state.voters.members.map(({ node }) => node),
      [0, 1, 2],
    );
  });

  it("newcomers without work get no weight from those that worked, however fast they come (attack C3)", () => {
    const chain = builder(4, "mainnet");
    chain.next();
    const last = chain.blocks.at(-1);
    assert.ok(last !== undefined);
    // As if a block had registered forty at once.
    const state = draftOf(last.tip.state);
    const operator = new Uint8Array(20).fill(9);
    const { chainId } = chain.network.config.params;
    for (let i = 0; i < 40; i++) {
      const signer = new StandInSigner(u32be(5_000 + i));
      chain.keys.add(signer);
      const proofOfPossession = signer.sign(possessionMessage(chainId, signer.publicKey, operator));
      const { publicKey: blsPublicKey } = signer;
      const rest = { operator, peerId: ZERO_ROOT, poolId: ZERO_ROOT, capacityMiB: 0 };
      applyRegistry(
        state,
        [{ type: "register", blsPublicKey, proofOfPossession, ...rest }],
        chain.network.config,
        verifier,
      );
    }
    chain.blocks.push({ ...last, tip: { ...last.tip, state } });
    while (chain.tip.state.epoch.epoch < 168 + 15) chain.next({ commitBy: [0, 1, 2, 3] });
    const { members } = chain.tip.state.nextVoters;
    assert.ok(members.length > 16, `${members.length} voters`);
    const total = totalWeight(chain.tip.state.nextVoters);
    const worked = members.filter(({ node }) => node < 4).reduce((sum, { weight }) => sum + weight, 0);
    assert.ok(worked > 0.95 * total, `${worked} of ${total}`);
  }).timeout(60_000);
});

describe("rewards", () => {
  it("sums are kept: minted = earned + waiting in the pool; earned = paid + unpaid", () => {
    const chain = builder(7);
    const random = new Random(5);
    let minted = 0;
    let paid = 0n;
    while (chain.tip.state.height < 80) {
      const commitBy = random.shuffle([0, 1, 2, 3, 4, 5, 6]).slice(0, random.between(5, 7));
      const beaconsBy = random.shuffle([0, 1, 2, 3, 4, 5, 6]).slice(0, random.between(0, 7));
      const block = chain.next({ commitBy, beaconsBy });
      minted += blockReward(block.header.slot, chain.network.config.params);
      for (const { amount } of block.body.withdrawals) paid += amount;
      const { earned, unpaid, epoch } = chain.tip.state;
      const sum = (column: number[]) => column.reduce((total, value) => total + value, 0);
      assert.equal(sum(earned) + epoch.pool, minted);
      assert.equal(BigInt(sum(earned)), paid + BigInt(sum(unpaid)));
    }
    assert.ok(paid > 0n);
  });

  it("leaving voters out costs the proposer", () => {
    const quarterOf = (commitBy: number[], beaconsBy: number[]): number => {
      const chain = builder(4);
      chain.next();
      chain.next({ commitBy });
      const before = chain.tip.state.earned.reduce((sum, value) => sum + value, 0);
      chain.next({ beaconsBy });
      return chain.tip.state.earned.reduce((sum, value) => sum + value, 0) - before;
    };
    const all = [0, 1, 2, 3];
    assert.equal(quarterOf(all, all), 500_000_000);
    assert.equal(quarterOf([0, 1, 2], all), 437_500_000);
    assert.equal(quarterOf(all, []), 250_000_000);
  });

  it("halve every 1,051,200 slots", () => {
    const { params } = builder(1).network.config;
    assert.equal(blockReward(0, params), 2_000_000_000);
    assert.equal(blockReward(1_051_199, params), 2_000_000_000);
    assert.equal(blockReward(1_051_200, params), 1_000_000_000);
    assert.equal(blockReward(2 ** 32 - 1, params), 0);
  });

  it("node i is paid where height = i modulo EPOCH_SLOTS", () => {
    const chain = builder(12);
    for (let i = 0; i < 40; i++) {
      const block = chain.next();
      for (const { validatorIndex } of block.body.withdrawals) {
        assert.equal(Number(validatorIndex) % 10, block.header.height % 10);
      }
    }
  });
});

describe("skips", () => {
  it("cost the primary 1,000 once, and only within 8 slots (attack H4)", () => {
    const chain = builder(4);
    chain.next();
    const skip = chain.skip(2);
    const blamed = chain.tip.state.voters.primaries[2] ?? -1;
    const first = chain.next({ slot: 2, round: 1, skips: [skip] });
    assert.equal(first.body.skips.length, 1);
    assert.equal(chain.tip.state.liveScore[blamed], 9_000);
    assert.equal(chain.next({ skips: [skip] }).body.skips.length, 0);
    const late = chain.skip(4);
    chain.next({ slot: 13 });
    assert.equal(chain.next({ skips: [late] }).body.skips.length, 0);
  });

  it("of less than a quorum do not count", () => {
    const chain = builder(4);
    chain.next();
    const parent = chain.tip;
    const thin = chain.skip(2, [0, 1]);
    // The builder trusts what it collected; a verifier does not.
    const block = chain.next({ slot: 2, round: 1, skips: [thin] });
    assert.equal(simCheck(chain.network, parent, block, verifier), undefined);
  });
});

describe("evidence", () => {
  it("jails: no proposals from the next block on, no weight in the next set, no credits", () => {
    const chain = builder(4);
    chain.next();
    assert.ok(includes(chain, doubleVote(chain, 2, 2)));
    const node = chain.tip.state.nodes[2];
    assert.equal(node?.jailedUntil, 48);
    while (chain.tip.state.epoch.epoch < 25) {
      const slot = Math.max(chain.tip.state.slot, chain.certificate.slot) + 1;
      if (chain.proposerOf(slot) === chain.network.signers[2]) assert.throws(() => chain.next({ slot, round: 0 }));
      chain.next({ slot });
    }
    assert.ok(!chain.tip.state.nextVoters.members.some((member) => member.node === 2));
    assert.equal(windowCredits(chain.tip.state)[2], 0);
  });

  it("counts once: the settled offence, and older ones, are refused", () => {
    const chain = builder(4);
    chain.next();
    const evidence = doubleVote(chain, 1, 2);
    assert.ok(includes(chain, evidence));
    assert.ok(!includes(chain, evidence));
    assert.ok(!includes(chain, doubleVote(chain, 1, 3)));
  });

  it("is refused for a stranger, a future height, equal or forged votes", () => {
    const chain = builder(4);
    chain.next();
    const good = doubleVote(chain, 1, 2);
    const [first, second] = good.votes;
    assert.ok(first !== undefined && second !== undefined);
    const bad: Evidence[] = [
      { ...good, nodeId: new Uint8Array(32) },
      doubleVote(chain, 1, 2, 99),
      { ...good, votes: [first, first] },
      { ...good, votes: [first] },
      { ...good, votes: [first, { ...second, message: { ...second.message, slot: 3 } }] },
      { ...good, votes: [first, { ...second, message: { ...second.message, kind: VoteKind.PrecommitNil } }] },
    ];
    for (const evidence of bad) assert.ok(!includes(chain, evidence));
    const parent = chain.tip;
    const current = doubleVote(chain, 1, chain.tip.state.slot + 1);
    const [a, b] = current.votes;
    assert.ok(a !== undefined && b !== undefined);
    const forged = { ...current, votes: [a, { ...b, signature: a.signature }] };
    const block = chain.next({ evidence: [forged] });
    assert.equal(simCheck(chain.network, parent, block, verifier), undefined);
  });

  it("two proposals of one view are evidence, and the headers need not come along", () => {
    const chain = builder(4);
    const { header } = chain.next();
    const signer = chain.network.signers[0];
    assert.ok(signer !== undefined);
    const slot = chain.tip.state.slot + 1;
    const proposals = [1n, 2n].map((gasUsed) => {
      const changed = { ...header, height: 2, slot, gasUsed };
      const proposal = { height: 2, slot, round: 0, validSlot: 0, validRound: 0, header: changed };
      const signature = signer.sign(proposalSigningRoot(proposal, chain.context(slot)));
      return { message: summarise(proposal), signature };
    });
    assert.ok(includes(chain, { nodeId: nodeIdOf(signer.publicKey), votes: [], proposals }));
    assert.equal(chain.tip.state.nodes[0]?.jailedUntil, 48);
  });

  it("never jails below 2/3 of the weight in one epoch; the rest waits its turn (attack C9)", () => {
    const chain = builder(7);
    chain.next();
    for (const node of [0, 1, 2]) assert.ok(includes(chain, doubleVote(chain, node, chain.tip.state.slot + 1)));
    const jailed = chain.tip.state.nodes.filter((node) => node.jailedUntil > 0).length;
    assert.equal(jailed, 2);
    assert.deepEqual(chain.tip.state.jailQueue, [2]);
  });

  it("with fewer than four voters it is recorded only", () => {
    const chain = builder(3);
    chain.next();
    assert.ok(includes(chain, doubleVote(chain, 1, 2)));
    assert.equal(chain.tip.state.nodes[1]?.jailedUntil, 0);
    assert.ok(!includes(chain, doubleVote(chain, 1, 3)));
  });
});

describe("registrations", () => {
  const chain = builder(4);
  const { config } = chain.network;
  const operator = new Uint8Array(20).fill(5);
  const signer = new StandInSigner(u32be(99));
  const event = {
    type: "register",
    blsPublicKey: signer.publicKey,
    proofOfPossession: signer.sign(possessionMessage(config.params.chainId, signer.publicKey, operator)),
    peerId: new Uint8Array(32).fill(3),
    operator,
    poolId: ZERO_ROOT,
    capacityMiB: 100,
  } as const;

  it("count when the key is proven, once ever", () => {
    const draft = draftOf(chain.tip.state);
    applyRegistry(draft, [event, event, { ...event, operator: new Uint8Array(20) }], config, verifier);
    assert.equal(draft.nodes.length, 5);
    assert.equal(draft.liveScore[4], 10_000);
    applyRegistry(
      draft,
      [{ type: "retire", nodeId: nodeIdOf(signer.publicKey), operator: event.operator }, event],
      config,
      verifier,
    );
    assert.equal(draft.nodes.length, 5);
    assert.equal(draft.nodes[4]?.retiredEpoch, 24);
  });

  it("nobody but its operator changes or retires a node", () => {
    const draft = draftOf(chain.tip.state);
    applyRegistry(draft, [event], config, verifier);
    const nodeId = nodeIdOf(signer.publicKey);
    const stranger = new Uint8Array(20).fill(6);
    const update = { type: "update", nodeId, peerId: ZERO_ROOT, poolId: ZERO_ROOT, capacityMiB: 1 } as const;
    applyRegistry(draft, [{ ...update, operator: stranger }], config, verifier);
    applyRegistry(draft, [{ type: "retire", nodeId, operator: stranger }], config, verifier);
    assert.equal(draft.nodes[4]?.capacityMiB, 100);
    assert.equal(draft.nodes[4]?.retiredEpoch, 0);
    applyRegistry(draft, [{ ...update, operator }], config, verifier);
    assert.equal(draft.nodes[4]?.capacityMiB, 1);
  });

  it("a stolen key is refused: the proof names the operator", () => {
    const draft = draftOf(chain.tip.state);
    applyRegistry(draft, [{ ...event, operator: new Uint8Array(20).fill(6) }], config, verifier);
    assert.equal(draft.nodes.length, 4);
  });
});

describe("the root of a state", () => {
  /** As a node computes it that starts from its disk. */
  const rootAfterRestart = (chain: ChainBuilder): Uint8Array =>
    ConsensusState.hashTreeRoot(ConsensusState.deserialize(ConsensusState.serialize(chain.tip.state)));

  it("is the same for who ran through and for who started again, after jailing and changed entries", () => {
    const chain = builder(4);
    chain.next();
    assert.ok(includes(chain, doubleVote(chain, 2, 2)));
    assert.notEqual(chain.tip.state.nodes[2]?.jailedUntil, 0);
    assert.deepEqual(rootAfterRestart(chain), chain.tip.header.consensusRoot);
    const known = ConsensusState.hashTreeRoot(chain.tip.state);
    const draft = draftOf(chain.tip.state);
    const [node] = draft.nodes;
    assert.ok(node !== undefined);
    const { nodeId, operator } = node;
    applyRegistry(draft, [{ type: "retire", nodeId, operator }], chain.network.config, verifier);
    assert.notDeepEqual(ConsensusState.hashTreeRoot(draft), known);
  });

  it("is right in every block of some epochs", () => {
    const chain = builder(5);
    while (chain.tip.state.height < 35) {
      chain.next();
      assert.deepEqual(rootAfterRestart(chain), chain.tip.header.consensusRoot);
    }
  });
});

describe("quorums", () => {
  it("of every set are reachable and more than two thirds", () => {
    const chain = builder(7);
    while (chain.tip.state.height < 30) chain.next();
    const { voters } = chain.tip.state;
    const total = totalWeight(voters);
    assert.ok(isQuorum(total, total));
    const half = voters.members.slice(0, 4).reduce((sum, member) => sum + member.weight, 0);
    assert.ok(!isQuorum(half, total));
  });
});
