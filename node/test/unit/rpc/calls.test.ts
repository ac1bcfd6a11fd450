import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { wallets } from "../../support/rpcChain.js";
import { CUSTOM_ERROR, calleeAlloc, callees } from "../../support/rpcContracts.js";
import { RpcNode } from "../../support/rpcNode.js";
import { word } from "../../support/testContracts.js";
import { ETHER } from "../../support/wallet.js";

describe("json-rpc: calls and estimates", () => {
  let node: RpcNode;
  const [alice, bob] = wallets;
  assert.ok(alice !== undefined && bob !== undefined);
  const from = toHex(alice.address);
  const at = (name: keyof typeof callees) => toHex(callees[name].address);
  before(async () => {
    node = await RpcNode.start({ alloc: calleeAlloc, limits: { callGas: 3_000_000n } });
    await node.chain.mine();
  });
  after(() => node.stop());

  it("returns what the contract returns", async () => {
    assert.equal(await node.call("eth_call", { to: at("echo"), data: "0x1234" }, "latest"), "0x1234");
    assert.equal(await node.call("eth_call", { to: at("echo"), input: "0x1234" }), "0x1234");
    assert.equal(await node.call("eth_call", { to: at("echo"), input: "0x12", data: "0x12", from }, "0x0"), "0x12");
    assert.equal(await node.call("eth_call", { to: toHex(bob.address) }), "0x");
  });

  it("accepts the fields that clients send along", async () => {
    const call = {
      to: at("echo"),
      from,
      gas: "0x186a0",
      maxFeePerGas: "0x77359400",
      maxPriorityFeePerGas: "0x1",
      value: "0x0",
      nonce: "0x5",
      chainId: "0x1d53a",
      type: "0x2",
      accessList: [{ address: at("writer"), storageKeys: [toHex(word(7))] }],
    };
    assert.equal(await node.call("eth_call", call, "latest"), "0x");
  });

  it("changes nothing", async () => {
    const data = toHex(Buffer.concat([word(7), word(1)]));
    await node.call("eth_call", { to: at("writer"), data });
    assert.equal(await node.call("eth_getStorageAt", at("writer"), "0x7"), toHex(word(77)));
  });

  it("tells reverts by code 3 with the reason and the contract's own bytes", async () => {
    for (const method of ["eth_call", "eth_estimateGas"]) {
      const words = await node.fail(method, { to: at("words") });
      assert.equal(words.code, 3);
      assert.equal(words.message, "execution reverted: no luck today");
      assert.ok(String(words.data).startsWith("0x08c379a0"));
      const panic = await node.fail(method, { to: at("panic") });
      assert.equal(panic.message, "execution reverted: panic: arithmetic underflow or overflow");
      const custom = await node.fail(method, { to: at("custom") });
      assert.deepEqual(custom, { code: 3, message: "execution reverted", data: toHex(CUSTOM_ERROR) });
      assert.deepEqual(await node.fail(method, { to: at("silent") }), {
        code: 3,
        message: "execution reverted",
        data: "0x",
      });
    }
  });

  it("stops at the cap on gas, whatever the request says", async () => {
    const error = await node.fail("eth_call", { to: at("loop"), gas: "0xffffffffff" });
    assert.equal(error.code, -32000);
    assert.match(error.message, /out of gas/);
    const estimate = await node.fail("eth_estimateGas", { to: at("loop") });
    assert.match(estimate.message, /gas required exceeds allowance/);
  });

  it("estimates a transfer and a call", async () => {
    assert.equal(await node.call("eth_estimateGas", { from, to: toHex(bob.address), value: "0x1" }), "0x5208");
    const data = toHex(Buffer.concat([word(9), word(1)]));
    const gas = BigInt((await node.call("eth_estimateGas", { from, to: at("writer"), data })) as string);
    assert.ok(gas > 40_000n && gas < 60_000n, String(gas));
    const raw = alice.sign({
      nonce: 0,
      to: callees.writer.address,
      data: Buffer.from(data.slice(2), "hex"),
      gasLimit: gas,
    });
    const hash = await node.call("eth_sendRawTransaction", toHex(raw));
    await node.chain.mine();
    assert.equal(((await node.call("eth_getTransactionReceipt", hash)) as { status: string }).status, "0x1");
  });

  it("makes an access list, of a call that fails too", async () => {
    const data = toHex(Buffer.concat([word(9), word(1)]));
    const call = { from, to: at("writer"), data };
    const { accessList, gasUsed } = (await node.call("eth_createAccessList", call)) as Record<string, unknown>;
    assert.deepEqual(accessList, [{ address: at("writer"), storageKeys: [toHex(word(9))] }]);
    const plain = BigInt((await node.call("eth_estimateGas", call)) as string);
    assert.ok(BigInt(gasUsed as string) < plain + 2_400n + 1_900n, String(gasUsed));
    assert.deepEqual(await node.call("eth_createAccessList", { to: at("words") }, "latest"), {
      accessList: [],
      gasUsed: ((await node.call("eth_createAccessList", { to: at("words") })) as { gasUsed: string }).gasUsed,
      error: "execution reverted: no luck today",
    });
    const looped = (await node.call("eth_createAccessList", { to: at("loop"), gas: "0xffffffffff" })) as object;
    assert.deepEqual(looped, { accessList: [], gasUsed: "0x2dc6c0", error: "out of gas" });
    assert.equal((await node.fail("eth_createAccessList", { data: "0x6000" })).code, -32000);
    assert.equal((await node.fail("eth_createAccessList", call, "0x99")).code, -32001);
    const huge = { ...call, accessList: [{ address: at("writer"), storageKeys: ["0x1".padEnd(70, "1")] }] };
    assert.equal((await node.fail("eth_createAccessList", huge)).code, -32602);
  });

  it("says what is wrong with a call", async () => {
    const poor = { from: `0x${"99".repeat(20)}`, to: toHex(bob.address), value: `0x${ETHER.toString(16)}` };
    assert.match((await node.fail("eth_call", poor)).message, /insufficient funds/);
    const both = await node.fail("eth_call", { to: at("echo"), data: "0x12", input: "0x13" });
    assert.equal(both.code, -32602);
    const fees = await node.fail("eth_call", { to: at("echo"), gasPrice: "0x1", maxFeePerGas: "0x1" });
    assert.equal(fees.code, -32602);
    assert.equal((await node.fail("eth_call", { to: "0x12" })).code, -32602);
    const creation = await node.fail("eth_call", { data: "0x6000" });
    assert.equal(creation.code, -32000);
    assert.match((await node.fail("eth_call", { to: at("echo"), gas: "0x5207" })).message, /intrinsic gas too low/);
    assert.deepEqual(node.defects, []);
  });
});
