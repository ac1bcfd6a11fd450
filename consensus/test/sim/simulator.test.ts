import assert from "node:assert/strict";
import { BlsSigner, BlsVerifier } from "../../src/crypto/blst.js";
import { plantedBugs, runScenario } from "../../src/sim/index.js";

/**
 * Random seeds of each size: two to three minutes of one core. Always the same ones, so that a failure is found again; a
 * longer run, on seeds of its own, is `npm run sim -- --from 100000 --seeds 5000 --nodes 7`.
 */
const BUDGET: readonly (readonly [size: number, seeds: number])[] = [
  [1, 100],
  [2, 100],
  [3, 200],
  [4, 600],
  [7, 400],
  [16, 100],
  [31, 16],
  [64, 2],
];

function assertSound(seed: number, size: number): void {
  const { violations } = runScenario({ seed, size });
  assert.deepEqual(violations, [], `lucid sim --seed ${seed} --nodes ${size} replays it`);
}

describe("simulator", () => {
  for (const [size, seeds] of BUDGET) {
    it(`${size} nodes, less than a third Byzantine, ${seeds} seeds: no invariant broken`, () => {
      for (let seed = 1; seed <= seeds; seed++) assertSound(seed, size);
    }).timeout(600_000);
  }

  it("a mesh heals when a third of its nodes stays away", () => assertSound(700_264, 16)).timeout(60_000);

  it("a seed replays exactly", () => {
    // Over full links, and over a mesh.
    for (const seed of [51, 52, 53, 54]) {
      const run = () => runScenario({ seed, size: 7, timeline: true }).timeline.join("\n");
      const first = run();
      assert.ok(first.length > 2_000);
      assert.equal(run(), first);
    }
  });

  it("every node executing for itself, on states read anew from bytes, gives the same run", () => {
    for (const seed of [3, 16, 34]) {
      const runs = (["builder", "once", "each"] as const).map((execution) => {
        const { violations, timeline } = runScenario({ seed, size: 4, execution, timeline: true });
        assert.deepEqual(violations, []);
        return timeline.join("\n");
      });
      assert.equal(runs[1], runs[0]);
      assert.equal(runs[2], runs[0]);
    }
  }).timeout(60_000);

  it("with real signatures", () => {
    const crypto = {
      verifier: new BlsVerifier(),
      signerOf: (seed: Uint8Array) => new BlsSigner(Uint8Array.from(seed).fill(0, 0, 1)),
    };
    for (const seed of [5, 8, 13]) {
      assert.deepEqual(runScenario({ seed, size: 4, crypto, execution: "each" }).violations, []);
    }
  }).timeout(240_000);
});

describe("planted bugs are found", () => {
  // The first seeds that found them, from 1 up; the sound agreement passes the same seeds.
  const known: readonly [bug: string, size: number, seed: number][] = [
    ["quorumHalf", 4, 1],
    ["quorumHalf", 7, 1],
    ["quorumHalf", 16, 1],
    ["lockIgnored", 4, 38],
    ["lockIgnored", 7, 78],
    ["lockIgnored", 16, 19],
    ["validViewUnproven", 4, 9],
    ["validViewUnproven", 7, 84],
    ["validViewUnproven", 16, 18],
    ["nothingPersisted", 4, 9],
    ["nothingPersisted", 7, 9],
    ["nothingPersisted", 16, 17],
    ["marksWithoutLock", 4, 38],
    ["marksWithoutLock", 7, 99],
    ["marksWithoutLock", 16, 71],
    ["timelyBlamed", 4, 12],
    ["timelyBlamed", 7, 1],
    ["timelyBlamed", 16, 1],
    ["marksWithoutHeight", 4, 42],
    ["marksWithoutHeight", 7, 42],
    ["marksWithoutHeight", 16, 42],
    ["fixedTimeouts", 4, 25],
    ["fixedTimeouts", 7, 25],
    ["fixedTimeouts", 16, 25],
    ["fallbacksByRank", 31, 19],
    ["votersOfTheView", 4, 59],
    ["votersOfTheView", 7, 1],
    ["votersOfTheView", 16, 1],
  ];
  for (const [bug, size, seed] of known) {
    it(`${bug}, ${size} nodes, by seed ${seed}`, () => {
      const plant = plantedBugs[bug];
      assert.ok(plant !== undefined);
      assert.notDeepEqual(runScenario({ seed, size, ...plant }).violations, []);
      assertSound(seed, size);
    }).timeout(120_000);
  }

  it("there is a seed for every one of them", () => {
    assert.deepEqual([...new Set(known.map(([bug]) => bug))].sort(), Object.keys(plantedBugs).sort());
  });
});
