import { BooleanType, ContainerType, ListCompositeType, type ValueOf } from "@chainsafe/ssz";
import { CommitCertificate, PrevoteCertificate, VoterBits } from "./certificate.js";
import { SignedProposal } from "./proposal.js";
import { u32 } from "./ssz.js";
import { SignedVote } from "./vote.js";

/** `height-votes/1`: what the asker holds of its current view, so that the answer holds what it lacks. */
export const HeightVotesRequest = new ContainerType(
  {
    height: u32,
    slot: u32,
    round: u32,
    validSlot: u32,
    validRound: u32,
    hasProposal: new BooleanType(),
    prevotes: VoterBits,
    precommits: VoterBits,
  },
  { typeName: "HeightVotesRequest" },
);
export type HeightVotesRequest = ValueOf<typeof HeightVotesRequest>;

export const HeightVotesResponse = new ContainerType(
  {
    /** The asker's view, then the answerer's if later. */
    proposals: new ListCompositeType(SignedProposal, 2),
    votes: new ListCompositeType(SignedVote, 1024),
    certificates: new ListCompositeType(PrevoteCertificate, 1),
    /** Of the asked height, when it is decided. */
    commits: new ListCompositeType(CommitCertificate, 1),
  },
  { typeName: "HeightVotesResponse" },
);
export type HeightVotesResponse = ValueOf<typeof HeightVotesResponse>;

export const HEIGHT_VOTES_REQUEST_BYTES = 256;
export const HEIGHT_VOTES_RESPONSE_BYTES = 192 * 1024;
