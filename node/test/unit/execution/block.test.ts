import assert from "node:assert/strict";
import { concatBytes, equalBytes, toHex } from "@lucid/consensus/base";
import { LocalCallRunner } from "../../../src/execution/callRunner.js";
import { DatabaseStateReader } from "../../../src/execution/databaseStateReader.js";
import { SYSTEM_ADDRESS } from "../../../src/execution/evmHost.js";
import type { LocalExecutor } from "../../../src/execution/localExecutor.js";
import type { BuildInput } from "../../../src/interfaces.js";
import { blockInput, blockRoot, COINBASE, environment, openLocal, wallets } from "../../support/testChain.js";
import { addressOf, testContracts, word } from "../../support/testContracts.js";
import { ETHER, GWEI, TEST_CHAIN_ID, type TestTransaction, type TestWallet } from "../../support/wallet.js";

const { writer, reverter, loop, creator, destroyer, payer } = testContracts;

function walletAt(index: number): TestWallet {
  return wallets[index] ?? assert.fail("no such wallet");
}

function sign(index: number, fields: TestTransaction): Uint8Array {
  return walletAt(index).sign(fields);
}

async function open(): Promise<{ executor: LocalExecutor; reader: DatabaseStateReader }> {
  const { executor, store } = await openLocal();
  const calls = await LocalCallRunner.create(TEST_CHAIN_ID, store, blockRoot);
  return { executor, reader: new DatabaseStateReader({ store, calls, environment }) };
}

function buildInput(raws: readonly (readonly [number, Uint8Array])[], changes: Partial<BuildInput> = {}): BuildInput {
  return {
    env: environment(1),
    pending: raws.map(([index, raw]) => ({ raw, sender: walletAt(index).address })),
    withdrawals: [],
    systemCalls: [],
    gasTarget: 30_000_000n,
    byteTarget: 2 << 20,
    ...changes,
  };
}

describe("Blocks", () => {
  it("pays the tip to the proposer and burns the base fee", async () => {
    const { executor, reader } = await open();
    const raw = sign(0, {
      nonce: 0,
      to: addressOf(0x7777),
      value: ETHER,
      maxFeePerGas: 5n * GWEI,
      maxPriorityFeePerGas: 2n * GWEI,
      gasLimit: 21_000n,
    });
    const { candidate, receipts, gasUsed } = await executor.execute(blockInput(1, [raw]));
    await executor.commit(candidate, []);
    assert.equal(gasUsed, 21_000n);
    assert.equal(receipts[0]?.effectiveGasPrice, 3n * GWEI);
    assert.equal(reader.account(COINBASE, 1)?.balance, 2n * GWEI * 21_000n);
    assert.equal(reader.account(walletAt(0).address, 1)?.balance, 999n * ETHER - 3n * GWEI * 21_000n);
    assert.equal(reader.account(addressOf(0x7777), 1)?.balance, ETHER);
  });

  it("has receipts with status, gas, logs and bloom", async () => {
    const { executor } = await open();
    const data = concatBytes(word(3), word(9));
    const { receipts, logsBloom } = await executor.execute(
      blockInput(1, [
        sign(0, { nonce: 0, to: writer.address, data }),
        sign(1, { nonce: 0, to: reverter.address, data }),
        sign(2, { nonce: 0, to: loop.address, gasLimit: 50_000n }),
        sign(3, { nonce: 0, to: creator.address, gasLimit: 60_000n }),
        sign(4, { nonce: 0, to: destroyer.address, gasLimit: 60_000n }),
      ]),
    );
    assert.deepEqual(
      receipts.map(({ status }) => status),
      [1, 0, 0, 0, 0],
    );
    // Out of gas and the opcodes that this chain does not have take all of it; a revert gives back.
    assert.deepEqual(
      receipts.slice(2).map(({ gasUsed }) => gasUsed),
      [50_000n, 60_000n, 60_000n],
    );
    assert.ok((receipts[1]?.gasUsed ?? 0n) < 100_000n);
    const [log] = receipts[0]?.logs ?? [];
    assert.ok(log !== undefined && equalBytes(log.address, writer.address));
    assert.deepEqual(log.topics.map(toHex), [toHex(word(3))]);
    assert.deepEqual(log.data, word(9));
    assert.ok(receipts[0]?.logsBloom.some((byte) => byte !== 0));
    assert.deepEqual(logsBloom, receipts[0]?.logsBloom);
    assert.equal(
      receipts.at(-1)?.cumulativeGasUsed,
      receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n),
    );
  });

  const invalid: readonly (readonly [string, RegExp, readonly TestTransaction[]])[] = [
    [
      "a used nonce",
      /transaction 1 .*nonce too low/,
      [
        { nonce: 0, to: writer.address },
        { nonce: 0, to: payer.address },
      ],
    ],
    ["a nonce gap", /transaction 0 .*nonce too high/, [{ nonce: 1, to: writer.address }]],
    ["no money", /insufficient funds/, [{ nonce: 0, to: writer.address, value: 1001n * ETHER }]],
    [
      "a fee below the base fee",
      /base fee/,
      [{ nonce: 0, to: writer.address, maxFeePerGas: GWEI - 1n, maxPriorityFeePerGas: 0n }],
    ],
    ["contract creation", /contract creation/, [{ nonce: 0 }]],
    ["a direct call of a precompile", /precompiled/, [{ nonce: 0, to: addressOf(2) }]],
    ["another chain", /chain id/, [{ nonce: 0, to: writer.address, chainId: 1 }]],
    [
      "more gas than is left",
      /gas limit reached/,
      [
        { nonce: 0, to: loop.address, gasLimit: 20_000_000n },
        { nonce: 1, to: loop.address, gasLimit: 20_000_000n },
      ],
    ],
  ];
  for (const [what, message, transactions] of invalid) {
    it(`refuses a block with ${what}`, async () => {
      const { executor } = await open();
      const before = executor.stateRoot;
      const raws = transactions.map((fields) => sign(0, fields));
      await assert.rejects(executor.execute(blockInput(1, raws)), { code: "BLOCK_INVALID", message });
      assert.deepEqual(executor.stateRoot, before);
      // And nothing of it is left for the next.
      const clean = await executor.execute(blockInput(1, []));
      assert.deepEqual(clean.stateRoot, before);
    });
  }

  it("refuses a height that does not follow the head", async () => {
    const { executor } = await open();
    await assert.rejects(executor.execute(blockInput(2, [])), { code: "BLOCK_INVALID" });
    await assert.rejects(executor.execute(blockInput(0, [])), { code: "BLOCK_INVALID" });
  });

  it("makes withdrawals, and none of nothing", async () => {
    const { executor, reader } = await open();
    const withdrawals = [
      { index: 0n, validatorIndex: 3n, address: addressOf(0x8001), amount: 7n },
      { index: 1n, validatorIndex: 4n, address: addressOf(0x8002), amount: 0n },
    ];
    const { candidate } = await executor.execute({ ...blockInput(1, []), withdrawals });
    await executor.commit(candidate, []);
    assert.equal(reader.account(addressOf(0x8001), 1)?.balance, 7n * GWEI);
    assert.equal(reader.account(addressOf(0x8002), 1), undefined);
  });

  it("makes system calls first, as 0xff..fe, without an account for it and outside the gas", async () => {
    const { executor, reader } = await open();
    const systemCalls = [
      { to: writer.address, data: concatBytes(word(5), word(55)) },
      { to: reverter.address, data: concatBytes(word(5), word(66)) },
    ];
    const overwrite = sign(0, { nonce: 0, to: writer.address, data: concatBytes(word(5), word(77)) });
    const alone = await executor.execute({ ...blockInput(1, []), systemCalls });
    assert.equal(alone.gasUsed, 0n);
    assert.equal(alone.receipts.length, 0);
    const both = await executor.execute({ ...blockInput(1, [overwrite]), systemCalls });
    await executor.commit(both.candidate, []);
    assert.deepEqual(reader.storage(writer.address, word(5), 1), word(77));
    assert.deepEqual(reader.storage(reverter.address, word(5), 1), word(0));
    assert.equal(reader.account(SYSTEM_ADDRESS, 1), undefined);
    await assert.rejects(executor.commit(alone.candidate, []), { code: "CANDIDATE_UNKNOWN" });
  });

  it("shows contracts the block, and roots of blocks as hashes", async () => {
    const { executor, reader } = await open();
    const { candidate } = await executor.execute(
      blockInput(1, [sign(0, { nonce: 0, to: testContracts.environment.address, data: word(1) })]),
    );
    await executor.commit(candidate, []);
    const slot = (number: number) => reader.storage(testContracts.environment.address, word(number), 1);
    assert.deepEqual(slot(0), blockRoot(0));
    assert.deepEqual(slot(2), word(environment(1).timestamp));
    assert.deepEqual(slot(3), environment(1).prevRandao);
  });
});

describe("Building", () => {
  it("takes what fits, skips what is no longer valid and what follows it", async () => {
    const { executor } = await open();
    const good = [
      sign(0, { nonce: 0, to: writer.address }),
      sign(0, { nonce: 1, to: writer.address }),
      sign(2, { nonce: 0, to: writer.address }),
    ] as const;
    const stale = sign(1, { nonce: 5, to: writer.address });
    const follower = sign(1, { nonce: 0, to: writer.address });
    const poor = sign(3, { nonce: 0, to: writer.address, value: 1001n * ETHER });
    const garbage = Uint8Array.of(2, 0xc0);
    const built = await executor.build(
      buildInput([
        [0, good[0]],
        [1, stale],
        [1, follower],
        [3, poor],
        [4, garbage],
        [0, good[1]],
        [2, good[2]],
      ]),
    );
    assert.deepEqual(built.transactions.map(toHex), good.map(toHex));
    const executed = await executor.execute(blockInput(1, built.transactions));
    assert.deepEqual({ ...executed, candidate: 0 }, { ...built, candidate: 0 });
  });

  it("keeps the targets of gas and bytes", async () => {
    const { executor } = await open();
    const big = (index: number) =>
      [
        index,
        sign(index, { nonce: 0, to: addressOf(0x5555), data: new Uint8Array(1000).fill(1), gasLimit: 100_000n }),
      ] as const;
    const all = [0, 1, 2, 3].map(big);
    const size = all[0]?.[1].length ?? 0;
    const byBytes = await executor.build(buildInput(all, { byteTarget: 2 * (size + 4) + 50 }));
    assert.equal(byBytes.transactions.length, 2);
    const byGas = await executor.build(buildInput(all, { gasTarget: 190_000n }));
    assert.deepEqual([byGas.transactions.length, byGas.gasUsed <= 190_000n], [2, true]);
    const none = await executor.build(buildInput(all, { gasTarget: 0n }));
    assert.equal(none.transactions.length, 0);
  });

  it("keeps a bounded number of candidates and commits any of them", async () => {
    const { executor } = await open();
    const candidates: number[] = [];
    for (let i = 0; i < 20; i++) candidates.push((await executor.execute(blockInput(1, []))).candidate);
    assert.equal(executor.cacheSizes().candidates, 16);
    await assert.rejects(executor.commit(candidates[0] ?? 0, []), { code: "CANDIDATE_UNKNOWN" });
    await executor.commit(candidates[10] ?? 0, []);
    assert.equal(executor.cacheSizes().candidates, 0);
    executor.discard(candidates[11] ?? 0);
    await executor.stop();
    await assert.rejects(executor.execute(blockInput(2, [])), { code: "EXECUTOR_STOPPED" });
  });

  it("refuses more work than it can hold", async () => {
    const { executor } = await open();
    const results = await Promise.allSettled(Array.from({ length: 80 }, () => executor.execute(blockInput(1, []))));
    const refused = results.filter((result) => result.status === "rejected");
    assert.equal(refused.length, 16);
    for (const { reason } of refused) assert.equal(reason.code, "EXECUTOR_BUSY");
  });
});
