import assert from "node:assert/strict";
import fc from "fast-check";
import { shareCap, weightsOf } from "../../../src/schedule/weights.js";

/** The most that a node can have in a window: all that 256 voters can earn, in 168 epochs of 30 slots. */
const MOST = 10 * 256 * 1_000 * 30 * 168;
const credits = fc.array(fc.oneof(fc.integer({ min: 0, max: MOST }), fc.integer({ min: 0, max: 1_000 })), {
  minLength: 1,
  maxLength: 256,
});

/** The definition, by trying: the largest L with 10000 L <= share * sum of min(c, L). */
function slowLimit(values: readonly number[]): bigint {
  const share = BigInt(shareCap(values.length));
  const holds = (limit: bigint): boolean => {
    const sum = values.reduce((total, value) => total + (BigInt(value) < limit ? BigInt(value) : limit), 0n);
    return 10_000n * limit <= share * sum;
  };
  let low = 0n;
  let high = 10n ** 14n;
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
      fc.property(credits, (values) => {
        const limit = slowLimit(values);
        const expected = values.map((value) => Number(BigInt(value) < limit ? BigInt(value) : limit) + 1);
        assert.deepEqual(weightsOf(values), expected);
      }),
      { numRuns: 300 },
    );
  });

  it("are positive safe integers, and their sum times three is exact", () => {
    fc.assert(
      fc.property(credits, (values) => {
        const weights = weightsOf(values);
        assert.ok(weights.every((weight) => Number.isSafeInteger(weight) && weight >= 1));
        assert.ok(Number.isSafeInteger(3 * weights.reduce((sum, weight) => sum + weight, 0)));
      }),
    );
  });

  it("do not depend on the order", () => {
    fc.assert(
      fc.property(credits, (values) => {
        const reversed = [...weightsOf([...values].reverse())].reverse();
        assert.deepEqual(reversed, weightsOf(values));
      }),
    );
  });

  it("bind the rich: nobody holds more than the cap, however rich (attack C2)", () => {
    for (const n of [4, 16, 100, 256]) {
      for (const factor of [100, 1_000, 100_000, 10_000_000]) {
        const weights = weightsOf([1_000 * factor, ...new Array<number>(n - 1).fill(1_000)]);
        const share = (weights[0] ?? 0) / weights.reduce((sum, weight) => sum + weight, 0);
        assert.ok(share <= shareCap(n) / 10_000 + 0.001, `${n} ${factor} ${share}`);
      }
    }
  });

  it("the cap is a cap for whoever: no node's part of what counts is above its share", () => {
    fc.assert(
      fc.property(credits, (values) => {
        const counted = weightsOf(values).map((weight) => BigInt(weight - 1));
        const total = counted.reduce((sum, part) => sum + part, 0n);
        const share = BigInt(shareCap(values.length));
        for (const part of counted) assert.ok(10_000n * part <= share * total);
        // Nobody gains by the cap, and nobody below it loses.
        counted.forEach((part, index) => {
          assert.ok(part <= BigInt(values[index] ?? 0));
        });
      }),
      { numRuns: 300 },
    );
  });

  it("more credits never mean less weight, neither later nor beside another", () => {
    fc.assert(
      fc.property(credits, fc.nat(), fc.integer({ min: 1, max: 1_000_000 }), (values, at, more) => {
        const index = at % values.length;
        const before = weightsOf(values);
        const after = weightsOf(values.map((value, i) => (i === index ? value + more : value)));
        assert.ok((after[index] ?? 0) >= (before[index] ?? 0));
        values.forEach((value, i) => {
          const other = values[index] ?? 0;
          if (value >= other) assert.ok((before[i] ?? 0) >= (before[index] ?? 0));
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

  it("empty registrations do not flatten the others", () => {
    const weights = weightsOf([...new Array<number>(10).fill(100_000), ...new Array<number>(246).fill(0)]);
    const honest = weights.slice(0, 10).reduce((sum, weight) => sum + weight, 0);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    assert.ok(weights[0] === weights[9] && honest > 0);
    assert.ok(total - honest === 246);
  });
});
