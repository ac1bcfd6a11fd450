import { BlsVerifier, Genesis } from "@lucid/consensus";
import { fromHex, toHex } from "@lucid/consensus/base";
import { type ProvenAnchor, parseProofFile, statementOf, verifyProof } from "../../proof/index.js";

export interface CheckedProof {
  readonly proven: ProvenAnchor;
  /** Sentences for people: what, by whom, not later than when, resting on what. */
  readonly lines: readonly string[];
}

/** Genesis root that a proof file names; it proves nothing by itself. */
export function namedGenesisRoot(text: string): string {
  return toHex(Genesis.hashTreeRoot(parseProofFile(text).genesis));
}

/** Offline check. @throws NodeError ANCHOR_PROOF_MALFORMED, ANCHOR_PROOF_UNTRUSTED, ANCHOR_PROOF_INVALID */
export function checkProof(text: string, genesisRoot: string, checkpoint?: string): CheckedProof {
  const trust = {
    genesisRoot: fromHex(genesisRoot, 32),
    ...(checkpoint === undefined ? {} : { checkpoint: fromHex(checkpoint, 32) }),
  };
  const proven = verifyProof(text, trust, { verifier: new BlsVerifier() });
  return { proven, lines: statementOf(proven) };
}
