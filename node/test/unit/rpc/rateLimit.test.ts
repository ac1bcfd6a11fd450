import assert from "node:assert/strict";
import { CallGate } from "../../../src/rpc/callGate.js";
import { clientKey, RateLimiter } from "../../../src/rpc/rateLimit.js";

describe("json-rpc: rate limit", () => {
  it("refills at its rate up to the burst", () => {
    let now = 0;
    const limiter = new RateLimiter({ perSecond: 10, burst: 20, maxTrackedClients: 10 }, { now: () => now });
    assert.equal(limiter.allow("a", 20), true);
    assert.equal(limiter.allow("a", 1), false);
    assert.equal(limiter.allow("b", 1), true);
    now = 500;
    assert.equal(limiter.allow("a", 6), false);
    assert.equal(limiter.allow("a", 5), true);
    now = 60_000;
    assert.equal(limiter.allow("a", 21), false);
    assert.equal(limiter.allow("a", 20), true);
    now = 0;
    assert.equal(limiter.allow("a", 1), false);
  });

  it("remembers a bounded number of clients, the longest idle goes first", () => {
    const limiter = new RateLimiter({ perSecond: 0, burst: 1, maxTrackedClients: 3 }, { now: () => 0 });
    for (const client of ["a", "b", "c"]) limiter.allow(client, 1);
    assert.equal(limiter.allow("a", 1), false);
    limiter.allow("d", 1);
    assert.equal(limiter.size, 3);
    assert.equal(limiter.allow("a", 1), false);
    assert.equal(limiter.allow("b", 1), true);
  });

  it("counts a /64 as one client", () => {
    assert.equal(clientKey("192.0.2.7"), "192.0.2.7");
    assert.equal(clientKey("::ffff:192.0.2.7"), "192.0.2.7");
    assert.equal(clientKey("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    assert.equal(clientKey("2001:DB8:1:2::9"), "2001:db8:1:2::/64");
    assert.equal(clientKey("2001:db8::9"), "2001:db8:0:0::/64");
    assert.equal(clientKey("fe80::1%eth0"), "fe80:0:0:0::/64");
    assert.equal(clientKey("::1"), "0:0:0:0::/64");
    assert.equal(clientKey(undefined), "unknown");
  });
});

describe("json-rpc: call gate", () => {
  it("runs a few at once, lets some wait in order, and refuses the rest", async () => {
    const gate = new CallGate({ concurrent: 2, queued: 2 });
    const order: number[] = [];
    const finish: (() => void)[] = [];
    const job = (number: number) =>
      gate.run(async () => {
        order.push(number);
        await new Promise<void>((resolve) => finish.push(resolve));
      });
    const jobs = [job(0), job(1), job(2), job(3)];
    await assert.rejects(job(4), { code: "RPC_LIMIT_EXCEEDED" });
    assert.deepEqual(order, [0, 1]);
    for (let done = 0; done < 4; done++) {
      finish.shift()?.();
      await jobs[done];
      await Promise.resolve();
    }
    assert.deepEqual(order, [0, 1, 2, 3]);
    await gate.run(async () => {});
  });

  it("frees its place when a job fails", async () => {
    const gate = new CallGate({ concurrent: 1, queued: 0 });
    const failing = gate.run(() => Promise.reject(new RangeError("no")));
    await assert.rejects(failing, RangeError);
    assert.equal(await gate.run(async () => 5), 5);
  });
});
