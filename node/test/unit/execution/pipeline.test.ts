import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { toHex } from "@lucid/consensus/base";
import { MemoryStore, StorageError } from "@lucid/storage";
import { enumerateCrashes } from "@lucid/storage/faults";
import { LocalExecutor, type LocalExecutorOptions } from "../../../src/execution/localExecutor.js";
import type { ExecutionInput, ExecutionOutput } from "../../../src/interfaces.js";
import { initialiseState } from "../../../src/state/genesisState.js";
import { readStateHead } from "../../../src/state/stateHead.js";
import { heightAfterCrash } from "../../support/crashedState.js";
import { randomBlocks } from "../../support/randomBlocks.js";
import { alloc, blockInput, blockRoot, executorOptions } from "../../support/testChain.js";

/** A disk that takes some turns of the event loop. */
class SlowStore extends MemoryStore {
  turns = 0;
  failing = false;

  override async batch(...args: Parameters<MemoryStore["batch"]>): Promise<void> {
    for (let turn = 0; turn < this.turns; turn++) await setImmediate();
    if (this.failing) throw new StorageError({ code: "DISK_FULL", message: "no space" });
    return super.batch(...args);
  }
}

async function contents(store: MemoryStore): Promise<string[]> {
  const all: string[] = [];
  for await (const [key, value] of store.entries()) all.push(`${toHex(key)} ${toHex(value)}`);
  return all;
}

const options = { ...executorOptions, archive: true, keepBlocks: 3 };

async function open(store: MemoryStore, more: Partial<LocalExecutorOptions> = {}): Promise<LocalExecutor> {
  await initialiseState(store, alloc);
  return LocalExecutor.open({ ...options, ...more }, { store, blockRoot });
}

/** Each block is given to the executor before anybody knows what came of the one before, and committed after that. */
async function pipelined(
  executor: LocalExecutor,
  inputs: readonly ExecutionInput[],
  roots: readonly Uint8Array[],
  committed: (height: number) => void = () => undefined,
): Promise<void> {
  const begin = (index: number): Promise<ExecutionOutput> | undefined => {
    const input = inputs[index];
    const onto = roots[index];
    if (input === undefined || onto === undefined) return undefined;
    const execution = executor.execute({ ...input, onto });
    execution.catch(() => undefined);
    return execution;
  };
  let writing: Promise<void> = Promise.resolve();
  let running = begin(0);
  for (let index = 0; running !== undefined; index++) {
    const next = begin(index + 1);
    const { candidate, stateRoot } = await running;
    assert.equal(toHex(stateRoot), toHex(roots[index + 1] ?? assert.fail()));
    await writing;
    writing = executor.commit(candidate, []).then(() => committed(inputs[index]?.env.height ?? assert.fail()));
    writing.catch(() => undefined);
    running = next;
  }
  await writing;
}

describe("Blocks that are executed before the ones before them are on disk", function () {
  this.timeout(60_000);
  const inputs = [...randomBlocks(47, 24)];
  /** State roots, from genesis on. */
  const roots: Uint8Array[] = [];
  const single = new SlowStore();

  before(async () => {
    const executor = await open(single);
    roots.push(executor.stateRoot);
    for (const input of inputs) {
      const { candidate, stateRoot } = await executor.execute(input);
      roots.push(stateRoot);
      await executor.commit(candidate, []);
    }
  });

  for (const turns of [0, 1, 7]) {
    it(`leave the same database as those that wait for it; ${turns} turns a write, and hardly a cache`, async () => {
      const store = new SlowStore();
      const executor = await open(store, { nodeLimit: 4, recordLimit: 2 });
      store.turns = turns;
      await pipelined(executor, inputs, roots);
      assert.deepEqual(await contents(store), await contents(single));
      const { unwritten, candidates } = executor.cacheSizes();
      assert.deepEqual({ unwritten, candidates }, { unwritten: 0, candidates: 0 });
    });
  }

  it("are refused once such a write has failed: no disk has what they would stand on", async () => {
    const store = new SlowStore();
    const executor = await open(store);
    store.turns = 2;
    let last = 0;
    const end = pipelined(executor, inputs, roots, (height) => {
      last = height;
      store.failing = height === 5;
    });
    await assert.rejects(end, { code: "DISK_FULL" });
    assert.equal(last, 5);
    store.failing = false;
    await assert.rejects(executor.execute(inputs[6] ?? assert.fail()), { code: "DISK_FULL" });
    await assert.rejects(executor.build({ ...blockInput(7, []), pending: [], gasTarget: 0n, byteTarget: 0 }), {
      code: "DISK_FULL",
    });
    await assert.rejects(executor.commit(1, []), { code: "DISK_FULL" });
    const again = await LocalExecutor.open(options, { store, blockRoot });
    assert.equal(again.height, 5);
    await pipelined(again, inputs.slice(5), roots.slice(5));
    assert.deepEqual(await contents(store), await contents(single));
  });

  it("need a parent that was executed", async () => {
    const executor = await open(new SlowStore());
    const [first, second] = inputs;
    assert.ok(first !== undefined && second !== undefined);
    await assert.rejects(executor.execute({ ...first, onto: new Uint8Array(32) }), { code: "CANDIDATE_UNKNOWN" });
    const { candidate, stateRoot } = await executor.execute(first);
    await assert.rejects(executor.execute({ ...second, onto: new Uint8Array(32) }), { code: "CANDIDATE_UNKNOWN" });
    await executor.execute({ ...second, onto: stateRoot });
    await executor.commit(candidate, []);
    assert.equal(executor.height, 1);
  });

  it("may stand on any of several blocks that change the state in the same way", async () => {
    const store = new SlowStore();
    const executor = await open(store);
    const [first, second] = inputs;
    assert.ok(first !== undefined && second !== undefined);
    const [, other] = [await executor.execute(first), await executor.execute(first)];
    const next = await executor.execute({ ...second, onto: other.stateRoot });
    await executor.commit(other.candidate, []);
    await executor.commit(next.candidate, []);
    assert.equal(toHex(readStateHead(store)?.root ?? assert.fail()), toHex(roots[2] ?? assert.fail()));
  });

  it("are whole or absent wherever the machine stops, and none is there without those before it", async () => {
    const few = inputs.slice(0, 5);
    const summary = await enumerateCrashes({
      begin: () => ({ committed: -1 }),
      run: async (disk, state) => {
        const store = disk.store("chain");
        await initialiseState(store, alloc);
        state.committed = 0;
        const executor = await LocalExecutor.open(options, { store, blockRoot });
        await pipelined(executor, few, roots, (height) => {
          state.committed = height;
        });
      },
      check: async (disk, state) => {
        const store = disk.store("chain");
        const height = await heightAfterCrash(store, state.committed, roots);
        if (height === undefined) return;
        const again = await LocalExecutor.open(options, { store, blockRoot });
        await pipelined(again, few.slice(height), roots.slice(height));
        assert.equal(again.height, few.length);
      },
    });
    assert.ok(summary.points >= 12, `only ${summary.points} points`);
  });
});
