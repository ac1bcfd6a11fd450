import assert from "node:assert/strict";
import { addressToHex } from "../../../src/domain/address.js";
import { SERVICE_ID } from "../../../src/domain/documents.js";
import { signersInForce } from "../../../src/engine/serviceRecord.js";
import { hasCode } from "../../../src/errors.js";
import { planResources, requestStaking, resourceStatus } from "../../../src/resources/resources.js";
import { acceptSignerFile, signDigest, signerDigest } from "../../../src/rotation/signerFile.js";
import { addressOf, sha } from "../../support/fixtures.js";
import { keyOf } from "../../support/keys.js";
import { LocalSigner, operator, signerKeys, World } from "../../support/world.js";

const CHAIN = 120122;
const newKeys = [signerKeys[0], keyOf("new two"), keyOf("new three")] as const;

function file(
  change: Record<string, unknown> = {},
  signers: readonly { privateKey: Uint8Array }[] = [signerKeys[0], signerKeys[1]],
): string {
  const set = { epoch: 1, signers: newKeys.map(({ address }) => address), threshold: 2 as const };
  const digest = signerDigest(set, CHAIN);
  const signatures = signers.map(({ privateKey }) => signDigest(digest, privateKey));
  return JSON.stringify({
    ...set,
    chainId: CHAIN,
    digest,
    governanceTransaction: sha("gov"),
    certificate: "block 1234",
    signatures,
    ...change,
  });
}

describe("signer file", () => {
  const current = { epoch: 0, signers: signerKeys.map(({ address }) => address), threshold: 2 as const };

  it("is taken with two current signers' signatures, and for nothing less", () => {
    assert.equal(acceptSignerFile(file(), current, CHAIN).set.epoch, 1);
    const other = newKeys.map(({ address }) => address);
    const bad: string[] = [
      file({}, [signerKeys[0]]),
      file({}, [signerKeys[0], signerKeys[0]]),
      file({}, [signerKeys[0], keyOf("stranger")]),
      file({ epoch: 2 }),
      file({ chainId: 1 }),
      file({ digest: sha("other") }),
      file({ threshold: 1 }),
      file({ signers: [other[0], other[0], other[1]] }),
      file({ signers: [other[1], other[0], other[2]] }),
      file({ extra: true }),
      "{",
      "[]",
    ];
    for (const text of bad)
      assert.throws(
        () => acceptSignerFile(text, current, CHAIN),
        (error: unknown) => hasCode(error, "BAD_ROTATION"),
        text.slice(0, 80),
      );
  });

  it("has a fixed digest", () => {
    assert.equal(signerDigest(current, CHAIN).length, 64);
    assert.notEqual(signerDigest(current, CHAIN), signerDigest({ ...current, epoch: 1 }, CHAIN));
  });
});

describe("rotation in mid-run", function () {
  this.timeout(60_000);

  it("drains, changes the account, verifies it, goes on; a removed key cannot pay", async () => {
    const world = await new World({ config: { maxOpen: 2 } }).start();
    const engine = world.engine();
    for (let index = 0; index < 6; index++) await world.approved(`r${index}`);
    await world.run(engine, async () => (await world.store.countStates()).broadcast > 0);
    const { set, file: accepted } = acceptSignerFile(file(), world.config.operator.signers, CHAIN);
    await world.book.updateService((service) => ({
      ...service,
      rotation: { to: set, digest: accepted.digest, startedAt: world.clock.now() },
    }));
    // The removed key and the new ones are all at hand: which of them count decides the set in force alone.
    world.signers.push(new LocalSigner("n2", newKeys[1]), new LocalSigner("n3", newKeys[2]));
    let builtWhileRotating = 0;
    await world.run(engine, async () => {
      const service = await world.store.get("service", SERVICE_ID);
      const counts = await world.store.countStates();
      if (service?.task !== undefined)
        builtWhileRotating += counts.built + counts.signed + counts.broadcast + counts.included;
      return service !== undefined && service.rotation === undefined;
    });
    assert.equal(builtWhileRotating, 0, "nothing is open while the permissions change");
    const service = await world.store.get("service", SERVICE_ID);
    assert.ok(service !== undefined);
    assert.equal(signersInForce(service, world.config).epoch, 1);
    const keys = world.chain
      .account(addressToHex(operator))
      ?.owner.keys.map(({ address }) => address)
      .sort();
    assert.deepEqual(keys, newKeys.map(({ address }) => addressToHex(address)).sort());
    assert.ok((await world.store.countStates()).confirmed < 6);
    await world.run(engine, async () => (await world.store.countStates()).confirmed === 6);
    // Only the removed keys left: nothing is paid.
    for (const signer of world.signers) signer.down = newKeys.some(({ address }) => address === signer.address);
    await world.approved("late");
    await engine.runOnce();
    const late = await world.get("late");
    assert.equal(late.state, "built");
    assert.equal(late.attempt?.signatures.length, 0);
  });

  it("a journal killed in the middle of the change goes on with the same transaction", async () => {
    const world = await new World().start();
    const { set, file: accepted } = acceptSignerFile(file(), world.config.operator.signers, CHAIN);
    await world.book.updateService((service) => ({
      ...service,
      rotation: { to: set, digest: accepted.digest, startedAt: world.clock.now() },
    }));
    const engine = world.engine();
    await world.run(
      engine,
      async () => (await world.store.get("service", SERVICE_ID))?.task?.attempt?.signedHex !== undefined,
    );
    const txid = (await world.store.get("service", SERVICE_ID))?.task?.attempt?.txid;
    await world.restartStore();
    await world.chain.produce(10);
    await world.run(world.engine(), async () => (await world.store.get("service", SERVICE_ID))?.rotation === undefined);
    assert.equal((await world.store.get("service", SERVICE_ID))?.lastTask?.txid, txid);
  });
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
});
