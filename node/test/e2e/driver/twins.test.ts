import assert from "node:assert/strict";
import { VirtualClock } from "@lucid/consensus/base";
import { MemoryHub } from "@lucid/p2p";
import { type BatchOp, MemoryStore } from "@lucid/storage";
import {
  GENESIS_TIME,
  run,
  SignatureLog,
  SLOT_SECONDS,
  settle,
  TestValidator,
  testGenesis,
} from "../../support/testValidator.js";

async function copyOf(store: MemoryStore): Promise<MemoryStore> {
  const ops: BatchOp[] = [];
  for await (const [key, value] of store.entries({})) ops.push({ type: "put", key, value });
  const copy = new MemoryStore();
  await copy.batch(ops, { sync: true });
  return copy;
}

describe("a copied data directory", () => {
  const running: TestValidator[] = [];

  afterEach(async () => {
    await Promise.all(running.splice(0).map((validator) => validator.stop()));
  });

  async function network() {
    const genesis = await testGenesis(4);
    const modules = { clock: new VirtualClock(GENESIS_TIME * 1000), hub: new MemoryHub() };
    const stores = Array.from({ length: 4 }, () => new MemoryStore());
    const signatures = new SignatureLog();
    for (const [index, store] of stores.entries()) {
      running.push(await TestValidator.start({ genesis, index }, { ...modules, store, signatures }));
    }
    const validators = [...running];
    const clone = async (store: MemoryStore, own: SignatureLog): Promise<TestValidator> => {
      const options = { genesis, index: 0, name: "clone of node 0" };
      const validator = await TestValidator.start(options, { ...modules, store, signatures: own });
      running.push(validator);
      return validator;
    };
    return { ...modules, stores, validators, signatures, clone };
  }

  // At different moments of a slot: before the votes, and in the long pause after them.
  for (const moment of [0.05, 0.6, 0.95]) {
    it(`started ${moment} of a slot after a boundary it signs nothing and stops, the first node goes on`, async () => {
      const net = await network();
      const [first] = net.validators;
      const [store] = net.stores;
      assert.ok(first !== undefined && store !== undefined);
      await run(net.validators, net, { seconds: 3 * SLOT_SECONDS });
      const copy = await copyOf(store);
      await run(net.validators, net, { seconds: (4 + moment) * SLOT_SECONDS });
      const signed = new SignatureLog();
      const twin = await net.clone(copy, signed);
      await run(net.validators, net, { seconds: 4 * SLOT_SECONDS });
      assert.equal(twin.fatal?.code, "VALIDATOR_TWIN");
      assert.equal(signed.size, 0, "the clone signed something");
      assert.equal(first.fatal, undefined);
      assert.equal(first.agreement.status()?.signing, "active");
      assert.ok(first.height >= 10, `height ${first.height}`);
      assert.deepEqual(net.signatures.conflicts, []);
    });
  }

  it("an old copy alone is silent until a block above its last vote, then votes again", async () => {
    const net = await network();
    const [first, ...others] = net.validators;
    const [store] = net.stores;
    assert.ok(first !== undefined && store !== undefined);
    await run(net.validators, net, { seconds: 3 * SLOT_SECONDS });
    const copy = await copyOf(store);
    await run(net.validators, net, { seconds: 4.5 * SLOT_SECONDS });
    await first.stop();
    running.splice(running.indexOf(first), 1);
    const seen = first.height;
    const restored = await net.clone(copy, net.signatures);
    await settle([...others, restored], net.hub);
    assert.equal(restored.agreement.status()?.signing, "silent");
    await run([...others, restored], net, { seconds: 6 * SLOT_SECONDS });
    assert.equal(restored.fatal, undefined);
    assert.equal(restored.agreement.status()?.signing, "active");
    assert.ok(restored.height >= seen + 4);
    assert.deepEqual(net.signatures.conflicts, []);
  });
});
