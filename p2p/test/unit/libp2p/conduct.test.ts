import assert from "node:assert/strict";
import { Conduct } from "../../../src/libp2p/conduct.js";
import { limitsWith } from "../../../src/libp2p/networkLimits.js";
import { TokenBucket } from "../../../src/tokenBucket.js";

describe("the conduct of peers", () => {
  it("bans with the last offence that is too many, forgives one a minute, and forgets the ban in time", () => {
    const conduct = new Conduct(limitsWith({ rejects: 3, banTime: 1_000 }));
    assert.equal(conduct.offence("a", 0), false);
    assert.equal(conduct.offence("a", 0), false);
    assert.equal(conduct.isBanned("a", 0), false);
    // A minute later one of the two is forgiven.
    assert.equal(conduct.offence("a", 60_000), false);
    assert.equal(conduct.offence("a", 60_000), true);
    assert.equal(conduct.isBanned("a", 60_999), true);
    assert.equal(conduct.isBanned("a", 61_000), false);
    assert.equal(conduct.isBanned("b", 0), false);
  });

  it("remembers no more peers than it may", () => {
    const conduct = new Conduct(limitsWith({ bans: 10 }));
    for (let i = 0; i < 1_000; i++) conduct.ban(`peer${i}`, 0);
    assert.equal(conduct.banned, 10);
    assert.equal(conduct.isBanned("peer999", 1), true);
    assert.equal(conduct.isBanned("peer1", 1), false);
  });
});

describe("a token bucket", () => {
  it("gives a burst, then the rate, and says how long a debt lasts", () => {
    const bucket = new TokenBucket({ rate: 10, burst: 5 }, 0);
    assert.equal(bucket.take(5, 0), true);
    assert.equal(bucket.take(1, 0), false);
    assert.equal(bucket.take(1, 100), true);
    assert.equal(bucket.spend(20, 100), 2_000);
    assert.equal(bucket.take(1, 2_100), false);
    assert.equal(bucket.take(1, 2_200), true);
    // Never more than the burst, however long nobody asks; and a clock that goes back gives nothing.
    assert.equal(bucket.take(6, 1_000_000), false);
    assert.equal(bucket.take(5, 1_000_000), true);
    assert.equal(bucket.take(1, 0), false);
  });
});
