import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { checkDatabase, StorageError } from "@lucid/storage";
import { enumerateCrashes } from "@lucid/storage/faults";
import { LocalExecutor } from "../../../src/execution/localExecutor.js";
import type { TransactionPool } from "../../../src/mempool/transactionPool.js";
import { initialiseState } from "../../../src/state/genesisState.js";
import { stateInvariants } from "../../../src/state/stateInvariants.js";
import { heightAfterCrash } from "../../support/crashedState.js";
import { randomBlocks } from "../../support/randomBlocks.js";
import { alloc, blockRoot, executorOptions, openLocal } from "../../support/testChain.js";
import { testContracts } from "../../support/testContracts.js";
import { TestWallet } from "../../support/wallet.js";
import { PoolBench } from "../mempool/support.js";

const marker = (height: number): Uint8Array => Uint8Array.of(0xf0, height);

describe("Crash safety", () => {
  it("holds a whole block or nothing of it, wherever the machine stops", async function () {
    this.timeout(120_000);
    const inputs = [...randomBlocks(41, 5)];
    const roots: Uint8Array[] = [];
    const { executor } = await openLocal();
    roots.push(executor.stateRoot);
    for (const input of inputs) {
      const { candidate, stateRoot } = await executor.execute(input);
      roots.push(stateRoot);
      await executor.commit(candidate, []);
    }
    const summary = await enumerateCrashes({
      begin: () => ({ committed: -1 }),
      run: async (disk, state) => {
        const store = disk.store("chain");
        await initialiseState(store, alloc);
        state.committed = 0;
        const running = await LocalExecutor.open(
          { ...executorOptions, archive: true, keepBlocks: 3 },
          { store, blockRoot },
        );
        for (const input of inputs) {
          const { candidate } = await running.execute(input);
          const { height } = input.env;
          await running.commit(candidate, [{ type: "put", key: marker(height), value: Uint8Array.of(1) }]);
          state.committed = height;
        }
      },
      check: async (disk, state) => {
        const store = disk.store("chain");
        const head = await heightAfterCrash(store, state.committed, roots);
        if (head === undefined) return;
        for (let height = 1; height <= inputs.length; height++) {
          assert.equal(store.has(marker(height)), height <= head, "the caller's records went with the state");
        }
        // And the chain goes on from there.
        const again = await LocalExecutor.open(
          { ...executorOptions, archive: true, keepBlocks: 3 },
          { store, blockRoot },
        );
        for (const input of inputs.slice(head)) {
          const { candidate, stateRoot } = await again.execute(input);
          assert.equal(toHex(stateRoot), toHex(roots[input.env.height] ?? assert.fail()));
          await again.commit(candidate, []);
        }
      },
    });
    assert.ok(summary.points >= 12, `only ${summary.points} points`);
  });

  it("keeps the head when a commit fails, and goes on when the disk does", async () => {
    const [first, second] = [...randomBlocks(43, 2)];
    assert.ok(first !== undefined && second !== undefined);
    const { executor, store } = await openLocal();
    const before = toHex(executor.stateRoot);
    const batch = store.batch.bind(store);
    const { candidate } = await executor.execute(first);
    store.batch = async () => {
      throw new StorageError({ code: "DISK_FULL", message: "no space" });
    };
    await assert.rejects(executor.commit(candidate, []), { code: "DISK_FULL" });
    assert.equal(toHex(executor.stateRoot), before);
    assert.equal(executor.height, 0);
    store.batch = batch;
    await executor.commit(candidate, []);
    assert.equal(executor.height, 1);
    const next = await executor.execute(second);
    await executor.commit(next.candidate, []);
    assert.deepEqual((await checkDatabase(stateInvariants(store))).problems, []);
  });

  it("has every acknowledged transaction after a crash at any point", async function () {
    this.timeout(60_000);
    const wallets = [1, 2].map((seed) => new TestWallet(seed));
    const raws = wallets.flatMap((wallet) =>
      [0, 1, 2].map((nonce) => wallet.sign({ nonce, to: testContracts.writer.address, gasLimit: 50_000n })),
    );
    const open = (store: Parameters<PoolBench["open"]>[0]): Promise<TransactionPool> => {
      const bench = new PoolBench();
      for (const wallet of wallets) bench.fund(wallet.address);
      return bench.open(store);
    };
    const summary = await enumerateCrashes({
      begin: () => ({ acknowledged: new Set<string>() }),
      run: async (disk, state) => {
        const pool = await open(disk.store("chain"));
        for (const raw of raws) state.acknowledged.add(toHex(await pool.add(raw, "local")));
      },
      check: async (disk, state) => {
        const pool = await open(disk.store("chain"));
        const held = new Set<string>(pool.pending().map(({ hash }) => toHex(hash)));
        for (const hash of state.acknowledged) assert.ok(held.has(hash), "an acknowledged transaction is lost");
        await pool.stop();
      },
    });
    assert.ok(summary.points >= 12);
  });
});
