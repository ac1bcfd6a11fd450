import assert from "node:assert/strict";
import { parseRange } from "../../../src/localApi/range.js";

describe("Range header", () => {
  const cases: readonly [string | undefined, ReturnType<typeof parseRange>][] = [
    [undefined, undefined],
    ["bytes=0-0", { start: 0, length: 1 }],
    ["bytes=0-", { start: 0, length: 100 }],
    ["bytes=10-19", { start: 10, length: 10 }],
    ["bytes=90-1000", { start: 90, length: 10 }],
    ["bytes=-5", { start: 95, length: 5 }],
    ["bytes=-500", { start: 0, length: 100 }],
    ["bytes=100-", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=5-4", undefined],
    ["bytes=0-1,5-6", undefined],
    ["bytes=-", undefined],
    ["lines=0-1", undefined],
    ["bytes=1e3-", undefined],
  ];
  for (const [header, expected] of cases) {
    it(`${header} of 100 bytes`, () => assert.deepEqual(parseRange(header, 100), expected));
  }
});
