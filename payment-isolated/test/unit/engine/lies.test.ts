import assert from "node:assert/strict";
import { sha } from "../../support/fixtures.js";
import { World } from "../../support/world.js";

/** A node that answers falsely may cost time or a person's look, never a second payment. */
describe("a node that lies", function () {
  this.timeout(60_000);
  const stateIs = (world: World, name: string, state: string) => async () => (await world.get(name)).state === state;

  for (const fault of ["rateLimit", "http429", "http503", "html", "bareText", "truncated", "drop"] as const) {
    it(`${fault} on every request: nothing moves, the reason is named, and it goes on afterwards`, async () => {
      const world = await new World().start();
      const [view] = world.views;
      assert.ok(view !== undefined);
      await world.approved("x");
      const engine = world.engine();
      await world.run(engine, stateIs(world, "x", "broadcast"));
      view.script = () => fault;
      const { rev } = await world.get("x");
      for (let pass = 0; pass < 5; pass++) {
        await world.chain.produce();
        await engine.runOnce();
      }
      assert.equal(engine.status.blocked?.code, "NODE_TROUBLE");
      assert.equal((await world.get("x")).rev, rev);
      view.script = undefined;
      await world.run(engine, stateIs(world, "x", "confirmed"));
      assert.equal(world.transfers(sha("x")), 1);
    });
  }

  it("hides what is there, alone: a second attempt reverts on the chain, and the first is found in the end", async () => {
    const world = await new World({ config: { lifetimeMs: 60_000 } }).start();
    const [view] = world.views;
    assert.ok(view !== undefined);
    await world.approved("x");
    const engine = world.engine();
    await world.run(engine, stateIs(world, "x", "broadcast"));
    const first = (await world.get("x")).attempt?.txid ?? "";
    view.hides.add(first);
    // The proof of death would succeed on the word of this one node; the registry on the chain contradicts it.
    await world.run(engine, stateIs(world, "x", "uncertain"));
    assert.equal((await world.get("x")).reason?.code, "PAID_ELSEWHERE");
    for (let pass = 0; pass < 60; pass++) {
      await engine.runOnce();
      await world.chain.produce();
    }
    assert.equal((await world.get("x")).state, "uncertain");
    view.hides.clear();
    await world.run(engine, stateIs(world, "x", "confirmed"));
    assert.equal((await world.get("x")).result?.txid, first);
    assert.equal(world.transfers(sha("x")), 1);
  });

  it("hides what is there, beside an honest one: reported, uncertain, no second attempt, and paid in the end", async () => {
    const world = await new World({ nodes: 2, config: { lifetimeMs: 60_000 } }).start();
    const [, liar] = world.views;
    assert.ok(liar !== undefined);
    await world.approved("x");
    const engine = world.engine();
    await world.run(engine, stateIs(world, "x", "broadcast"));
    liar.hides.add((await world.get("x")).attempt?.txid ?? "");
    await world.run(engine, stateIs(world, "x", "uncertain"));
    const payout = await world.get("x");
    assert.equal(payout.reason?.code, "NODES_DISAGREE");
    assert.equal(payout.history.length, 0);
    assert.ok(world.events.some(({ type }) => type === "disagreement"));
    liar.hides.clear();
    await world.run(engine, stateIs(world, "x", "confirmed"));
  });

  it("shows a receipt for what is not there: the block does not hold it, so it is not believed", async () => {
    const world = await new World().start();
    const [view] = world.views;
    assert.ok(view !== undefined);
    await world.approved("x");
    const engine = world.engine();
    view.swallowsBroadcasts = true;
    await world.run(engine, stateIs(world, "x", "broadcast"));
    const payout = await world.get("x");
    const block = world.chain.solidNumber;
    view.script = (path, body) =>
      path.endsWith("/gettransactioninfobyid") && body["value"] === payout.attempt?.txid
        ? { answer: { id: payout.attempt?.txid, blockNumber: block, receipt: { result: "SUCCESS" } } }
        : undefined;
    for (let pass = 0; pass < 20; pass++) {
      await engine.runOnce();
      await world.chain.produce();
    }
    assert.notEqual((await world.get("x")).state, "confirmed");
    view.script = undefined;
    view.swallowsBroadcasts = false;
    await world.run(engine, stateIs(world, "x", "failed"), 900);
    assert.equal((await world.get("x")).reason?.code, "PROVEN_UNPAID");
    assert.equal(world.transfers(sha("x")), 0);
    await world.book.retry(sha("x"), "person");
    await world.run(engine, stateIs(world, "x", "confirmed"));
    assert.equal(world.transfers(sha("x")), 1);
  });

  it("shows a receipt whose logs are of another payment: uncertain for good, never paid again", async () => {
    const world = await new World({ config: { lifetimeMs: 60_000 } }).start();
    const [view] = world.views;
    assert.ok(view !== undefined);
    await world.approved("x");
    const engine = world.engine();
    await world.run(engine, stateIs(world, "x", "broadcast"));
    view.script = (path, body) => {
      const receipt = world.chain.receipt(String(body["value"]));
      return path.endsWith("/gettransactioninfobyid") && receipt !== undefined
        ? { answer: { ...receipt, log: [] } }
        : undefined;
    };
    await world.run(engine, stateIs(world, "x", "uncertain"));
    assert.equal((await world.get("x")).reason?.code, "RECEIPT_MISMATCH");
    for (let pass = 0; pass < 80; pass++) {
      await engine.runOnce();
      await world.chain.produce();
    }
    assert.equal((await world.get("x")).state, "uncertain");
    view.script = undefined;
    await world.run(engine, stateIs(world, "x", "confirmed"));
    assert.equal(world.transfers(sha("x")), 1);
  });

  it("lags behind an honest one: it only takes longer", async () => {
    const world = await new World({ nodes: 2 }).start();
    const [, slow] = world.views;
    assert.ok(slow !== undefined);
    slow.lag = 15;
    await world.approved("x");
    await world.run(world.engine(), stateIs(world, "x", "confirmed"));
    assert.equal(world.transfers(sha("x")), 1);
  });

  it("shows another chain than the other node: nothing is built until they agree", async () => {
    const world = await new World({ nodes: 2 }).start();
    const [, liar] = world.views;
    assert.ok(liar !== undefined);
    await world.approved("x");
    const engine = world.engine();
    liar.script = (path) => {
      if (path !== "/walletsolidity/getblock") return undefined;
      const number = world.chain.solidNumber - 1;
      return {
        answer: {
          blockID: number.toString(16).padStart(16, "0") + "ab".repeat(24),
          block_header: { raw_data: { number, timestamp: world.chain.head.timestamp, parentHash: "cd".repeat(32) } },
        },
      };
    };
    for (let pass = 0; pass < 5; pass++) {
      await engine.runOnce();
      await world.chain.produce();
    }
    assert.equal(engine.status.blocked?.code, "NODES_DISAGREE");
    assert.equal((await world.get("x")).state, "approved");
    liar.script = undefined;
    await world.run(engine, stateIs(world, "x", "confirmed"));
  });
});
