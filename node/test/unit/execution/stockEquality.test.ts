import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { MemoryStore } from "@lucid/storage";
import { Workload } from "../../../bench/support/workload.js";
import { LocalExecutor } from "../../../src/execution/localExecutor.js";
import { genesisStateRoot, initialiseState } from "../../../src/state/genesisState.js";
import { randomBlocks } from "../../support/randomBlocks.js";
import { StockExecutor } from "../../support/stockExecutor.js";
import { alloc, blockInput, blockRoot, environment, executorOptions, openLocal } from "../../support/testChain.js";

describe("Executor against @ethereumjs/vm with its own state manager", () => {
  it("has the same genesis root", async () => {
    const stock = await StockExecutor.create(alloc, blockRoot);
    assert.equal(toHex(await genesisStateRoot(alloc)), toHex(await stock.stateRoot()));
  });

  for (const seed of [1, 2, 3]) {
    it(`has the same roots and gas over random transactions, seed ${seed}`, async () => {
      const stock = await StockExecutor.create(alloc, blockRoot);
      const { executor } = await openLocal(undefined, { nodeLimit: 40, recordLimit: 16 });
      for (const input of randomBlocks(seed, 8)) {
        // A losing candidate first: it must leave no trace.
        const loser = await executor.execute({ ...input, transactions: input.transactions.slice(0, 1) });
        const ours = await executor.execute(input);
        const theirs = await stock.execute(input);
        assert.equal(ours.gasUsed, theirs.gasUsed);
        assert.equal(toHex(ours.receiptsRoot), toHex(theirs.receiptsRoot));
        assert.equal(toHex(ours.transactionsRoot), toHex(theirs.transactionsRoot));
        assert.equal(toHex(ours.stateRoot), toHex(theirs.stateRoot), `height ${input.env.height}`);
        executor.discard(loser.candidate);
        await executor.commit(ours.candidate, []);
        assert.equal(toHex(executor.stateRoot), toHex(ours.stateRoot));
      }
      await executor.stop();
    });
  }

  it("has the same roots over registrations and anchored chunks of the real contracts", async () => {
    const workload = new Workload(4);
    const genesis = await workload.alloc();
    const stock = await StockExecutor.create(genesis, blockRoot);
    const store = new MemoryStore();
    await initialiseState(store, genesis);
    const executor = await LocalExecutor.open(executorOptions, { store, blockRoot });
    for (let height = 1; height <= 3; height++) {
      const parts = [workload.registrations(5, environment(height).timestamp), workload.anchoring(2, 1_000_000n)];
      const input = blockInput(
        height,
        parts.flatMap(({ transactions }) => transactions),
      );
      const ours = await executor.execute(input);
      assert.deepEqual(
        ours.receipts.map(({ status }) => status),
        Array(7).fill(1),
      );
      const theirs = await stock.execute(input);
      assert.equal(ours.gasUsed, theirs.gasUsed);
      assert.equal(toHex(ours.receiptsRoot), toHex(theirs.receiptsRoot));
      assert.equal(toHex(ours.stateRoot), toHex(theirs.stateRoot));
      await executor.commit(ours.candidate, []);
    }
  });
});
