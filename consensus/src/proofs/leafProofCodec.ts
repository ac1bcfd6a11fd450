import { LEAF_SIZE, type LeafProof, leafCount, MAX_BLOB_LENGTH } from "./chunkRoot.js";
import { ProofError } from "./errors.js";
import { HASH_LENGTH, isIndex, pathLength } from "./merkleTree.js";

/** blobLength u32, leafIndex u32, leaf, path (32 bytes each); integers big-endian. All lengths follow from the first two. */
export function encodeLeafProof(proof: LeafProof): Uint8Array {
  const out = new Uint8Array(8 + proof.leaf.length + HASH_LENGTH * proof.path.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, proof.blobLength);
  view.setUint32(4, proof.leafIndex);
  out.set(proof.leaf, 8);
  proof.path.forEach((hash, i) => {
    out.set(hash, 8 + proof.leaf.length + HASH_LENGTH * i);
  });
  return out;
}

/** At most 8 + LEAF_SIZE + 14 hashes are read. @throws ProofError PROOF_MALFORMED */
export function decodeLeafProof(bytes: Uint8Array): LeafProof {
  if (bytes.length < 9) throw malformed();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const blobLength = view.getUint32(0);
  const leafIndex = view.getUint32(4);
  if (blobLength < 1 || blobLength > MAX_BLOB_LENGTH || !isIndex(leafIndex, leafCount(blobLength))) throw malformed();
  const leafLength = Math.min(LEAF_SIZE, blobLength - leafIndex * LEAF_SIZE);
  const hashes = pathLength(leafIndex, leafCount(blobLength));
  if (bytes.length !== 8 + leafLength + HASH_LENGTH * hashes) throw malformed();
  const path: Uint8Array[] = [];
  for (let at = 8 + leafLength; at < bytes.length; at += HASH_LENGTH) path.push(bytes.slice(at, at + HASH_LENGTH));
  return { blobLength, leafIndex, leaf: bytes.slice(8, 8 + leafLength), path };
}

function malformed(): ProofError {
  return new ProofError({ code: "PROOF_MALFORMED", message: "not a proof of a leaf in a chunk" });
}
