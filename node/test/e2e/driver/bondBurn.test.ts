import assert from "node:assert/strict";
import { ConsensusState, nodeIdOf, possessionMessage, presets, type SigningContext } from "@lucid/consensus";
import { equalBytes, fromHex, sha256, toHex, u32be, VirtualClock } from "@lucid/consensus/base";
import { contractAddresses, type Hex, nodeRegistryAbi } from "@lucid/contracts";
import { MemoryHub } from "@lucid/p2p";
import { MemoryStore } from "@lucid/storage";
import { type DecodeFunctionResultReturnType, decodeFunctionResult, encodeFunctionData } from "viem";
import { LocalCallRunner } from "../../../src/execution/callRunner.js";
import { DatabaseStateReader } from "../../../src/execution/databaseStateReader.js";
import { createGenesisFile } from "../../../src/networks/index.js";
import { signTwice } from "../../support/doubleSigner.js";
import { environment } from "../../support/testChain.js";
import {
  GENESIS_TIME,
  run,
  SLOT_SECONDS,
  TestValidator,
  testGenesis,
  testSigner,
  wallets,
} from "../../support/testValidator.js";
import { ETHER, GWEI, TEST_CHAIN_ID } from "../../support/wallet.js";

const { chainId, registrationBond, epochSlots } = presets.devnet;
const BOND = registrationBond * GWEI;
const REGISTRY = fromHex(contractAddresses.NodeRegistry);
const FOUNDERS = 4;
/** Its number, which is its index in the registry as well. */
const CULPRIT = 4;
const signer = testSigner(CULPRIT);
const nodeId = nodeIdOf(signer.publicKey);
const operator = wallets[1] ?? assert.fail();
const limits = { gas: 10_000_000n, milliseconds: 1_000 };

describe("a registered validator that signs two things for one position", () => {
  const running: TestValidator[] = [];

  afterEach(async () => {
    await Promise.all(running.splice(0).map((validator) => validator.stop()));
  });

  it("has its bond burnt by the block that jails it: nobody gets it, and nobody ever can", async () => {
    const { validators } = await testGenesis(FOUNDERS);
    const genesis = await createGenesisFile({
      network: "test",
      preset: "devnet",
      genesisTime: GENESIS_TIME,
      slotDuration: SLOT_SECONDS,
      validators,
      balances: wallets.map(({ address }) => ({ address, balance: 1_000n * ETHER })),
    });
    const modules = { clock: new VirtualClock(GENESIS_TIME * 1000), hub: new MemoryHub() };
    const stores = Array.from({ length: FOUNDERS + 1 }, () => new MemoryStore());
    for (const [index, store] of stores.entries()) {
      running.push(await TestValidator.start({ genesis, index }, { ...modules, store }));
    }
    const [first] = running;
    const [store] = stores;
    assert.ok(first !== undefined && store !== undefined);

    const state = () => ConsensusState.deserialize(first.chain.blocks.consensusState() ?? new Uint8Array());
    const index = () => state().voters.members.findIndex((member) => equalBytes(member.nodeId, nodeId));
    const reader = new DatabaseStateReader({
      store,
      calls: await LocalCallRunner.create(TEST_CHAIN_ID, store, () => new Uint8Array(32)),
      environment,
    });
    const view = async <Name extends "burntBonds" | "node">(
      functionName: Name,
      args: Name extends "node" ? readonly [Hex, Hex] : readonly [],
    ) => {
      const data = fromHex(encodeFunctionData({ abi: nodeRegistryAbi, functionName, args } as never));
      const { returnData } = await reader.call({ to: REGISTRY, data }, first.height, limits);
      const result = decodeFunctionResult({ abi: nodeRegistryAbi, functionName, data: toHex(returnData) } as never);
      return result as DecodeFunctionResultReturnType<typeof nodeRegistryAbi, Name>;
    };
    const bond = async () => (await view("node", [toHex(nodeId), toHex(operator.address)])).bond;
    const balanceOf = (address: Uint8Array) => reader.account(address, first.height)?.balance ?? 0n;
    let nonce = 0;
    const call = async (functionName: "register" | "retire" | "withdrawBond", args: readonly unknown[], value = 0n) => {
      const data = fromHex(encodeFunctionData({ abi: nodeRegistryAbi, functionName, args } as never));
      const fees = { gasLimit: 1_000_000n, maxFeePerGas: 100n * GWEI };
      const hash = await first.mempool.add(operator.sign({ nonce, to: REGISTRY, data, value, ...fees }), "local");
      nonce++;
      const honest = running.slice(0, FOUNDERS);
      const done = () => first.chain.transaction(hash) !== undefined;
      await run(honest, modules, { seconds: 6 * SLOT_SECONDS, done });
      const place = first.chain.transaction(hash);
      return first.chain.receipts(place?.height ?? -1)?.[place?.index ?? -1]?.status;
    };

    const proof = signer.sign(possessionMessage(chainId, signer.publicKey, operator.address));
    const peerId = toHex(sha256(u32be(CULPRIT)));
    const noPool = toHex(new Uint8Array(32));
    const values = [toHex(signer.publicKey), toHex(proof), peerId, noPool, "0x", 64];
    assert.equal(await call("register", values, BOND), 1);
    assert.deepEqual([await bond(), balanceOf(REGISTRY), await view("burntBonds", [])], [BOND, BOND, 0n]);
    // It sends beacons and is a voter two borders of epochs later.
    await run(running, modules, { seconds: 3 * epochSlots * SLOT_SECONDS, done: () => index() >= 0 });
    assert.ok(index() >= 0, "it never became a voter");
    assert.equal(running[CULPRIT]?.fatal, undefined);

    const thief = modules.hub.join("thief");
    await thief.start();
    // Its own node would stop at once.
    modules.hub.setLinks((from, to) => from !== thief.id || to !== `node ${CULPRIT}`);
    const context: SigningContext = { genesisRoot: first.config.genesisRoot, forkVersion: 1 };
    const spent = balanceOf(operator.address);
    const done = signTwice(thief, { signer, voter: index(), context });
    await run(running.slice(0, FOUNDERS), modules, {
      seconds: 4 * SLOT_SECONDS,
      done: () => (state().nodes[CULPRIT]?.jailedUntil ?? 0) > 0,
    });
    const vote = await done;
    assert.ok((state().nodes[CULPRIT]?.jailedUntil ?? 0) > 0, "not jailed");
    assert.equal(first.height, vote.height + 1, "jailed later than by the next block");

    // Same block: the bond is gone from the node, counted as burnt, and stays in the contract, which has no way to pay it out.
    assert.deepEqual([await bond(), balanceOf(REGISTRY), await view("burntBonds", [])], [0n, BOND, BOND]);
    assert.ok(balanceOf(operator.address) <= spent);
    for (const other of running.slice(1, FOUNDERS)) {
      const block = other.chain.blockByHeight(first.height);
      assert.equal(toHex(block?.root ?? new Uint8Array()), toHex(first.chain.head().root));
    }
    assert.equal(await call("retire", [toHex(nodeId)]), 1);
    assert.equal(await call("withdrawBond", [toHex(nodeId), toHex(operator.address)]), 0);
    assert.deepEqual([await bond(), balanceOf(REGISTRY), await view("burntBonds", [])], [0n, BOND, BOND]);
  }).timeout(120_000);
});
