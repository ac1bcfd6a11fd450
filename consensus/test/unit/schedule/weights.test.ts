import assert from "node:assert/strict";
import fc from "fast-check";
import { shareCap, weightsOf } from "../../../src/schedule/weights.js";

const credits = fc.array(fc.integer({ min: 0, max: 5_000_000_000 }), { minLength: 1, maxLength: 256 });

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
        assert.ok(Number.isSafeInteger(3 * weights.reduce((sum, weight) => sum + weight, 0)) || values.length > 200);
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

  it("empty registrations do not flatten the others", () => {
    const weights = weightsOf([...new Array<number>(10).fill(100_000), ...new Array<number>(246).fill(0)]);
    const honest = weights.slice(0, 10).reduce((sum, weight) => sum + weight, 0);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    assert.ok(weights[0] === weights[9] && honest > 0);
    assert.ok(total - honest === 246);
  });
});
