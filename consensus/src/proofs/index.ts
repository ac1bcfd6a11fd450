export {
  buildLeafProof,
  chunkRoot,
  chunkRootFromLeaf,
  chunkRootInPlace,
  chunkRootOfTree,
  LEAF_SIZE,
  type LeafProof,
  leafCount,
  MAX_BLOB_LENGTH,
  verifyLeafProof,
} from "./chunkRoot.js";
export { ProofError, type ProofErrorCode, proofErrorInfo } from "./errors.js";
export { MerkleFrontier } from "./frontier.js";
export { decodeLeafProof, encodeLeafProof } from "./leafProofCodec.js";
export {
  emptyRoot,
  HASH_LENGTH,
  hashLeaf,
  hashNode,
  type InclusionProof,
  inclusionPath,
  MAX_PATH_LENGTH,
  pathLength,
  rootFromPath,
  rootOfEntries,
  rootOfLeafHashes,
  verifyInclusion,
} from "./merkleTree.js";
export {
  buildChunkProof,
  type ChunkProof,
  decodeChunkProof,
  encodeChunkProof,
  MAX_SESSION_LEAVES,
  sessionRoot,
  verifyChunkProof,
} from "./sessionTree.js";
