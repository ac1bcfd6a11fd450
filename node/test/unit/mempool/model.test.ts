import assert from "node:assert/strict";
import { CodedError, toHex } from "@lucid/consensus/base";
import { MemoryStore, namespaces } from "@lucid/storage";
import fc from "fast-check";
import { transactionHash } from "../../../src/execution/transaction.js";
import type { TransactionPool } from "../../../src/mempool/transactionPool.js";
import { testContracts } from "../../support/testContracts.js";
import { GWEI, TestWallet } from "../../support/wallet.js";
import { PoolBench } from "./support.js";

const wallets = [0, 1, 2].map((seed) => new TestWallet(500 + seed));
const GAS = 30_000n;

interface ModelTransaction {
  readonly hash: string;
  readonly raw: Uint8Array;
  readonly nonce: number;
  readonly fee: number;
  readonly value: bigint;
}

/** The pool in the plainest form: a list per account, everything computed anew. No caps: those have their own tests. */
class Model {
  readonly held = wallets.map(() => new Map<number, ModelTransaction>());
  readonly nonces = wallets.map(() => 0);
  readonly balances = wallets.map(() => 0n);

  cost({ fee, value }: ModelTransaction): bigint {
    return GAS * BigInt(fee) * GWEI + value;
  }

  /** Code of the refusal; undefined: admitted. */
  add(account: number, transaction: ModelTransaction): string | undefined {
    const held = this.held[account] ?? new Map<number, ModelTransaction>();
    const old = held.get(transaction.nonce);
    if (old?.hash === transaction.hash) return "TX_KNOWN";
    if (transaction.nonce < (this.nonces[account] ?? 0)) return "TX_NONCE";
    const others = [...held.values()].filter((one) => one !== old).reduce((sum, one) => sum + this.cost(one), 0n);
    if (others + this.cost(transaction) > (this.balances[account] ?? 0n)) return "TX_FUNDS";
    if (old !== undefined && transaction.fee * 10 < old.fee * 11) return "TX_UNDERPRICED";
    held.set(transaction.nonce, transaction);
    return undefined;
  }

  head(account: number, nonce: number, balance: bigint): void {
    this.nonces[account] = nonce;
    this.balances[account] = balance;
    for (const known of this.held[account]?.keys() ?? []) if (known < nonce) this.held[account]?.delete(known);
  }

  runnable(account: number): ModelTransaction[] {
    const out: ModelTransaction[] = [];
    let left = this.balances[account] ?? 0n;
    for (let nonce = this.nonces[account] ?? 0; ; nonce++) {
      const next = this.held[account]?.get(nonce);
      if (next === undefined || this.cost(next) > left) return out;
      left -= this.cost(next);
      out.push(next);
    }
  }

  nextNonce(account: number): number {
    let nonce = this.nonces[account] ?? 0;
    while (this.held[account]?.has(nonce) === true) nonce += 1;
    return nonce;
  }
}

type Step =
  | {
      readonly do: "add";
      readonly account: number;
      readonly nonce: number;
      readonly fee: number;
      readonly value: number;
    }
  | { readonly do: "head"; readonly account: number; readonly included: number; readonly balance: number }
  | { readonly do: "crash" };

const account = fc.nat({ max: wallets.length - 1 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant("add" as const),
        account,
        nonce: fc.nat({ max: 6 }),
        fee: fc.integer({ min: 1, max: 30 }),
        value: fc.nat({ max: 3 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("head" as const),
        account,
        included: fc.nat({ max: 3 }),
        balance: fc.integer({ min: 1, max: 8 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const) }) },
  ),
  { minLength: 1, maxLength: 40 },
);

/** A thousandth of a coin and more: several transactions exhaust it. */
const UNIT = 10n ** 15n;

async function play(script: readonly Step[]): Promise<void> {
  const bench = new PoolBench();
  const store = new MemoryStore();
  const model = new Model();
  wallets.forEach((wallet, i) => {
    model.head(i, 0, 5n * UNIT);
    bench.fund(wallet.address, 5n * UNIT, 0n);
  });
  let pool = await bench.open(store);
  for (const step of script) {
    if (step.do === "crash") pool = await reopen(bench, store);
    else if (step.do === "head") {
      const wallet = wallets[step.account] ?? assert.fail();
      const included = model.runnable(step.account).slice(0, step.included);
      const nonce = (model.nonces[step.account] ?? 0) + included.length;
      const balance = BigInt(step.balance) * UNIT;
      model.head(step.account, nonce, balance);
      bench.fund(wallet.address, balance, BigInt(nonce));
      await pool.onHead(bench.block(included.map(({ raw }) => raw)));
    } else await add(pool, model, step);
    compare(pool, model);
  }
  compare(await reopen(bench, store), model);
  // The journal holds what the pool holds and nothing else.
  const expected = model.held.reduce((sum, held) => sum + held.size, 0);
  assert.equal(store.dump().filter(([key]) => key[0] === namespaces.mempoolJournal).length, expected);
}

/** A crash between two steps; then a clean stop, so that the journal is settled. */
async function reopen(bench: PoolBench, store: MemoryStore): Promise<TransactionPool> {
  const pool = await bench.open(store);
  await pool.onHead(bench.block([]));
  return pool;
}

async function add(pool: TransactionPool, model: Model, step: Extract<Step, { do: "add" }>): Promise<void> {
  const fee = BigInt(step.fee) * GWEI;
  const value = BigInt(step.value) * UNIT;
  const raw = (wallets[step.account] ?? assert.fail()).sign({
    nonce: step.nonce,
    to: testContracts.writer.address,
    value,
    gasLimit: GAS,
    maxFeePerGas: fee,
    maxPriorityFeePerGas: fee,
  });
  const transaction = { hash: toHex(transactionHash(raw)), raw, nonce: step.nonce, fee: step.fee, value };
  const expected = model.add(step.account, transaction);
  try {
    await pool.add(raw, "local");
    assert.equal(undefined, expected, `admitted, the model refuses with ${expected}`);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    assert.equal(error.code, expected, error.message);
  }
}

function compare(pool: TransactionPool, model: Model): void {
  const pending = pool.pending();
  wallets.forEach((wallet, i) => {
    const ours = pending.filter(({ sender }) => toHex(sender) === toHex(wallet.address)).map(({ hash }) => toHex(hash));
    assert.deepEqual(
      ours,
      model.runnable(i).map(({ hash }) => hash),
    );
    assert.equal(pool.nextNonce(wallet.address), BigInt(model.nextNonce(i)));
  });
  const { queued } = pool.content();
  const held = model.held.flatMap((one) => [...one.values()].map(({ hash }) => hash)).sort();
  assert.deepEqual([...pending, ...queued].map(({ hash }) => toHex(hash)).sort(), held);
  assert.equal(pool.size, held.length);
  // Best tip first among those that could come next.
  const fronts = wallets.map((_, i) => model.runnable(i));
  for (const { hash, maxPriorityFeePerGas } of pending) {
    const best = Math.max(...fronts.map(([first]) => first?.fee ?? 0));
    assert.equal(maxPriorityFeePerGas, BigInt(best) * GWEI);
    const from = fronts.findIndex(([first]) => first?.hash === toHex(hash));
    fronts[from]?.shift();
  }
}

describe("TransactionPool against a plain model", () => {
  it("admits, refuses, orders, drops and comes back alike over random histories", async function () {
    this.timeout(60_000);
    await fc.assert(fc.asyncProperty(steps, play), { numRuns: 150, seed: 4 });
  });
});
