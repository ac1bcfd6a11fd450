import { BitArray } from "@chainsafe/ssz";
import type { HeightVotesRequest, HeightVotesResponse } from "../types/exchange.js";
import type { SignedProposal } from "../types/proposal.js";
import { compareViews, NO_VIEW, viewKey } from "../types/view.js";
import type { SignedVote } from "../types/vote.js";
import type { Height } from "./height.js";
import type { Tally, ViewVotes } from "./tally.js";

const MAX_VOTES = 1024;

function bitsOf(size: number, tally: Tally | undefined): BitArray {
  const bits = BitArray.fromBitLen(size);
  for (const voter of tally?.votes.keys() ?? []) bits.set(voter, true);
  return bits;
}

/** What this node holds of its current view. */
export function votesRequest(height: Height): HeightVotesRequest {
  const size = height.context.voters.members.length;
  const votes = height.views.get(viewKey(height.view));
  const { slot: validSlot, round: validRound } = height.valid ?? NO_VIEW;
  return {
    height: height.context.height,
    ...height.view,
    validSlot,
    validRound,
    hasProposal: votes?.proposal !== undefined,
    prevotes: bitsOf(size, votes?.prevotes),
    precommits: bitsOf(size, votes?.precommits),
  };
}

function lacking(tally: Tally, bits: BitArray | undefined): SignedVote[] {
  return [...tally.votes.values()].filter(
    ({ voter }) => bits === undefined || voter >= bits.bitLen || !bits.get(voter),
  );
}

/** What the asker lacks: its view, this node's view if that is later, the proof of the valid block, the decision. */
export function votesResponse(height: Height, request: HeightVotesRequest): HeightVotesResponse {
  const proposals: SignedProposal[] = [];
  const votes: SignedVote[] = [];
  const add = (held: ViewVotes | undefined, of?: HeightVotesRequest): void => {
    if (held === undefined) return;
    if (held.proposal !== undefined && of?.hasProposal !== true) proposals.push(held.proposal.signed);
    votes.push(...lacking(held.prevotes, of?.prevotes), ...lacking(held.precommits, of?.precommits));
  };
  add(height.views.get(viewKey(request)), request);
  if (compareViews(height.view, request) > 0) add(height.views.get(viewKey(height.view)));
  const valid = height.valid;
  const news = valid !== undefined && compareViews(valid, { slot: request.validSlot, round: request.validRound }) > 0;
  return {
    proposals,
    votes: votes.slice(0, MAX_VOTES),
    certificates: news ? [valid] : [],
    commits: height.commit === undefined ? [] : [height.commit],
  };
}
