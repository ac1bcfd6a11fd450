export {
  beaconSigningRoot,
  nextMix,
  nodeIdOf,
  possessionMessage,
  proposalSigningRoot,
  type SigningContext,
  signingDomain,
  signingRoot,
  summarySigningRoot,
  voteSigningRoot,
  vrfMessage,
} from "./signing.js";
export type { SignatureItem, Signer, Verifier } from "./types.js";
