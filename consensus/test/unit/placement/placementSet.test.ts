import assert from "node:assert/strict";
import fc from "fast-check";
import { compareBytes, fromHex, toHex, u32be } from "../../../src/base/bytes.js";
import { sha256 } from "../../../src/base/hash.js";
import { type PlacementNode, PlacementSet } from "../../../src/placement/index.js";
import { golden } from "../../support/golden.js";

const MIX = sha256(u32be(77));

function nodeOf(node: number, points: number, operator = node): PlacementNode {
  return { node, nodeId: sha256(u32be(node)), operator: sha256(u32be(1_000_000 + operator)).subarray(0, 20), points };
}

const rootOf = (n: number): Uint8Array => sha256(u32be(500_000 + n));
const idsOf = (nodes: readonly PlacementNode[]): number[] => nodes.map(({ node }) => node);

const nodesOf = fc
  .array(fc.record({ points: fc.integer({ min: 1, max: 16 }), operator: fc.integer({ min: 0, max: 12 }) }), {
    minLength: 1,
    maxLength: 24,
  })
  .map((list) => list.map(({ points, operator }, i) => nodeOf(i, points, operator)));

/** The definition, word by word, with the plain hash. */
function naive(nodes: readonly PlacementNode[], root: Uint8Array, replicas: number, mix?: Uint8Array): number[] {
  const ranking = (name: Uint8Array): PlacementNode[] => {
    const score = ({ nodeId, points }: PlacementNode): Uint8Array =>
      Array.from({ length: points }, (_, point) => sha256(name, sha256(nodeId, Uint8Array.of(point)))).reduce((a, b) =>
        compareBytes(a, b) >= 0 ? a : b,
      );
    return [...nodes].sort((a, b) => compareBytes(score(b), score(a)));
  };
  const chosen: PlacementNode[] = [];
  const take = (name: Uint8Array, count: number): void => {
    for (const node of ranking(name)) {
      if (chosen.length >= count) return;
      if (!chosen.some(({ operator }) => compareBytes(operator, node.operator) === 0)) chosen.push(node);
    }
  };
  const operators = new Set(nodes.map(({ operator }) => toHex(operator))).size;
  take(root, operators <= replicas ? operators : replicas - 1);
  if (operators > replicas && mix !== undefined) take(sha256(root, mix), replicas);
  return idsOf(chosen);
}

describe("placement of chunks", () => {
  it("is what its definition says, whatever the order of the nodes", () => {
    const mixes = fc.option(fc.constant(MIX), { nil: undefined });
    fc.assert(
      fc.property(nodesOf, fc.nat(10_000), fc.integer({ min: 1, max: 5 }), mixes, (nodes, n, replicas, mix) => {
        const root = rootOf(n);
        const assigned = idsOf(new PlacementSet(nodes, replicas).assign(root, mix));
        assert.deepEqual(assigned, naive(nodes, root, replicas, mix));
        assert.deepEqual(idsOf(new PlacementSet([...nodes].reverse(), replicas).assign(root, mix)), assigned);
      }),
      { numRuns: 200 },
    );
  });

  it("never gives an operator two copies, and as many copies as there are operators allow", () => {
    fc.assert(
      fc.property(nodesOf, fc.nat(10_000), (nodes, n) => {
        const set = new PlacementSet(nodes, 3);
        const assigned = set.assign(rootOf(n), MIX);
        assert.equal(new Set(assigned.map(({ operator }) => toHex(operator))).size, assigned.length);
        assert.equal(assigned.length, Math.min(3, set.operators));
      }),
    );
  });

  it("leaves the last replica open until the mix is known, and the others as they are when it is", () => {
    const set = new PlacementSet(
      Array.from({ length: 20 }, (_, i) => nodeOf(i, 4)),
      3,
    );
    const others = new Set<number>();
    for (let n = 0; n < 100; n++) {
      const before = idsOf(set.assign(rootOf(0)));
      const after = idsOf(set.assign(rootOf(0), sha256(u32be(n))));
      assert.equal(before.length, 2);
      assert.deepEqual(after.slice(0, 2), before);
      others.add(after[2] ?? -1);
    }
    assert.ok(others.size > 10, "the mix decides who holds the last replica");
  });

  it("moves only what it must when a node leaves or joins", () => {
    const all = Array.from({ length: 30 }, (_, i) => nodeOf(i, 1 + (i % 16)));
    const gone = 11;
    const full = new PlacementSet(all, 3);
    const less = new PlacementSet(
      all.filter(({ node }) => node !== gone),
      3,
    );
    let held = 0;
    let moved = 0;
    for (let n = 0; n < 2_000; n++) {
      const before = idsOf(full.assign(rootOf(n), MIX));
      const after = idsOf(less.assign(rootOf(n), MIX));
      if (!before.includes(gone)) {
        assert.deepEqual(after, before, "a chunk that it did not hold stays where it is");
        continue;
      }
      held++;
      moved += after.filter((node) => !before.includes(node)).length;
      // Without a mix only one copy moves, always.
      const [two, twoLater] = [idsOf(full.assign(rootOf(n))), idsOf(less.assign(rootOf(n)))];
      assert.ok(twoLater.filter((node) => !two.includes(node)).length <= 1);
    }
    assert.ok(held > 100);
    // One copy each; a second one where who held the last replica has become one of the first.
    assert.ok(moved >= held && moved < held * 1.2, `${moved} copies moved for ${held} chunks`);
  });

  it("gives nodes chunks in proportion to their points", () => {
    const points = [1, 2, 4, 8, 16, 1, 2, 4, 8, 16];
    const set = new PlacementSet(
      points.map((each, i) => nodeOf(i, each)),
      2,
    );
    const total = points.reduce((a, b) => a + b);
    const rounds = 20_000;
    const wins = points.map(() => 0);
    for (let n = 0; n < rounds; n++) {
      const [first] = idsOf(set.assign(rootOf(n)));
      wins[first ?? 0] = (wins[first ?? 0] ?? 0) + 1;
    }
    // Pearson's statistic against the exact shares: 9 degrees of freedom, 27.9 is the 0.1 % point. The input is fixed.
    const chi = points.reduce((sum, each, i) => {
      const expected = (rounds * each) / total;
      return sum + ((wins[i] ?? 0) - expected) ** 2 / expected;
    }, 0);
    assert.ok(chi < 27.9, `chi squared ${chi.toFixed(1)}: ${wins.join(" ")}`);
  });

  it("does without nodes", () => {
    assert.deepEqual(new PlacementSet([], 3).assign(rootOf(1), MIX), []);
  });

  it("golden vectors", () => {
    const samples = (): object[] =>
      [1, 3, 4, 7, 40].flatMap((size) =>
        [1, 2].map((n) => {
          const nodes = Array.from({ length: size }, (_, i) => nodeOf(i, 1 + ((i * 7) % 16), i % 31));
          const set = new PlacementSet(nodes, 3);
          return {
            nodes: nodes.map(({ nodeId, operator, points }) => ({
              nodeId: toHex(nodeId),
              operator: toHex(operator),
              points,
            })),
            chunkRoot: toHex(rootOf(n)),
            mix: toHex(MIX),
            withoutMix: idsOf(set.assign(rootOf(n))),
            assigned: idsOf(set.assign(rootOf(n), MIX)),
          };
        }),
      );
    interface Sample {
      readonly nodes: readonly { readonly nodeId: string; readonly operator: string; readonly points: number }[];
      readonly chunkRoot: string;
      readonly mix: string;
      readonly withoutMix: readonly number[];
      readonly assigned: readonly number[];
    }
    for (const sample of golden("placement.json", samples) as Sample[]) {
      const nodes = sample.nodes.map(({ nodeId, operator, points }, node) => ({
        node,
        nodeId: fromHex(nodeId, 32),
        operator: fromHex(operator, 20),
        points,
      }));
      const set = new PlacementSet(nodes, 3);
      const root = fromHex(sample.chunkRoot, 32);
      assert.deepEqual(idsOf(set.assign(root)), sample.withoutMix);
      assert.deepEqual(idsOf(set.assign(root, fromHex(sample.mix, 32))), sample.assigned);
      assert.deepEqual(naive(nodes, root, 3, fromHex(sample.mix, 32)), sample.assigned);
    }
  });
});
