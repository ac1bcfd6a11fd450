import assert from "node:assert/strict";
import { createAddressFromString } from "@ethereumjs/util";
import { fromHex, hasCode } from "@lucid/consensus/base";
import type { Hex } from "@lucid/contracts";
import { getAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import {
  burnBonds,
  NO_POOL,
  nodeIdOf,
  nodeInput,
  poolOf,
  REGISTRY,
  readRegistry,
  registerArguments,
  registerNode,
  sendRegistry,
  setEligible,
  signJoin,
} from "./support/registry.js";
import { BOND, BOND_LOCK, encodeCall, SYSTEM, TestChain, users } from "./support/testChain.js";

const [alice = "0x", bob = "0x", carol = "0x"] = users;
const poolOwner = privateKeyToAccount(`0x${"44".repeat(32)}`);
const stranger = privateKeyToAccount(`0x${"55".repeat(32)}`);
const founder = nodeInput("founder");
const founderId = nodeIdOf(founder);
const own = nodeInput("own");
const ownId = nodeIdOf(own);

describe("NodeRegistry: registration", () => {
  let chain: TestChain;
  beforeEach(async () => {
    chain = await TestChain.create([
      { nodeId: fromHex(founderId), peerId: fromHex(founder.peerId), operator: fromHex(carol) },
    ]);
  });

  it("starts with the founding nodes, which have no bond", async () => {
    assert.deepEqual(await readRegistry(chain, "node", [founderId, carol]), {
      nodeId: founderId,
      operator: carol,
      peerId: founder.peerId,
      poolId: NO_POOL,
      poolJoins: 0,
      capacityMiB: 0,
      registeredAt: 0n,
      retiredAt: 0n,
      eligible: false,
      bondPayer: `0x${"00".repeat(20)}`,
      bond: 0n,
    });
    assert.equal(await readRegistry(chain, "activeCount", []), 1n);
    assert.equal(await readRegistry(chain, "REGISTRATION_BOND", []), BOND);
    assert.equal(await readRegistry(chain, "BOND_LOCK", []), BOND_LOCK);
    const retired = await sendRegistry(chain, "retire", [founderId], { from: carol });
    assert.equal(retired.error, undefined);
    chain.time += 10n * BOND_LOCK;
    const withdrawn = await sendRegistry(chain, "withdrawBond", [founderId, carol]);
    assert.deepEqual(withdrawn.error, { name: "NoBond", args: [founderId] });
  });

  it("refuses a founding node that is given twice", async () => {
    const node = { nodeId: fromHex(founderId), peerId: fromHex(founder.peerId), operator: fromHex(carol) };
    await assert.rejects(TestChain.create([node, node]), (error: unknown) => hasCode(error, "GENESIS_INVALID"));
  });

  it("holds the bond, tells consensus all of it and lists the node", async () => {
    const outcome = await registerNode(chain, own);
    assert.equal(outcome.error, undefined);
    assert.deepEqual(outcome.events, [
      {
        contract: "NodeRegistry",
        name: "NodeRegistered",
        topics: 4,
        args: {
          nodeId: ownId,
          operator: alice,
          poolId: NO_POOL,
          blsKey: own.blsKey,
          proofOfPossession: own.proofOfPossession,
          peerId: own.peerId,
          capacityMiB: own.capacityMiB,
        },
      },
    ]);
    assert.equal(await chain.balance(REGISTRY), BOND);
    const node = await readRegistry(chain, "node", [ownId, alice]);
    assert.deepEqual(
      [node.registeredAt, node.retiredAt, node.bond, node.bondPayer, node.capacityMiB],
      [chain.time, 0n, BOND, alice, own.capacityMiB],
    );
    assert.equal(await readRegistry(chain, "activeCount", []), 2n);
  });

  it("refuses keys and proofs of another length, and any value but the bond", async () => {
    for (const [key, proof] of [
      [47, 96],
      [49, 96],
      [48, 95],
      [48, 0],
    ] as const) {
      const bad = { ...own, blsKey: `0x${"01".repeat(key)}`, proofOfPossession: `0x${"01".repeat(proof)}` } as const;
      const outcome = await registerNode(chain, bad);
      assert.deepEqual(outcome.error, { name: "BadKeyLength", args: [BigInt(key), BigInt(proof)] });
    }
    for (const value of [0n, BOND - 1n, BOND + 1n]) {
      const outcome = await registerNode(chain, own, { value });
      assert.deepEqual(outcome.error, { name: "WrongBond", args: [value, BOND] });
    }
    assert.equal(await chain.balance(REGISTRY), 0n);
  });

  it("takes a key once from an operator, retired or not", async () => {
    await registerNode(chain, own);
    const used = { name: "KeyUsed", args: [ownId, alice] };
    assert.deepEqual((await registerNode(chain, own)).error, used);
    await sendRegistry(chain, "retire", [ownId]);
    assert.deepEqual((await registerNode(chain, own)).error, used);
  });

  it("lets nobody take a key by copying a pending registration", async () => {
    const thief = await registerNode(chain, own, { from: bob });
    assert.equal(thief.error, undefined);
    assert.equal((await registerNode(chain, own)).error, undefined);
    // Each acts on the own registration only; consensus counts the one whose proof names the operator.
    await sendRegistry(chain, "retire", [ownId], { from: bob });
    assert.equal((await readRegistry(chain, "node", [ownId, bob])).retiredAt, chain.time);
    assert.equal((await readRegistry(chain, "node", [ownId, alice])).retiredAt, 0n);
  });

  it("takes 10,000 nodes at a time and no more", async () => {
    const layout = await import("@lucid/contracts").then(({ artifactOf }) => artifactOf("NodeRegistry").storageLayout);
    const slot = layout.storage.find(({ label }) => label === "activeCount")?.slot ?? "";
    const word = (value: bigint): Hex => `0x${value.toString(16).padStart(64, "0")}`;
    await chain.putStorage(REGISTRY, word(BigInt(slot)), word(9_999n));
    assert.equal((await registerNode(chain, own)).error, undefined);
    assert.deepEqual((await registerNode(chain, nodeInput("one more"))).error, { name: "RegistryFull", args: [] });
    await sendRegistry(chain, "retire", [ownId]);
    assert.equal((await registerNode(chain, nodeInput("one more"))).error, undefined);
  });

  it("shows an operator's nodes in pages", async () => {
    const labels = Array.from({ length: 5 }, (_, i) => `n${i}`);
    for (const label of labels) await registerNode(chain, nodeInput(label), { from: bob });
    const ids = labels.map((label) => nodeIdOf(nodeInput(label)));
    const page = async (offset: bigint, limit: bigint) =>
      (await readRegistry(chain, "nodesOf", [bob, offset, limit])).map((node) => node.nodeId);
    assert.deepEqual(await page(0n, 100n), ids);
    assert.deepEqual(await page(2n, 2n), ids.slice(2, 4));
    assert.deepEqual(await page(4n, 9n), ids.slice(4));
    assert.deepEqual(await page(5n, 9n), []);
    assert.deepEqual(await page(2n ** 255n, 9n), []);
    await assert.rejects(page(0n, 101n), { code: "PageTooLarge" });
  });
});

describe("NodeRegistry: changes and pools", () => {
  const pool = poolOf(poolOwner.address);
  let chain: TestChain;
  beforeEach(async () => {
    chain = await TestChain.create();
    assert.equal((await registerNode(chain, own)).error, undefined);
  });
  const update = (poolId: Hex, signature: Hex, from: Hex = alice) =>
    sendRegistry(chain, "update", [ownId, nodeInput("moved").peerId, poolId, signature, 77], { from });

  it("update tells consensus the node's new address, pool and capacity", async () => {
    const outcome = await update(NO_POOL, "0x");
    assert.deepEqual(outcome.events, [
      {
        contract: "NodeRegistry",
        name: "NodeUpdated",
        topics: 4,
        args: {
          nodeId: ownId,
          operator: alice,
          poolId: NO_POOL,
          peerId: nodeInput("moved").peerId,
          capacityMiB: 77,
        },
      },
    ]);
    const node = await readRegistry(chain, "node", [ownId, alice]);
    assert.deepEqual([node.peerId, node.capacityMiB], [nodeInput("moved").peerId, 77]);
  });

  it("nobody but the operator changes or retires a node, and not a retired one", async () => {
    const unknown = { name: "UnknownNode", args: [ownId, bob] };
    assert.deepEqual((await update(NO_POOL, "0x", bob)).error, unknown);
    assert.deepEqual((await sendRegistry(chain, "retire", [ownId], { from: bob })).error, unknown);
    await assert.rejects(readRegistry(chain, "node", [ownId, bob]), { code: "UnknownNode" });
    await sendRegistry(chain, "retire", [ownId]);
    const retired = { name: "AlreadyRetired", args: [ownId] };
    assert.deepEqual((await update(NO_POOL, "0x")).error, retired);
    assert.deepEqual((await sendRegistry(chain, "retire", [ownId])).error, retired);
  });

  it("joining a pool needs its owner's signature for this node, this operator and this time", async () => {
    const refused = async (signature: Hex, text: string) =>
      assert.deepEqual((await update(pool, signature)).error, { name: "BadPoolSignature", args: [] }, text);
    await refused("0x", "none");
    await refused(`0x${"00".repeat(65)}`, "zeros");
    await refused(await signJoin(stranger, ownId, alice, 0), "a stranger's");
    await refused(await signJoin(poolOwner, nodeIdOf(nodeInput("other")), alice, 0), "for another node");
    await refused(await signJoin(poolOwner, ownId, bob, 0), "for another operator");
    await refused(await signJoin(poolOwner, ownId, alice, 1), "for a later time");
    assert.equal((await readRegistry(chain, "node", [ownId, alice])).poolId, NO_POOL);

    const consent = await signJoin(poolOwner, ownId, alice, 0);
    assert.equal((await update(pool, consent)).error, undefined);
    assert.equal((await readRegistry(chain, "node", [ownId, alice])).poolId, pool);
    assert.equal((await update(pool, "0x")).error, undefined, "staying needs none");
    assert.equal((await update(NO_POOL, "0x")).error, undefined, "nor does leaving");
    await refused(consent, "a consent is used once");
    assert.equal((await update(pool, await signJoin(poolOwner, ownId, alice, 1))).error, undefined);
  });

  it("a registration joins a pool at once", async () => {
    const input = nodeInput("member", { poolId: pool });
    const nodeId = nodeIdOf(input);
    assert.equal((await registerNode(chain, input, { from: bob })).error?.name, "BadPoolSignature");
    const poolSignature = await signJoin(poolOwner, nodeId, bob, 0);
    const outcome = await registerNode(chain, { ...input, poolSignature }, { from: bob });
    assert.equal(outcome.events[0]?.args["poolId"], pool);
    assert.equal(await chain.balance(REGISTRY), 2n * BOND);
  });
});

describe("NodeRegistry: bonds", () => {
  let chain: TestChain;
  beforeEach(async () => {
    chain = await TestChain.create();
    assert.equal((await registerNode(chain, own)).error, undefined);
  });
  const withdraw = (from: Hex = bob) => sendRegistry(chain, "withdrawBond", [ownId, alice], { from });

  it("go back to who paid, a credit window after retiring, once, whoever asks", async () => {
    assert.deepEqual((await withdraw()).error, { name: "BondLocked", args: [2n ** 64n - 1n] });
    const retired = await sendRegistry(chain, "retire", [ownId]);
    const freeAt = chain.time + BOND_LOCK;
    assert.deepEqual(
      retired.events.map(({ name, args }) => [name, args]),
      [["NodeRetired", { nodeId: ownId, operator: alice, bondFreeAt: freeAt }]],
    );
    chain.time = freeAt - 1n;
    assert.deepEqual((await withdraw()).error, { name: "BondLocked", args: [freeAt] });
    chain.time = freeAt;
    const before = await chain.balance(alice);
    const outcome = await withdraw();
    assert.deepEqual(
      outcome.events.map(({ name, args }) => [name, args]),
      [["BondWithdrawn", { nodeId: ownId, operator: alice, payer: alice, amount: BOND }]],
    );
    assert.equal(await chain.balance(alice), before + BOND);
    assert.equal(await chain.balance(REGISTRY), 0n);
    assert.deepEqual((await withdraw()).error, { name: "NoBond", args: [ownId] });
    assert.deepEqual((await sendRegistry(chain, "withdrawBond", [ownId, bob])).error, {
      name: "UnknownNode",
      args: [ownId, bob],
    });
  });

  it("of jailed nodes burn: nobody gets them, retired or not", async () => {
    const second = nodeInput("second");
    await registerNode(chain, second, { from: bob });
    await sendRegistry(chain, "retire", [ownId]);
    const unknown = nodeIdOf(nodeInput("unknown"));
    const { events } = await burnBonds(chain, [
      { nodeId: ownId, operator: alice },
      { nodeId: unknown, operator: alice },
      { nodeId: nodeIdOf(second), operator: alice },
      { nodeId: ownId, operator: alice },
    ]);
    assert.deepEqual(
      events.map(({ name, args }) => [name, args]),
      [["BondBurnt", { nodeId: ownId, operator: alice, amount: BOND }]],
    );
    chain.time += BOND_LOCK;
    assert.equal((await withdraw(alice)).error?.name, "NoBond");
    assert.equal(await readRegistry(chain, "burntBonds", []), BOND);
    assert.equal(await chain.balance(REGISTRY), 2n * BOND);
    assert.equal((await readRegistry(chain, "node", [nodeIdOf(second), bob])).bond, BOND);
  });

  it("a payer that takes no money keeps its bond for later", async () => {
    await sendRegistry(chain, "retire", [ownId]);
    chain.time += BOND_LOCK;
    const account = createAddressFromString(alice);
    // PUSH0 PUSH0 REVERT; no account of the chain has code of its own, a genesis contract may pay one day.
    await chain.vm.stateManager.putCode(account, fromHex("0x5f5ffd"));
    assert.deepEqual((await withdraw()).error, { name: "TransferFailed", args: [alice] });
    assert.equal((await readRegistry(chain, "node", [ownId, alice])).bond, BOND);
    await chain.vm.stateManager.putCode(account, new Uint8Array());
    assert.equal((await withdraw()).error, undefined);
  });
});

describe("NodeRegistry: the system's calls", () => {
  it("are refused to everybody else", async () => {
    const chain = await TestChain.create();
    for (const [name, args] of [
      ["recordEligibility", [[]]],
      ["burnBonds", [[]]],
    ] as const) {
      const outcome = await sendRegistry(chain, name, args, { from: alice });
      assert.deepEqual(outcome.error, { name: "NotSystem", args: [alice] });
    }
    assert.equal((await readRegistry(chain, "SYSTEM", [])).toLowerCase(), SYSTEM);
  });

  it("of 256 changes fit into the gas of a system call", async () => {
    const nodes = Array.from({ length: 256 }, (_, i) => {
      const operator = new Uint8Array(20).fill(7);
      operator[0] = i;
      return { nodeId: fromHex(nodeIdOf(nodeInput(`many ${i}`))), peerId: new Uint8Array(32).fill(1), operator };
    });
    const chain = await TestChain.create(nodes);
    const changes = nodes.map(({ nodeId, operator }) => ({
      nodeId: `0x${Buffer.from(nodeId).toString("hex")}` as Hex,
      operator: `0x${Buffer.from(operator).toString("hex")}` as Hex,
      eligible: true,
    }));
    const { gasUsed, events } = await setEligible(chain, changes);
    assert.ok(gasUsed < 20_000_000n, `${gasUsed} gas`);
    assert.equal(events.length, 512);
    assert.equal(await readRegistry(chain, "getVotes", [changes[255]?.operator ?? "0x"]), 1n);
  });

  it("take no value, and the contract takes none by itself", async () => {
    const chain = await TestChain.create();
    for (const data of ["0x", "0x12345678", encodeCall("NodeRegistry", "retire", [ownId])] as Hex[]) {
      const outcome = await chain.send({ to: REGISTRY, data, value: 1n });
      assert.notEqual(outcome.reason, undefined);
    }
    const paid = await sendRegistry(chain, "register", registerArguments(own), { value: BOND, from: alice });
    assert.equal(paid.error, undefined);
    assert.equal(getAddress(alice), (await readRegistry(chain, "nodesOf", [alice, 0n, 1n]))[0]?.operator);
  });
});
