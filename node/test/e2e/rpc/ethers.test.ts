import assert from "node:assert/strict";
import { once } from "node:events";
import { toHex } from "@lucid/consensus/base";
import { contractAddresses, lucidAnchorsAbi } from "@lucid/contracts";
import { Contract, isError, JsonRpcProvider, parseEther, Wallet, WebSocketProvider } from "ethers";
import { DevnetProcess } from "../../support/devnetProcess.js";
import { testSession } from "../../support/proofFixture.js";

describe("ethers v6, unmodified, against lucid devnet", function () {
  this.timeout(120_000);
  let devnet: DevnetProcess;
  let provider: JsonRpcProvider;
  let wallet: Wallet;
  let anchors: Contract;
  before(async () => {
    devnet = await DevnetProcess.start();
    provider = new JsonRpcProvider(devnet.ready.rpc, undefined, { pollingInterval: 200 });
    wallet = new Wallet(devnet.account(1).privateKey, provider);
    anchors = new Contract(contractAddresses.LucidAnchors, [...lucidAnchorsAbi] as never, wallet);
  });
  after(async () => {
    provider.destroy();
    await devnet.stop();
  });

  const registration = (seed: number, overrides: object = {}) => {
    const { sessionId, manifestHash, merkleRoot, chunkRoots } = testSession(seed);
    const value = BigInt(chunkRoots.length) * 30n * 10n ** 14n;
    const args = [
      toHex(sessionId),
      toHex(manifestHash),
      1_700_000_000n,
      wallet.address,
      toHex(merkleRoot),
      chunkRoots.length,
    ];
    return anchors.getFunction("registerSession").populateTransaction(...args, { value, ...overrides });
  };
  const register = async (seed: number, overrides: object = {}) =>
    wallet.sendTransaction(await registration(seed, overrides));

  it("reads the chain, in batches of its own", async () => {
    const [network, number, balance, code, fees] = await Promise.all([
      provider.getNetwork(),
      provider.getBlockNumber(),
      provider.getBalance(wallet.address),
      provider.getCode(contractAddresses.LucidAnchors),
      provider.getFeeData(),
    ]);
    assert.equal(network.chainId, 120122n);
    assert.ok(number >= 0);
    assert.equal(balance, parseEther("10000"));
    assert.ok(code.length > 1_000);
    assert.ok((fees.maxFeePerGas ?? 0n) > 0n);
    for (const tag of ["latest", "finalized", "pending"]) assert.ok((await provider.getBlock(tag, true)) !== null);
    assert.equal(await provider.getBlock(1_000_000), null);
  });

  it("sends a transfer and waits for its receipt", async () => {
    const to = `0x${"6e".repeat(20)}`;
    const sent = await wallet.sendTransaction({ to, value: parseEther("2") });
    const receipt = await sent.wait();
    assert.equal(receipt?.status, 1);
    assert.equal(await provider.getBalance(to), parseEther("2"));
    assert.equal((await provider.getTransaction(sent.hash))?.blockNumber, receipt?.blockNumber);
  });

  it("calls a contract, hears its event and finds it again", async () => {
    const heard = new Promise<unknown[]>((resolve, reject) => {
      anchors.once("SessionRegistered", (...args) => resolve(args)).catch(reject);
    });
    // ethers has no method of its own for it, but its transactions go in and its answer goes into a transaction.
    const call = { ...(await registration(1)), from: wallet.address };
    const list = await provider.send("eth_createAccessList", [provider.getRpcTransaction(call), "latest"]);
    assert.deepEqual(Object.keys(list), ["accessList", "gasUsed"]);
    const receipt = await (await register(1, { accessList: list.accessList })).wait();
    assert.equal(receipt?.gasUsed, BigInt(list.gasUsed));
    assert.equal(receipt?.status, 1);
    const [owner, sessionId] = await heard;
    assert.equal(owner, wallet.address);
    assert.equal(sessionId, toHex(testSession(1).sessionId));
    const filter = anchors.filters["SessionRegistered"]?.(wallet.address);
    assert.ok(filter !== undefined);
    const found = await anchors.queryFilter(filter, 0);
    assert.equal(found.length, 1);
    assert.equal(found[0]?.transactionHash, receipt?.hash);
  });

  it("decodes custom errors and knows the usual failures by their texts", async () => {
    await assert.rejects(register(1), (error) => {
      if (!isError(error, "CALL_EXCEPTION") || error.data === null || error.data === undefined) return false;
      return anchors.interface.parseError(error.data)?.name === "SessionExists";
    });
    const to = wallet.address;
    await assert.rejects(wallet.sendTransaction({ to, nonce: 0, gasLimit: 21_000 }), (error) =>
      isError(error, "NONCE_EXPIRED"),
    );
    await assert.rejects(wallet.sendTransaction({ to, value: parseEther("99999"), gasLimit: 21_000 }), (error) =>
      isError(error, "INSUFFICIENT_FUNDS"),
    );
    await assert.rejects(provider.send("eth_nothing", []), (error) => isError(error, "UNSUPPORTED_OPERATION"));
  });

  it("hears new heads over a WebSocket", async () => {
    const live = new WebSocketProvider(devnet.ready.ws);
    const heights: number[] = [];
    await new Promise<void>((resolve, reject) => {
      live
        .on("block", (height: number) => {
          heights.push(height);
          if (heights.length === 2) resolve();
        })
        .catch(reject);
    });
    assert.equal(heights[1], (heights[0] ?? 0) + 1);
    const closed = once(live.websocket as unknown as NodeJS.EventEmitter, "close");
    await live.destroy();
    await closed;
  });
});
