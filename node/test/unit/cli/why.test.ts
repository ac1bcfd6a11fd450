import assert from "node:assert/strict";
import type { NodeFacts } from "../../../src/cli/ownFacts.js";
import { causesOf, type WhyFacts } from "../../../src/cli/why.js";

const node = {
  entityId: "0x01",
  weight: 10,
  totalWeight: 40,
  liveScore: 10_000,
  jailedFor: 0,
  nextVoter: true,
  jailed: false,
  retired: false,
  earned: 2_000_000_000,
  unpaid: 0,
  eligible: true,
  age: 9,
  requiredAge: 2,
  beacons: 90,
  blocks: 100,
  payHeight: 12,
  challenges: { due: 200, answered: 200, since: 3, lastMissed: 0 } as NodeFacts["challenges"],
};
const well: WhyFacts = {
  nodeId: "0x01",
  node,
  height: 8,
  syncing: false,
  peers: 3,
  signing: "active",
  seenWeight: 40,
  quorumWeight: 27,
  totalWeight: 40,
  missing: [],
  clockTrusted: true,
  recovery: undefined,
  nextSlots: [9, 13],
};
const names = (question: Parameters<typeof causesOf>[0], change: Partial<WhyFacts>, own: Partial<typeof node> = {}) =>
  causesOf(question, { ...well, node: { ...node, ...own }, ...change }).map(({ cause }) => cause);

describe("lucid why", () => {
  it("finds nothing in the way of a node that is well, but its turn", () => {
    assert.deepEqual(names("final", {}), []);
    assert.deepEqual(names("paid", {}), []);
    assert.deepEqual(names("eligible", {}), []);
    const [turn] = causesOf("leader", well);
    assert.match(turn?.fact ?? "", /primary in slot 9, 13/);
  });

  it("names who a node is not", () => {
    for (const question of ["leader", "paid", "eligible"] as const) {
      assert.deepEqual(names(question, { nodeId: undefined, node: undefined }), ["this node is no validator"]);
      assert.deepEqual(names(question, { node: undefined }), ["the key is not registered"]);
      assert.ok(names(question, { signing: "silent" }).includes("the voter record is old"));
      assert.ok(names(question, {}, { jailed: true }).includes("the node is jailed"));
      assert.ok(names(question, {}, { retired: true }).includes("the node is retired"));
    }
  });

  it("says how many storage challenges were missed", () => {
    const challenges = { due: 200, answered: 190, since: 3, lastMissed: 7 };
    const [cause] = causesOf("paid", { ...well, node: { ...node, challenges } });
    assert.equal(cause?.cause, "storage challenges were missed");
    assert.match(cause?.fact ?? "", /10 of 200 \(5\.0 %\) since block 3, the last one of block 7/);
    assert.deepEqual(names("paid", {}, { challenges: undefined }), []);
  });

  it("says which condition does not hold, with the numbers", () => {
    assert.deepEqual(names("leader", {}, { weight: 0 }), ["the node is not among the voters"]);
    const [quorum] = causesOf("final", { ...well, seenWeight: 20, missing: ["0x02"] });
    assert.match(quorum?.fact ?? "", /50\.0 % of the weight seen, 67\.5 % needed; missing: 0x02/);
    assert.deepEqual(names("paid", {}, { unpaid: 5 }), ["the payment is due later"]);
    assert.deepEqual(names("paid", {}, { earned: 0 }), ["nothing was earned yet"]);
    const not = { eligible: false };
    assert.deepEqual(names("eligible", {}, not), ["it counts from the next epoch"]);
    assert.deepEqual(names("eligible", {}, { ...not, age: 1, beacons: 79, earned: 1 }), [
      "the node is too young",
      "its uptime is too low",
      "it has earned too little",
    ]);
  });
});
