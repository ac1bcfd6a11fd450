import assert from "node:assert/strict";
import { Bloom } from "@ethereumjs/vm";
import { systemCallsOf } from "@lucid/consensus";
import { fromHex, hasCode, sha256, toHex, u32be } from "@lucid/consensus/base";
import { contractAddresses, genesisContracts, nodeRegistryAbi } from "@lucid/contracts";
import { encodeAbiParameters, encodeEventTopics, encodeFunctionData, getAddress } from "viem/utils";
import { mayHaveRegistryEvents, registryEvents } from "../../../src/driver/registryEvents.js";
import type { Log, Receipt } from "../../../src/interfaces.js";
import { genesisContractOptions } from "../../../src/networks/index.js";

const nodeId = sha256(u32be(1));
const operator = sha256(u32be(2)).slice(12);
const poolId = sha256(u32be(3));
const peerId = sha256(u32be(4));
const blsPublicKey = new Uint8Array(48).fill(5);
const proofOfPossession = new Uint8Array(96).fill(6);
const names = { nodeId: toHex(nodeId), operator: toHex(operator), poolId: toHex(poolId) };

const registeredData = encodeAbiParameters(
  [{ type: "bytes" }, { type: "bytes" }, { type: "bytes32" }, { type: "uint32" }],
  [toHex(blsPublicKey), toHex(proofOfPossession), toHex(peerId), 4_294_967_295],
);
const registered = log(
  encodeEventTopics({ abi: nodeRegistryAbi, eventName: "NodeRegistered", args: names }),
  registeredData,
);
const updated = log(
  encodeEventTopics({ abi: nodeRegistryAbi, eventName: "NodeUpdated", args: names }),
  encodeAbiParameters([{ type: "bytes32" }, { type: "uint32" }], [toHex(peerId), 7]),
);
const retired = log(
  encodeEventTopics({
    abi: nodeRegistryAbi,
    eventName: "NodeRetired",
    args: { nodeId: names.nodeId, operator: names.operator },
  }),
  encodeAbiParameters([{ type: "uint64" }], [9n]),
);

function log(topics: readonly unknown[], data: string, address: string = contractAddresses.NodeRegistry): Log {
  return {
    address: fromHex(address, 20),
    topics: topics.map((topic) => fromHex(String(topic), 32)),
    data: fromHex(data),
  };
}

function receipt(...logs: Log[]): Receipt {
  return {
    type: 2,
    status: 1,
    cumulativeGasUsed: 1n,
    gasUsed: 1n,
    effectiveGasPrice: 1n,
    logsBloom: new Uint8Array(256),
    logs,
  };
}

describe("events of the node registry", () => {
  it("are read as the ABI says, in the order of the block", () => {
    assert.deepEqual(registryEvents([receipt(registered), receipt(), receipt(updated, retired)]), [
      {
        type: "register",
        operator,
        poolId,
        blsPublicKey,
        proofOfPossession,
        peerId,
        capacityMiB: 4_294_967_295,
      },
      { type: "update", nodeId, operator, poolId, peerId, capacityMiB: 7 },
      { type: "retire", nodeId, operator },
    ]);
  });

  it("of other contracts and other kinds are none", () => {
    const foreign = { ...registered, address: fromHex(contractAddresses.LucidAnchors, 20) };
    const withdrawn = log(
      encodeEventTopics({
        abi: nodeRegistryAbi,
        eventName: "BondWithdrawn",
        args: { nodeId: names.nodeId, operator: names.operator, payer: names.operator },
      }),
      toHex(new Uint8Array(32)),
    );
    const bare = { ...registered, topics: [] };
    assert.deepEqual(registryEvents([receipt(foreign, withdrawn, bare)]), []);
  });

  it("that this contract cannot have written are refused with a code, cut short anywhere", () => {
    for (let length = 0; length < registered.data.length; length += 8) {
      const cut = receipt({ ...registered, data: registered.data.subarray(0, length) });
      assert.throws(
        () => registryEvents([cut]),
        (error: unknown) => hasCode(error, "CHAIN_CORRUPT"),
        `${length} bytes`,
      );
    }
    const longKey = Uint8Array.from(registered.data);
    longKey.set(u32be(49), 4 * 32 + 28);
    assert.throws(
      () => registryEvents([receipt({ ...registered, data: longKey })]),
      (error: unknown) => hasCode(error, "CHAIN_CORRUPT"),
    );
  });

  it("cannot be in a block whose bloom lacks the registry's address", () => {
    const bloomOf = (...addresses: readonly Uint8Array[]) => {
      const bloom = new Bloom();
      for (const address of addresses) bloom.add(address);
      return bloom.bitvector;
    };
    const registry = fromHex(contractAddresses.NodeRegistry, 20);
    const others = Array.from({ length: 40 }, (_, index) => sha256(u32be(100 + index)).slice(12));
    assert.equal(mayHaveRegistryEvents(bloomOf()), false);
    assert.equal(mayHaveRegistryEvents(bloomOf(registry)), true);
    assert.equal(mayHaveRegistryEvents(bloomOf(...others, registry)), true);
    for (const other of others) {
      const bloom = bloomOf(other);
      assert.equal(mayHaveRegistryEvents(bloom), new Bloom(bloom).check(registry));
    }
    assert.equal(mayHaveRegistryEvents(new Uint8Array(256).fill(255)), true);
  });
});

describe("what is encoded for the node registry by hand", () => {
  it("are the system calls of consensus", () => {
    const node = { nodeId, operator };
    const changes = [
      { ...node, eligible: true },
      { nodeId: poolId, operator, eligible: false },
    ];
    const entry = { ...node, blsPublicKey, peerId, poolId, capacityMiB: 1, joinedEpoch: 0, joinedDay: 0 };
    const jailed = { ...entry, joinedDayBlocks: 0, jailedUntil: 9, creditsFrom: 9, settledEpoch: 1, retiredEpoch: 0 };
    const calls = systemCallsOf(changes, [jailed]);
    const account = getAddress(names.operator);
    assert.deepEqual(
      calls.map(({ to, data }) => [toHex(to), toHex(data)]),
      [
        encodeFunctionData({
          abi: nodeRegistryAbi,
          functionName: "recordEligibility",
          args: [changes.map((change) => ({ ...change, nodeId: toHex(change.nodeId), operator: account }))],
        }),
        encodeFunctionData({
          abi: nodeRegistryAbi,
          functionName: "burnBonds",
          args: [[{ nodeId: names.nodeId, operator: account }]],
        }),
      ].map((data) => [contractAddresses.NodeRegistry, data]),
    );
    assert.deepEqual(systemCallsOf([], []), []);
  });

  it("are the arguments of its constructor", () => {
    const [maker] = nodeRegistryAbi.filter((item) => item.type === "constructor");
    assert.ok(maker !== undefined);
    const nodes = [
      { nodeId, peerId, operator },
      { nodeId: poolId, peerId: nodeId, operator: new Uint8Array(20) },
    ];
    const options = genesisContractOptions({ preset: "devnet", slotDuration: 6, validators: [] });
    for (const some of [nodes, nodes.slice(1), []]) {
      const contracts = genesisContracts({ ...options, registry: { bond: 2n ** 130n, bondLock: 5n, nodes: some } });
      const expected: string = encodeAbiParameters(maker.inputs, [
        2n ** 130n,
        5n,
        some.map((node) => ({
          nodeId: toHex(node.nodeId),
          peerId: toHex(node.peerId),
          operator: toHex(node.operator),
        })),
      ]);
      assert.equal(contracts.find(({ name }) => name === "NodeRegistry")?.constructorArguments, expected);
    }
  });
});
