import assert from "node:assert/strict";
import fc from "fast-check";
import { u32be } from "../../../src/base/bytes.js";
import { sha256 } from "../../../src/base/hash.js";
import { proposerAt, proposerOrder } from "../../../src/schedule/leaders.js";
import { grantsOf, makeVoterSet, type RankedVoter } from "../../../src/schedule/voterSet.js";
import { NOBODY } from "../../../src/types/state.js";

const RULES = { epochSlots: 30, cooldownSlots: 16 };
const SEED = sha256(u32be(1));

function ranked(keys: readonly number[], poolOf?: (index: number) => number): RankedVoter[] {
  return keys.map((rankKey, index) => {
    const nodeId = sha256(u32be(index));
    const entity = poolOf === undefined ? nodeId : sha256(u32be(1_000 + poolOf(index)));
    const voter = { node: index, nodeId, blsPublicKey: new Uint8Array(48).fill(index), weight: rankKey + 1, entity };
    return { voter, rankKey };
  });
}

describe("schedule", () => {
  for (const n of [1, 2, 3, 4, 16, 17, 18, 100]) {
    it(`${n} entities: every slot has a primary, none twice within the cooldown`, () => {
      const first = makeVoterSet(ranked(Array.from({ length: n }, (_, i) => i)), SEED, [], RULES);
      const second = makeVoterSet(ranked(Array.from({ length: n }, (_, i) => i)), SEED, grantsOf(first), RULES);
      const all = [...first.primaries, ...second.primaries];
      const cooldown = Math.min(16, n - 1);
      all.forEach((primary, slot) => {
        assert.notEqual(primary, NOBODY);
        assert.ok(!all.slice(Math.max(0, slot - cooldown), slot).includes(primary), `slot ${slot}`);
      });
    });

    it(`${n} entities: the order of proposers of a slot holds each voter once`, () => {
      const set = makeVoterSet(ranked(Array.from({ length: n }, (_, i) => i)), SEED, [], RULES);
      for (const slot of [0, 5, 29, 1_000]) {
        const order = proposerOrder(set, slot, RULES.epochSlots);
        assert.equal(new Set(order).size, n);
        assert.equal(order[0], set.primaries[slot % 30]);
      }
    });
  }

  it("the highest free rank is primary, the next fallback", () => {
    const set = makeVoterSet(ranked([10, 30, 20]), SEED, [], RULES);
    assert.deepEqual(set.primaries.slice(0, 4), [1, 2, 0, 1]);
    // With three entities and two of them cooling, nobody is left to be first fallback by rank.
    assert.deepEqual(set.fallbacks.slice(0, 3), [2, 0, NOBODY]);
  });

  it("20 nodes in 3 pools: an entity leads by its best member, and no slot is without (attack H6)", () => {
    const set = makeVoterSet(
      ranked(
        Array.from({ length: 20 }, (_, i) => i),
        (index) => index % 3,
      ),
      SEED,
      [],
      RULES,
    );
    assert.ok(set.primaries.every((primary) => [17, 18, 19].includes(primary)));
  });

  it("fallbacks from the second on differ from slot to slot (attack C5)", () => {
    const set = makeVoterSet(ranked(new Array<number>(100).fill(7)), SEED, [], RULES);
    const thirds = new Set(Array.from({ length: 50 }, (_, slot) => proposerOrder(set, slot, 30)[2]));
    assert.ok(thirds.size > 20, `${thirds.size} of 50`);
  });

  it("draws by weight", () => {
    const set = makeVoterSet(ranked([1_000_000, 0, 0, 0, 0, 0, 0, 0, 0, 0]), SEED, [], { ...RULES, epochSlots: 1 });
    const noPrimary = { ...set, primaries: [NOBODY], fallbacks: [NOBODY] };
    let first = 0;
    for (let slot = 0; slot < 200; slot++) if (proposerOrder(noPrimary, slot, 1)[0] === 0) first++;
    assert.equal(first, 200);
  });

  it("takes the next set's schedule once the epoch of the parent's slot is over", () => {
    const voters = makeVoterSet(ranked([3, 2, 1, 0]), SEED, [], RULES);
    const nextVoters = makeVoterSet(ranked([0, 1, 2, 3]), SEED, [], RULES);
    const context = { voters, nextVoters, parentSlot: 20, epochSlots: 30 };
    assert.equal(proposerAt(context, { slot: 29, round: 0 })?.node, voters.primaries[29]);
    assert.equal(proposerAt(context, { slot: 30, round: 0 })?.node, nextVoters.primaries[0]);
    assert.equal(proposerAt(context, { slot: 95, round: 0 })?.node, nextVoters.primaries[5]);
  });

  it("does not depend on the order in which equals come, but on the seed", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 30 }), (keys) => {
        const voters = ranked(keys);
        const set = makeVoterSet(voters, SEED, [], RULES);
        const ids = set.primaries.map((index) => set.members[index]?.nodeId);
        const other = makeVoterSet([...voters].reverse(), SEED, [], RULES);
        assert.deepEqual(
          other.primaries.map((index) => other.members[index]?.nodeId),
          ids,
        );
      }),
      { numRuns: 60 },
    );
  });

  it("grants each entity in turn: whatever the ranks, a slot's primary is the highest that is not cooling", () => {
    const keys = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 20 }), (values, pools) => {
        const voters = ranked(values, (index) => index % pools);
        const first = makeVoterSet(voters, SEED, [], RULES);
        const second = makeVoterSet(voters, SEED, grantsOf(first), RULES);
        const entities = new Set(voters.map(({ voter }) => Buffer.from(voter.entity).toString("hex")));
        const keyOf = (name: string): number =>
          voters.reduce(
            (sum, { voter, rankKey }) => sum + (Buffer.from(voter.entity).toString("hex") === name ? rankKey : 0),
            0,
          );
        const cooldown = Math.min(RULES.cooldownSlots, entities.size - 1);
        const granted = [...first.primaries, ...second.primaries].map((index) =>
          Buffer.from(voters[index]?.voter.entity ?? new Uint8Array()).toString("hex"),
        );
        granted.forEach((name, slot) => {
          const cooling = new Set(granted.slice(Math.max(0, slot - cooldown), slot));
          assert.ok(entities.has(name) && !cooling.has(name));
          for (const other of entities) if (!cooling.has(other)) assert.ok(keyOf(name) >= keyOf(other));
        });
      }),
      { numRuns: 60 },
    );
  });

  it("orders each voter once, whatever the weights, and from the seed, the slot and the set alone", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 10 ** 10 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (keys, slot) => {
          const order = proposerOrder(makeVoterSet(ranked(keys), SEED, [], RULES), slot, RULES.epochSlots);
          assert.deepEqual(
            [...order].sort((a, b) => a - b),
            keys.map((_, index) => index),
          );
          assert.deepEqual(proposerOrder(makeVoterSet(ranked(keys), SEED, [], RULES), slot, RULES.epochSlots), order);
        },
      ),
      { numRuns: 100 },
    );
  });
});
