import assert from "node:assert/strict";
import fc from "fast-check";
import { BitArray, presets, StandInSigner, StandInVerifier } from "../../../src/index.js";
import { MAX_POINTS, placementNodes, pointsOf, presenceOf } from "../../../src/placement/index.js";
import { ChainBuilder, simNetwork } from "../../../src/sim/index.js";

const declared = (declaredMiB: number, provenMiB = 0) => ({ declaredMiB, provenMiB });

describe("points of a node", () => {
  it("the median node has four, nobody more than sixteen or less than one", () => {
    assert.deepEqual(pointsOf([1_000, 1_000, 1_000].map((mib) => declared(mib))), [4, 4, 4]);
    assert.deepEqual(pointsOf([0, 1, 1_000, 2_000, 1e9].map((mib) => declared(mib))), [1, 1, 4, 8, 16]);
    assert.deepEqual(pointsOf([0, 0, 0, 500].map((mib) => declared(mib))), [1, 1, 1, 1]);
    assert.deepEqual(pointsOf([]), []);
  });

  it("what is declared counts up to 16 GiB and twice what was proven", () => {
    const typical = [16_384, 16_384, 16_384].map((mib) => declared(mib));
    assert.equal(pointsOf([...typical, declared(1e9)])[3], 4);
    assert.equal(pointsOf([...typical, declared(1e9, 8_192)])[3], 8);
    assert.equal(pointsOf([...typical, declared(20_000, 8_192)])[3], 5);
  });

  it("one more giant does not change the points of the others", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(16_384), { minLength: 3, maxLength: 40 }), (list) => {
        // The median stays when one comes on each side of it.
        const before = pointsOf(list.map((mib) => declared(mib)));
        const after = pointsOf([...list, 0, 4_000_000].map((mib) => declared(mib, mib > 16_384 ? mib : 0)));
        assert.deepEqual(after.slice(0, list.length), before);
        assert.ok(after.every((points) => Number.isInteger(points) && points >= 1 && points <= MAX_POINTS));
      }),
    );
  });
});

describe("placement set of an epoch", () => {
  const verifier = new StandInVerifier();
  const build = () => {
    const network = simNetwork(4, "devnet", verifier, (seed) => new StandInSigner(seed));
    return new ChainBuilder(network, verifier);
  };

  it("genesis nodes are in it before anybody could have been seen", () => {
    const { tip } = build();
    const nodes = placementNodes(tip.state, tip.state.epoch.epoch, presets.devnet);
    assert.deepEqual(
      nodes.map(({ node, points }) => [node, points]),
      [0, 1, 2, 3].map((node) => [node, 1]),
    );
    assert.deepEqual(
      placementNodes(
        { ...tip.state, nodes: tip.state.nodes.map((node) => ({ ...node, joinedEpoch: 3 })) },
        24,
        presets.devnet,
      ),
      [],
    );
  });

  it("an epoch's placement goes by who was there two epochs before", () => {
    const chain = build();
    const first = chain.tip.state.epoch.epoch;
    // Node 3 is there in the first epoch and away afterwards; node 2 the other way round.
    while (chain.tip.state.epoch.epoch < first + 5) {
      chain.next({ beaconsBy: chain.tip.state.epoch.epoch === first ? [0, 1, 3] : [0, 1, 2] });
    }
    const { state } = chain.tip;
    assert.deepEqual(
      state.presences.map(({ epoch, nodes }) => [epoch, nodes.getTrueBitIndexes()]),
      [1, 2, 3, 4].map((i) => [first + i, [0, 1, 2]]),
    );
    const early = chain.blocks.find(({ tip }) => tip.state.epoch.epoch === first + 2)?.tip.state;
    assert.ok(early !== undefined);
    const of = (epoch: number) => placementNodes(early, epoch, presets.devnet).map(({ node }) => node);
    assert.deepEqual(of(first), [0, 1, 2, 3]);
    assert.deepEqual(of(first + 1), [0, 1, 2, 3]);
    assert.deepEqual(of(first + 2), [0, 1, 3]);
    assert.equal(presenceOf(early, first + 2)?.epoch, first);
  });

  it("leaves out who was away, retired or jailed", () => {
    const { state } = build().tip;
    const presences = [{ epoch: 28, nodes: BitArray.fromBoolArray([true, true, false, false]), provenMiB: [] }];
    const of = (change: object) =>
      placementNodes(
        { ...state, presences, nodes: state.nodes.map((node, i) => (i === 1 ? { ...node, ...change } : node)) },
        30,
        presets.devnet,
      ).map(({ node }) => node);
    assert.deepEqual(of({}), [0, 1]);
    assert.deepEqual(of({ retiredEpoch: 29 }), [0]);
    assert.deepEqual(of({ jailedUntil: 31 }), [0]);
    assert.deepEqual(of({ jailedUntil: 30 }), [0, 1]);
    const none = { ...state, presences: [{ epoch: 28, nodes: BitArray.fromBitLen(0), provenMiB: [] }] };
    assert.deepEqual(placementNodes(none, 30, presets.devnet), []);
  });
});
