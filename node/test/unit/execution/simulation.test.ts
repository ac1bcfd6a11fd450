import assert from "node:assert/strict";
import { concatBytes, toHex } from "@lucid/consensus/base";
import { NodeError } from "../../../src/errors.js";
import { LocalCallRunner } from "../../../src/execution/callRunner.js";
import { DatabaseStateReader } from "../../../src/execution/databaseStateReader.js";
import type { LocalExecutor } from "../../../src/execution/localExecutor.js";
import type { CallRequest } from "../../../src/interfaces.js";
import { blockInput, blockRoot, environment, openLocal, wallets } from "../../support/testChain.js";
import { addressOf, testContracts, word } from "../../support/testContracts.js";
import { ETHER, GWEI, TEST_CHAIN_ID } from "../../support/wallet.js";

const { writer, reverter, loop, hasher, creator, payer, gasReader } = testContracts;
const from = wallets[0]?.address ?? assert.fail();
const write = concatBytes(word(3), word(9));
const limits = { gas: 30_000_000n, milliseconds: 1000 };

async function open(): Promise<{ executor: LocalExecutor; reader: DatabaseStateReader }> {
  const { executor, store } = await openLocal();
  const calls = await LocalCallRunner.create(TEST_CHAIN_ID, store, blockRoot);
  return { executor, reader: new DatabaseStateReader({ store, calls, environment }) };
}

/** Runs it as a transaction with this gas limit. */
async function succeeds(executor: LocalExecutor, request: CallRequest, gasLimit: bigint): Promise<boolean> {
  const raw = wallets[0]?.sign({
    nonce: 0,
    to: request.to,
    gasLimit,
    ...(request.data === undefined ? {} : { data: request.data }),
    ...(request.value === undefined ? {} : { value: request.value }),
  });
  const { receipts } = await executor.execute(blockInput(1, [raw ?? assert.fail()]));
  return receipts[0]?.status === 1;
}

describe("estimateGas", () => {
  const requests: readonly (readonly [string, CallRequest])[] = [
    ["a transfer", { from, to: addressOf(0x7777), value: 1n }],
    ["a transfer with data", { from, to: addressOf(0x7777), value: 1n, data: new Uint8Array(100).fill(5) }],
    ["a write", { from, to: writer.address, data: write }],
    ["a clearing write with a refund", { from, to: writer.address, data: concatBytes(word(7), word(0)) }],
    ["a call of a precompile within", { from, to: hasher.address, data: word(1) }],
  ];
  for (const [what, request] of requests) {
    it(`is enough for ${what} and not much more`, async () => {
      const { executor, reader } = await open();
      const gas = await reader.estimateGas(request, 0, limits);
      assert.ok(await succeeds(executor, request, gas), `${gas} is not enough`);
      const { gasUsed } = await reader.call(request, 0, limits);
      // Refunds come after the gas was there, so the limit may be a quarter above what is paid.
      assert.ok(gas <= (gasUsed * 130n) / 100n + 2_300n, `${gas} for ${gasUsed}`);
    });
  }

  it("says why it cannot", async () => {
    const { reader } = await open();
    const reverted = await reader
      .estimateGas({ from, to: reverter.address, data: write }, 0, limits)
      .catch((error) => error);
    assert.ok(reverted instanceof NodeError && reverted.code === "CALL_REVERTED");
    assert.equal(reverted.meta["data"], "0x00000000");
    await assert.rejects(reader.estimateGas({ from, to: creator.address }, 0, limits), {
      code: "CALL_HALTED",
      message: "invalid opcode",
    });
    await assert.rejects(reader.estimateGas({ from, to: loop.address, gas: 200_000n }, 0, limits), {
      code: "CALL_HALTED",
      message: "gas required exceeds allowance (200000)",
    });
    await assert.rejects(reader.estimateGas({ from, to: addressOf(0x7777), value: 1001n * ETHER }, 0, limits), {
      code: "TX_FUNDS",
      message: /insufficient funds for gas \* price \+ value/,
    });
    await assert.rejects(reader.estimateGas({ from, data: write }, 0, limits), { code: "TX_REFUSED" });
    await assert.rejects(reader.estimateGas({ from, to: addressOf(2) }, 0, limits), { code: "TX_REFUSED" });
  });

  it("stays within what the account can pay for", async () => {
    const { reader } = await open();
    const request = { from, to: writer.address, data: write, gasPrice: ETHER };
    await assert.rejects(reader.estimateGas(request, 0, limits), {
      code: "CALL_HALTED",
      message: "gas required exceeds allowance (1000)",
    });
    const poor = { ...request, from: addressOf(0xdead) };
    await assert.rejects(reader.estimateGas(poor, 0, limits), { code: "TX_FUNDS" });
  });
});

describe("call", () => {
  it("works without a sender, from a contract, and with any price", async () => {
    const { reader } = await open();
    const request = { to: hasher.address, data: word(5) };
    const plain = await reader.call(request, 0, limits);
    assert.equal(plain.status, "success");
    const fromContract = await reader.call({ ...request, from: writer.address }, 0, limits);
    assert.equal(toHex(fromContract.returnData), toHex(plain.returnData));
    const priced = await reader.call(
      { ...request, from, maxFeePerGas: 5n * GWEI, maxPriorityFeePerGas: GWEI },
      0,
      limits,
    );
    assert.equal(priced.status, "success");
    await assert.rejects(reader.call({ ...request, from, maxFeePerGas: 1n }, 0, limits), { code: "TX_FEE" });
    await assert.rejects(reader.call({ ...request, from: addressOf(5), gasPrice: GWEI }, 0, limits), {
      code: "TX_FUNDS",
    });
    await assert.rejects(reader.call({ ...request, gas: 21_000n }, 0, limits), { code: "TX_GAS" });
  });

  it("tells revert from halt, with data and reason", async () => {
    const { reader } = await open();
    const reverted = await reader.call({ to: reverter.address, data: write }, 0, limits);
    assert.deepEqual([reverted.status, toHex(reverted.returnData)], ["revert", "0x00000000"]);
    const halted = await reader.call({ to: loop.address }, 0, { ...limits, gas: 50_000n });
    assert.deepEqual([halted.status, halted.reason, halted.gasUsed], ["halt", "out of gas", 50_000n]);
  });

  it("charges what the transaction would be charged", async () => {
    const { executor, reader } = await open();
    const accessList = [{ address: writer.address, storageKeys: [word(3)] }];
    const request = { from, to: writer.address, data: write, gas: 100_000n };
    for (const list of [undefined, accessList]) {
      const call = await reader.call({ ...request, ...(list === undefined ? {} : { accessList: list }) }, 0, limits);
      const raw = wallets[0]?.sign({
        nonce: 0,
        to: writer.address,
        data: write,
        ...(list === undefined
          ? {}
          : { accessList: list.map(({ address, storageKeys }) => [address, storageKeys] as const) }),
      });
      const { receipts } = await executor.execute(blockInput(1, [raw ?? assert.fail()]));
      assert.equal(call.gasUsed, receipts[0]?.gasUsed);
    }
  });
});

describe("createAccessList", () => {
  const listed = async (reader: DatabaseStateReader, request: CallRequest) => {
    const { accessList, result } = await reader.createAccessList(request, 0, limits);
    return {
      list: accessList.map(({ address, storageKeys }) => [toHex(address), storageKeys.map(toHex)]),
      accessList,
      result,
    };
  };

  it("names the slots that are touched, and the gas that a transaction with the list uses", async () => {
    const { executor, reader } = await open();
    for (const request of [
      { from, to: writer.address, data: write },
      { from, to: hasher.address, data: word(5) },
      { from, to: payer.address, data: word(0x7777) },
    ]) {
      const { accessList, result } = await listed(reader, request);
      assert.equal(result.status, "success");
      const raw = wallets[0]?.sign({
        nonce: 0,
        to: request.to,
        data: request.data,
        gasLimit: 1_000_000n,
        accessList: accessList.map(({ address, storageKeys }) => [address, [...storageKeys]] as const),
      });
      const { receipts } = await executor.execute(blockInput(1, [raw ?? assert.fail()]));
      assert.equal(receipts[0]?.status, 1);
      assert.equal(result.gasUsed, receipts[0]?.gasUsed);
    }
  });

  it("leaves out what is warm anyhow: sender, callee, proposer, precompiles", async () => {
    const { reader } = await open();
    const { list } = await listed(reader, { from, to: hasher.address, data: word(5) });
    assert.deepEqual(list, [[toHex(hasher.address), [toHex(word(1))]]]);
    const pay = async (to: Uint8Array) => {
      const data = concatBytes(new Uint8Array(12), to);
      return (await listed(reader, { from, to: payer.address, data })).list;
    };
    assert.deepEqual(await pay(from), []);
    assert.deepEqual(await pay(environment(0).coinbase), []);
    assert.deepEqual(await pay(addressOf(2)), []);
    assert.deepEqual(await pay(addressOf(0x7777)), [[toHex(addressOf(0x7777)), []]]);
  });

  it("keeps the entries of the request in front, each once", async () => {
    const { reader } = await open();
    const given = [
      { address: addressOf(0x55), storageKeys: [word(1)] },
      { address: writer.address, storageKeys: [word(9)] },
      { address: addressOf(0x55), storageKeys: [word(1), word(2)] },
    ];
    const { list } = await listed(reader, { from, to: writer.address, data: write, accessList: given });
    assert.deepEqual(list, [
      [toHex(addressOf(0x55)), [toHex(word(1)), toHex(word(2))]],
      [toHex(writer.address), [toHex(word(9)), toHex(word(3))]],
    ]);
  });

  it("has a list for a call that fails, and says that it does", async () => {
    const { reader } = await open();
    const reverted = await listed(reader, { from, to: reverter.address, data: write });
    assert.deepEqual(reverted.list, [[toHex(reverter.address), [toHex(word(3))]]]);
    assert.deepEqual([reverted.result.status, toHex(reverted.result.returnData)], ["revert", "0x00000000"]);
    const halted = await listed(reader, { from, to: loop.address, gas: 50_000n });
    assert.deepEqual([halted.list, halted.result.status, halted.result.gasUsed], [[], "halt", 50_000n]);
  });

  it("gives up on a call that touches something new whatever its list", async () => {
    const { reader } = await open();
    await assert.rejects(reader.createAccessList({ from, to: gasReader.address }, 0, limits), {
      code: "CALL_HALTED",
      message: /does not settle in 32 runs/,
    });
    // The next call does not find the list of this one.
    assert.deepEqual((await listed(reader, { from, to: loop.address, gas: 30_000n })).list, []);
    await assert.rejects(reader.createAccessList({ from, data: write }, 0, limits), { code: "TX_REFUSED" });
  });
});
