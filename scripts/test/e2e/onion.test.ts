import assert from "node:assert/strict";
import { hasTor, onion } from "../../src/onion.js";

describe("two validators over a private Tor network", () => {
  before(function () {
    if (!hasTor()) this.skip();
  });

  it("meet by .onion only, finalise, fall silent without Tor and go on when it is back", async function () {
    this.timeout(10 * 60_000);
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    const result = await onion(say, { slotSeconds: 4, blocks: 2, outage: 6_000 });
    assert.ok(result.blocksBefore >= 2 && result.blocksAfter >= 2, JSON.stringify(result));
    // One of two validators is not a quorum; a block that was under way when Tor ended may still be told.
    assert.ok(result.blocksDuring <= 1, JSON.stringify(result));
    assert.equal(result.packetsOut, 0);
    assert.ok(result.connectionsSeen > 0 && result.lists > 50, JSON.stringify(result));
  });
});
