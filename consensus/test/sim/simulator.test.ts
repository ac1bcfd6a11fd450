import assert from "node:assert/strict";
import { Agreement } from "../../src/agreement/agreement.js";
import { soundRules } from "../../src/agreement/rules.js";
import { BlsSigner, BlsVerifier } from "../../src/crypto/blst.js";
import { scheduleSet } from "../../src/schedule/leaders.js";
import { plantedBugs, runScenario, SimWorld } from "../../src/sim/index.js";
import { NOBODY } from "../../src/types/state.js";

/** Seconds of random seeds a size; a longer run is `LUCID_SIM_SECONDS=...`. */
const BUDGET = Number(process.env["LUCID_SIM_SECONDS"] ?? "8");

function assertSound(seed: number, size: number): void {
  const { violations } = runScenario({ seed, size });
  assert.deepEqual(violations, [], `seed ${seed} of ${size} nodes; replay it with timeline: true`);
}

describe("simulator", () => {
  for (const size of [1, 2, 3, 4, 7, 16]) {
    it(`${size} nodes, less than a third Byzantine: no invariant broken`, () => {
      const end = Date.now() + (BUDGET * 1000) / 6;
      let seed = 1;
      do assertSound(seed++, size);
      while (Date.now() < end);
    }).timeout(BUDGET * 1000 + 60_000);
  }

  // Seeds that broke something once, in the order of finding: number of nodes, seed.
  for (const [size, seed] of [
    // A carried proposal of the next height was taken for a forgery.
    [4, 75],
    // Two certificates of one block: the next height was decided in a slot that one node thought closed.
    [4, 1117],
  ] as const) {
    it(`seed ${seed} of ${size} nodes stays sound`, () => assertSound(seed, size));
  }

  it("a seed replays exactly", () => {
    const run = () => runScenario({ seed: 51, size: 4, timeline: true }).timeline.join("\n");
    const first = run();
    assert.ok(first.length > 2_000);
    assert.equal(run(), first);
  });

  it("with every node executing for itself", () => {
    for (const seed of [3, 34]) {
      assert.deepEqual(runScenario({ seed, size: 4, separateExecution: true }).violations, []);
    }
  }).timeout(60_000);

  it("with real signatures", () => {
    const crypto = {
      verifier: new BlsVerifier(),
      signerOf: (seed: Uint8Array) => new BlsSigner(Uint8Array.from(seed).fill(0, 0, 1)),
    };
    assert.deepEqual(runScenario({ seed: 5, size: 4, crypto }).violations, []);
  }).timeout(120_000);
});

describe("planted bugs are found", () => {
  // The first seeds that found them; the sound agreement passes the same seeds.
  const known: readonly [bug: string, size: number, seed: number][] = [
    ["quorumHalf", 4, 1],
    ["quorumHalf", 7, 1],
    ["lockIgnored", 4, 190],
    ["lockIgnored", 7, 13],
    ["validViewUnproven", 4, 268],
    ["validViewUnproven", 7, 21],
    ["nothingPersisted", 4, 1],
    ["nothingPersisted", 7, 2],
    ["marksWithoutLock", 4, 1],
    ["marksWithoutLock", 7, 117],
    ["votersOfTheView", 4, 13],
  ];
  for (const [bug, size, seed] of known) {
    it(`${bug}, ${size} nodes, by seed ${seed}`, () => {
      const plant = plantedBugs[bug];
      assert.ok(plant !== undefined);
      assert.notDeepEqual(runScenario({ seed, size, ...plant }).violations, []);
      assertSound(seed, size);
    }).timeout(60_000);
  }

  it("fixed time-outs with slow blocks stop the chain (attack C7)", () => {
    const heightAfter = (fixed: boolean): number => {
      const world = new SimWorld({
        size: 4,
        seed: 2,
        makeAgreement: (options) => {
          const flat = { base: 5_000, perRound: 0 };
          const { params } = options;
          return new Agreement(
            fixed ? { ...options, params: { ...params, proposeTimeout: flat, bodyTimeout: flat } } : options,
          );
        },
      });
      // Slower than any one time-out of 5 s; the growing ones reach it.
      for (const node of world.nodes) node.executionTime = 12_000;
      world.start();
      world.runSlots(10.9);
      return world.lowestHeight();
    };
    assert.ok(heightAfter(false) >= 9);
    assert.ok(heightAfter(true) <= 1);
  });

  it("fallbacks in rank order: the silent top of the ranking stops the chain (attack C5)", () => {
    const decidedSlots = (byRank: boolean): number => {
      const size = 60;
      const world = new SimWorld({
        size,
        seed: 4,
        makeAgreement: (options) =>
          new Agreement({
            ...options,
            ...(byRank
              ? {
                  rules: {
                    ...soundRules,
                    proposerAt: (context, view) => {
                      const set = scheduleSet(context, view.slot);
                      const ranking = rankOrder(set.primaries, set.members.length);
                      const primary = set.primaries[view.slot % context.epochSlots] ?? NOBODY;
                      const rest = ranking.filter((index) => index !== primary && ranking.indexOf(index) >= 16);
                      return view.round === 0 ? set.members[primary] : set.members[rest[view.round - 1] ?? NOBODY];
                    },
                  },
                }
              : {}),
          }),
      });
      // 19 of 60, in rank order: less than a third of the weight.
      const { primaries, members } = world.network.genesis.state.voters;
      const silent = new Set(rankOrder(primaries, members.length).slice(0, 19));
      for (const node of world.nodes) if (!silent.has(node.index)) node.start();
      world.runSlots(3.9);
      return world.decisions.length;
    };
    assert.ok(decidedSlots(false) >= 3, "sound");
    assert.ok(decidedSlots(true) < decidedSlots(false), "planted");
  }).timeout(120_000);
});

/** Voters in the order in which the schedule first names them, then the others. */
function rankOrder(primaries: readonly number[], size: number): number[] {
  return [...new Set([...primaries, ...Array.from({ length: size }, (_, index) => index)])];
}
