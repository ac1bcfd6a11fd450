import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { wallets } from "../../support/rpcChain.js";
import { RpcNode } from "../../support/rpcNode.js";

type Block = Record<string, unknown> & { transactions: unknown[]; number: string; hash: string };

describe("json-rpc: blocks", () => {
  let node: RpcNode;
  const [alice, bob] = wallets;
  before(async () => {
    node = await RpcNode.start();
    assert.ok(alice !== undefined && bob !== undefined);
    for (const type of [0, 1, 2] as const) {
      await node.chain.parts.pool.add(
        alice.sign({
          type,
          nonce: type,
          to: bob.address,
          value: 1n,
          gasLimit: 30_000n,
          accessList: [[bob.address, []]],
        }),
      );
    }
    await node.chain.mine();
    await node.chain.mine(3);
  });
  after(() => node.stop());

  it("shows the block root as the hash, and finds the block by it", async () => {
    const stored = node.chain.parts.chain.blockByHeight(1);
    assert.ok(stored !== undefined);
    const block = (await node.call("eth_getBlockByNumber", "0x1", false)) as Block;
    assert.equal(block.hash, toHex(stored.root));
    assert.equal(block["parentHash"], toHex(node.chain.parts.chain.blockByHeight(0)?.root ?? new Uint8Array()));
    assert.equal(block["stateRoot"], toHex(stored.header.stateRoot));
    assert.equal(block["size"], `0x${stored.size.toString(16)}`);
    assert.equal(block["miner"], `0x${"c0".repeat(20)}`);
    assert.equal(block["mixHash"], toHex(node.chain.parts.chain.prevRandao(1)));
    assert.deepEqual(await node.call("eth_getBlockByHash", block.hash, false), block);
  });

  it("gives hashes or whole transactions, of all three types", async () => {
    const hashes = ((await node.call("eth_getBlockByNumber", "0x1")) as Block).transactions;
    const full = ((await node.call("eth_getBlockByNumber", "0x1", true)) as Block).transactions as {
      hash: string;
      type: string;
      from: string;
      v: string;
      yParity?: string;
      accessList?: unknown[];
    }[];
    assert.deepEqual(
      full.map(({ hash }) => hash),
      hashes,
    );
    assert.deepEqual(
      full.map(({ type }) => type),
      ["0x0", "0x1", "0x2"],
    );
    const [legacy, listed, dynamic] = full;
    assert.ok(legacy !== undefined && listed !== undefined && dynamic !== undefined && alice !== undefined);
    assert.equal(legacy.from, toHex(alice.address));
    assert.ok([2n * 120_122n + 35n, 2n * 120_122n + 36n].includes(BigInt(legacy.v)));
    assert.equal(legacy.yParity, undefined);
    assert.equal(listed.v, listed.yParity);
    assert.equal(listed.accessList?.length, 1);
    assert.ok("maxFeePerGas" in dynamic && !("maxFeePerGas" in listed));
  });

  it("takes every tag", async () => {
    for (const [tag, number] of [
      ["earliest", "0x0"],
      ["latest", "0x2"],
      ["safe", "0x2"],
      ["finalized", "0x2"],
    ]) {
      assert.equal(((await node.call("eth_getBlockByNumber", tag, false)) as Block).number, number);
    }
  });

  it("previews the pending block, without a hash", async () => {
    assert.ok(alice !== undefined && bob !== undefined);
    const hash = await node.chain.parts.pool.add(alice.sign({ nonce: 3, to: bob.address, gasLimit: 21_000n }));
    const block = (await node.call("eth_getBlockByNumber", "pending", false)) as Block;
    assert.equal(block.number, "0x3");
    assert.equal(block.hash, null);
    assert.deepEqual(block.transactions, [toHex(hash)]);
    assert.equal(await node.call("eth_getBlockTransactionCountByNumber", "pending"), "0x1");
    const full = (await node.call("eth_getBlockByNumber", "pending", true)) as Block;
    assert.equal((full.transactions[0] as { blockHash: unknown }).blockHash, null);
  });

  it("answers null for what does not exist, and never an error", async () => {
    const nowhere = `0x${"12".repeat(32)}`;
    assert.equal(await node.call("eth_getBlockByNumber", "0x64", false), null);
    assert.equal(await node.call("eth_getBlockByHash", nowhere, false), null);
    assert.equal(await node.call("eth_getBlockTransactionCountByNumber", "0x64"), null);
    assert.equal(await node.call("eth_getBlockTransactionCountByHash", nowhere), null);
    assert.equal(await node.call("eth_getBlockReceipts", "0x64"), null);
    assert.equal(await node.call("eth_getUncleCountByBlockNumber", "0x64"), null);
    assert.equal(await node.call("eth_getUncleByBlockHashAndIndex", nowhere, "0x0"), null);
  });

  it("counts transactions", async () => {
    const block = node.chain.parts.chain.blockByHeight(1);
    assert.equal(await node.call("eth_getBlockTransactionCountByNumber", "0x1"), "0x3");
    assert.equal(await node.call("eth_getBlockTransactionCountByNumber", "0x2"), "0x0");
    assert.equal(await node.call("eth_getBlockTransactionCountByHash", toHex(block?.root ?? new Uint8Array())), "0x3");
  });

  it("knows no uncles", async () => {
    assert.equal(await node.call("eth_getUncleCountByBlockNumber", "latest"), "0x0");
    assert.equal(await node.call("eth_getUncleByBlockNumberAndIndex", "latest", "0x0"), null);
  });

  it("gives all receipts of a block, equal to the single ones, also of an empty block", async () => {
    const receipts = (await node.call("eth_getBlockReceipts", "0x1")) as { transactionHash: string }[];
    assert.equal(receipts.length, 3);
    for (const receipt of receipts) {
      assert.deepEqual(await node.call("eth_getTransactionReceipt", receipt.transactionHash), receipt);
    }
    assert.deepEqual(await node.call("eth_getBlockReceipts", "0x2"), []);
  });

  it("refuses references that are malformed", async () => {
    for (const reference of ["0x01", "1", "newest", "0x", null, 1, { blockNumber: "0x1", blockHash: "0x" }]) {
      const error = await node.fail("eth_getBlockByNumber", reference, false);
      assert.equal(error.code, -32602, JSON.stringify(reference));
    }
  });
});
