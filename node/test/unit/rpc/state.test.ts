import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { keccak256 } from "../../../src/state/keccak.js";
import { wallets } from "../../support/rpcChain.js";
import { calleeAlloc, callees } from "../../support/rpcContracts.js";
import { RpcNode } from "../../support/rpcNode.js";
import { word } from "../../support/testContracts.js";
import { ETHER } from "../../support/wallet.js";

describe("json-rpc: state", () => {
  let node: RpcNode;
  const [alice, bob] = wallets;
  assert.ok(alice !== undefined && bob !== undefined);
  const from = toHex(alice.address);
  const writer = toHex(callees.writer.address);
  before(async () => {
    node = await RpcNode.start({ alloc: calleeAlloc });
    await node.chain.parts.pool.add(alice.sign({ nonce: 0, to: bob.address, value: ETHER, gasLimit: 21_000n }));
    await node.chain.mine();
    await node.chain.parts.pool.add(
      alice.sign({ nonce: 1, to: callees.writer.address, data: Buffer.concat([word(7), word(78)]), gasLimit: 90_000n }),
    );
    await node.chain.mine();
  });
  after(() => node.stop());

  it("reads balances at every kind of reference", async () => {
    const receiver = toHex(bob.address);
    const rich = `0x${(1_001n * ETHER).toString(16)}`;
    assert.equal(await node.call("eth_getBalance", receiver), rich);
    assert.equal(await node.call("eth_getBalance", receiver, null), rich);
    assert.equal(await node.call("eth_getBalance", receiver, "pending"), rich);
    assert.equal(await node.call("eth_getBalance", receiver, "0x0"), `0x${(1_000n * ETHER).toString(16)}`);
    const root = toHex(node.chain.parts.chain.blockByHeight(0)?.root ?? new Uint8Array());
    for (const reference of [
      root,
      { blockHash: root },
      { blockHash: root, requireCanonical: true },
      { blockNumber: "0x0" },
    ]) {
      assert.equal(await node.call("eth_getBalance", receiver, reference), `0x${(1_000n * ETHER).toString(16)}`);
    }
    assert.equal(await node.call("eth_getBalance", `0x${"77".repeat(20)}`), "0x0");
  });

  it("counts the pool's transactions for pending", async () => {
    assert.equal(await node.call("eth_getTransactionCount", from, "latest"), "0x2");
    await node.chain.parts.pool.add(alice.sign({ nonce: 2, to: bob.address, gasLimit: 21_000n }));
    assert.equal(await node.call("eth_getTransactionCount", from, "latest"), "0x2");
    assert.equal(await node.call("eth_getTransactionCount", from, "pending"), "0x3");
    assert.equal(await node.call("eth_getTransactionCount", from, "0x1"), "0x1");
  });

  it("reads code and storage, now and then", async () => {
    assert.equal(await node.call("eth_getCode", writer, "latest"), toHex(callees.writer.code));
    assert.equal(await node.call("eth_getCode", from, "latest"), "0x");
    assert.equal(await node.call("eth_getStorageAt", writer, "0x7", "latest"), toHex(word(78)));
    assert.equal(await node.call("eth_getStorageAt", writer, toHex(word(7)), "0x1"), toHex(word(77)));
    assert.equal(await node.call("eth_getStorageAt", writer, "0x8", "latest"), toHex(word(0)));
  });

  it("proves an account and its storage against the state root of the block", async () => {
    const proof = (await node.call("eth_getProof", writer, ["0x7", "0x8"], "latest")) as {
      accountProof: string[];
      codeHash: string;
      storageHash: string;
      storageProof: { key: string; value: string; proof: string[] }[];
    };
    const head = node.chain.parts.chain.head();
    const rootNode = Buffer.from((proof.accountProof[0] ?? "0x").slice(2), "hex");
    assert.equal(toHex(keccak256(rootNode)), toHex(head.header.stateRoot));
    assert.equal(proof.codeHash, toHex(keccak256(callees.writer.code)));
    const [set, unset] = proof.storageProof;
    assert.equal(set?.value, "0x4e");
    assert.equal(toHex(keccak256(Buffer.from((set?.proof[0] ?? "0x").slice(2), "hex"))), proof.storageHash);
    assert.equal(unset?.value, "0x0");
    const missing = (await node.call("eth_getProof", `0x${"77".repeat(20)}`, [], "latest")) as { nonce: string };
    assert.equal(missing.nonce, "0x0");
  });

  it("bounds a proof's keys", async () => {
    const keys = Array.from({ length: 257 }, (_, i) => `0x${i.toString(16)}`);
    assert.equal((await node.fail("eth_getProof", writer, keys, "latest")).code, -32005);
  });

  it("tells blocks that do not exist from malformed references", async () => {
    assert.equal((await node.fail("eth_getBalance", from, "0x63")).code, -32001);
    assert.equal((await node.fail("eth_getBalance", from, `0x${"12".repeat(32)}`)).code, -32001);
    assert.equal((await node.fail("eth_getBalance", from, "soon")).code, -32602);
    assert.equal((await node.fail("eth_getBalance", "0x12", "latest")).code, -32602);
    assert.equal((await node.fail("eth_getBalance")).code, -32602);
    assert.equal((await node.fail("eth_getBalance", from, "latest", "more")).code, -32602);
    assert.equal((await node.fail("eth_getStorageAt", from, `0x${"0".repeat(65)}`, "latest")).code, -32602);
  });

  it("answers 4444 for state that is no longer kept, and still has the blocks", async () => {
    const short = await RpcNode.start({ alloc: calleeAlloc, keepBlocks: 2 });
    try {
      for (let i = 0; i < 6; i++) {
        await short.chain.parts.pool.add(alice.sign({ nonce: i, to: bob.address, gasLimit: 21_000n }));
        await short.chain.mine();
      }
      for (const [method, ...params] of [
        ["eth_getBalance", from, "0x1"],
        ["eth_getTransactionCount", from, "0x1"],
        ["eth_getStorageAt", writer, "0x7", "0x1"],
        ["eth_call", { to: writer }, "0x1"],
        ["eth_getProof", writer, [], "0x1"],
      ] as const) {
        const error = await short.fail(method, ...params);
        assert.deepEqual([error.code, error.message], [4444, "pruned history unavailable"], method);
      }
      assert.equal(await short.call("eth_getTransactionCount", from, "0x5"), "0x5");
      assert.notEqual(await short.call("eth_getBlockByNumber", "0x1", true), null);
      assert.deepEqual(short.defects, []);
    } finally {
      await short.stop();
    }
  });
});
