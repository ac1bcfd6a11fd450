export { BlsSigner, BlsVerifier } from "./blst.js";
export {
  beaconSigningRoot,
  chunkReceiptSigningRoot,
  nextMix,
  nodeIdOf,
  possessionMessage,
  proposalSigningRoot,
  recoverySigningRoot,
  relaySigningRoot,
  type SigningContext,
  signingDomain,
  signingRoot,
  storageSigningRoot,
  summarySigningRoot,
  voteSigningRoot,
  vrfMessage,
} from "./signing.js";
export { StandInSigner, StandInVerifier } from "./standIn.js";
export type { AggregateItem, SignatureItem, Signer, Verifier } from "./types.js";
