import assert from "node:assert/strict";
import { checkDatabase, MemoryStore, namespaces } from "@lucid/storage";
import { stateInvariants } from "../../../src/state/stateInvariants.js";
import { randomBlocks } from "../../support/randomBlocks.js";
import { openLocal } from "../../support/testChain.js";

async function someChain(): Promise<MemoryStore> {
  const store = new MemoryStore();
  const { executor } = await openLocal(store, { keepBlocks: 4 });
  for (const input of randomBlocks(31, 8)) {
    const { candidate } = await executor.execute(input);
    await executor.commit(candidate, []);
  }
  return store;
}

async function problems(store: MemoryStore): Promise<string[]> {
  const report = await checkDatabase(stateInvariants(store));
  return [...new Set(report.problems.map(({ invariant }) => invariant))];
}

describe("stateInvariants", () => {
  it("finds nothing in a sound database", async () => {
    assert.deepEqual(await problems(await someChain()), []);
  });

  const cases: readonly (readonly [string, number, string])[] = [
    ["an account", namespaces.account, "state.accounts"],
    ["a slot", namespaces.storageSlot, "state.storage"],
    ["code", namespaces.code, "state.code"],
    ["a node of the account trie", namespaces.accountTrieNode, "state.accounts"],
    ["a node of a storage trie", namespaces.storageTrieNode, "state.storage"],
    ["a block's history", namespaces.historyByHeight, "state.history"],
  ];
  for (const [what, namespace, invariant] of cases) {
    it(`finds ${what} that is missing`, async () => {
      const store = await someChain();
      const found = store.dump().filter(([key]) => key[0] === namespace);
      const entry = found[Math.floor(found.length / 2)];
      assert.ok(entry !== undefined);
      await store.batch([{ type: "del", key: entry[0] }], { sync: true });
      assert.ok((await problems(store)).includes(invariant));
    });

    it(`finds ${what} that is damaged`, async () => {
      const store = await someChain();
      const found = store.dump().filter(([key]) => key[0] === namespace);
      const entry = found[Math.floor(found.length / 2)];
      assert.ok(entry !== undefined);
      const value = entry[1].slice();
      // A whole count of records that are not there, or a byte of the content.
      value[namespace === namespaces.historyByHeight ? 0 : value.length - 1] = 0xfe;
      await store.batch([{ type: "put", key: entry[0], value }], { sync: true });
      assert.ok((await problems(store)).includes(invariant));
    });
  }

  it("finds a trie node that nothing reaches", async () => {
    const store = await someChain();
    const key = Uint8Array.of(namespaces.accountTrieNode, 9, 1, 2, 3, 4, 5);
    await store.batch([{ type: "put", key, value: Uint8Array.of(1) }], { sync: true });
    assert.deepEqual(await problems(store), ["state.accounts"]);
  });
});
