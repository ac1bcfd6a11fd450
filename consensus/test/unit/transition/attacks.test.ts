import assert from "node:assert/strict";
import { u32be } from "../../../src/base/bytes.js";
import { hasCode } from "../../../src/base/errors.js";
import { beaconSigningRoot, nodeIdOf, possessionMessage, voteSigningRoot } from "../../../src/crypto/signing.js";
import { StandInSigner, StandInVerifier } from "../../../src/crypto/standIn.js";
import { ChainBuilder, simBuild, simCheck, standInNetwork } from "../../../src/sim/index.js";
import { checkBlock } from "../../../src/transition/blockPlan.js";
import { draftOf } from "../../../src/transition/draft.js";
import { computeNextVoters } from "../../../src/transition/nextVoters.js";
import { applyRegistry } from "../../../src/transition/registry.js";
import { BitArray, Body, VoteKind, ZERO_ROOT } from "../../../src/types/index.js";

const verifier = new StandInVerifier();

function builder(size: number): ChainBuilder {
  return new ChainBuilder(standInNetwork(size, "devnet"), verifier);
}

/** Registers `count` nodes that belong to nobody in the network. */
function withStrangers(chain: ChainBuilder, count: number) {
  const { config } = chain.network;
  const draft = draftOf(chain.tip.state);
  for (let i = 0; i < count; i++) {
    const signer = new StandInSigner(u32be(5_000 + i));
    const operator = new Uint8Array(20).fill(i + 1);
    const event = {
      type: "register",
      blsPublicKey: signer.publicKey,
      proofOfPossession: signer.sign(possessionMessage(config.params.chainId, signer.publicKey, operator)),
      peerId: new Uint8Array(32).fill(3),
      operator,
      poolId: ZERO_ROOT,
      capacityMiB: 0,
    } as const;
    applyRegistry(draft, [event], config, verifier);
  }
  return draft;
}

/** Scenarios that broke earlier drafts and are in no other test; docs/simulator.md lists them all. */
describe("attacks on the state transition", () => {
  it("cheap identities: max(1, n/16) newcomers an epoch, whose weight grows over a whole window (attack C3)", () => {
    const chain = builder(4);
    while (chain.tip.state.height < 9) chain.next();
    const draft = withStrangers(chain, 40);
    const { epoch, voters } = draft;
    const { params } = chain.network.config;
    draft.epoch = { ...epoch, beacons: draft.nodes.map(() => epoch.blocks) };
    // As much work as the founders, a thousand times over.
    const credits = draft.nodes.map((_, index) => (index < 4 ? 40_000 : 40_000_000));
    draft.window = [...draft.window, { epoch: epoch.epoch, firstHeight: 1, credits, voters: BitArray.fromBitLen(44) }];
    const joined = epoch.epoch;
    const weightOf = (age: number): readonly number[] => {
      const set = computeNextVoters(draft, voters, joined + age, params);
      const newcomers = set.members.filter(({ node }) => node >= 4);
      assert.equal(newcomers.length, 1);
      return newcomers.map(({ weight }) => weight);
    };
    const [young = 0] = weightOf(0);
    assert.equal(young, 1);
    const total = computeNextVoters(draft, voters, joined + 24, params).members.reduce(
      (sum, { weight }) => sum + weight,
      0,
    );
    const [old = 0] = weightOf(24);
    // Even full-aged and a thousand times as busy it stays under the cap.
    assert.ok(10_000 * (old - 1) <= 3_000 * total);
    const [half = 0] = weightOf(1);
    assert.ok(half > young && half <= old);
  });

  it("beacons of who does not vote pay no more than its storage does (attack C3)", () => {
    const chain = builder(4);
    chain.next();
    const draft = withStrangers(chain, 1);
    const { config } = chain.network;
    const tip = { ...chain.tip, state: draft };
    const [task] = chain.keys.beacons(chain.tip, 1);
    assert.ok(task !== undefined);
    const nodes = BitArray.fromBoolArray([true, true, true, true, true]);
    const slot = 2;
    const root = [...draft.recentBlocks, { height: draft.height, slot: draft.slot, root: tip.root }].findLast(
      (block) => block.slot < 1,
    )?.root;
    assert.ok(root !== undefined);
    const stranger = new StandInSigner(u32be(5_000));
    const message = beaconSigningRoot({ slot: 1, blockRoot: root }, chain.context(1));
    const signature = verifier.aggregate([task.signature, stranger.sign(message)]);
    const proposer = chain.proposerOf(slot);
    const inputs = {
      parentCommit: chain.certificate,
      skips: [],
      evidence: [],
      tasks: { storage: [], relay: [], beacons: [{ slot: 1, nodes, signature }] },
    };
    const built = simBuild(chain.network, tip, proposer, { slot, round: 0 }, inputs, [], verifier);
    assert.ok(built !== undefined && built.block.body.tasks.beacons.length === 1);
    const { epoch } = built.tip.state;
    assert.equal(epoch.beacons[4], 1);
    assert.equal(epoch.uptime[4], 0);
    assert.equal(epoch.credits[4], 0);
    assert.equal(epoch.uptime[0], 1_000);
    assert.equal(config.params.epochSlots, 10);
  });

  it("whatever the parent's proposer puts into its block, the next VRF input is the same (attack H7)", () => {
    const proofs = [0, 1, 2].map((mark) => {
      const chain = builder(4);
      chain.next({ transactions: [Uint8Array.of(mark)] });
      const { root } = chain.tip;
      const { header } = chain.next();
      return { root, vrfProof: header.vrfProof };
    });
    const [first, second, third] = proofs;
    assert.notDeepEqual(first?.root, second?.root);
    assert.deepEqual(first?.vrfProof, second?.vrfProof);
    assert.deepEqual(first?.vrfProof, third?.vrfProof);
  });

  it("a beacon names the last block before its slot, so none is signed ahead (attack H9)", () => {
    const chain = builder(4);
    chain.next();
    chain.next();
    const parent = chain.tip;
    const good = chain.next();
    const [task] = good.body.tasks.beacons;
    assert.ok(task !== undefined);
    assert.ok(simCheck(chain.network, parent, good, verifier) !== undefined);
    // As if it had been signed when the chain was a block shorter.
    const stale = beaconSigningRoot(
      { slot: task.slot, blockRoot: chain.network.genesis.root },
      chain.context(task.slot),
    );
    const signature = verifier.aggregate(chain.network.signers.map((signer) => signer.sign(stale)));
    const body = { ...good.body, tasks: { ...good.body.tasks, beacons: [{ ...task, signature }] } };
    const forged = { header: { ...good.header, bodyRoot: Body.hashTreeRoot(body) }, body };
    assert.throws(
      () => checkBlock(chain.network.config, parent, forged, verifier),
      (error) => hasCode(error, "BAD_TASK"),
    );
  });

  it("votes of one view at two heights are no evidence (attack H2)", () => {
    const chain = builder(4);
    chain.next();
    const signer = chain.network.signers[1] ?? assert.fail();
    const votes = [1, 2].map((height) => {
      const message = { kind: VoteKind.Prevote, height, slot: 2, round: 0, blockRoot: new Uint8Array(32).fill(height) };
      return { message, signature: signer.sign(voteSigningRoot(message, chain.context(2))) };
    });
    const block = chain.next({ evidence: [{ nodeId: nodeIdOf(signer.publicKey), votes, proposals: [] }] });
    assert.equal(block.body.evidence.length, 0);
  });

  it("a miss costs ten epochs of good conduct (attack M4)", () => {
    const chain = builder(4);
    chain.next();
    const skip = chain.skip(2);
    const blamed = chain.tip.state.voters.primaries[2] ?? -1;
    chain.next({ slot: 2, round: 1, skips: [skip] });
    const since = chain.tip.state.epoch.epoch;
    const scoreAfter = (epochs: number): number => {
      while (chain.tip.state.epoch.epoch < since + epochs) chain.next();
      return chain.tip.state.liveScore[blamed] ?? 0;
    };
    assert.deepEqual([1, 2, 9, 10, 11].map(scoreAfter), [9_100, 9_200, 9_900, 10_000, 10_000]);
  });
});
