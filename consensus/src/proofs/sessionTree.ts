import { equalBytes } from "../base/index.js";
import { ProofError } from "./errors.js";
import {
  HASH_LENGTH,
  hashLeaf,
  inclusionPath,
  isIndex,
  pathLength,
  rootFromPath,
  rootOfEntries,
} from "./merkleTree.js";

/** Leaves of a session: its chunks in order, then the parts of its manifest. A count is a u32 on chain. */
export const MAX_SESSION_LEAVES = 2 ** 32 - 1;

/** merkleRoot of a session: RFC 9162 tree over its chunkRoots in order, the manifest's parts last. */
export function sessionRoot(chunkRoots: readonly Uint8Array[]): Uint8Array {
  return rootOfEntries(chunkRoots);
}

/** Shows that a chunk is the index-th of a session. */
export interface ChunkProof {
  readonly chunkRoot: Uint8Array;
  readonly index: number;
  /** chunkCount of the session, with the manifest's parts. */
  readonly count: number;
  readonly path: readonly Uint8Array[];
}

/** @throws ProofError PROOF_RANGE */
export function buildChunkProof(chunkRoots: readonly Uint8Array[], index: number): ChunkProof {
  const path = inclusionPath(chunkRoots.map(hashLeaf), index);
  const root = chunkRoots[index];
  if (root === undefined) throw new ProofError({ code: "PROOF_RANGE", message: `the session has no chunk ${index}` });
  return { chunkRoot: root.slice(), index, count: chunkRoots.length, path };
}

/** Never throws. */
export function verifyChunkProof(proof: ChunkProof, merkleRoot: Uint8Array): boolean {
  if (proof.chunkRoot.length !== HASH_LENGTH) return false;
  const { index, count, path } = proof;
  const root = rootFromPath({ leafHash: hashLeaf(proof.chunkRoot), index, count, path });
  return root !== undefined && equalBytes(root, merkleRoot);
}

/** index u32, count u32, chunkRoot 32, then the path, 32 bytes each; integers big-endian. @throws ProofError PROOF_RANGE */
export function encodeChunkProof(proof: ChunkProof): Uint8Array {
  if (!isIndex(proof.index, proof.count) || proof.count > MAX_SESSION_LEAVES) {
    throw new ProofError({ code: "PROOF_RANGE", message: "index or count of the proof is out of range" });
  }
  const out = new Uint8Array(8 + HASH_LENGTH * (1 + proof.path.length));
  const view = new DataView(out.buffer);
  view.setUint32(0, proof.index);
  view.setUint32(4, proof.count);
  out.set(proof.chunkRoot, 8);
  proof.path.forEach((hash, i) => {
    out.set(hash, 8 + HASH_LENGTH * (1 + i));
  });
  return out;
}

/** Accepts exactly what `encodeChunkProof` gives for a path of the right length. @throws ProofError PROOF_MALFORMED */
export function decodeChunkProof(bytes: Uint8Array): ChunkProof {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 8 + HASH_LENGTH) throw malformed();
  const index = view.getUint32(0);
  const count = view.getUint32(4);
  if (!isIndex(index, count) || bytes.length !== 8 + HASH_LENGTH * (1 + pathLength(index, count))) throw malformed();
  const path: Uint8Array[] = [];
  for (let at = 8 + HASH_LENGTH; at < bytes.length; at += HASH_LENGTH) path.push(bytes.slice(at, at + HASH_LENGTH));
  return { chunkRoot: bytes.slice(8, 8 + HASH_LENGTH), index, count, path };
}

function malformed(): ProofError {
  return new ProofError({ code: "PROOF_MALFORMED", message: "not a proof of a chunk in a session" });
}
