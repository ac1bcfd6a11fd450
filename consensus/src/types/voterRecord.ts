import { ContainerType, ListCompositeType, type ValueOf } from "@chainsafe/ssz";
import { PrevoteCertificate } from "./certificate.js";
import { SignedProposal } from "./proposal.js";
import { bytes32, u8, u32, u64 } from "./ssz.js";
import { SignedVote } from "./vote.js";

/**
 * What a voter keeps on disk, fsynced before a signature leaves the process: its double-sign protection and all that it
 * needs to take up an open height again. Marks without the lock would not be enough (consensus-attacks C8).
 */
export const VoterRecord = new ContainerType(
  {
    genesisRoot: bytes32,
    nodeId: bytes32,
    forkVersion: u32,
    /** The open height, to which all below belongs. */
    height: u32,
    /** The highest position ever signed: nothing at or below it is signed anew. */
    markHeight: u32,
    markSlot: u32,
    markRound: u32,
    markStep: u8,
    /** The last own messages of the height, to be sent again. */
    proposals: new ListCompositeType(SignedProposal, 4),
    votes: new ListCompositeType(SignedVote, 64),
    /** The certificate that locked the voter, and the one of its valid block. */
    lock: new ListCompositeType(PrevoteCertificate, 1),
    valid: new ListCompositeType(PrevoteCertificate, 1),
    /** Somebody showed a vote of this key at this height that the record lacked: silent until a block above it is there. */
    silentThrough: u32,
    /** Unix milliseconds of a clean stop; 0 while running. */
    closedAt: u64,
  },
  { typeName: "VoterRecord" },
);
export type VoterRecord = ValueOf<typeof VoterRecord>;

/** 64 votes and 4 proposals with certificates stay far below. */
export const VOTER_RECORD_BYTES = 64 * 1024;
