import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { wallets } from "../../support/rpcChain.js";
import { calleeAlloc, callees } from "../../support/rpcContracts.js";
import { RpcNode } from "../../support/rpcNode.js";
import { word } from "../../support/testContracts.js";
import { GWEI } from "../../support/wallet.js";

describe("json-rpc: transactions and receipts", () => {
  let node: RpcNode;
  let hashes: string[];
  const [alice, bob] = wallets;
  assert.ok(alice !== undefined && bob !== undefined);
  before(async () => {
    node = await RpcNode.start({ alloc: calleeAlloc });
    const write = (nonce: number) =>
      alice.sign({
        nonce,
        to: callees.writer.address,
        data: Buffer.concat([word(nonce + 1), word(99)]),
        gasLimit: 100_000n,
      });
    const fail = alice.sign({ nonce: 2, to: callees.words.address, gasLimit: 100_000n });
    hashes = [];
    for (const raw of [write(0), write(1), fail]) {
      hashes.push((await node.call("eth_sendRawTransaction", toHex(raw))) as string);
    }
  });
  after(() => node.stop());

  it("finds a transaction while it waits, without a place", async () => {
    const found = (await node.call("eth_getTransactionByHash", hashes[0])) as Record<string, unknown>;
    assert.equal(found["blockHash"], null);
    assert.equal(found["blockNumber"], null);
    assert.equal(found["gasPrice"], found["maxFeePerGas"]);
    assert.equal(await node.call("eth_getTransactionReceipt", hashes[0]), null);
    assert.ok(((await node.call("eth_getRawTransactionByHash", hashes[0])) as string).startsWith("0x02"));
  });

  it("finds it by hash and by place once it is final", async () => {
    const block = await node.chain.mine();
    const found = (await node.call("eth_getTransactionByHash", hashes[1])) as Record<string, unknown>;
    assert.equal(found["blockHash"], toHex(block.root));
    assert.equal(found["transactionIndex"], "0x1");
    assert.equal(found["gasPrice"], `0x${(2n * GWEI).toString(16)}`);
    const byHash = await node.call("eth_getTransactionByBlockHashAndIndex", toHex(block.root), "0x1");
    const byNumber = await node.call("eth_getTransactionByBlockNumberAndIndex", "0x1", "0x1");
    assert.deepEqual(byHash, found);
    assert.deepEqual(byNumber, found);
    assert.ok(((await node.call("eth_getRawTransactionByHash", hashes[1])) as string).startsWith("0x02"));
  });

  it("gives receipts with exactly Ethereum's fields and log numbers that count through the block", async () => {
    const receipts = await Promise.all(hashes.map((hash) => node.call("eth_getTransactionReceipt", hash)));
    const [first, second, failed] = receipts as { logs: Record<string, unknown>[]; status: string; gasUsed: string }[];
    assert.ok(first !== undefined && second !== undefined && failed !== undefined);
    assert.equal(first.status, "0x1");
    assert.equal(first.logs[0]?.["logIndex"], "0x0");
    assert.equal(second.logs[0]?.["logIndex"], "0x1");
    assert.equal(second.logs[0]?.["removed"], false);
    assert.equal(failed.status, "0x0");
    assert.deepEqual(failed.logs, []);
    assert.deepEqual(Object.keys(first).sort(), [
      "blockHash",
      "blockNumber",
      "contractAddress",
      "cumulativeGasUsed",
      "effectiveGasPrice",
      "from",
      "gasUsed",
      "logs",
      "logsBloom",
      "status",
      "to",
      "transactionHash",
      "transactionIndex",
      "type",
    ]);
  });

  it("answers null for what it does not know", async () => {
    const nothing = `0x${"ab".repeat(32)}`;
    assert.equal(await node.call("eth_getTransactionByHash", nothing), null);
    assert.equal(await node.call("eth_getTransactionReceipt", nothing), null);
    assert.equal(await node.call("eth_getTransactionByBlockHashAndIndex", nothing, "0x0"), null);
    assert.equal(await node.call("eth_getTransactionByBlockNumberAndIndex", "0x1", "0x63"), null);
    assert.equal(await node.call("eth_getTransactionByBlockNumberAndIndex", "0x63", "0x0"), null);
    assert.equal(await node.call("eth_getRawTransactionByHash", nothing), "0x");
  });

  it("passes on the pool's reasons in the words that clients look for", async () => {
    const old = alice.sign({ nonce: 0, to: bob.address, gasLimit: 21_000n });
    const error = await node.fail("eth_sendRawTransaction", toHex(old));
    assert.equal(error.code, -32000);
    assert.match(error.message, /nonce too low/);
    const garbage = await node.fail("eth_sendRawTransaction", "0x02f8");
    assert.equal(garbage.code, -32000);
    assert.equal((await node.fail("eth_sendRawTransaction", "0x0")).code, -32602);
    assert.equal((await node.fail("eth_sendRawTransaction")).code, -32602);
    assert.deepEqual(node.defects, []);
  });
});
