import assert from "node:assert/strict";
import fc from "fast-check";
import { toHex } from "../../../src/base/bytes.js";
import {
  challengedLeaf,
  challengeSeed,
  drawDistinct,
  placementMix,
  storageRate,
} from "../../../src/challenges/index.js";
import { presets } from "../../../src/params.js";
import { simCheck } from "../../../src/sim/index.js";
import { ZERO_ROOT } from "../../../src/types/index.js";
import { golden } from "../../support/golden.js";
import { FULL_LEAVES, StorageChain, verifier } from "../../support/storageChain.js";

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("storage challenges", () => {
  it("draw different numbers, all of them when there are few", () => {
    fc.assert(
      fc.property(seed, fc.nat(64), fc.nat(2 ** 40), (from, count, total) => {
        const drawn = drawDistinct(from, count, total);
        assert.equal(drawn.length, Math.min(count, total));
        assert.equal(new Set(drawn).size, drawn.length);
        assert.ok(drawn.every((number) => number >= 0 && number < total));
      }),
    );
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 32 }), (from, total) => {
        const sorted = drawDistinct(from, 32, total).sort((a, b) => a - b);
        assert.deepEqual(sorted, [...Array(total).keys()]);
      }),
    );
  });

  it("draw every number equally often", () => {
    const counts = new Array<number>(20).fill(0);
    for (let i = 0; i < 4_000; i++) {
      const from = new Uint8Array(32);
      new DataView(from.buffer).setUint32(0, i);
      for (const number of drawDistinct(from, 5, 20)) counts[number] = (counts[number] ?? 0) + 1;
    }
    // 1,000 each; the standard deviation is 27.
    assert.ok(
      counts.every((count) => Math.abs(count - 1_000) < 140),
      counts.join(),
    );
  });

  it("follow the golden vectors", () => {
    const make = () => {
      const from = challengeSeed(new Uint8Array(96).fill(7));
      return {
        vrfProof: toHex(new Uint8Array(96).fill(7)),
        seed: toHex(from),
        chunks: [1, 8, 100, 2 ** 40].map((total) => ({ total, drawn: drawDistinct(from, 8, total) })),
        leaves: [1, 4_096, 4_097, 8 * 2 ** 20, 2 ** 26].map((blobLength) => ({
          blobLength,
          leaves: [0, 1, 2, 3].map((i) => challengedLeaf(from, i, blobLength)),
        })),
        rates: [1, 4, 16, 256].map((voters) => ({ voters, rate: storageRate(voters, 32, 3) })),
      };
    };
    assert.deepEqual(make(), golden("challenges.json", make));
  });

  it("none without sessions; as many as there are chunks; of the sessions before the block", () => {
    const test = new StorageChain(4);
    test.next();
    assert.equal(test.state.challenges.length, 0);
    test.sessions.registerNew("a", 3, 1, test.time);
    test.next();
    assert.equal(test.state.challenges[0]?.items.length, 3);
    test.sessions.registerNew("b", 10, 1, test.time);
    test.next();
    assert.deepEqual(
      test.state.challenges.map(({ height, items }) => [height, items.length]),
      [
        [2, 3],
        [3, presets.devnet.challengesPerBlock],
      ],
    );
    const [, set] = test.state.challenges;
    for (const { session, chunk, chunkCount, merkleRoot } of set?.items ?? []) {
      const listed = test.sessions.session(session);
      assert.equal(chunkCount, listed.chunkCount);
      assert.ok(chunk < chunkCount);
      assert.deepEqual(merkleRoot, listed.merkleRoot);
    }
  });

  it("a lapsed session is not challenged, and the others pay more", () => {
    const test = new StorageChain(4);
    const ended = test.sessions.registerNew("a", 2, 1, test.time);
    test.sessions.registerNew("b", 2, 1, test.time);
    test.next();
    const before = test.state.challenges.at(-1);
    test.sessions.end(ended, test.time + 1);
    test.next();
    const after = test.state.challenges.at(-1);
    assert.equal(before?.items.length, 4);
    assert.deepEqual(
      after?.items.map(({ session }) => session),
      [2, 2],
    );
    assert.deepEqual([before?.rate, after?.rate], [storageRate(4, 4, 3), storageRate(4, 2, 3)]);
  });

  it("storage as a whole never pays more than signing and uptime", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), fc.integer({ min: 1, max: 64 }), (voters, challenges) => {
        const rate = storageRate(voters, challenges, 3);
        assert.ok(rate <= 8_000 && 3 * challenges * rate <= 4_000 * voters);
      }),
    );
  });

  it("the last replica is drawn when the epoch of the registration is over, for good", () => {
    const test = new StorageChain(5);
    test.next();
    const registered = test.time;
    test.sessions.registerNew("a", 8, 1, registered);
    const { epoch } = test.state.epoch;
    test.next();
    while (test.state.epoch.epoch === epoch) {
      assert.ok(test.state.challenges.at(-1)?.items.every(({ mix }) => Buffer.compare(mix, ZERO_ROOT) === 0));
      assert.equal(placementMix(test.config, test.state, registered), undefined);
      test.next();
    }
    const mix = placementMix(test.config, test.state, registered);
    assert.ok(mix !== undefined);
    for (let i = 0; i < 25; i++) {
      assert.ok(test.state.challenges.at(-1)?.items.every((item) => Buffer.compare(item.mix, mix) === 0));
      test.next();
    }
    // A session of a later epoch has another one; epochs without a registration have none.
    test.sessions.registerNew("b", 1, 1, test.time);
    const later = test.time;
    const { length } = test.state.placementMixes;
    for (let i = 0; i < 11; i++) test.next();
    assert.equal(test.state.placementMixes.length, length + 1);
    assert.notDeepEqual(placementMix(test.config, test.state, later), mix);
    assert.deepEqual(placementMix(test.config, test.state, registered), mix);
  });

  it("a chain of blocks with answers passes the check of every other node", () => {
    const test = new StorageChain(5);
    test.sessions.registerNew("a", 40, FULL_LEAVES, test.time);
    for (let i = 0; i < 35; i++) {
      const parent = test.chain.tip;
      const block = test.next();
      assert.deepEqual(simCheck(test.chain.network, parent, block, verifier)?.root, test.chain.tip.root);
      if (i > 0) assert.ok(block.body.tasks.storage.length >= 2 * presets.devnet.challengesPerBlock);
    }
  });
});
