import assert from "node:assert/strict";
import { BlsSigner, ConsensusState, nodeIdOf, possessionMessage, presets } from "@lucid/consensus";
import { fromHex, sha256, toHex, u32be, VirtualClock } from "@lucid/consensus/base";
import { artifactOf, contractAddresses, type Hex, nodeRegistryAbi } from "@lucid/contracts";
import { MemoryHub } from "@lucid/p2p";
import { MemoryStore } from "@lucid/storage";
import { encodeAbiParameters, encodeFunctionData, keccak256 } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { createGenesisFile, type GenesisFile } from "../../../src/networks/index.js";
import { HistoricalState, HistoryCache } from "../../../src/state/historicalState.js";
import { textOf } from "../../../src/state/keys.js";
import {
  GENESIS_TIME,
  run,
  SLOT_SECONDS,
  TestValidator,
  testGenesis,
  testSigner,
  wallets,
} from "../../support/testValidator.js";
import { ETHER, GWEI, type TestTransaction, type TestWallet } from "../../support/wallet.js";

const [operator, sponsor] = wallets;
assert.ok(operator !== undefined && sponsor !== undefined);
const owner = privateKeyToAccount(toHex(operator.privateKey));
const poolOwner = privateKeyToAccount(toHex(sponsor.privateKey));
const { chainId, registrationBond, epochSlots } = presets.devnet;
const BOND = registrationBond * GWEI;
const NO_POOL = toHex(new Uint8Array(32));
const REGISTRY = fromHex(contractAddresses.NodeRegistry);
const domain = {
  name: "NodeRegistry",
  version: "1",
  chainId: Number(chainId),
  verifyingContract: contractAddresses.NodeRegistry,
} as const;

/** A node's keys and the values of its registration; the proof names `operator`. */
function candidate(number: number) {
  const signer = new BlsSigner(sha256(u32be(1000 + number)).fill(1, 0, 1));
  const proof = signer.sign(possessionMessage(chainId, signer.publicKey, operator?.address ?? new Uint8Array(20)));
  return {
    nodeId: nodeIdOf(signer.publicKey),
    blsKey: toHex(signer.publicKey),
    proof: toHex(proof),
    peerId: toHex(sha256(u32be(2000 + number))),
  };
}

const pooled = (nodeId: Uint8Array, joins: number): Promise<Hex> =>
  poolOwner.signTypedData({
    domain,
    types: {
      JoinPool: [
        { name: "nodeId", type: "bytes32" },
        { name: "operator", type: "address" },
        { name: "joins", type: "uint32" },
      ],
    },
    primaryType: "JoinPool",
    message: { nodeId: toHex(nodeId), operator: owner.address, joins },
  });

describe("registration of nodes on a running chain", () => {
  let genesis: GenesisFile;
  let validator: TestValidator;
  let modules: { readonly clock: VirtualClock; readonly hub: MemoryHub; readonly store: MemoryStore };
  const nonces = new Map<TestWallet, number>();

  before(async () => {
    const { validators } = await testGenesis(1);
    genesis = await createGenesisFile({
      network: "test",
      preset: "devnet",
      genesisTime: GENESIS_TIME,
      slotDuration: SLOT_SECONDS,
      validators,
      balances: wallets.map(({ address }) => ({ address, balance: 1_000n * ETHER })),
    });
  });

  beforeEach(async () => {
    nonces.clear();
    modules = { clock: new VirtualClock(GENESIS_TIME * 1000), hub: new MemoryHub(), store: new MemoryStore() };
    validator = await TestValidator.start({ genesis, index: 0 }, modules);
  });

  afterEach(() => validator.stop());

  const state = (): ConsensusState =>
    ConsensusState.deserialize(validator.chain.blocks.consensusState() ?? new Uint8Array());

  const admit = async (wallet: TestWallet, data: Hex, over: Partial<TestTransaction> = {}): Promise<Uint8Array> => {
    const nonce = nonces.get(wallet) ?? 0;
    nonces.set(wallet, nonce + 1);
    const fees = { gasLimit: 1_000_000n, maxFeePerGas: 100n * GWEI };
    return validator.mempool.add(wallet.sign({ nonce, to: REGISTRY, data: fromHex(data), ...fees, ...over }), "local");
  };

  /** Runs until the transactions are final; the height of the last. */
  const final = async (...hashes: readonly Uint8Array[]): Promise<number> => {
    const heights = () => hashes.map((hash) => validator.chain.transaction(hash)?.height);
    await run([validator], modules, {
      seconds: 10 * SLOT_SECONDS,
      done: () => heights().every((height) => height !== undefined),
    });
    for (const hash of hashes) {
      const place = validator.chain.transaction(hash);
      const receipt = validator.chain.receipts(place?.height ?? -1)?.[place?.index ?? -1];
      assert.equal(receipt?.status, 1, toHex(hash));
    }
    return Math.max(...heights().map((height) => height ?? -1));
  };

  const register = (node: ReturnType<typeof candidate>, wallet: TestWallet, over: { readonly proof?: Hex } = {}) =>
    admit(
      wallet,
      encodeFunctionData({
        abi: nodeRegistryAbi,
        functionName: "register",
        args: [node.blsKey, over.proof ?? node.proof, node.peerId, NO_POOL, "0x", 512],
      }),
      { value: BOND },
    );

  it("the founding validator stands in the contract as in consensus", async () => {
    const [first] = state().nodes;
    assert.equal(toHex(first?.nodeId ?? new Uint8Array()), toHex(nodeIdOf(testSigner(0).publicKey)));
    const retire = encodeFunctionData({
      abi: nodeRegistryAbi,
      functionName: "retire",
      args: [toHex(first?.nodeId ?? new Uint8Array())],
    });
    // Nobody else retires it.
    const hash = await admit(operator, retire);
    await run([validator], modules, { seconds: 2 * SLOT_SECONDS });
    const place = validator.chain.transaction(hash);
    assert.equal(validator.chain.receipts(place?.height ?? -1)?.[0]?.status, 0);
    assert.equal(state().nodes[0]?.retiredEpoch, 0);
  });

  it("tells the contract at the end of an epoch who may vote in governance from now on", async () => {
    const [founder] = state().nodes;
    assert.ok(founder !== undefined);
    // First word of the node's record: payer, capacity, joins, known, eligible, from the right.
    const records = artifactOf("NodeRegistry").storageLayout.storage.find(({ label }) => label === "_records")?.slot;
    const inner = keccak256(
      encodeAbiParameters([{ type: "bytes32" }, { type: "uint256" }], [toHex(founder.nodeId), BigInt(records ?? -1)]),
    );
    const slot = keccak256(
      encodeAbiParameters([{ type: "address" }, { type: "bytes32" }], [toHex(founder.operator), inner]),
    );
    const flags = (): number[] => {
      const history = new HistoricalState(modules.store, validator.height, new HistoryCache());
      const word = Buffer.alloc(32);
      const value = history.slot(REGISTRY, textOf(REGISTRY), fromHex(slot));
      word.set(value, 32 - value.length);
      return [...word.subarray(2, 4)];
    };
    const { epoch } = state().epoch;
    await run([validator], modules, { seconds: (2 * epochSlots - 1) * SLOT_SECONDS });
    assert.deepEqual([state().epoch.epoch, flags()], [epoch + 1, [0, 1]]);
    await run([validator], modules, { seconds: 2 * SLOT_SECONDS });
    assert.deepEqual([state().epoch.epoch, flags()], [epoch + 2, [1, 1]]);
    assert.ok(state().eligible.get(0));
  });

  it("adds a node in the epoch of its block, changes it and takes it out in the epoch of its retirement", async () => {
    const node = candidate(1);
    const firstEpoch = state().epoch.epoch;
    await final(await register(node, operator));
    const added = state().nodes[1];
    assert.ok(added !== undefined && state().nodes.length === 2);
    assert.deepEqual(
      [toHex(added.nodeId), toHex(added.operator), toHex(added.peerId), added.capacityMiB, added.joinedEpoch],
      [toHex(node.nodeId), toHex(operator.address), node.peerId, 512, firstEpoch],
    );

    await run([validator], modules, { seconds: epochSlots * SLOT_SECONDS });
    assert.equal(state().epoch.epoch, firstEpoch + 1);
    const update = encodeFunctionData({
      abi: nodeRegistryAbi,
      functionName: "update",
      args: [toHex(node.nodeId), candidate(9).peerId, NO_POOL, "0x", 99],
    });
    const retire = encodeFunctionData({
      abi: nodeRegistryAbi,
      functionName: "retire",
      args: [toHex(node.nodeId)],
    });
    await final(await admit(operator, update), await admit(operator, retire));
    const changed = state().nodes[1];
    assert.deepEqual(
      [toHex(changed?.peerId ?? new Uint8Array()), changed?.capacityMiB, changed?.joinedEpoch, changed?.retiredEpoch],
      [candidate(9).peerId, 99, firstEpoch, firstEpoch + 1],
    );

    // Who only follows comes to the same state by checking the blocks.
    const follower = await TestValidator.start({ genesis, index: undefined }, { ...modules, store: new MemoryStore() });
    const height = validator.height;
    await run([validator, follower], modules, { seconds: 10 * SLOT_SECONDS, done: () => follower.height >= height });
    const roots = [validator, follower].map(
      ({ chain }) => chain.blockByHeight(height)?.header.consensusRoot ?? assert.fail(),
    );
    const reached = follower.height;
    await follower.stop();
    assert.ok(reached >= height, `${reached} of ${height}`);
    assert.equal(new Set(roots.map(toHex)).size, 1);
  });

  it("ignores a proof of possession that does not prove it, and a copied one", async () => {
    const node = candidate(2);
    await final(
      // Whoever sees it in the mempool may copy it, proof and all.
      await register(node, sponsor),
      await register(node, operator, { proof: candidate(3).proof }),
    );
    assert.equal(state().nodes.length, 1);
    // The copy under another account takes the key from nobody; neither do its owner's calls.
    const right = candidate(4);
    await final(await register(right, sponsor));
    await final(await register(right, operator));
    const stolen = encodeFunctionData({ abi: nodeRegistryAbi, functionName: "retire", args: [toHex(right.nodeId)] });
    await final(await admit(sponsor, stolen));
    assert.equal(state().nodes.length, 2);
    assert.equal(toHex(state().nodes[1]?.operator ?? new Uint8Array()), toHex(operator.address));
    assert.equal(state().nodes[1]?.retiredEpoch, 0);
  });

  it("joins a pool with its owner's signature only, and registers for somebody who signed", async () => {
    const node = candidate(5);
    const poolId = toHex(sha256(sponsor.address));
    const deadline = BigInt(GENESIS_TIME + 1000);
    const values = { poolId, capacityMiB: 64, deadline, peerId: node.peerId } as const;
    const signature = await owner.signTypedData({
      domain,
      types: {
        RegisterNode: [
          { name: "blsKey", type: "bytes" },
          { name: "proofOfPossession", type: "bytes" },
          { name: "operator", type: "address" },
          { name: "peerId", type: "bytes32" },
          { name: "poolId", type: "bytes32" },
          { name: "capacityMiB", type: "uint32" },
          { name: "deadline", type: "uint64" },
        ],
      },
      primaryType: "RegisterNode",
      message: { blsKey: node.blsKey, proofOfPossession: node.proof, operator: owner.address, ...values },
    });
    const call = (poolSignature: Hex): Hex =>
      encodeFunctionData({
        abi: nodeRegistryAbi,
        functionName: "registerFor",
        args: [owner.address, node.blsKey, node.proof, node.peerId, poolId, poolSignature, 64, deadline, signature],
      });
    const forged = await admit(sponsor, call(await pooled(node.nodeId, 1)), { value: BOND });
    await run([validator], modules, { seconds: 2 * SLOT_SECONDS });
    const place = validator.chain.transaction(forged);
    assert.equal(validator.chain.receipts(place?.height ?? -1)?.[0]?.status, 0);
    assert.equal(state().nodes.length, 1);

    await final(await admit(sponsor, call(await pooled(node.nodeId, 0)), { value: BOND }));
    const added = state().nodes[1];
    assert.deepEqual(
      [added?.operator, added?.poolId].map((bytes) => toHex(bytes ?? new Uint8Array())),
      [toHex(operator.address), poolId],
    );
  });
});
