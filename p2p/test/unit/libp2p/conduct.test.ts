import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Key } from "interface-datastore";
import { BAN_ROWS, Conduct } from "../../../src/libp2p/conduct.js";
import { limitsWith, type NetworkLimits } from "../../../src/libp2p/networkLimits.js";
import { QuotaDatastore } from "../../../src/libp2p/quotaDatastore.js";
import { TokenBucket } from "../../../src/tokenBucket.js";

describe("the conduct of peers", () => {
  const conductOf = (limits: Partial<NetworkLimits>) =>
    new Conduct(limitsWith(limits), new QuotaDatastore(undefined, limitsWith(limits)));

  it("bans with the last offence that is too many, forgives one a minute, and forgets the ban in time", () => {
    const conduct = conductOf({ rejects: 3, banTime: 1_000 });
    assert.equal(conduct.offence("a", "lies", 0), false);
    assert.equal(conduct.offence("a", "lies", 0), false);
    assert.equal(conduct.isBanned("a", 0), false);
    // A minute later one of the two is forgiven.
    assert.equal(conduct.offence("a", "lies", 60_000), false);
    assert.equal(conduct.offence("a", "lies", 60_000), true);
    assert.equal(conduct.isBanned("a", 60_999), true);
    assert.equal(conduct.isBanned("a", 61_000), false);
    assert.equal(conduct.isBanned("b", 0), false);
  });

  it("remembers no more peers than it may", () => {
    const conduct = conductOf({ bans: 10 });
    for (let i = 0; i < 1_000; i++) conduct.ban(`peer${i}`, "lies", 0);
    assert.equal(conduct.banned(1), 10);
    assert.equal(conduct.isBanned("peer999", 1), true);
    assert.equal(conduct.isBanned("peer1", 1), false);
    assert.equal(conduct.banned(600_000), 0);
  });

  describe("through a restart", () => {
    const limits = limitsWith({ bans: 3, banTime: 1_000 });
    let folder = "";

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "lucid-bans-"));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    async function run<T>(use: (conduct: Conduct, store: QuotaDatastore) => Promise<T>): Promise<T> {
      const store = new QuotaDatastore(join(folder, "net"), limits);
      await store.open();
      const conduct = new Conduct(limits, store);
      const result = await use(conduct, store);
      await conduct.written();
      await store.end();
      return result;
    }

    it("a ban lasts for what is left of it, with its reason, and its row goes with it", async () => {
      await run(async (conduct) => {
        conduct.ban("b", "served a wrong chunk", 500);
        conduct.ban("a", "sent what is not valid", 700, "192.0.2.1");
      });
      await run(async (conduct) => {
        assert.deepEqual(await conduct.load(1_000), [
          { peer: "b", until: 1_500, reason: "served a wrong chunk", address: undefined },
          { peer: "a", until: 1_700, reason: "sent what is not valid", address: "192.0.2.1" },
        ]);
        assert.equal(conduct.isBanned("b", 1_499), true);
        assert.equal(conduct.isBanned("b", 1_500), false);
        assert.equal(conduct.isBanned("a", 1_500), true);
      });
      const rows = await run(async (conduct, store) => {
        assert.deepEqual(await conduct.load(1_700), []);
        const found: string[] = [];
        for await (const key of store.queryKeys({ prefix: BAN_ROWS })) found.push(key.toString());
        return found;
      });
      assert.deepEqual(rows, []);
    });

    it("an address from which too many were banned stays shut until those bans end", async () => {
      const shut = { ...limits, bansPerAddress: 2 };
      await run(async (_, store) => {
        const conduct = new Conduct(shut, store);
        conduct.ban("a", "lies", 500, "2001:db8:0:1");
        conduct.ban("b", "lies", 700, "2001:db8:0:1");
        conduct.ban("c", "lies", 700, "192.0.2.1");
        await conduct.written();
      });
      await run(async (_, store) => {
        const conduct = new Conduct(shut, store);
        assert.equal(conduct.isSpoilt("2001:db8:0:1", 1_000), false);
        await conduct.load(1_000);
        const spoilt = (now: number) => ["2001:db8:0:1", "192.0.2.1"].map((address) => conduct.isSpoilt(address, now));
        assert.deepEqual(
          [spoilt(1_499), spoilt(1_500)],
          [
            [true, false],
            [false, false],
          ],
        );
        await conduct.written();
      });
    });

    it("no ban is longer because the clock was set back, none is made of a damaged row, and no more are kept than may be", async () => {
      await run(async (conduct, store) => {
        for (let n = 0; n < 9; n++) conduct.ban(`peer${n}`, "x".repeat(10_000), 1_000_000 + n);
        await conduct.written();
        await store.put(new Key(`${BAN_ROWS}short`), new Uint8Array(8));
      });
      await run(async (conduct) => {
        const bans = await conduct.load(1_000);
        // The damaged row took one of three places.
        assert.deepEqual(
          bans.map(({ peer, until }) => [peer, until]),
          [
            ["peer7", 2_000],
            ["peer8", 2_000],
          ],
        );
        assert.ok(bans.every(({ reason }) => reason.length <= 256));
        assert.equal(conduct.banned(2_000), 0);
      });
    });
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
