import { ContainerType, ListCompositeType, type ValueOf } from "@chainsafe/ssz";
import { ProposalSummary } from "./proposal.js";
import { blsSignature, bytes32 } from "./ssz.js";
import { Vote } from "./vote.js";

export const VoteStatement = new ContainerType(
  { message: Vote, signature: blsSignature },
  { typeName: "VoteStatement" },
);
export type VoteStatement = ValueOf<typeof VoteStatement>;

export const ProposalStatement = new ContainerType(
  { message: ProposalSummary, signature: blsSignature },
  { typeName: "ProposalStatement" },
);
export type ProposalStatement = ValueOf<typeof ProposalStatement>;

/** Two different statements of one node in one (height, slot, round, step): exactly one of the lists holds two. */
export const Evidence = new ContainerType(
  {
    nodeId: bytes32,
    votes: new ListCompositeType(VoteStatement, 2),
    proposals: new ListCompositeType(ProposalStatement, 2),
  },
  { typeName: "Evidence" },
);
export type Evidence = ValueOf<typeof Evidence>;
