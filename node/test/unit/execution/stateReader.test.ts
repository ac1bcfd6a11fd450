import assert from "node:assert/strict";
import { concatBytes, toHex } from "@lucid/consensus/base";
import { MemoryStore } from "@lucid/storage";
import { LocalCallRunner } from "../../../src/execution/callRunner.js";
import { DatabaseStateReader } from "../../../src/execution/databaseStateReader.js";
import type { LocalExecutor } from "../../../src/execution/localExecutor.js";
import type { AccountView } from "../../../src/interfaces.js";
import { verifyAccountProof } from "../../support/merkleProofs.js";
import { randomBlocks } from "../../support/randomBlocks.js";
import { alloc, blockInput, blockRoot, environment, openLocal, wallets } from "../../support/testChain.js";
import { addressOf, testContracts, word } from "../../support/testContracts.js";
import { TEST_CHAIN_ID } from "../../support/wallet.js";

interface Snapshot {
  readonly height: number;
  readonly stateRoot: Uint8Array;
  readonly accounts: Map<string, AccountView | undefined>;
  readonly slots: Map<string, Uint8Array>;
}

const addresses = [...alloc.map(({ address }) => address), ...[0, 1, 2, 3, 4].map((i) => addressOf(0x9000 + i))];
const slots = [0, 1, 2, 3, 4, 5, 7].map(word);

function snapshot(reader: DatabaseStateReader, height: number, stateRoot: Uint8Array): Snapshot {
  const accounts = new Map(addresses.map((address) => [toHex(address), reader.account(address, height)]));
  const values = new Map<string, Uint8Array>();
  for (const address of addresses) {
    for (const slot of slots) values.set(toHex(concatBytes(address, slot)), reader.storage(address, slot, height));
  }
  return { height, stateRoot, accounts, slots: values };
}

async function open(options: { keepBlocks?: number; archive?: boolean } = {}) {
  const store = new MemoryStore();
  const { executor } = await openLocal(store, options);
  const calls = await LocalCallRunner.create(TEST_CHAIN_ID, store, blockRoot);
  const reader = new DatabaseStateReader({ store, calls, environment });
  return { store, executor, reader };
}

async function run(
  executor: LocalExecutor,
  reader: DatabaseStateReader,
  blocks: number,
  seed: number,
): Promise<Snapshot[]> {
  const shots = [snapshot(reader, 0, executor.stateRoot)];
  for (const input of randomBlocks(seed, blocks)) {
    const { candidate, stateRoot } = await executor.execute(input);
    await executor.commit(candidate, []);
    shots.push(snapshot(reader, input.env.height, stateRoot));
  }
  return shots;
}

describe("DatabaseStateReader", () => {
  it("shows past states exactly as they were when they were the head, and proves them", async () => {
    const { executor, reader } = await open();
    const shots = await run(executor, reader, 12, 5);
    for (const shot of shots) {
      const { height } = shot;
      for (const address of addresses) {
        assert.deepEqual(reader.account(address, height), shot.accounts.get(toHex(address)), `height ${height}`);
        const proof = reader.proof(address, slots, height);
        await verifyAccountProof(address, proof, shot.stateRoot);
        for (const { slot, value } of proof.storage) {
          assert.deepEqual(value, shot.slots.get(toHex(concatBytes(address, slot))));
          assert.deepEqual(reader.storage(address, slot, height), value);
        }
      }
    }
  });

  it("refuses heights that are pruned or not there yet", async () => {
    const { executor, reader } = await open({ keepBlocks: 4 });
    const shots = await run(executor, reader, 10, 6);
    const [first] = wallets;
    assert.ok(first !== undefined);
    assert.throws(() => reader.account(first.address, 11), { code: "UNKNOWN_HEIGHT" });
    assert.throws(() => reader.account(first.address, 5), { code: "PRUNED" });
    assert.throws(() => reader.proof(first.address, [], 5), { code: "PRUNED" });
    assert.deepEqual(reader.account(first.address, 6), shots[6]?.accounts.get(toHex(first.address)));
    await assert.rejects(reader.call({ to: testContracts.hasher.address }, 5, { gas: 100_000n, milliseconds: 1000 }), {
      code: "PRUNED",
    });
  });

  it("keeps all accounts and slots, not the proofs, in an archive", async () => {
    const { executor, reader } = await open({ keepBlocks: 3, archive: true });
    const shots = await run(executor, reader, 14, 7);
    for (const shot of shots) {
      for (const address of addresses) {
        assert.deepEqual(reader.account(address, shot.height), shot.accounts.get(toHex(address)));
        for (const slot of slots) {
          const expected = shot.slots.get(toHex(concatBytes(address, slot)));
          assert.deepEqual(reader.storage(address, slot, shot.height), expected);
        }
      }
    }
    assert.throws(() => reader.proof(testContracts.writer.address, [], 2), { code: "PRUNED" });
  });

  it("does not take a gap in the archive for an unchanged record", async () => {
    const store = new MemoryStore();
    const first = await openLocal(store, { keepBlocks: 2, archive: true });
    const inputs = [...randomBlocks(8, 9)];
    const phases = [first.executor, undefined, undefined];
    for (const [index, input] of inputs.entries()) {
      const phase = Math.floor(index / 3);
      phases[phase] ??= (await openLocal(store, { keepBlocks: 2, archive: phase !== 1 })).executor;
      const executor = phases[phase];
      assert.ok(executor !== undefined);
      const { candidate } = await executor.execute(input);
      await executor.commit(candidate, []);
    }
    const calls = await LocalCallRunner.create(TEST_CHAIN_ID, store, blockRoot);
    const reader = new DatabaseStateReader({ store, calls, environment });
    const address = testContracts.writer.address;
    assert.throws(() => reader.account(address, 2), { code: "PRUNED" });
    assert.throws(() => reader.account(address, 5), { code: "PRUNED" });
    reader.account(address, 6);
  });

  it("calls contracts at past heights without changing anything", async () => {
    const { executor, reader } = await open();
    const [wallet] = wallets;
    assert.ok(wallet !== undefined);
    const { writer, hasher, environment: env } = testContracts;
    const write = (nonce: number, value: number) =>
      wallet.sign({ nonce, to: writer.address, data: concatBytes(word(3), word(value)), gasLimit: 100_000n });
    for (const height of [1, 2, 3]) {
      const { candidate } = await executor.execute(blockInput(height, [write(height - 1, 100 + height)]));
      await executor.commit(candidate, []);
    }
    const limits = { gas: 1_000_000n, milliseconds: 1000 };
    const hashed = await reader.call({ to: hasher.address, data: word(5) }, 3, limits);
    assert.equal(hashed.status, "success");
    assert.equal(hashed.returnData.length, 32);
    const before = executor.stateRoot;
    for (const height of [1, 2, 3]) {
      assert.deepEqual(reader.storage(writer.address, word(3), height), word(100 + height));
      await reader.call({ to: env.address, data: word(1) }, height, limits);
    }
    assert.deepEqual(executor.stateRoot, before);
    assert.deepEqual(reader.storage(env.address, word(2), 3), word(0));
  });
});
