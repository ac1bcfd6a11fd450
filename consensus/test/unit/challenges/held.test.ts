import assert from "node:assert/strict";
import fc from "fast-check";
import { sha256, u32be } from "../../../src/base/index.js";
import { addHeld, updateProven } from "../../../src/challenges/held.js";
import { drawDistinct, heldKiB, placementSetOf } from "../../../src/challenges/index.js";
import { placementNodes } from "../../../src/placement/index.js";
import { draftOf } from "../../../src/transition/draft.js";
import { serveJailQueue } from "../../../src/transition/evidence.js";
import type { ConsensusState } from "../../../src/types/index.js";
import { FULL_LEAVES, StorageChain } from "../../support/storageChain.js";

const MIB = 1_024;

describe("what answers prove of storage", () => {
  it("an answer stands for its chunk over the chance with which it was drawn", () => {
    const params = { challengesPerBlock: 32 };
    assert.equal(heldKiB({ total: 10 }, 8 << 20, params), 8 * MIB);
    assert.equal(heldKiB({ total: 320 }, 8 << 20, params), 80 * MIB);
    assert.equal(heldKiB({ total: 33 }, 1, params), 1);
    // No ledger and no chunk makes a sum that a state cannot say.
    const most = heldKiB({ total: 2 ** 40 }, 64 << 20, params);
    const held = [Number.MAX_SAFE_INTEGER - 1, 0];
    for (const node of [0, 1]) addHeld(held, node, most);
    assert.deepEqual(held, [Number.MAX_SAFE_INTEGER, most]);
    assert.ok(Number.isSafeInteger(most));
  });

  it("is on average what the node has, whatever chunks it has of how many", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 16 }), { minLength: 40, maxLength: 120 }),
        fc.nat(),
        (sizes, salt) => {
          // Sizes in MiB; 0 is a chunk of others.
          const has = sizes.reduce((sum, size) => sum + size, 0);
          const blocks = 4_000;
          let sum = 0;
          for (let block = 0; block < blocks; block++) {
            for (const chunk of drawDistinct(sha256(u32be(salt), u32be(block)), 8, sizes.length)) {
              const size = sizes[chunk] ?? 0;
              if (size > 0) sum += heldKiB({ total: sizes.length }, size << 20, { challengesPerBlock: 8 });
            }
          }
          // The standard deviation of a block's estimate is at most sqrt(total / 8) * the norm of the sizes.
          const deviation = Math.sqrt((sizes.length / 8) * sizes.reduce((squares, size) => squares + size ** 2, 0));
          assert.ok(Math.abs(sum / blocks / MIB - has) <= (5 * deviation) / Math.sqrt(blocks) + 1);
        },
      ),
      { numRuns: 8 },
    );
  });

  it("moves by a part of the difference in each epoch, and to nothing without answers", () => {
    const draft = { proven: [0, 5_000], epoch: { held: [240_000, 0], blocks: 10 } } as unknown as ConsensusState;
    updateProven(draft, 24);
    assert.deepEqual(draft.proven, [1_000, 4_791]);
    for (let i = 0; i < 400; i++) updateProven(draft, 24);
    assert.equal(draft.proven[1], 0);
    assert.ok(Math.abs((draft.proven[0] ?? 0) - 24_000) <= 24, `${draft.proven[0]}`);
  });

  it("is gone when a node is jailed", () => {
    const draft = draftOf(new StorageChain(4).state);
    draft.proven = [5, 6, 7, 8];
    draft.jailQueue = [2];
    serveJailQueue(draft, 24);
    assert.deepEqual(draft.proven, [5, 6, 0, 8]);
  });

  it("a chain counts it for every node, and placement takes it two epochs later", function () {
    this.timeout(60_000);
    const test = new StorageChain(4);
    test.sessions.registerNew("a", 40, FULL_LEAVES, test.time);
    const { params } = test.config;
    const first = test.state.epoch.epoch;
    // Node 3 has nothing.
    const next = () => test.next({ storage: test.answers((node) => node !== 3) });
    while (test.state.epoch.epoch < first + 10) next();
    const { state } = test;
    const has = [0, 0, 0, 0];
    const placement = placementSetOf(state, state.epoch.epoch, params);
    for (const { chunks } of test.sessions.all()) {
      for (const { root, length } of chunks) {
        for (const { node } of placement.assign(root, state.placementMixes[0]?.mix)) {
          has[node] = (has[node] ?? 0) + Math.ceil(length / 1_024);
        }
      }
    }
    // 9 epochs of answers: so much of the way to what they have.
    const way = 1 - (1 - 1 / params.windowEpochs) ** 9;
    for (const node of [0, 1, 2]) {
      const share = (state.proven[node] ?? 0) / ((has[node] ?? 0) * way);
      assert.ok(share > 0.8 && share < 1.2, `node ${node}: ${share}`);
    }
    assert.equal(state.proven[3], 0);
    const { provenMiB, epoch } = state.presences.at(-1) ?? assert.fail();
    assert.deepEqual(
      provenMiB,
      state.proven.map((kib) => Math.floor(kib / 1_024)),
    );
    // All declare a lot: the one that proved nothing stays at what nobody has to prove.
    const nodes = state.nodes.map((node) => ({ ...node, capacityMiB: 4_000_000 }));
    const presences = state.presences.map((each) => ({ ...each, provenMiB: provenMiB.map((mib) => 100 * mib) }));
    const points = placementNodes({ ...state, nodes, presences }, epoch + 2, params).map((node) => node.points);
    // The median, of four the lower one, is the smallest of the three that have something.
    const median = 16_384 + 200 * Math.min(...provenMiB.slice(0, 3));
    assert.equal(points[3], Math.ceil((4 * 16_384) / median));
    assert.ok(
      points.slice(0, 3).every((each) => each > (points[3] ?? 16)),
      points.join(),
    );
    // And falls when it stops.
    for (const before = test.state.epoch.epoch; test.state.epoch.epoch < before + 3; ) test.chain.next();
    assert.ok((test.state.proven[0] ?? 0) < (state.proven[0] ?? 0));
  });
});
