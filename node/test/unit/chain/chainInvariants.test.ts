import assert from "node:assert/strict";
import { concatBytes, u32be, VirtualClock } from "@lucid/consensus/base";
import { MemoryHub } from "@lucid/p2p";
import { checkDatabase, MemoryStore, namespaces, prefixRange } from "@lucid/storage";
import { BlockStore } from "../../../src/chain/blockStore.js";
import { chainInvariants } from "../../../src/chain/chainInvariants.js";
import { GENESIS_TIME, run, SLOT_SECONDS, TestValidator, testGenesis, wallets } from "../../support/testValidator.js";
import { GWEI } from "../../support/wallet.js";

describe("chain invariants", () => {
  let sound: MemoryStore;
  let genesisRoot: Uint8Array;

  before(async () => {
    sound = new MemoryStore();
    const modules = { store: sound, clock: new VirtualClock(GENESIS_TIME * 1000), hub: new MemoryHub() };
    const node = await TestValidator.start({ genesis: await testGenesis(1), index: 0 }, modules);
    genesisRoot = node.config.genesisRoot;
    const [from, to] = wallets;
    assert.ok(from !== undefined && to !== undefined);
    const fees = { gasLimit: 21_000n, maxFeePerGas: 100n * GWEI };
    for (const nonce of [0, 1]) await node.mempool.add(from.sign({ nonce, to: to.address, ...fees }), "local");
    await run([node], modules, { seconds: 4 * SLOT_SECONDS });
    await node.stop();
  });

  async function copy(): Promise<MemoryStore> {
    const store = new MemoryStore();
    const ops = sound.dump().map(([key, value]) => ({ type: "put", key, value }) as const);
    await store.batch(ops, { sync: false });
    return store;
  }

  async function broken(store: MemoryStore): Promise<string[]> {
    const { problems } = await checkDatabase(chainInvariants(store, genesisRoot));
    return [...new Set(problems.map(({ invariant }) => invariant))];
  }

  async function firstKey(namespace: number): Promise<Uint8Array> {
    for await (const key of sound.keys(prefixRange(Uint8Array.of(namespace)))) return key;
    return assert.fail("no record");
  }

  const at = (namespace: number, height: number) => concatBytes(Uint8Array.of(namespace), u32be(height));

  it("hold on a sound chain", async () => {
    assert.deepEqual(await broken(await copy()), []);
  });

  const removals: readonly [string, () => Promise<Uint8Array>, string][] = [
    ["a block", async () => at(namespaces.block, 2), "chain.blocks"],
    ["a certificate", async () => at(namespaces.commitCertificate, 2), "chain.certificates"],
    ["receipts", async () => at(namespaces.receipts, 1), "chain.receipts"],
    ["senders", async () => at(namespaces.senders, 1), "chain.receipts"],
    ["a place of a transaction", () => firstKey(namespaces.transactionLocation), "chain.transactions"],
    ["a height of a root", () => firstKey(namespaces.heightByRoot), "chain.blocks"],
    ["the consensus state", () => firstKey(namespaces.consensusState), "chain.consensus"],
    ["a set of voters", () => firstKey(namespaces.voterSet), "chain.voterSets"],
    ["the head", () => firstKey(namespaces.head), "chain.blocks"],
  ];
  for (const [what, key, invariant] of removals) {
    it(`show that ${what} is gone`, async () => {
      const store = await copy();
      await store.batch([{ type: "del", key: await key() }], { sync: false });
      const found = await broken(store);
      assert.ok(found.includes(invariant), `${invariant} is not among ${found.join(", ")}`);
    });
  }

  it("show a flipped bit in any record of the chain", async () => {
    const covered = [
      namespaces.block,
      namespaces.heightByRoot,
      namespaces.receipts,
      namespaces.transactionLocation,
      namespaces.head,
      namespaces.consensusState,
      namespaces.voterSet,
    ] as readonly number[];
    let turn = 0;
    for (const [key, value] of sound.dump()) {
      if (!covered.includes(key[0] ?? -1)) continue;
      const store = await copy();
      const damaged = value.slice();
      const position = (turn++ * 7919) % damaged.length;
      damaged[position] = (damaged[position] ?? 0) ^ 0x10;
      await store.batch([{ type: "put", key, value: damaged }], { sync: false });
      const found = await broken(store).catch((error: unknown) => [String(error)]);
      assert.notDeepEqual(found, [], `byte ${position} of record ${Buffer.from(key).toString("hex")}`);
    }
    assert.ok(turn > 10);
  });

  it("show a consensus state of another format, and whoever starts on it is told so with a code", async () => {
    const store = await copy();
    const key = await firstKey(namespaces.consensusState);
    const value = store.get(key) ?? assert.fail("no state");
    await store.batch([{ type: "put", key, value: value.subarray(4) }], { sync: false });
    assert.ok((await broken(store)).includes("chain.consensus"));
    assert.throws(() => new BlockStore(store).decodedState(), { code: "CHAIN_CORRUPT" });
    const modules = { store, clock: new VirtualClock(GENESIS_TIME * 1000), hub: new MemoryHub() };
    await assert.rejects(TestValidator.start({ genesis: await testGenesis(1), index: 0 }, modules), {
      code: "CHAIN_CORRUPT",
    });
  });

  it("show records above the head and foreign ones in the index of logs", async () => {
    const above = await copy();
    const block = sound.get(at(namespaces.block, 1)) ?? assert.fail("no block");
    await above.batch([{ type: "put", key: at(namespaces.block, 99), value: block }], { sync: false });
    assert.deepEqual(await broken(above), ["chain.above"]);
    const foreign = await copy();
    const key = concatBytes(Uint8Array.of(namespaces.logByAddress), new Uint8Array(20), u32be(1));
    await foreign.batch([{ type: "put", key, value: Uint8Array.of(0) }], { sync: false });
    assert.deepEqual(await broken(foreign), ["chain.logs"]);
  });
});
