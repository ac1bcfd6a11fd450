import assert from "node:assert/strict";
import { sha256, toHex } from "@lucid/consensus/base";
import { buildChunkProof, buildLeafProof, chunkRoot, sessionRoot, verifyChunkProof } from "@lucid/consensus/proofs";
import type { Hex } from "@lucid/contracts";
import { hashOf, readAnchors, register, rootsOf, sessionInput } from "./support/sessions.js";
import { TestChain, users } from "./support/testChain.js";

const [alice = "0x"] = users;

function bytesOf(label: string, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let i = 0; i * 32 < length; i++) {
    out.set(sha256(new TextEncoder().encode(`${label}/${i}`)).subarray(0, Math.min(32, length - i * 32)), i * 32);
  }
  return out;
}

describe("LucidAnchors: proofs", () => {
  let chain: TestChain;
  before(async () => {
    chain = await TestChain.create();
  });

  it("accepts every chunk of sessions of 1 to 20 and of odd larger sizes, and equals the library", async function () {
    this.timeout(120_000);
    for (const count of [...Array.from({ length: 20 }, (_, i) => i + 1), 31, 33, 63, 65, 127, 129]) {
      const label = `size ${count}`;
      const input = sessionInput(label, count);
      assert.equal((await register(chain, input)).error, undefined);
      const roots = rootsOf(label, count);
      const root = sessionRoot(roots);
      const indexes = count <= 20 ? roots.keys() : [0, 1, count >> 1, count - 2, count - 1];
      for (const index of indexes) {
        const proof = buildChunkProof(roots, index);
        const verify = (i: number, chunk: Hex, path: readonly Uint8Array[]) =>
          readAnchors(chain, "verifyChunk", [alice, input.sessionId, i, chunk, path.map(toHex)]);
        const own = toHex(proof.chunkRoot);
        assert.equal(await verify(index, own, proof.path), true, `${index} of ${count}`);
        assert.equal(verifyChunkProof(proof, root), true);
        // What the library refuses, the contract refuses.
        assert.equal(await verify(index, hashOf("foreign"), proof.path), false);
        assert.equal(await verify(count, own, proof.path), false);
        assert.equal(await verify(2 ** 32 - 1, own, proof.path), false);
        assert.equal(await verify(index, own, [...proof.path, root]), false, "path too long");
        if (proof.path.length > 0) {
          assert.equal(await verify(index, own, proof.path.slice(1)), false, "path too short");
          assert.equal(await verify(index, own, proof.path.toReversed()), proof.path.length === 1);
        }
        if (count > 1) {
          const moved = (index + 1) % count;
          assert.equal(await verify(moved, own, proof.path), verifyChunkProof({ ...proof, index: moved }, root));
          assert.equal(await verify(moved, own, proof.path), false);
        }
      }
    }
  });

  it("accepts every leaf of blobs of odd sizes, and nothing else", async function () {
    this.timeout(120_000);
    const lengths = [1, 87, 4095, 4096, 4097, 3 * 4096, 5 * 4096 + 1, 12 * 4096 + 7];
    const blobs = lengths.map((length) => bytesOf("blob", length));
    const roots = blobs.map(chunkRoot);
    const input = { ...sessionInput("blobs", 1), chunkCount: roots.length, merkleRoot: toHex(sessionRoot(roots)) };
    await register(chain, input);
    for (const [index, blob] of blobs.entries()) {
      const sessionPath = buildChunkProof(roots, index).path.map(toHex);
      for (let leafIndex = 0; leafIndex * 4096 < blob.length; leafIndex++) {
        const { leaf, path } = buildLeafProof(blob, leafIndex);
        const verify = (length: number, at: number, bytes: Uint8Array, blobPath = path.map(toHex), chunk = index) =>
          readAnchors(chain, "verifyLeaf", [
            alice,
            input.sessionId,
            chunk,
            BigInt(length),
            BigInt(at),
            toHex(bytes),
            blobPath,
            sessionPath,
          ]);
        assert.equal(await verify(blob.length, leafIndex, leaf), true, `${leafIndex} of ${blob.length}`);
        const flipped = Uint8Array.from(leaf);
        flipped[0] = (flipped[0] ?? 0) ^ 1;
        assert.equal(await verify(blob.length, leafIndex, flipped), false, "leaf");
        assert.equal(await verify(blob.length + 1, leafIndex, leaf), false, "length");
        assert.equal(await verify(blob.length + 4096, leafIndex, leaf), false, "length");
        assert.equal(await verify(0, 0, new Uint8Array()), false, "no length");
        assert.equal(await verify(blob.length, leafIndex + 1, leaf), false, "leaf index");
        assert.equal(await verify(blob.length, leafIndex, leaf.slice(1)), false, "short leaf");
        assert.equal(await verify(blob.length, leafIndex, leaf, [...path.map(toHex), input.merkleRoot]), false, "path");
        assert.equal(await verify(blob.length, leafIndex, leaf, undefined, (index + 1) % 8), false, "chunk");
      }
    }
    const nothing = [alice, input.sessionId, 0, 2n ** 64n - 1n, 2n ** 64n - 1n, "0x", [], []] as const;
    assert.equal(await readAnchors(chain, "verifyLeaf", nothing), false, "no overflow at the largest length");
  });

  it("does not take a node of the tree for a leaf", async () => {
    // Second preimage: a session of 2 claimed to be one chunk of which the root is the inner node.
    const roots = rootsOf("inner", 4);
    const input = sessionInput("inner", 4);
    await register(chain, input);
    const left = sessionRoot(roots.slice(0, 2));
    const right = sessionRoot(roots.slice(2));
    for (const index of [0, 1, 2, 3]) {
      const found = await readAnchors(chain, "verifyChunk", [
        alice,
        input.sessionId,
        index,
        toHex(left),
        [toHex(right)],
      ]);
      assert.equal(found, false);
    }
  });

  it("names a session that it does not know", async () => {
    const none = hashOf("no session");
    await assert.rejects(readAnchors(chain, "verifyChunk", [alice, none, 0, none, []]), { code: "UnknownSession" });
    await assert.rejects(readAnchors(chain, "verifyLeaf", [alice, none, 0, 1n, 0n, "0x00", [], []]), {
      code: "UnknownSession",
    });
  });
});
