import assert from "node:assert/strict";
import fc from "fast-check";
import { addressToHex } from "../../../src/domain/address.js";
import { SERVICE_ID } from "../../../src/domain/documents.js";
import { engineConfigSchema } from "../../../src/engine/engineConfig.js";
import { hasCode } from "../../../src/errors.js";
import { planResources, type ResourceStatus } from "../../../src/resources/plan.js";
import { requestStaking, resourceStatus } from "../../../src/resources/resources.js";
import { addressOf } from "../../support/fixtures.js";
import { operator, World } from "../../support/world.js";

const SUN = 1_000_000;
const DAY = 24 * 3600_000;
const staking = (change: object) => ({
  staking: engineConfigSchema.shape.staking.parse({ mode: "auto", checkMs: 60_000, ...change }),
});

describe("staking", function () {
  this.timeout(60_000);

  it("stakes for energy by the resources permission, once, within the budget, and never what fees need", async () => {
    const world = await new World().start();
    const context = { store: world.store, clock: world.clock, config: world.config, pool: world.pool() };
    const before = await resourceStatus(context);
    const plan = planResources(before, 200, { budgetSun: 50_000_000_000 });
    assert.equal(plan.stakeSun, 50_000_000_000);
    assert.equal(planResources({ ...before, trxSun: 200_000_000 }, 200, { budgetSun: 50_000_000_000 }).stakeSun, 0);
    assert.ok(planResources({ ...before, trxSun: 0 }, 200, { budgetSun: 0 }).shortSun > 0);
    await requestStaking(context, { type: "freeze", amountSun: plan.stakeSun, resource: "ENERGY" }, "person");
    await assert.rejects(requestStaking(context, { type: "withdrawUnfrozen" }, "person"), (error: unknown) =>
      hasCode(error, "NOT_ALLOWED"),
    );
    await assert.rejects(
      requestStaking(context, { type: "transfer", to: addressOf("thief"), amountSun: 5 }, "person"),
      (error: unknown) => hasCode(error, "NOT_ALLOWED"),
    );
    const engine = world.engine();
    await world.run(engine, async () => (await world.store.get("service", SERVICE_ID))?.lastTask !== undefined);
    const after = await resourceStatus(context);
    assert.equal(after.stakedEnergySun, plan.stakeSun);
    assert.ok(after.energyLimit > 0);
    await requestStaking(context, { type: "unfreeze", amountSun: plan.stakeSun, resource: "ENERGY" }, "person");
    await world.run(engine, async () => (await world.store.get("service", SERVICE_ID))?.task === undefined);
    assert.equal((await resourceStatus(context)).unstaking.length, 1);
  });

  it("plans within the budget in all, and never takes what fees need", () => {
    const amount = fc.integer({ min: 0, max: 10_000_000 }).map((trx) => trx * SUN);
    const state = fc.record({
      trxSun: amount,
      stakedEnergySun: amount,
      stakedBandwidthSun: amount,
      unstaking: fc.constant([]),
      energyLeft: fc.integer({ min: 0, max: 10 ** 9 }),
      energyLimit: fc.integer({ min: 0, max: 10 ** 9 }),
      bandwidthLeft: fc.integer({ min: 0, max: 10 ** 6 }),
      bandwidthLimit: fc.integer({ min: 0, max: 10 ** 6 }),
      energyPerTrx: fc.double({ min: 0, max: 100, noNaN: true }),
      bandwidthPerTrx: fc.double({ min: 0, max: 100, noNaN: true }),
      energyPriceSun: fc.integer({ min: 1, max: 1000 }),
    });
    fc.assert(
      fc.property(state, fc.nat(20_000), amount, (status: ResourceStatus, payouts, budgetSun) => {
        const plan = planResources(status, payouts, { budgetSun });
        const spent = plan.stakeSun + plan.stakeBandwidthSun;
        assert.ok(plan.stakeSun % SUN === 0 && plan.stakeBandwidthSun % SUN === 0 && spent >= 0);
        if (spent > 0) {
          assert.ok(spent + status.stakedEnergySun + status.stakedBandwidthSun <= budgetSun, "the budget");
          assert.ok(status.trxSun - spent >= payouts * 1_420_000 + 100 * SUN, "the fees");
        }
        assert.ok(plan.excessSun <= status.stakedEnergySun);
      }),
    );
  });
});

describe("staking by itself", function () {
  this.timeout(60_000);

  const service = (world: World) => world.store.get("service", SERVICE_ID);
  const accountOf = (world: World) => resourceStatus({ pool: world.pool(), config: world.config });

  it("stakes for what waits to be paid, energy and then bandwidth, and then leaves it", async () => {
    const world = await new World({
      config: staking({ budgetSun: 200_000 * SUN, expectedPayouts: 10 }),
      operatorSun: 1_000_000 * SUN,
    }).start();
    const engine = world.engine();
    await world.run(engine, async () => (await accountOf(world)).stakedBandwidthSun > 0);
    const { stakedEnergySun, stakedBandwidthSun, energyLimit, bandwidthLimit } = await accountOf(world);
    assert.ok(energyLimit >= 10 * 160_000 && stakedEnergySun + stakedBandwidthSun <= 200_000 * SUN);
    assert.ok(bandwidthLimit >= 10 * 484);
    await world.run(engine, async () => (await service(world))?.task === undefined);
    const txid = (await service(world))?.lastTask?.txid;
    for (let hour = 0; hour < 3; hour++) {
      await world.chain.produce(25);
      await world.chain.produceAt(world.chain.head.timestamp + 3600_000);
      await world.chain.produce(25);
      await engine.runOnce();
    }
    assert.equal((await service(world))?.lastTask?.txid, txid, "no second transaction for the same need");
    assert.deepEqual(engine.alerts, []);
    // A payout goes on as ever, and is paid with staked energy.
    await world.approved("p");
    await world.run(engine, async () => (await world.get("p")).state === "confirmed");
  });

  it("takes back what was unstaked when its 14 days are over", async () => {
    const world = await new World({ config: staking({}) }).start();
    const engine = world.engine();
    const context = { store: world.store, clock: world.clock, config: world.config };
    const done = async () =>
      (await service(world))?.task === undefined && (await service(world))?.lastTask !== undefined;
    await requestStaking(context, { type: "freeze", amountSun: 5000 * SUN, resource: "ENERGY" }, "person");
    await world.run(engine, done);
    await requestStaking(context, { type: "unfreeze", amountSun: 5000 * SUN, resource: "ENERGY" }, "person");
    await world.run(engine, async () => (await accountOf(world)).unstaking.length === 1);
    const before = (await accountOf(world)).trxSun;
    await world.chain.produceAt(world.chain.head.timestamp + 13 * DAY);
    await world.chain.produce(25);
    for (let pass = 0; pass < 5; pass++) await engine.runOnce();
    assert.equal((await accountOf(world)).unstaking.length, 1, "not before");
    await world.chain.produceAt(world.chain.head.timestamp + 2 * DAY);
    await world.chain.produce(25);
    await world.run(engine, async () => (await accountOf(world)).unstaking.length === 0);
    assert.ok((await accountOf(world)).trxSun > before + 4990 * SUN);
  });

  it("says what will fall short before it does, once, and when it is over", async () => {
    const world = await new World({ config: staking({ mode: "advise" }), operatorSun: 150 * SUN }).start();
    const engine = world.engine();
    world.ledger.fund(world.contracts.routerV0, -1_000_000_000_000n);
    for (const name of ["a", "b", "c", "d"]) await world.request(name, { amount: 30_000_000n });
    await engine.runOnce();
    const codes = () => engine.alerts.map(({ code }) => code);
    assert.deepEqual(codes(), ["TRX_SHORT", "USDT_SHORT"]);
    assert.match(engine.alerts[1]?.text ?? "", /router V0 lacks 120.00 USDT/);
    const told = () => world.events.filter(({ type }) => type === "alert").length;
    assert.equal(told(), 2);
    await world.chain.produce(25);
    await engine.runOnce();
    assert.equal(told(), 2, "the same is not said again");
    world.ledger.fund(world.contracts.routerV0, 120_000_000n);
    const account = world.chain.account(addressToHex(operator));
    assert.ok(account !== undefined);
    account.balance += 1000 * SUN;
    await world.chain.produce(25);
    await engine.runOnce();
    assert.deepEqual(codes(), []);
    assert.equal((await service(world))?.task, undefined, "advice alone sends nothing");
  });

  it("gives up for hours when a signer refuses to stake, says so, and pays on", async () => {
    const world = await new World({
      config: { ...staking({ budgetSun: 50_000 * SUN, expectedPayouts: 10 }), lifetimeMs: 120_000 },
    }).start();
    for (const signer of world.signers) signer.refuses = true;
    const engine = world.engine();
    await world.run(engine, async () => (await service(world))?.lastTask?.ok === false);
    for (const signer of world.signers) signer.refuses = false;
    await world.approved("p");
    await world.run(engine, async () => (await world.get("p")).state === "confirmed");
    await world.chain.produce(25);
    await engine.runOnce();
    assert.deepEqual(
      engine.alerts.map(({ code }) => code),
      ["STAKING_FAILED"],
    );
    assert.equal((await service(world))?.task, undefined);
    await world.chain.produceAt(world.chain.head.timestamp + 7 * 3600_000);
    await world.chain.produce(25);
    await world.run(engine, async () => (await accountOf(world)).stakedEnergySun > 0);
  });
});
