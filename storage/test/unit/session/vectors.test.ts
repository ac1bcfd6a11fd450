import assert from "node:assert/strict";
import { createHash, hkdfSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fromHex, toHex } from "@lucid/consensus/base";
import {
  chunkRoot,
  decodeChunkProof,
  decodeLeafProof,
  verifyChunkProof,
  verifyLeafProof,
} from "@lucid/consensus/proofs";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import {
  deriveChunkKey,
  deriveSessionKey,
  encodeManifest,
  MANIFEST_FIRST_INDEX,
  manifestHashOf,
  merkleRootOf,
  openChunk,
  openManifest,
  parseChunkBlob,
  parseManifest,
  parseSessionId,
  sealChunk,
} from "../../../src/index.js";
import { stream, vectorsPath } from "../../vectors/makeVectors.js";

interface ChunkVector {
  readonly name: string;
  readonly index: number;
  readonly last: boolean;
  readonly codec: "raw" | "zstd";
  readonly nonce: string;
  readonly plaintext: string;
  readonly blob: string;
  readonly chunkRoot: string;
}

interface Vectors {
  readonly keys: {
    readonly ownerKey: string;
    readonly sessionId: string;
    readonly uuid: string;
    readonly sessionKey: string;
    readonly chunkKeys: readonly { readonly index: number; readonly key: string }[];
  };
  readonly blobTrees: readonly { readonly length: number; readonly chunkRoot: string }[];
  readonly chunks: readonly ChunkVector[];
  readonly leafProof: { readonly of: string; readonly leafIndex: number; readonly encoded: string };
  readonly manifest: {
    readonly json: string;
    readonly parts: readonly { readonly index: number; readonly blob: string; readonly chunkRoot: string }[];
    readonly manifestHash: string;
  };
  readonly session: {
    readonly merkleRoot: string;
    readonly chunkCount: number;
    readonly chunkProof: { readonly index: number; readonly encoded: string };
  };
}

/** The storage format once more, written from docs/storage-format.md with nothing of ours. */
const reference = {
  hash: (...parts: readonly Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest(),
  tree(entries: readonly Uint8Array[]): Buffer {
    const [only] = entries;
    if (entries.length === 1 && only !== undefined) return this.hash(Buffer.of(0), only);
    let k = 1;
    while (2 * k < entries.length) k *= 2;
    return this.hash(Buffer.of(1), this.tree(entries.slice(0, k)), this.tree(entries.slice(k)));
  },
  chunkRoot(blob: Uint8Array): Buffer {
    const leaves: Uint8Array[] = [];
    for (let at = 0; at < blob.length; at += 4096) leaves.push(blob.subarray(at, at + 4096));
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(blob.length));
    return this.hash(Buffer.of(2), length, this.tree(leaves));
  },
  hkdf: (key: Uint8Array, salt: Uint8Array, info: Uint8Array) => Buffer.from(hkdfSync("sha256", key, salt, info, 32)),
};

describe("golden vectors of the storage format", () => {
  let vectors: Vectors;
  before(async () => {
    vectors = JSON.parse(await readFile(vectorsPath, "utf8")) as Vectors;
  });

  it("keys", () => {
    const { ownerKey, sessionId, uuid, sessionKey, chunkKeys } = vectors.keys;
    assert.equal(toHex(parseSessionId(uuid)), sessionId);
    assert.equal(toHex(deriveSessionKey(fromHex(ownerKey), fromHex(sessionId))), sessionKey);
    const byReference = reference.hkdf(fromHex(ownerKey), fromHex(sessionId), Buffer.from("lucid/session/v1"));
    assert.equal(toHex(byReference), sessionKey);
    for (const { index, key } of chunkKeys) {
      assert.equal(toHex(deriveChunkKey(fromHex(sessionKey), index)), key);
      const info = Buffer.concat([Buffer.from("lucid/chunk/v1"), Buffer.alloc(4)]);
      info.writeUInt32BE(index, 14);
      assert.equal(toHex(reference.hkdf(fromHex(sessionKey), Buffer.alloc(0), info)), key);
    }
  });

  it("blob trees", () => {
    for (const { length, chunkRoot: root } of vectors.blobTrees) {
      assert.equal(toHex(chunkRoot(stream(length))), root);
      assert.equal(toHex(reference.chunkRoot(stream(length))), root);
    }
  });

  it("chunks: opened, sealed again with the same nonce, and opened by the reference", async () => {
    const sessionKey = fromHex(vectors.keys.sessionKey);
    const sessionId = fromHex(vectors.keys.sessionId);
    assert.deepEqual(new Set(vectors.chunks.map(({ codec }) => codec)), new Set(["raw", "zstd"]));
    for (const vector of vectors.chunks) {
      const blob = fromHex(vector.blob);
      const plaintext = fromHex(vector.plaintext);
      const header = parseChunkBlob(blob);
      const { index, last, codec } = vector;
      assert.deepEqual(
        { ...header, sessionId: toHex(header.sessionId), nonce: toHex(header.nonce) },
        {
          codec,
          last,
          manifest: false,
          sessionId: vectors.keys.sessionId,
          index,
          plainLength: plaintext.length,
          nonce: vector.nonce,
        },
      );
      assert.equal(toHex(reference.chunkRoot(blob)), vector.chunkRoot);
      const expected = { sessionKey, sessionId, index, root: fromHex(vector.chunkRoot), size: blob.length };
      assert.ok(Buffer.from((await openChunk(blob, expected)).plaintext).equals(plaintext));
      const cipher = xchacha20poly1305(deriveChunkKey(sessionKey, index), fromHex(vector.nonce), blob.slice(0, 71));
      const payload = cipher.decrypt(blob.slice(71));
      if (codec === "zstd") {
        assert.ok(payload.length < plaintext.length);
        continue;
      }
      assert.ok(Buffer.from(payload).equals(plaintext));
      const nonce = fromHex(vector.nonce);
      const sealed = await sealChunk(plaintext, { sessionKey, sessionId, index, last, manifest: false, nonce });
      assert.equal(toHex(sealed.blob), vector.blob);
    }
  });

  it("manifest, session tree and proofs", async () => {
    const { manifest, session, keys, chunks, leafProof } = vectors;
    const parts = manifest.parts.map(({ chunkRoot: root, blob }) => ({ root: fromHex(root), blob: fromHex(blob) }));
    const partRoots = parts.map(({ root }) => root);
    assert.equal(manifest.parts[0]?.index, MANIFEST_FIRST_INDEX);
    assert.equal(toHex(manifestHashOf(partRoots)), manifest.manifestHash);
    assert.equal(toHex(reference.tree(partRoots)), manifest.manifestHash);
    const roots = chunks.map(({ chunkRoot: root }) => fromHex(root));
    assert.equal(toHex(merkleRootOf(roots, partRoots)), session.merkleRoot);
    assert.equal(toHex(reference.tree([...roots, ...partRoots])), session.merkleRoot);
    const anchor = {
      sessionId: fromHex(keys.sessionId),
      manifestHash: fromHex(manifest.manifestHash),
      merkleRoot: fromHex(session.merkleRoot),
      chunkCount: session.chunkCount,
    };
    const opened = await openManifest(parts, anchor, { sessionKey: fromHex(keys.sessionKey) });
    assert.deepEqual(opened, parseManifest(new TextEncoder().encode(manifest.json)));
    assert.equal(new TextDecoder().decode(encodeManifest(opened)), manifest.json);
    const chunkProof = decodeChunkProof(fromHex(session.chunkProof.encoded));
    assert.equal(chunkProof.index, session.chunkProof.index);
    assert.ok(verifyChunkProof(chunkProof, fromHex(session.merkleRoot)));
    const leaf = decodeLeafProof(fromHex(leafProof.encoded));
    assert.equal(leaf.leafIndex, leafProof.leafIndex);
    const holder = chunks.find(({ name }) => name === leafProof.of);
    assert.ok(verifyLeafProof(leaf, fromHex(holder?.chunkRoot ?? "")));
  });

  it("are the ones that the document quotes", async () => {
    const url = new URL("../../../../../docs/storage-format.md", import.meta.url);
    const quoted = (await readFile(url, "utf8")).split("## 7.")[1]?.replaceAll(/\s/g, "") ?? "";
    const { keys, chunks, blobTrees } = vectors;
    const known = [keys.ownerKey, keys.sessionId, keys.sessionKey, keys.chunkKeys[0]?.key, keys.chunkKeys[2]?.key];
    for (const hex of [...known, chunks[0]?.blob, chunks[0]?.chunkRoot, chunks[0]?.nonce, blobTrees[0]?.chunkRoot]) {
      assert.ok(hex !== undefined && quoted.includes(hex.slice(2)), hex);
    }
    assert.equal(toHex(stream(1)), "0xdf");
  });
});
