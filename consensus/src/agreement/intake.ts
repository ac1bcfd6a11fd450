import { equalBytes } from "../base/bytes.js";
import { commitVote, prevoteVote, verifyQuorum } from "../certificates.js";
import { proposalSigningRoot, voteSigningRoot } from "../crypto/signing.js";
import type { SignatureItem } from "../crypto/types.js";
import { EARLY_TOLERANCE } from "../params.js";
import { slotAt } from "../slots.js";
import type { CommitCertificate, PrevoteCertificate } from "../types/certificate.js";
import { headerRoot } from "../types/header.js";
import type { SignedProposal } from "../types/proposal.js";
import { ZERO_ROOT } from "../types/ssz.js";
import type { VoterSet } from "../types/state.js";
import { compareViews, isNoView, MAX_ROUND, type View, viewKey } from "../types/view.js";
import { isNilKind, type SignedVote, Step, sameVote, stepOfKind } from "../types/vote.js";
import type { Height } from "./height.js";
import { type Host, type SigningOptions, signingContextOf } from "./host.js";
import type { AgreementOptions, HeightContext, Outcome } from "./types.js";

/** What is to be said about a message, and the name of the rule. */
export interface Judgement {
  readonly outcome: Outcome;
  readonly code: string;
}

export const ACCEPT: Judgement = { outcome: "accept", code: "OK" };
export const ignore = (code: string): Judgement => ({ outcome: "ignore", code });
export const reject = (code: string): Judgement => ({ outcome: "reject", code });

/** Votes of one voter beyond this many views are not held: who is honest never comes near. */
const MAX_VIEWS_AHEAD = 64;

/** Form of a vote, without any state. */
export function checkVoteForm({ vote }: SignedVote): Judgement {
  if (stepOfKind(vote.kind) === undefined) return reject("VOTE_KIND");
  if (vote.slot === 0 || vote.height === 0 || vote.round > MAX_ROUND) return reject("VOTE_VIEW");
  if (isNilKind(vote.kind) !== equalBytes(vote.blockRoot, ZERO_ROOT)) return reject("VOTE_ROOT");
  return ACCEPT;
}

/** Form of a proposal, without any state. */
export function checkProposalForm({ proposal, validCertificate }: SignedProposal): Judgement {
  const { height, slot, round, validSlot, validRound, header } = proposal;
  const view = { slot, round };
  const validView = { slot: validSlot, round: validRound };
  if (height === 0 || slot === 0 || round > MAX_ROUND || validRound > MAX_ROUND) return reject("PROPOSAL_VIEW");
  if (header.height !== height) return reject("PROPOSAL_HEADER");
  if (isNoView(validView)) {
    const fresh = validRound === 0 && validCertificate.length === 0 && compareViews(header, view) === 0;
    return fresh ? ACCEPT : reject("PROPOSAL_HEADER");
  }
  const [certificate] = validCertificate;
  const carried =
    certificate !== undefined &&
    compareViews(validView, view) < 0 &&
    compareViews(header, validView) <= 0 &&
    compareViews(certificate, validView) === 0 &&
    certificate.height === height &&
    equalBytes(certificate.blockRoot, headerRoot(header));
  return carried ? ACCEPT : reject("PROPOSAL_VALID");
}

/** Views that open later than `now` (the network's, see `Host`) and the tolerance of clocks are not held. */
export function isTooEarly(options: AgreementOptions, view: View, now: number): boolean {
  return view.slot > slotAt(options, now + EARLY_TOLERANCE);
}

/** State of the open height, but for the signature. */
export function checkVote(height: Height, host: Host, signed: SignedVote): Judgement {
  const { vote, voter } = signed;
  if (voter >= height.context.voters.members.length) return reject("VOTER_UNKNOWN");
  if (vote.slot < height.lowestSlot || vote.slot < height.view.slot - 1) return ignore("OLD");
  if (isTooEarly(host.options, vote, host.networkNow)) return ignore("EARLY");
  if (vote.slot === height.view.slot && vote.round > height.view.round + MAX_VIEWS_AHEAD) return ignore("EARLY");
  if (vote.slot > height.view.slot && vote.round > MAX_VIEWS_AHEAD) return ignore("EARLY");
  const known = heldVote(height, signed);
  if (known !== undefined && sameVote(known.vote, vote)) return ignore("KNOWN");
  return ACCEPT;
}

/** The vote of the same voter, view and step. */
export function heldVote(height: Height, { vote, voter }: SignedVote): SignedVote | undefined {
  const votes = height.views.get(viewKey(vote));
  const tally = stepOfKind(vote.kind) === Step.Prevote ? votes?.prevotes : votes?.precommits;
  return tally?.votes.get(voter);
}

export function voteItem(
  options: AgreementOptions,
  publicKey: Uint8Array,
  { vote, signature }: SignedVote,
): SignatureItem {
  return { publicKey, message: voteSigningRoot(vote, signingContextOf(options, vote.slot)), signature };
}

/** State of the open height, signature included. `second` is a proposal that contradicts the one held. */
export function checkProposal(
  height: Height,
  host: Host,
  signed: SignedProposal,
): Judgement & { readonly second?: boolean } {
  const { proposal, signature, validCertificate } = signed;
  const { options } = host;
  if (proposal.slot < height.lowestSlot || compareViews(proposal, height.view) < 0) return ignore("OLD");
  if (isTooEarly(options, proposal, host.networkNow)) return ignore("EARLY");
  if (proposal.round > (proposal.slot === height.view.slot ? height.view.round : 0) + MAX_VIEWS_AHEAD) {
    return ignore("EARLY");
  }
  const { context } = height;
  const proposer = height.proposerOf(proposal);
  if (proposer === undefined) return reject("PROPOSER");
  if (context.barred.some((nodeId) => equalBytes(nodeId, proposer.nodeId))) return ignore("PROPOSER_BARRED");
  const root = headerRoot(proposal.header);
  const held = height.views.get(viewKey(proposal))?.proposal;
  if (held !== undefined && equalBytes(held.root, root)) {
    const { validSlot, validRound } = held.signed.proposal;
    if (validSlot === proposal.validSlot && validRound === proposal.validRound) return ignore("KNOWN");
  }
  if (!equalBytes(proposal.header.parentRoot, context.parentRoot)) return reject("PROPOSAL_PARENT");
  if (isNoView({ slot: proposal.validSlot, round: 0 }) && !equalBytes(proposal.header.proposer, proposer.nodeId)) {
    return reject("PROPOSER");
  }
  const signingContext = signingContextOf(options, proposal.slot);
  if (!options.verifier.verify(proposer.blsPublicKey, proposalSigningRoot(proposal, signingContext), signature)) {
    return reject("SIGNATURE");
  }
  if (held !== undefined) return { ...ignore("SECOND_PROPOSAL"), second: true };
  const [certificate] = validCertificate;
  const proven = certificate === undefined || isPrevoteCertificate(height, options, certificate);
  return host.rules.acceptsProof(proven) ? ACCEPT : reject("CERTIFICATE");
}

/** Before a recovery others voted on this height. */
function votersOfView({ context }: Height, view: View): VoterSet {
  const { recovery, voters } = context;
  return recovery !== undefined && view.slot < recovery.slot ? recovery.voters : voters;
}

export function isPrevoteCertificate(
  height: Height,
  options: AgreementOptions,
  certificate: PrevoteCertificate,
): boolean {
  return (
    certificate.height === height.context.height &&
    certificate.round <= MAX_ROUND &&
    !equalBytes(certificate.blockRoot, ZERO_ROOT) &&
    verifyQuorum(
      prevoteVote(certificate),
      certificate,
      votersOfView(height, certificate),
      signingContextOf(options, certificate.slot),
      options.verifier,
    )
  );
}

/**
 * A certificate decides in any view, even one before `firstSlot`: others may hold a certificate of the parent of a lower
 * view, which this node has not seen, and the block carries it.
 */
export function isCommitCertificate(
  { height, voters }: Pick<HeightContext, "height" | "voters">,
  options: SigningOptions,
  certificate: CommitCertificate,
): boolean {
  return (
    certificate.height === height &&
    certificate.round <= MAX_ROUND &&
    !equalBytes(certificate.blockRoot, ZERO_ROOT) &&
    verifyQuorum(
      commitVote(certificate),
      certificate,
      voters,
      signingContextOf(options, certificate.slot),
      options.verifier,
    )
  );
}
