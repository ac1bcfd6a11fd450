export {
  buildAnchorProof,
  type FoundSession,
  findSession,
  onlySession,
  type ProofBuilderModules,
  proofToFile,
  sessionCandidates,
  withChunk,
} from "./build.js";
export { anchorProofErrorInfo } from "./errorInfo.js";
export {
  type AnchorProof,
  type AnchorProofFile,
  formatProofFile,
  MAX_PROOF_BYTES,
  parseProofFile,
} from "./proofFile.js";
export type { RegisteredSession } from "./sessionEvent.js";
export { SetChanges } from "./setChanges.js";
export { statementOf, uuidOf } from "./statement.js";
export { type ProofModules, type ProofTrust, type ProvenAnchor, verifyProof } from "./verify.js";
