import assert from "node:assert/strict";
import * as fc from "fast-check";
import { toHex } from "../../../src/base/index.js";
import {
  hashLeaf,
  inclusionPath,
  MerkleFrontier,
  pathLength,
  rootFromPath,
  rootOfEntries,
  verifyInclusion,
} from "../../../src/proofs/index.js";
import { naivePath, naiveRoot } from "./naiveTree.js";

function entriesOf(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => Uint8Array.of(i >> 8, i & 0xff));
}

describe("RFC 9162 tree", () => {
  it("gives the published roots of the Certificate Transparency reference tree", () => {
    // The eight inputs and roots of the test suite of the original CT log (also used by RFC 6962 and 9162 implementations).
    const inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    const roots = [
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    const entries = inputs.map((hex) => new Uint8Array(Buffer.from(hex, "hex")));
    roots.forEach((root, i) => {
      assert.equal(toHex(rootOfEntries(entries.slice(0, i + 1))), `0x${root}`);
    });
    assert.equal(toHex(rootOfEntries([])), "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  it("equals the naive tree, its paths and the frontier for 0 to 70 leaves", () => {
    const frontier = new MerkleFrontier();
    for (let count = 0; count <= 70; count++) {
      const entries = entriesOf(count);
      const root = rootOfEntries(entries);
      assert.deepEqual(Buffer.from(root), naiveRoot(entries));
      assert.deepEqual(frontier.root(), root);
      assert.deepEqual(MerkleFrontier.decode(frontier.encode()).root(), root);
      const hashes = entries.map(hashLeaf);
      for (let index = 0; index < count; index++) {
        const path = inclusionPath(hashes, index);
        assert.deepEqual(
          path.map((hash) => Buffer.from(hash)),
          naivePath(index, entries),
        );
        assert.equal(path.length, pathLength(index, count));
        const proof = { leafHash: hashes[index] ?? new Uint8Array(), index, count, path };
        assert.ok(verifyInclusion(proof, root));
      }
      frontier.append(Uint8Array.of(count >> 8, count & 0xff));
    }
  });

  it("refuses a proof with any changed part", () => {
    const arbitrary = fc.integer({ min: 2, max: 300 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        index: fc.nat(count - 1),
        otherIndex: fc.nat(count + 5),
        flip: fc.nat(10_000),
        mode: fc.constantFrom("hash", "path", "index", "shorter", "longer", "swap"),
      }),
    );
    fc.assert(
      fc.property(arbitrary, ({ count, index, otherIndex, flip, mode }) => {
        const hashes = entriesOf(count).map(hashLeaf);
        const root = rootOfEntries(entriesOf(count));
        const good = {
          leafHash: hashLeaf(Uint8Array.of(index >> 8, index & 0xff)),
          index,
          count,
          path: inclusionPath(hashes, index),
        };
        assert.ok(verifyInclusion(good, root));
        const path = good.path.map((hash) => hash.slice());
        const target = path[flip % path.length];
        if (target === undefined) return;
        const bad = { ...good, path };
        if (mode === "hash") bad.leafHash = hashLeaf(bad.leafHash);
        if (mode === "path") target[flip % 32] = (target[flip % 32] ?? 0) ^ 1;
        if (mode === "index") {
          if (otherIndex === index) return;
          bad.index = otherIndex;
        }
        if (mode === "shorter") path.pop();
        if (mode === "longer") path.push(target);
        if (mode === "swap") {
          if (path.length < 2) return;
          path.reverse();
        }
        assert.equal(verifyInclusion(bad, root), false);
      }),
      { seed: 20261123, numRuns: 300 },
    );
  });

  it("takes no index or count that is no index or count", () => {
    const hash = hashLeaf(new Uint8Array());
    for (const [index, count] of [
      [0, 0],
      [-1, 2],
      [1, 1],
      [0.5, 2],
      [Number.NaN, 2],
      [0, 2 ** 60],
      [0, Infinity],
    ] as const) {
      assert.equal(rootFromPath({ leafHash: hash, index, count, path: [] }), undefined);
    }
    assert.throws(() => inclusionPath([hash], 1), { code: "PROOF_RANGE" });
  });

  it("decodes only frontiers", () => {
    const frontier = new MerkleFrontier();
    for (let i = 0; i < 13; i++) frontier.append(Uint8Array.of(i));
    const bytes = frontier.encode();
    assert.equal(bytes.length, 8 + 3 * 32);
    for (const bad of [bytes.slice(0, -1), bytes.slice(0, 7), new Uint8Array(0), new Uint8Array([...bytes, 0])]) {
      assert.throws(() => MerkleFrontier.decode(bad), { code: "PROOF_MALFORMED" });
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
        try {
          assert.deepEqual(MerkleFrontier.decode(random).encode(), random);
        } catch (error) {
          assert.equal((error as { code?: string }).code, "PROOF_MALFORMED");
        }
      }),
      { seed: 9162, numRuns: 500 },
    );
  });
});
