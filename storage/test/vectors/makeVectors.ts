import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { concatBytes, sha256, toHex, u32be } from "@lucid/consensus/base";
import {
  buildChunkProof,
  buildLeafProof,
  chunkRoot,
  encodeChunkProof,
  encodeLeafProof,
} from "@lucid/consensus/proofs";
import {
  deriveChunkKey,
  deriveSessionKey,
  encodeManifest,
  formatSessionId,
  type Manifest,
  MANIFEST_FIRST_INDEX,
  manifestHashOf,
  merkleRootOf,
  policyHashOf,
  sealChunk,
} from "../../src/index.js";

/**
 * Writes storageFormat.json beside this file's source. Run it only when the format changes on purpose; the compressed blobs
 * depend on the version of zstd, which is why they are kept and only opened by the test.
 */
export const vectorsPath = fileURLToPath(new URL("../../../test/vectors/storageFormat.json", import.meta.url));

/** Plaintext of the vectors: SHA-256 of u32(0), u32(1), ... one after the other, cut to the length. */
export function stream(length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let i = 0; i * 32 < length; i++) blocks.push(sha256(u32be(i)));
  return concatBytes(...blocks).slice(0, length);
}

const ownerKey = Uint8Array.from({ length: 32 }, (_, i) => i);
const sessionId = new Uint8Array(32);
sessionId.set(Buffer.from("3f2504e04f8941d39a0c0305e82c3301", "hex"));
const nonceOf = (seed: number) => Uint8Array.from({ length: 24 }, (_, i) => (seed + i) & 0xff);
const text = (value: string) => new TextEncoder().encode(value);

export async function makeVectors(): Promise<object> {
  const sessionKey = deriveSessionKey(ownerKey, sessionId);
  const inputs = [
    { name: "one byte", plaintext: text("x"), index: 0, last: false },
    { name: "a sentence, last", plaintext: text("The quick brown fox jumps over the lazy dog"), index: 1, last: true },
    { name: "three leaves", plaintext: stream(10_000), index: 2, last: false },
    { name: "exactly two leaves", plaintext: stream(8192 - 87), index: 3, last: false },
    { name: "compressed", plaintext: text("lucid ".repeat(2000)), index: 4, last: true },
  ];
  const chunks = [];
  for (const [i, { name, plaintext, index, last }] of inputs.entries()) {
    const nonce = nonceOf(16 * i);
    const sealed = await sealChunk(plaintext, { sessionKey, sessionId, index, last, manifest: false, nonce });
    chunks.push({ name, index, last, nonce, plaintext, sealed });
  }
  const manifest: Manifest = {
    sessionId,
    owner: Uint8Array.from({ length: 20 }, (_, i) => 0xa0 + i),
    participants: ["alice", "Jos\u00e9"],
    startedAt: 1_767_225_600_123,
    endedAt: 1_767_225_725_456,
    chunkSize: 65_536,
    chunks: chunks.map(({ sealed: { root, size, plainSize } }) => ({ root, size, plainSize })),
    recorder: { name: "lucid", version: "0.1.0" },
    deviceFingerprint: sha256(text("device")),
    gaps: [{ offset: 44, startedAt: 1_767_225_700_000, endedAt: 1_767_225_703_000, reason: "commandDied" }],
    policyHash: policyHashOf({}),
    salt: sha256(text("salt")),
  };
  const json = encodeManifest(manifest);
  const nonce = nonceOf(0x80);
  const index = MANIFEST_FIRST_INDEX;
  const part = await sealChunk(json, { sessionKey, sessionId, index, last: true, manifest: true, nonce });
  const roots = manifest.chunks.map(({ root }) => root);
  const leaves = [...roots, part.root];
  const third = chunks[2]?.sealed.blob ?? new Uint8Array();
  return {
    comment: "Golden vectors of docs/storage-format.md. Bytes are hex. stream(n): SHA-256(u32(0)) || SHA-256(u32(1)) || ..., cut to n bytes.",
    keys: {
      ownerKey: toHex(ownerKey),
      sessionId: toHex(sessionId),
      uuid: formatSessionId(sessionId),
      sessionKey: toHex(sessionKey),
      chunkKeys: [0, 1, MANIFEST_FIRST_INDEX].map((i) => ({ index: i, key: toHex(deriveChunkKey(sessionKey, i)) })),
    },
    blobTrees: [1, 4095, 4096, 4097, 8192, 12_289, 65_536].map((length) => ({
      blob: `stream(${length})`,
      length,
      chunkRoot: toHex(chunkRoot(stream(length))),
    })),
    chunks: chunks.map(({ name, index, last, nonce, plaintext, sealed }) => ({
      name,
      index,
      last,
      manifest: false,
      codec: sealed.codec,
      nonce: toHex(nonce),
      plaintext: toHex(plaintext),
      blob: toHex(sealed.blob),
      chunkRoot: toHex(sealed.root),
    })),
    leafProof: { of: "three leaves", leafIndex: 2, encoded: toHex(encodeLeafProof(buildLeafProof(third, 2))) },
    manifest: {
      json: new TextDecoder().decode(json),
      parts: [{ index, nonce: toHex(nonce), codec: part.codec, blob: toHex(part.blob), chunkRoot: toHex(part.root) }],
      manifestHash: toHex(manifestHashOf([part.root])),
    },
    session: {
      merkleRoot: toHex(merkleRootOf(roots, [part.root])),
      chunkCount: leaves.length,
      chunkProof: { index: 3, encoded: toHex(encodeChunkProof(buildChunkProof(leaves, 3))) },
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(vectorsPath, `${JSON.stringify(await makeVectors(), null, 2)}\n`);
}
