import assert from "node:assert/strict";
import fc from "fast-check";
import { shareCap, weightsOf, workersAmong } from "../../../src/schedule/weights.js";

/** The most that a node can have in a window: all that 256 voters can earn, in 168 epochs of 30 slots. */
const MOST = 10 * 256 * 1_000 * 30 * 168;
const credits = fc.array(fc.oneof(fc.integer({ min: 0, max: MOST }), fc.integer({ min: 0, max: 1_000 })), {
  minLength: 1,
  maxLength: 256,
});

/** What a full validator has in a window of mainnet. */
const FULL = 4_000 * 30 * 168;
const work = fc.constantFrom(0, 1_000, FULL, MOST);

/** The definition, by trying: the largest L with 10000 L <= share * sum of min(c, L). */
function slowLimit(values: readonly number[], fullWork: number): bigint {
  const workers = values.filter((value) => value > 0 && value >= fullWork / 2).length;
  const share = BigInt(shareCap(Math.max(1, workers)));
  const holds = (limit: bigint): boolean => {
    const sum = values.reduce((total, value) => total + (BigInt(value) < limit ? BigInt(value) : limit), 0n);
    return 10_000n * limit <= share * sum;
  };
  let low = 0n;
  let high = 10n ** 15n;
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (holds(middle)) low = middle;
    else high = middle - 1n;
  }
  return low;
}

describe("weights", () => {
  it("are min(c, L) + 1 with the largest L of the definition", () => {
    fc.assert(
      fc.property(credits, work, (values, fullWork) => {
        const limit = slowLimit(values, fullWork);
        const expected = values.map((value) => Number(BigInt(value) < limit ? BigInt(value) : limit) + 1);
        assert.deepEqual(weightsOf(values, fullWork), expected);
      }),
      { numRuns: 300 },
    );
  });

  it("are positive safe integers, and their sum times three is exact", () => {
    fc.assert(
      fc.property(credits, work, (values, fullWork) => {
        const weights = weightsOf(values, fullWork);
        assert.ok(weights.every((weight) => Number.isSafeInteger(weight) && weight >= 1));
        assert.ok(Number.isSafeInteger(3 * weights.reduce((sum, weight) => sum + weight, 0)));
      }),
    );
  });

  it("do not depend on the order", () => {
    fc.assert(
      fc.property(credits, work, (values, fullWork) => {
        const reversed = [...weightsOf([...values].reverse(), fullWork)].reverse();
        assert.deepEqual(reversed, weightsOf(values, fullWork));
      }),
    );
  });

  it("bind the rich: nobody holds more than the cap, however rich (attack C2)", () => {
    for (const n of [4, 16, 100, 256]) {
      for (const factor of [100, 1_000, 100_000, 10_000_000]) {
        const weights = weightsOf([1_000 * factor, ...new Array<number>(n - 1).fill(1_000)], 1_000);
        const share = (weights[0] ?? 0) / weights.reduce((sum, weight) => sum + weight, 0);
        assert.ok(share <= shareCap(n) / 10_000 + 0.001, `${n} ${factor} ${share}`);
      }
    }
  });

  it("the cap is a cap for whoever: no node's part of what counts is above its share", () => {
    fc.assert(
      fc.property(credits, work, (values, fullWork) => {
        const counted = weightsOf(values, fullWork).map((weight) => BigInt(weight - 1));
        const total = counted.reduce((sum, part) => sum + part, 0n);
        const share = BigInt(shareCap(workersAmong(values, fullWork)));
        for (const part of counted) assert.ok(10_000n * part <= share * total);
        // Nobody gains by the cap, and nobody below it loses.
        counted.forEach((part, index) => {
          assert.ok(part <= BigInt(values[index] ?? 0));
        });
      }),
      { numRuns: 300 },
    );
  });

  it("who has more credits never weighs less", () => {
    fc.assert(
      fc.property(credits, work, (values, fullWork) => {
        const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
        const weights = weightsOf(values, fullWork);
        order.slice(1).forEach((index, at) => {
          assert.ok((weights[index] ?? 0) >= (weights[order[at] ?? 0] ?? 0));
        });
      }),
    );
  });

  it("the share is at most 30 % from four nodes on, at most 4/n from fourteen on, and never below an equal part", () => {
    for (let n = 1; n <= 256; n++) {
      assert.ok(shareCap(n) * n >= 10_000);
      if (n >= 4) assert.ok(shareCap(n) <= 3_000);
      if (n >= 14) assert.ok(shareCap(n) * n <= 40_000);
    }
  });

  it("idle voters take nothing from those that work, however many they are", () => {
    for (const workers of [1, 3, 4, 10, 16]) {
      for (const idle of [1, 2, 13, 100, 240]) {
        const weights = weightsOf([...new Array<number>(workers).fill(FULL), ...new Array<number>(idle).fill(0)], FULL);
        assert.deepEqual(weights, [...new Array<number>(workers).fill(FULL + 1), ...new Array<number>(idle).fill(1)]);
      }
    }
  });

  it("nor do young ones: they weigh what they worked", () => {
    const weights = weightsOf([...new Array<number>(4).fill(FULL), ...new Array<number>(40).fill(FULL / 100)], FULL);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    assert.ok((weights[0] ?? 0) === FULL + 1);
    assert.ok(40 * (weights[4] ?? 0) < total / 10);
  });

  it("silent voters leave the others their weight: of five, two", () => {
    assert.deepEqual(weightsOf([FULL, FULL, FULL, 0, 0], FULL), [FULL + 1, FULL + 1, FULL + 1, 1, 1]);
  });

  it("half of a full validator's work makes a worker; zero never does", () => {
    assert.equal(workersAmong([FULL, FULL / 2, FULL / 2 - 1, 0], FULL), 2);
    assert.equal(workersAmong([0, 0], 0), 1);
    assert.equal(workersAmong([], FULL), 1);
  });
});
