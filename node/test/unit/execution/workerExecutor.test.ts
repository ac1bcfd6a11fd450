import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "@lucid/consensus/base";
import { LevelStore } from "@lucid/storage";
import { DatabaseStateReader } from "../../../src/execution/databaseStateReader.js";
import { WorkerCallRunner } from "../../../src/execution/workerCallRunner.js";
import { WorkerExecutor } from "../../../src/execution/workerExecutor.js";
import { initialiseState } from "../../../src/state/genesisState.js";
import { readStateHead } from "../../../src/state/stateHead.js";
import { randomBlocks } from "../../support/randomBlocks.js";
import { alloc, blockInput, blockRoot, environment, executorOptions, openLocal } from "../../support/testChain.js";
import { testContracts } from "../../support/testContracts.js";
import { TEST_CHAIN_ID } from "../../support/wallet.js";

describe("WorkerExecutor", () => {
  let folder: string;
  let store: LevelStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lucid-executor-"));
    store = await LevelStore.open({ location: folder });
    await initialiseState(store, alloc);
  });

  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = (onFailure?: (error: Error) => void) =>
    WorkerExecutor.open(
      { ...executorOptions, level: { location: folder } },
      { blockRoot, ...(onFailure === undefined ? {} : { onFailure }) },
    );

  it("gives what the executor on this thread gives, and its commits are seen here at once", async () => {
    const worker = await open();
    const { executor: local } = await openLocal();
    for (const input of randomBlocks(21, 6)) {
      const here = await local.execute(input);
      const there = await worker.execute(input);
      assert.deepEqual({ ...there, candidate: 0 }, { ...here, candidate: 0 });
      const key = Uint8Array.of(0xf0, input.env.height);
      await local.commit(here.candidate, []);
      await worker.commit(there.candidate, [{ type: "put", key, value: Uint8Array.of(1) }]);
      assert.deepEqual(store.get(key), Uint8Array.of(1));
      assert.equal(toHex(readStateHead(store)?.root ?? new Uint8Array(0)), toHex(here.stateRoot));
    }
    await worker.stop();
    await assert.rejects(worker.execute(blockInput(7, [])), { code: "EXECUTOR_STOPPED" });
  });

  it("passes coded errors on", async () => {
    const worker = await open();
    await assert.rejects(worker.execute(blockInput(1, [Uint8Array.of(0xc0)])), { code: "BLOCK_INVALID" });
    await assert.rejects(worker.commit(99, []), { code: "CANDIDATE_UNKNOWN" });
    await worker.stop();
    await worker.stop();
  });

  it("refuses a database without genesis", async () => {
    const empty = await mkdtemp(join(tmpdir(), "lucid-executor-"));
    const other = await LevelStore.open({ location: empty });
    const level = { location: empty };
    await assert.rejects(WorkerExecutor.open({ ...executorOptions, level }, { blockRoot }), {
      code: "GENESIS_INVALID",
    });
    await other.close();
    await rm(empty, { recursive: true, force: true });
  });

  it("rejects every request when the thread dies", async () => {
    let failure: Error | undefined;
    const worker = await open((error) => {
      failure = error;
    });
    const pending = worker.execute(blockInput(1, []));
    await worker.terminate();
    await assert.rejects(pending, { code: "WORKER_FAILED" });
    await assert.rejects(worker.execute(blockInput(1, [])), { code: "WORKER_FAILED" });
    assert.ok(failure !== undefined);
    await worker.stop();
  });

  it("ends a call that runs too long and goes on with the next", async () => {
    const calls = new WorkerCallRunner({ chainId: TEST_CHAIN_ID, level: { location: folder }, threads: 1 }, blockRoot);
    const reader = new DatabaseStateReader({ store, calls, environment });
    const endless = { to: testContracts.loop.address };
    const limits = { gas: 10_000_000_000n, milliseconds: 300 };
    await assert.rejects(reader.call(endless, 0, limits), { code: "CALL_TIMEOUT" });
    await assert.rejects(reader.createAccessList(endless, 0, limits), { code: "CALL_TIMEOUT" });
    const answer = await reader.call({ to: testContracts.hasher.address }, 0, { gas: 100_000n, milliseconds: 5000 });
    assert.equal(answer.status, "success");
    const short = await reader.call(endless, 0, { gas: 100_000n, milliseconds: 5000 });
    assert.deepEqual([short.status, short.reason, short.gasUsed], ["halt", "out of gas", 100_000n]);
    await assert.rejects(reader.call(endless, 3, limits), { code: "UNKNOWN_HEIGHT" });
    await calls.stop();
    await assert.rejects(reader.call(endless, 0, limits), { code: "EXECUTOR_STOPPED" });
    // The threads that were ended hold on to nothing: the database opens anew, alone.
    await store.close();
    store = await LevelStore.open({ location: folder, multithreading: false });
  });
});
