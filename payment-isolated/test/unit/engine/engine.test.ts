import assert from "node:assert/strict";
import { hasCode } from "../../../src/errors.js";
import { addressOf, sha } from "../../support/fixtures.js";
import { World } from "../../support/world.js";

const done = (world: World, name: string) => async () => (await world.get(name)).state === "confirmed";

class Defect extends Error {}

describe("engine", function () {
  this.timeout(60_000);

  it("pays one payout, once, and shows transaction, fee and net amount", async () => {
    const world = await new World().start();
    await world.approved("one");
    const engine = world.engine();
    await world.run(engine, done(world, "one"));
    const payout = await world.get("one");
    assert.equal(payout.result?.net, "12000000");
    assert.ok((payout.result?.feeSun ?? 0) > 0);
    assert.equal(world.transfers(payout.payoutId), 1);
    assert.equal(payout.attempt, undefined);
    const states = world.events.flatMap((event) => (event.type === "transition" ? [event.to] : []));
    assert.deepEqual(states, ["built", "signed", "broadcast", "included", "confirmed"]);
    for (let round = 0; round < 50; round++) {
      await engine.runOnce();
      await world.chain.produce();
    }
    assert.equal(world.transfers(payout.payoutId), 1);
  });

  it("pays by the KYC route with a compliance signature, and waits without one", async () => {
    const world = await new World().start();
    const [id, to, amount] = [sha("k"), addressOf("payee k"), 50_000_000n];
    await world.approved("k", { route: "KYC", to, amount });
    const engine = world.engine();
    await engine.runOnce();
    assert.equal((await world.get("k")).reason?.code, "WAITING_KYC");
    await world.book.attachKyc(id, world.kyc({ payoutId: id, to, amount, expiry: 1 }));
    await engine.runOnce();
    assert.equal((await world.get("k")).reason?.code, "KYC_EXPIRED");
    await world.book.attachKyc(id, world.kyc({ payoutId: id, to, amount }));
    await world.run(engine, done(world, "k"));
    assert.equal(world.transfers(id), 1);
    await assert.rejects(world.book.attachKyc(id, world.kyc({ payoutId: id, to, amount })), (error: unknown) =>
      hasCode(error, "NOT_ALLOWED"),
    );
  });

  it("names what the chain would refuse, and pays when it is gone", async () => {
    const world = await new World().start();
    const engine = world.engine();
    const expectReason = async (name: string, code: string) => {
      await engine.runOnce();
      assert.equal((await world.get(name)).reason?.code, code);
    };
    world.ledger.pauseRouter(world.contracts.routerV0, true);
    await world.approved("a");
    await expectReason("a", "ROUTER_PAUSED");
    world.ledger.pauseRouter(world.contracts.routerV0, false);
    await world.run(engine, done(world, "a"));
    world.ledger.pauseUsdt(true);
    await world.approved("b");
    await expectReason("b", "USDT_PAUSED");
    world.ledger.pauseUsdt(false);
    await world.run(engine, done(world, "b"));
    world.ledger.blacklist(world.contracts.routerV0, true);
    await world.approved("c");
    await expectReason("c", "BLACKLISTED");
    world.ledger.blacklist(world.contracts.routerV0, false);
    await world.run(engine, done(world, "c"));
    const saved = world.setBalance(10);
    await world.approved("d");
    await expectReason("d", "TRX_SHORT");
    world.setBalance(saved);
    await world.run(engine, done(world, "d"));
  });

  it("waits for a second signer without building anew, and takes a refusal for what it is", async () => {
    const world = await new World().start();
    const [, second, third] = world.signers;
    assert.ok(second !== undefined && third !== undefined);
    second.down = true;
    third.refuses = true;
    await world.approved("s");
    const engine = world.engine();
    await engine.runOnce();
    const built = await world.get("s");
    assert.equal(built.state, "built");
    assert.equal(built.attempt?.signatures.length, 1);
    assert.equal(built.reason?.code, "SIGNER_REFUSED");
    second.down = false;
    await world.run(engine, done(world, "s"));
    assert.equal((await world.get("s")).result?.txid, built.attempt?.txid);
  });

  it("a transaction that nobody signs expires, is proven dead, and the policy's attempts end it", async () => {
    const world = await new World({ config: { lifetimeMs: 60_000 } }).start();
    for (const signer of world.signers) signer.down = true;
    await world.approved("dead");
    const engine = world.engine();
    await world.run(engine, async () => (await world.get("dead")).state === "failed", 600);
    const payout = await world.get("dead");
    assert.equal(payout.reason?.code, "ATTEMPTS_USED");
    assert.equal(payout.history.length, 3);
    for (const { ended } of payout.history) assert.equal(ended.how, "expired");
    for (const signer of world.signers) signer.down = false;
    await world.book.retry(payout.payoutId, "operator");
    await world.run(engine, done(world, "dead"));
    assert.equal(world.transfers(payout.payoutId), 1);
  });

  it("sends the same bytes again when the pool dropped them, and after a rollback", async () => {
    const world = await new World().start();
    await world.approved("drop");
    const engine = world.engine();
    await engine.runOnce();
    const { attempt } = await world.get("drop");
    world.chain.dropPending();
    await world.run(engine, async () => (await world.get("drop")).state === "included");
    await world.chain.rollback(3, false);
    await world.run(engine, done(world, "drop"));
    const payout = await world.get("drop");
    assert.equal(payout.result?.txid, attempt?.txid);
    assert.equal(world.transfers(payout.payoutId), 1);
  });

  it("pause stops building and sending, not watching", async () => {
    const world = await new World().start();
    const engine = world.engine();
    await world.approved("p1");
    await engine.runOnce();
    await world.book.setPaused("op", "look at it");
    await world.approved("p2");
    await world.run(engine, done(world, "p1"));
    assert.equal((await world.get("p2")).state, "approved");
    assert.equal(engine.status.blocked?.code, "PAUSED");
    await world.book.setPaused("op", undefined);
    await world.run(engine, done(world, "p2"));
  });

  it("does not build while the local clock is wrong", async () => {
    const world = await new World().start();
    world.clock.offset = 3600_000;
    await world.approved("skew");
    const engine = world.engine();
    await engine.runOnce();
    assert.equal(engine.status.blocked?.code, "CLOCK_SKEW");
    assert.equal((await world.get("skew")).state, "approved");
  });

  it("a payout that runs into a defect holds up no other, and the pass says so", async () => {
    const world = await new World().start();
    for (const name of ["a", "b", "c"]) await world.approved(name);
    const bad = await world.get("b");
    const [first] = world.signers;
    assert.ok(first !== undefined);
    const sign = first.sign.bind(first);
    first.sign = async (request) => {
      if (request.payout?.payoutId === bad.payoutId) throw new Defect("a defect");
      return sign(request);
    };
    const engine = world.engine();
    for (let block = 0; block < 40; block++) {
      await engine.runOnce().catch((error: unknown) => assert.match(String(error), /a defect/));
      await world.chain.produce();
    }
    assert.deepEqual(
      [(await world.get("a")).state, (await world.get("b")).state, (await world.get("c")).state],
      ["confirmed", "built", "confirmed"],
    );
    await assert.rejects(engine.runOnce(), /a defect/);
  });
});
