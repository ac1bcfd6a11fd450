import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  buildChunkProof,
  buildLeafProof,
  chunkRoot,
  chunkRootInPlace,
  decodeChunkProof,
  decodeLeafProof,
  encodeChunkProof,
  encodeLeafProof,
  leafCount,
  MAX_BLOB_LENGTH,
  sessionRoot,
  verifyChunkProof,
  verifyLeafProof,
} from "../../../src/proofs/index.js";
import { naiveChunkRoot } from "./naiveTree.js";

function blobOf(length: number, seed = 1): Uint8Array {
  const out = new Uint8Array(length);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out[i] = state >>> 24;
  }
  return out;
}

const sizes = [1, 2, 4095, 4096, 4097, 8192, 12_289, 40_960, 65_536 + 87, 100_003, 8 * 4096, 9 * 4096 + 1];

describe("chunkRoot", () => {
  it("equals the naive tree, by copy and in place, and leaves the buffer as it was", () => {
    for (const size of sizes) {
      const blob = blobOf(size, size);
      const expected = naiveChunkRoot(blob);
      assert.deepEqual(Buffer.from(chunkRoot(blob)), expected);
      const shared = new Uint8Array(new SharedArrayBuffer(size + 12));
      shared.fill(0xa5);
      shared.set(blob, 5);
      const before = shared.slice();
      assert.deepEqual(Buffer.from(chunkRootInPlace(shared, 5, size)), expected);
      assert.deepEqual(shared.slice(), before);
    }
  });

  it("commits to the length", () => {
    const blob = blobOf(4096);
    const longer = new Uint8Array(4097);
    longer.set(blob);
    assert.notDeepEqual(chunkRoot(blob), chunkRoot(longer));
  });

  it("refuses what is no blob", () => {
    assert.throws(() => chunkRoot(new Uint8Array()), { code: "PROOF_RANGE" });
    assert.throws(() => chunkRoot(new Uint8Array(MAX_BLOB_LENGTH + 1)), { code: "PROOF_RANGE" });
    assert.throws(() => chunkRootInPlace(new Uint8Array(10), 0, 10), { code: "PROOF_RANGE" });
    assert.throws(() => chunkRootInPlace(new Uint8Array(10), 1, 10), { code: "PROOF_RANGE" });
  });
});

describe("leaf proof", () => {
  it("verifies for every leaf, through the codec, and for no other leaf, length or root", () => {
    for (const size of sizes) {
      const blob = blobOf(size);
      const root = chunkRoot(blob);
      for (let i = 0; i < leafCount(size); i++) {
        const proof = decodeLeafProof(encodeLeafProof(buildLeafProof(blob, i)));
        assert.ok(verifyLeafProof(proof, root));
        assert.equal(verifyLeafProof({ ...proof, leafIndex: i + 1 }, root), false);
        assert.equal(verifyLeafProof({ ...proof, blobLength: size + 1 }, root), false);
        assert.equal(verifyLeafProof({ ...proof, blobLength: size - 1 }, root), false);
        const leaf = proof.leaf.slice();
        leaf[0] = (leaf[0] ?? 0) ^ 0x80;
        assert.equal(verifyLeafProof({ ...proof, leaf }, root), false);
      }
    }
  });

  it("cannot shrink a blob: the last leaf of a longer one is no leaf of a shorter one", () => {
    const blob = blobOf(3 * 4096);
    const proof = buildLeafProof(blob, 0);
    for (const blobLength of [4096, 2 * 4096, 2 * 4096 + 1, 3 * 4096 - 1, 4 * 4096]) {
      assert.equal(verifyLeafProof({ ...proof, blobLength }, chunkRoot(blob)), false);
    }
  });

  it("decoder takes random bytes without harm", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) =>
        decodesOrRefuses(bytes, decodeLeafProof, encodeLeafProof),
      ),
      { seed: 4096, numRuns: 300 },
    );
  });
});

describe("chunk proof", () => {
  it("verifies for every chunk of a session, through the codec", () => {
    for (const count of [1, 2, 3, 7, 8, 33]) {
      const roots = Array.from({ length: count }, (_, i) => chunkRoot(blobOf(100 + i)));
      const merkleRoot = sessionRoot(roots);
      for (let i = 0; i < count; i++) {
        const proof = decodeChunkProof(encodeChunkProof(buildChunkProof(roots, i)));
        assert.ok(verifyChunkProof(proof, merkleRoot));
        assert.equal(verifyChunkProof({ ...proof, chunkRoot: merkleRoot }, merkleRoot), false);
        assert.equal(verifyChunkProof({ ...proof, index: i + 1 }, merkleRoot), false);
      }
    }
    assert.throws(() => buildChunkProof([], 0), { code: "PROOF_RANGE" });
  });

  it("decoder takes random bytes without harm", () => {
    const nearly = fc.tuple(fc.nat(9), fc.nat(9), fc.uint8Array({ maxLength: 200 })).map(([index, count, rest]) => {
      return new Uint8Array([0, 0, 0, index, 0, 0, 0, count, ...rest]);
    });
    fc.assert(
      fc.property(fc.oneof(nearly, fc.uint8Array({ maxLength: 300 })), (bytes) =>
        decodesOrRefuses(bytes, decodeChunkProof, encodeChunkProof),
      ),
      { seed: 32, numRuns: 500 },
    );
  });
});

function decodesOrRefuses<T>(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => T,
  encode: (value: T) => Uint8Array,
): void {
  let value: T;
  try {
    value = decode(bytes);
  } catch (error) {
    assert.equal((error as { code?: string }).code, "PROOF_MALFORMED");
    return;
  }
  assert.deepEqual(encode(value), bytes);
}
