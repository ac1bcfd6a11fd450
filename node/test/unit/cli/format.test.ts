import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatBytes,
  formatLucid,
  formatSeconds,
  formatSessionId,
  formatTime,
  parseLucid,
  parseSessionId,
} from "../../../src/cli/format.js";

describe("texts of the command line", () => {
  it("shows sizes, times and durations", () => {
    assert.deepEqual([0, 999, 1000, 4_296_804, 2 ** 31, 999_999].map(formatBytes), [
      "0 B",
      "999 B",
      "1.0 kB",
      "4.3 MB",
      "2.1 GB",
      "1.0 MB",
    ]);
    assert.deepEqual([0, 9.94, 59, 60, 3661, 90_000].map(formatSeconds), [
      "0.0 s",
      "9.9 s",
      "59 s",
      "1 min 0 s",
      "1 h 1 min",
      "1 d 1 h",
    ]);
    assert.equal(formatTime(0), "1970-01-01 00:00:00 UTC");
  });

  it("reads what it writes, for amounts and session ids", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 40n }),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        (wei, uuid) => {
          assert.equal(parseLucid(formatLucid(wei)), wei);
          const id = new Uint8Array(32);
          id.set(uuid);
          assert.deepEqual(parseSessionId(formatSessionId(id)), id);
          assert.deepEqual(parseSessionId(`0x${Buffer.from(id).toString("hex")}`), id);
        },
      ),
      { seed: 7 },
    );
    assert.equal(formatLucid(1_500_000_000_000_000_000n), "1.5");
    for (const bad of ["", "-1", "1.", "1e18", "0.1234567890123456789", "1,5"])
      assert.equal(parseLucid(bad), undefined);
    for (const bad of ["", "x", `0x${"11".repeat(32)}`, "1b4e28ba2fa14d3b883f0016d3cca42"]) {
      assert.equal(parseSessionId(bad), undefined);
    }
  });
});
