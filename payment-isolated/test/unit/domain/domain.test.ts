import assert from "node:assert/strict";
import fc from "fast-check";
import { addressFromHex, addressToEvm, addressToHex, isAddress } from "../../../src/domain/address.js";
import { parsePayoutId, payoutIdOf } from "../../../src/domain/ids.js";
import { formatUsdt, MAX_AMOUNT, parseUsdt } from "../../../src/domain/money.js";
import { reasonInfo } from "../../../src/domain/reasons.js";
import { assertEdge, payoutEdges, payoutStates } from "../../../src/domain/states.js";
import { hasCode, payoutErrorInfo } from "../../../src/errors.js";

describe("money", () => {
  it("goes to millionths and back without loss", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAX_AMOUNT }), (amount) =>
        assert.equal(parseUsdt(formatUsdt(amount)), amount),
      ),
    );
    assert.equal(formatUsdt(12_500_000n), "12.50");
    assert.equal(formatUsdt(1n), "0.000001");
  });
  it("refuses what is no plain decimal", () => {
    for (const text of [
      "",
      "-1",
      "+1",
      "1e3",
      "1,000",
      ".5",
      "5.",
      "01",
      "0x10",
      "1.0000001",
      "NaN",
      "99999999999999",
      " 1",
    ]) {
      assert.throws(
        () => parseUsdt(text),
        (error: unknown) => hasCode(error, "BAD_AMOUNT"),
        text,
      );
    }
  });
});

describe("addresses", () => {
  it("knows USDT's on mainnet", () => {
    assert.equal(addressToHex("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"), "41a614f803b6fd780986a42c78ec9c7f77e6ded13c");
    assert.equal(addressFromHex("a614f803b6fd780986a42c78ec9c7f77e6ded13c"), "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t");
    assert.equal(addressToEvm("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"), "0xa614f803b6fd780986a42c78ec9c7f77e6ded13c");
  });
  it("round-trips, and refuses every change of one character", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.integer({ min: 0, max: 33 }), (body, at) => {
        const address = addressFromHex(Buffer.from(body).toString("hex"));
        assert.equal(addressToHex(address), `41${Buffer.from(body).toString("hex")}`);
        const other = address[at] === "x" ? "y" : "x";
        assert.equal(isAddress(address.slice(0, at) + other + address.slice(at + 1)), false);
      }),
    );
  });
});

describe("ids", () => {
  it("are stable, and no two different triples share one", () => {
    // Fixed for ever: a change would pay a period twice.
    assert.equal(
      payoutIdOf("2026-11", "node-1", "V0"),
      "b0d4c0ee9742f03b6877d41a09208e231ccfefaec552e2e40dd67f168437a62e",
    );
    assert.notEqual(payoutIdOf("2026-1", "1node", "V0"), payoutIdOf("2026-11", "node", "V0"));
    assert.notEqual(payoutIdOf("p", "n", "V0"), payoutIdOf("p", "n", "KYC"));
    assert.equal(parsePayoutId(`0x${"AB".repeat(32)}`), "ab".repeat(32));
    assert.throws(
      () => parsePayoutId("12"),
      (error: unknown) => hasCode(error, "BAD_ID"),
    );
  });
});

describe("states", () => {
  it("can all be reached, and all but the last can be left", () => {
    const reached = new Set(["requested"]);
    for (const state of payoutStates) for (const next of payoutEdges[state]) reached.add(next);
    assert.deepEqual([...reached].sort(), [...payoutStates].sort());
    for (const state of payoutStates) assert.equal(payoutEdges[state].length === 0, state === "confirmed");
  });
  it("never lead from uncertain back to paying, nor out of confirmed", () => {
    assert.deepEqual([...payoutEdges.uncertain].sort(), ["confirmed", "failed", "included"]);
    assert.throws(
      () => assertEdge("uncertain", "approved"),
      (error: unknown) => hasCode(error, "INTERNAL"),
    );
    assert.throws(
      () => assertEdge("confirmed", "approved"),
      (error: unknown) => hasCode(error, "INTERNAL"),
    );
  });
});

describe("tables of texts", () => {
  it("hold whole sentences", () => {
    for (const [code, { summary, fix }] of Object.entries(payoutErrorInfo)) {
      assert.match(summary, /^[A-Z].*\.$/, code);
      assert.match(fix, /^.*\.$/, code);
    }
    for (const [code, [what, fix]] of Object.entries(reasonInfo)) {
      assert.match(what, /^[a-zA-Z].*[^.]$/, code);
      assert.match(fix, /\.$/, code);
    }
  });
});
