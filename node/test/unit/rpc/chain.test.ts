import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { RpcNode } from "../../support/rpcNode.js";

describe("json-rpc: chain, net and web3", () => {
  let node: RpcNode;
  before(async () => {
    node = await RpcNode.start();
    await node.chain.mine();
    await node.chain.mine();
  });
  after(() => node.stop());

  it("names the chain", async () => {
    assert.equal(await node.call("eth_chainId"), "0x1d53a");
    assert.equal(await node.call("net_version"), "120122");
    assert.equal(await node.call("eth_blockNumber"), "0x2");
    assert.equal(await node.call("web3_clientVersion"), "Lucid/v0.1.0/test");
  });

  it("holds no keys", async () => {
    assert.deepEqual(await node.call("eth_accounts"), []);
  });

  it("reports syncing only while it syncs", async () => {
    assert.equal(await node.call("eth_syncing"), false);
    node.progress.now = { startingHeight: 0, currentHeight: 2, highestHeight: 300 };
    assert.deepEqual(await node.call("eth_syncing"), {
      startingBlock: "0x0",
      currentBlock: "0x2",
      highestBlock: "0x12c",
    });
    node.progress.now = undefined;
  });

  it("hashes with Keccak-256", async () => {
    assert.equal(
      await node.call("web3_sha3", "0x"),
      "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
    );
  });

  it("says what is kept", async () => {
    const capabilities = (await node.call("eth_capabilities")) as { head: unknown; state: unknown };
    const head = node.chain.parts.chain.head();
    assert.deepEqual(capabilities.head, { number: "0x2", hash: toHex(head.root) });
    assert.deepEqual(capabilities.state, { disabled: false, oldestBlock: "0x0" });
  });

  it("answers for peers", async () => {
    assert.equal(await node.call("net_peerCount"), "0x0");
    assert.equal(await node.call("net_listening"), false);
  });
});
