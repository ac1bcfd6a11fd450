import assert from "node:assert/strict";
import fc from "fast-check";
import { MAX_LIST_PROOF_NODES, proveListItem, verifyListItem } from "../../../src/proof/listProof.js";
import { listRoot } from "../../../src/state/listTrie.js";

const item = fc.uint8Array({ minLength: 40, maxLength: 200 });

describe("proofs of list items", () => {
  it("prove every item of lists of every length, and nothing else", () => {
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 300 }), fc.nat(), (items, seed) => {
        const index = seed % items.length;
        const root = listRoot(items);
        const nodes = proveListItem(items, index);
        assert.ok(nodes.length <= MAX_LIST_PROOF_NODES);
        assert.deepEqual(verifyListItem(root, index, nodes), items[index]);
        assert.equal(verifyListItem(root, index + 1, nodes), undefined);
        assert.equal(verifyListItem(root, index, nodes.slice(1)), undefined);
        assert.equal(verifyListItem(root, index, nodes.slice(0, -1)), undefined);
        assert.equal(verifyListItem(root, index, [...nodes, ...nodes.slice(-1)]), undefined);
        assert.equal(verifyListItem(root, index, []), undefined);
      }),
      { numRuns: 60 },
    );
  });

  it("break at every flipped bit", () => {
    const items = Array.from({ length: 200 }, (_, i) => new Uint8Array(50).fill(i));
    const root = listRoot(items);
    const nodes = proveListItem(items, 150);
    for (const [position, node] of nodes.entries()) {
      for (let bit = 0; bit < node.length * 8; bit++) {
        const flipped = node.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        assert.equal(verifyListItem(root, 150, nodes.with(position, flipped)), undefined);
      }
    }
  });

  it("refuse any bytes without throwing", () => {
    const root = new Uint8Array(32);
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 8 }), fc.nat(300), (nodes, index) => {
        assert.equal(verifyListItem(root, index, nodes), undefined);
      }),
      { numRuns: 300 },
    );
  });
});
