import { BitArray } from "@chainsafe/ssz";
import { type SigningContext, voteSigningRoot } from "./crypto/signing.js";
import type { Verifier } from "./crypto/types.js";
import { isQuorum, totalWeight } from "./schedule/quorum.js";
import type { CommitCertificate, PrevoteCertificate, SkipCertificate } from "./types/certificate.js";
import { ZERO_ROOT } from "./types/ssz.js";
import type { VoterSet } from "./types/state.js";
import { type Vote, VoteKind } from "./types/vote.js";

/** The one vote that all signers of a commit certificate gave. */
export function commitVote(certificate: CommitCertificate): Vote {
  const { height, slot, round, blockRoot } = certificate;
  return { kind: VoteKind.Precommit, height, slot, round, blockRoot };
}

export function prevoteVote(certificate: PrevoteCertificate): Vote {
  const { height, slot, round, blockRoot } = certificate;
  return { kind: VoteKind.Prevote, height, slot, round, blockRoot };
}

export function skipVote(certificate: SkipCertificate): Vote {
  const { height, slot } = certificate;
  return { kind: VoteKind.PrecommitAbsent, height, slot, round: 0, blockRoot: ZERO_ROOT };
}

/** Weight of the signers; undefined when the bitfield is not one of this set. */
export function signersWeight(set: VoterSet, signers: BitArray): number | undefined {
  if (signers.bitLen !== set.members.length) return undefined;
  let weight = 0;
  for (const index of signers.getTrueBitIndexes()) weight += set.members[index]?.weight ?? 0;
  return weight;
}

/** True when more than 2/3 of the weight of `set` signed `vote`. */
export function verifyQuorum(
  vote: Vote,
  proof: { readonly signers: BitArray; readonly signature: Uint8Array },
  set: VoterSet,
  context: SigningContext,
  verifier: Verifier,
): boolean {
  const weight = signersWeight(set, proof.signers);
  if (weight === undefined || !isQuorum(weight, totalWeight(set))) return false;
  const keys: Uint8Array[] = [];
  for (const index of proof.signers.getTrueBitIndexes()) {
    const member = set.members[index];
    if (member !== undefined) keys.push(member.blsPublicKey);
  }
  return verifier.verifyAggregate(keys, voteSigningRoot(vote, context), proof.signature);
}

/** Bitfield and aggregate of signatures by voter index. */
export function aggregateVotes(
  size: number,
  signatures: ReadonlyMap<number, Uint8Array>,
  verifier: Verifier,
): { signers: BitArray; signature: Uint8Array } {
  const signers = BitArray.fromBitLen(size);
  for (const voter of signatures.keys()) signers.set(voter, true);
  return { signers, signature: verifier.aggregate([...signatures.values()]) };
}
