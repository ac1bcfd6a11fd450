import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import fc from "fast-check";
import { toBigint, toWord } from "../../../src/execution/words.js";

function expected(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(toHex(bytes));
}

describe("words of the EVM", () => {
  it("read any number of bytes exactly", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 32 }), (bytes) => {
        assert.equal(toBigint(bytes), expected(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  // A storage value without its leading zeros: 7 bytes in front of whole words do not fit into a double.
  for (let length = 1; length <= 32; length++) {
    it(`read the largest and odd numbers of ${length} bytes exactly`, () => {
      const ones = new Uint8Array(length).fill(0xff);
      assert.equal(toBigint(ones), (1n << BigInt(8 * length)) - 1n);
      const odd = Uint8Array.from(ones, (_, i) => (i % 2 === 0 ? 0x5b : 0xa7));
      assert.equal(toBigint(odd), expected(odd));
    });
  }

  it("are written as they are read", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }), (value) => {
        const word = toWord(value);
        assert.equal(word.length, 32);
        assert.equal(toBigint(word), value);
      }),
      { numRuns: 2_000 },
    );
  });
});
