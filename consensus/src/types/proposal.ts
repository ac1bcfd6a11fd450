import { ContainerType, ListCompositeType, type ValueOf } from "@chainsafe/ssz";
import { PrevoteCertificate } from "./certificate.js";
import { Header, headerRoot } from "./header.js";
import { blsSignature, bytes32, u32 } from "./ssz.js";

const viewFields = {
  height: u32,
  slot: u32,
  round: u32,
  /** View of the prevote certificate that backs a block proposed before; (0, 0) for a new block. */
  validSlot: u32,
  validRound: u32,
};

/** The signed part of a proposal. The body travels on its own: a late body is not a silent proposer. */
export const Proposal = new ContainerType({ ...viewFields, header: Header }, { typeName: "Proposal" });
export type Proposal = ValueOf<typeof Proposal>;

/** The same with the header's root in its place: SSZ gives it the same root, so one signature fits both. */
export const ProposalSummary = new ContainerType({ ...viewFields, header: bytes32 }, { typeName: "ProposalSummary" });
export type ProposalSummary = ValueOf<typeof ProposalSummary>;

export const SignedProposal = new ContainerType(
  {
    proposal: Proposal,
    signature: blsSignature,
    /** The certificate of the valid view, when there is one. Not covered by the signature: it proves itself. */
    validCertificate: new ListCompositeType(PrevoteCertificate, 1),
  },
  { typeName: "SignedProposal" },
);
export type SignedProposal = ValueOf<typeof SignedProposal>;

/** Largest SignedProposal, bytes (consensus.md: under 4 KiB). */
export const PROPOSAL_BYTES = 4096;

export function summarise(proposal: Proposal): ProposalSummary {
  const { header, ...view } = proposal;
  return { ...view, header: headerRoot(header) };
}
