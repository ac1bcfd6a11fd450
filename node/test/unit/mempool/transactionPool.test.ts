import assert from "node:assert/strict";
import { CodedError, fromHex, toHex } from "@lucid/consensus/base";
import { MemoryStore } from "@lucid/storage";
import { transactionHash } from "../../../src/execution/transaction.js";
import { seededRandom } from "../../support/random.js";
import { addressOf, testContracts } from "../../support/testContracts.js";
import { ETHER, GWEI, type TestTransaction, TestWallet } from "../../support/wallet.js";
import { PoolBench } from "./support.js";

const wallet = new TestWallet(1);
const other = new TestWallet(2);
const to = testContracts.writer.address;

function transfer(nonce: number, changes: Partial<TestTransaction> = {}): TestTransaction {
  return { nonce, to, gasLimit: 30_000n, ...changes };
}

function open(bench: PoolBench = new PoolBench()) {
  bench.fund(wallet.address);
  bench.fund(other.address);
  return bench.open();
}

describe("TransactionPool", () => {
  it("admits, orders by nonce within a sender and by tip between senders", async () => {
    const pool = await open();
    const added: string[] = [];
    pool.onAdded(({ hash }) => added.push(toHex(hash)));
    const raws = [
      wallet.sign(transfer(1, { maxPriorityFeePerGas: 5n * GWEI })),
      wallet.sign(transfer(0, { maxPriorityFeePerGas: GWEI })),
      other.sign(transfer(0, { maxPriorityFeePerGas: 3n * GWEI })),
      other.sign(transfer(2)),
    ];
    for (const raw of raws) assert.deepEqual(await pool.add(raw, "local"), transactionHash(raw));
    assert.deepEqual(
      pool.pending().map(({ raw }) => toHex(raw)),
      [raws[2], raws[1], raws[0]].map((raw) => toHex(raw ?? new Uint8Array(0))),
    );
    assert.deepEqual(
      pool.content().queued.map(({ nonce }) => nonce),
      [2n],
    );
    assert.deepEqual([pool.nextNonce(wallet.address), pool.nextNonce(other.address)], [2n, 1n]);
    assert.equal(pool.nextNonce(addressOf(5)), 0n);
    assert.equal(added.length, 4);
    await pool.stop();
  });

  const cases: readonly (readonly [string, string, RegExp, (bench: PoolBench) => TestTransaction])[] = [
    [
      "a used nonce",
      "TX_NONCE",
      /nonce too low/,
      (bench) => {
        bench.fund(wallet.address, ETHER, 5n);
        return transfer(4);
      },
    ],
    ["a nonce far ahead", "TX_NONCE", /nonce too high/, () => transfer(5000)],
    [
      "too little money",
      "TX_FUNDS",
      /insufficient funds for gas \* price \+ value/,
      () => transfer(0, { value: 101n * ETHER }),
    ],
    ["too little gas", "TX_GAS", /intrinsic gas too low/, () => transfer(0, { gasLimit: 20_999n })],
    ["more gas than a block has", "TX_GAS", /exceeds block gas limit/, () => transfer(0, { gasLimit: 30_000_001n })],
    [
      "a fee under the floor",
      "TX_UNDERPRICED",
      /transaction underpriced/,
      () => transfer(0, { maxFeePerGas: GWEI - 1n, maxPriorityFeePerGas: 0n }),
    ],
    [
      "a tip above the fee",
      "TX_FEE",
      /max priority fee per gas higher than max fee per gas/,
      () => transfer(0, { maxFeePerGas: GWEI, maxPriorityFeePerGas: 2n * GWEI }),
    ],
    ["another chain", "TX_CHAIN_ID", /invalid chain id/, () => transfer(0, { chainId: 1 })],
    ["contract creation", "TX_REFUSED", /contract creation is not allowed/, () => ({ nonce: 0, gasLimit: 100_000n })],
    ["a precompile", "TX_REFUSED", /precompiled contract/, () => transfer(0, { to: addressOf(2) })],
    [
      "a contract as sender",
      "TX_REFUSED",
      /sender not an eoa/,
      (bench) => {
        const account = bench.accounts.get(Buffer.from(wallet.address).toString("latin1"));
        assert.ok(account !== undefined);
        bench.accounts.set(Buffer.from(wallet.address).toString("latin1"), {
          ...account,
          codeHash: new Uint8Array(32),
        });
        return transfer(0);
      },
    ],
  ];
  for (const [what, code, message, make] of cases) {
    it(`refuses ${what}`, async () => {
      const bench = new PoolBench();
      const pool = await open(bench);
      await assert.rejects(pool.add(wallet.sign(make(bench)), "local"), { code, message });
      assert.equal(pool.size, 0);
      await pool.stop();
    });
  }

  it("refuses what it holds, and checks one that comes twice at once only once", async () => {
    const pool = await open();
    const raw = wallet.sign(transfer(0));
    const [first, second] = await Promise.all([pool.add(raw, "local"), pool.add(raw, "peer")]);
    assert.deepEqual(first, second);
    await assert.rejects(pool.add(raw, "peer"), { code: "TX_KNOWN", message: "already known" });
    assert.equal(pool.size, 1);
    await pool.stop();
  });

  it("replaces a transaction only for a tenth more of both fees", async () => {
    const pool = await open();
    const dropped: string[] = [];
    pool.onDropped((_, reason) => dropped.push(reason));
    const fees = (fee: bigint, tip: bigint) => ({ maxFeePerGas: fee * GWEI, maxPriorityFeePerGas: tip * GWEI });
    const first = await pool.add(wallet.sign(transfer(0, fees(100n, 10n))), "local");
    for (const [fee, tip] of [
      [109n, 11n],
      [110n, 10n],
      [100n, 12n],
    ] as const) {
      const raw = wallet.sign(transfer(0, fees(fee, tip)));
      await assert.rejects(pool.add(raw, "local"), {
        code: "TX_UNDERPRICED",
        message: /replacement transaction underpriced/,
      });
    }
    const second = await pool.add(wallet.sign(transfer(0, fees(110n, 11n))), "local");
    assert.equal(pool.get(first), undefined);
    assert.ok(pool.get(second) !== undefined);
    assert.deepEqual(dropped, ["replaced"]);
    await pool.stop();
  });

  it("counts what an account's transactions cost together", async () => {
    const bench = new PoolBench();
    const pool = await open(bench);
    bench.fund(wallet.address, ETHER);
    await pool.add(wallet.sign(transfer(0, { value: ETHER / 2n })), "local");
    await assert.rejects(pool.add(wallet.sign(transfer(1, { value: ETHER / 2n })), "local"), { code: "TX_FUNDS" });
    await pool.add(wallet.sign(transfer(1, { value: ETHER / 3n })), "local");
    await pool.stop();
  });

  it("brings back after a crash what it acknowledged, and not what a block took", async () => {
    const bench = new PoolBench();
    bench.fund(wallet.address);
    const store = new MemoryStore();
    const pool = await bench.open(store);
    const raws = [0, 1, 2, 4].map((nonce) => wallet.sign(transfer(nonce)));
    for (const raw of raws) await pool.add(raw, "local");
    const raised = wallet.sign(transfer(2, { maxFeePerGas: 50n * GWEI, maxPriorityFeePerGas: 5n * GWEI }));
    await pool.add(raised, "local");
    // No stop: the process is gone.
    bench.fund(wallet.address, 100n * ETHER, 1n);
    const again = await bench.open(store);
    assert.deepEqual(
      again.pending().map(({ raw }) => toHex(raw)),
      [raws[1], raised].map((raw) => toHex(raw ?? raised)),
    );
    assert.equal(again.content().queued.length, 1);
    await again.stop();
  });

  it("does not acknowledge what it could not write", async () => {
    const bench = new PoolBench();
    bench.fund(wallet.address);
    const store = new MemoryStore();
    const pool = await bench.open(store);
    await store.close();
    await assert.rejects(pool.add(wallet.sign(transfer(0)), "local"), { code: "DB_CLOSED" });
    assert.equal(pool.size, 0);
    assert.equal(pool.nextNonce(wallet.address), 0n);
  });

  it("makes room by a peer's cheapest, never by a local one", async () => {
    const bench = new PoolBench();
    const pool = await bench.open(new MemoryStore(), { count: 4 });
    const dropped: string[] = [];
    pool.onDropped(({ hash }, reason) => dropped.push(`${reason} ${toHex(hash)}`));
    const wallets = Array.from({ length: 8 }, (_, i) => new TestWallet(100 + i));
    for (const { address } of wallets) bench.fund(address);
    const priced = (i: number, fee: bigint): Uint8Array =>
      wallets[i]?.sign(transfer(0, { maxFeePerGas: fee * GWEI })) ?? assert.fail();
    const cheap = await pool.add(priced(0, 2n), "local");
    const peers = [
      await pool.add(priced(1, 5n), "peer"),
      await pool.add(priced(2, 4n), "peer"),
      await pool.add(priced(3, 6n), "peer"),
    ];
    await assert.rejects(pool.add(priced(4, 4n), "peer"), { code: "MEMPOOL_FULL", message: /txpool is full/ });
    await pool.add(priced(4, 7n), "peer");
    assert.deepEqual(dropped, [`evicted ${toHex(peers[1] ?? cheap)}`]);
    // A local one enters whatever it pays, as long as there is a peer's to go.
    for (const i of [5, 6, 7]) await pool.add(priced(i, 2n), "local");
    await assert.rejects(pool.add(new TestWallet(1).sign(transfer(0)), "local"), { code: "TX_FUNDS" });
    bench.fund(wallet.address);
    await assert.rejects(pool.add(wallet.sign(transfer(0, { maxFeePerGas: 90n * GWEI })), "local"), {
      code: "MEMPOOL_FULL",
    });
    assert.ok(pool.get(cheap) !== undefined);
    assert.equal(pool.size, 4);
    await pool.stop();
  });

  it("holds its bounds in a flood, and what stays is what pays best", async () => {
    const bench = new PoolBench();
    const pool = await bench.open(new MemoryStore(), { count: 130, bytes: 20_000 });
    const random = seededRandom(5);
    const fees: number[] = [];
    const locals: string[] = [];
    for (let i = 0; i < 500; i++) {
      const sender = new TestWallet(1000 + i);
      bench.fund(sender.address);
      const fee = 2 + random.below(1000);
      const local = i % 50 === 0;
      const raw = sender.sign(
        transfer(0, { maxFeePerGas: BigInt(fee) * GWEI, data: new Uint8Array(random.below(60)), gasLimit: 40_000n }),
      );
      try {
        const hash = await pool.add(raw, local ? "local" : "peer");
        if (local) locals.push(toHex(hash));
        else fees.push(fee);
      } catch (error) {
        assert.ok(error instanceof CodedError && error.code === "MEMPOOL_FULL", String(error));
      }
      assert.ok(pool.size <= 130 && pool.bytes <= 20_000);
    }
    for (const hash of locals) assert.ok(pool.get(fromHex(hash)) !== undefined, "a local one was evicted");
    const kept = pool.pending().filter(({ hash }) => !locals.includes(toHex(hash)));
    const least = kept.reduce((low, { maxFeePerGas }) => Math.min(low, Number(maxFeePerGas / GWEI)), Infinity);
    // Nearly all of the best are there: the order of victims may lag by a 64th of the pool.
    const better = fees.filter((fee) => fee > least).length;
    assert.ok(kept.length >= better - 8, `${kept.length} kept, ${better} paid more than the least of them`);
    await pool.stop();
  });

  it("drops what a block took or made impossible, and frees what waited for money", async () => {
    const bench = new PoolBench();
    const pool = await open(bench);
    const dropped: string[] = [];
    pool.onDropped(({ nonce }, reason) => dropped.push(`${nonce} ${reason}`));
    const raws = [0, 1, 2].map((nonce) => wallet.sign(transfer(nonce, { value: 30n * ETHER })));
    for (const raw of raws) await pool.add(raw, "local");
    bench.fund(wallet.address, ETHER, 2n);
    await pool.onHead(bench.block(raws.slice(0, 1)));
    assert.deepEqual(dropped, ["0 included", "1 invalid"]);
    assert.deepEqual([pool.pending().length, pool.content().queued.length], [0, 1]);
    bench.fund(wallet.address, 100n * ETHER, 2n);
    await pool.onHead(bench.block([]));
    assert.deepEqual([pool.pending().length, pool.content().queued.length], [1, 0]);
    await pool.stop();
  });

  it("lets peers' transactions expire, not local ones", async () => {
    const bench = new PoolBench();
    const pool = await open(bench);
    await pool.add(wallet.sign(transfer(0)), "local");
    await pool.add(other.sign(transfer(0)), "peer");
    bench.clock.advanceTo(bench.clock.now() + 4 * 60 * 60 * 1000);
    await pool.onHead(bench.block([]));
    assert.deepEqual(
      pool.pending().map(({ sender }) => toHex(sender)),
      [toHex(wallet.address)],
    );
    await pool.stop();
  });

  it("leaves out of pending what cannot pay the base fee, and what follows it", async () => {
    const bench = new PoolBench();
    const pool = await open(bench);
    await pool.add(wallet.sign(transfer(0, { maxFeePerGas: 5n * GWEI })), "local");
    await pool.add(wallet.sign(transfer(1, { maxFeePerGas: 50n * GWEI })), "local");
    bench.baseFee = 6n * GWEI;
    assert.equal(pool.pending().length, 0);
    bench.baseFee = 5n * GWEI;
    assert.equal(pool.pending().length, 2);
    await pool.stop();
    await assert.rejects(pool.add(other.sign(transfer(0)), "local"), { code: "MEMPOOL_STOPPED" });
  });
});
