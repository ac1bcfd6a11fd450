import assert from "node:assert/strict";
import { createMPT, type MerklePatriciaTrie } from "@ethereumjs/mpt";
import { toHex } from "@lucid/consensus/base";
import { EMPTY_TRIE_ROOT } from "../../../src/state/keccak.js";
import { listRoot } from "../../../src/state/listTrie.js";
import { recordBefore, Trie } from "../../../src/state/trie.js";
import { seededRandom } from "../../support/random.js";

class Records {
  readonly map = new Map<string, Uint8Array>();
  readonly read = (packed: Uint8Array): Uint8Array | undefined => this.map.get(toHex(packed));

  apply(trie: Trie): void {
    for (const change of trie.changes()) {
      const before = this.map.get(toHex(change.packedPath));
      const told = recordBefore(change, () => before);
      assert.equal(told && toHex(told), before && toHex(before), "the record that is replaced");
    }
    for (const { packedPath, rlp } of trie.changes()) {
      if (rlp === undefined) this.map.delete(toHex(packedPath));
      else this.map.set(toHex(packedPath), rlp);
    }
  }
}

const counter = { nodes: 0 };

function openTrie(records: Records, root: Uint8Array, epoch: number): Trie {
  return new Trie(records.read, root, counter, epoch);
}

/** Every stored record is reachable: nothing stale is left behind. */
function assertNoGarbage(records: Records, root: Uint8Array): void {
  const fresh = new Records();
  const seen = new Set<string>();
  const reading = (packed: Uint8Array): Uint8Array | undefined => {
    seen.add(toHex(packed));
    return records.read(packed);
  };
  walk(new Trie(reading, root, counter, 1));
  assert.deepEqual(
    [...records.map.keys()].filter((key) => !seen.has(key)),
    [],
  );
  assert.equal(fresh.map.size, 0);
}

function walk(trie: Trie): void {
  for (const _ of trie.leaves()) {
    // Loading every node is the point.
  }
}

describe("Trie", () => {
  for (let seed = 1; seed <= 12; seed++) {
    it(`has the roots of @ethereumjs/mpt over random puts, deletes, aborts and reloads, seed ${seed}`, async () => {
      const random = seededRandom(seed);
      const keyLength = random.pick([2, 3, 32]);
      const values = random.pick([1, 8, 60]);
      const stock: MerklePatriciaTrie = await createMPT({});
      const records = new Records();
      const model = new Map<string, Uint8Array>();
      let head = openTrie(records, EMPTY_TRIE_ROOT, 1);
      for (let round = 2; round < 30; round++) {
        const fork = head.fork(round);
        const changes: [Uint8Array, Uint8Array | undefined][] = [];
        for (let i = random.below(20); i >= 0; i--) {
          const known = [...model.keys()];
          const useKnown = known.length > 0 && random.below(2) === 0;
          const key = useKnown ? Buffer.from(random.pick(known), "hex") : random.bytes(keyLength);
          // Few distinct first nibbles make long shared paths.
          if (!useKnown && random.below(2) === 0) key.fill(0x11, 0, keyLength - 1);
          const remove = random.below(3) === 0;
          changes.push([new Uint8Array(key), remove ? undefined : random.bytes(1 + random.below(values))]);
        }
        for (const [key, value] of changes) {
          if (value === undefined) fork.delete(key);
          else fork.put(key, value);
          if (random.below(8) === 0) fork.hash();
        }
        if (random.below(4) === 0) {
          // Abort: the head is as before.
          fork.hash();
          assert.equal(toHex(head.hash()), toHex(stock.root()));
          continue;
        }
        for (const [key, value] of changes) {
          if (value === undefined) {
            await stock.del(key);
            model.delete(Buffer.from(key).toString("hex"));
          } else {
            await stock.put(key, value);
            model.set(Buffer.from(key).toString("hex"), value);
          }
        }
        const root = fork.hash();
        assert.equal(toHex(root), toHex(stock.root()), `round ${round}`);
        records.apply(fork);
        const choice = random.below(3);
        if (choice === 0) head = openTrie(records, root, round);
        else head = fork.fork(round);
        if (choice === 1) head.evict(round - 2);
        assertNoGarbage(records, root);
      }
      for (const [key, value] of model) {
        assert.deepEqual(head.get(Buffer.from(key, "hex")), value);
      }
      assert.equal(head.get(new Uint8Array(keyLength).fill(0xee)), undefined);
    });
  }

  it("refuses a record that is not the one its parent names", () => {
    const records = new Records();
    const trie = openTrie(records, EMPTY_TRIE_ROOT, 1);
    for (let i = 0; i < 40; i++) trie.put(new Uint8Array(32).fill(i * 5), new Uint8Array(40).fill(i));
    const root = trie.hash();
    records.apply(trie);
    const [key, value] = [...records.map].at(-1) ?? assert.fail("no record");
    value[value.length - 1] = (value.at(-1) ?? 0) ^ 1;
    records.map.set(key, value);
    assert.throws(() => walk(openTrie(records, root, 2)), { code: "STATE_CORRUPT" });
    records.map.delete(key);
    assert.throws(() => walk(openTrie(records, root, 2)), { code: "STATE_CORRUPT" });
  });
});

describe("listRoot", () => {
  it("equals @ethereumjs/mpt for lists up to 300 items", async () => {
    const { RLP } = await import("@ethereumjs/rlp");
    const random = seededRandom(99);
    for (const length of [0, 1, 2, 16, 127, 128, 129, 255, 256, 300]) {
      const items = Array.from({ length }, () => random.bytes(1 + random.below(100)));
      const stock = await createMPT({});
      for (const [index, item] of items.entries()) await stock.put(RLP.encode(index), item);
      assert.equal(toHex(listRoot(items)), toHex(stock.root()), `${length} items`);
    }
  });
});
