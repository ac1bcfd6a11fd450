import assert from "node:assert/strict";
import { BlsSigner, BlsVerifier, presets } from "@lucid/consensus";
import { hasCode, toHex } from "@lucid/consensus/base";
import { type NodeExecution, type RealExecution, runScenarioAsync, type TransactionCodec } from "@lucid/consensus/sim";
import { MemoryStore } from "@lucid/storage";
import { registryEvents } from "../../../src/driver/registryEvents.js";
import { LocalExecutor } from "../../../src/execution/localExecutor.js";
import type { ExecutionOutput } from "../../../src/interfaces.js";
import { initialiseState } from "../../../src/state/genesisState.js";
import { genesisStateRoot } from "../../../src/state/index.js";
import { blockRoot } from "../../support/testChain.js";
import { testAlloc, testContracts, word } from "../../support/testContracts.js";
import { ETHER, TestWallet } from "../../support/wallet.js";

const chainId = Number(presets.mainnet.chainId);
/** Of users, then of liars: each sends once, so that no block holds two of one account, in whatever order they come. */
const USERS = 16;
const LIARS = 48;
const wallets = Array.from({ length: USERS + LIARS }, (_, index) => new TestWallet(index));
const alloc = testAlloc(
  wallets.map(({ address }) => address),
  10n * ETHER,
);

/** Transaction n of a user: it writes n into a contract. */
const raws = wallets.map((wallet, index) =>
  wallet.sign({
    nonce: 0,
    chainId,
    to: testContracts.writer.address,
    data: Buffer.concat([word(1_000 + index), word(index + 1)]),
  }),
);
const numbers = new Map(raws.slice(0, USERS).map((raw, index) => [toHex(raw), index]));
const transactions: TransactionCodec = {
  encode: (transaction) => raws[transaction] ?? assert.fail("more users than wallets"),
  decode: (bytes) => numbers.get(toHex(bytes)),
  // A liar's block is valid once; after that the account's number is used up, and it lies about that as well.
  junk: ([random]) => raws[USERS + (random % LIARS)] ?? assert.fail(),
};

/** What all nodes of a run have executed and committed. */
interface Work {
  executed: number;
  transactions: number;
}

/** A node's own executor on a store of its own. */
class EvmExecution implements NodeExecution {
  private readonly store = new MemoryStore();
  private readonly work: Work;
  private opened: Promise<LocalExecutor> | undefined;
  private founded = false;
  private candidates = new WeakMap<object, number>();

  constructor(work: Work) {
    this.work = work;
  }

  private executor(): Promise<LocalExecutor> {
    this.opened ??= this.open();
    return this.opened;
  }

  private async open(): Promise<LocalExecutor> {
    if (!this.founded) await initialiseState(this.store, alloc);
    this.founded = true;
    return LocalExecutor.open({ chainId, keepBlocks: 16, archive: false }, { store: this.store, blockRoot });
  }

  async execute(...[plan, list]: Parameters<NodeExecution["execute"]>): ReturnType<NodeExecution["execute"]> {
    const output = await this.run(plan, list);
    if (output === undefined) return undefined;
    const { stateRoot, transactionsRoot, receiptsRoot, withdrawalsRoot, logsBloom, gasUsed, receipts } = output;
    const registry = registryEvents(receipts);
    return { stateRoot, transactionsRoot, receiptsRoot, withdrawalsRoot, logsBloom, gasUsed, registry };
  }

  private async run(...[plan, list]: Parameters<NodeExecution["execute"]>): Promise<ExecutionOutput | undefined> {
    const { environment: env, withdrawals, systemCalls } = plan;
    const executor = await this.executor();
    try {
      const output = await executor.execute({ env, transactions: list, senders: [], withdrawals, systemCalls });
      this.work.executed++;
      this.candidates.set(plan, output.candidate);
      return output;
    } catch (error) {
      if (!hasCode(error, "BLOCK_INVALID")) throw error;
      return undefined;
    }
  }

  async commit(...[plan, list]: Parameters<NodeExecution["commit"]>): Promise<void> {
    const executor = await this.executor();
    this.work.transactions += list.length;
    await executor.commit(this.candidates.get(plan) ?? assert.fail("a block was decided that was not executed"), []);
    assert.equal(executor.height, plan.environment.height);
  }

  crash(): void {
    this.opened = undefined;
    this.candidates = new WeakMap();
  }
}

describe("the simulator with the true EVM on every node", function () {
  this.timeout(240_000);
  let root: Uint8Array;

  before(async () => {
    root = await genesisStateRoot(alloc);
  });

  const real = (work: Work): RealExecution => ({
    genesisStateRoot: root,
    transactions,
    open: () => new EvmExecution(work),
  });

  it("seeds of four nodes, a liar among them: no invariant broken", async () => {
    const work: Work = { executed: 0, transactions: 0 };
    for (let seed = 1; seed <= 6; seed++) {
      const { violations, decisions } = await runScenarioAsync({ seed, size: 4, real: real(work) });
      assert.deepEqual(violations, [], `seed ${seed}`);
      assert.ok(decisions >= 3);
    }
    assert.ok(work.executed > 6 * 4 * 3 && work.transactions > 6 * 4, JSON.stringify(work));
  });

  it("and with real signatures", async () => {
    const work: Work = { executed: 0, transactions: 0 };
    const crypto = {
      verifier: new BlsVerifier(),
      signerOf: (seed: Uint8Array) => new BlsSigner(Uint8Array.from(seed).fill(0, 0, 1)),
    };
    for (const seed of [3, 9]) {
      const { violations } = await runScenarioAsync({ seed, size: 4, crypto, real: real(work) });
      assert.deepEqual(violations, [], `seed ${seed}`);
    }
    assert.ok(work.transactions > 0);
  });

  it("a run is the same each time", async () => {
    const run = async () =>
      (
        await runScenarioAsync({
          seed: 5,
          size: 4,
          timeline: true,
          real: real({ executed: 0, transactions: 0 }),
        })
      ).timeline.join("\n");
    const first = await run();
    assert.ok(first.length > 2_000);
    assert.equal(await run(), first);
  });
});
