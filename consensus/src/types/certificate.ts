import { BitArray, BitListType, ContainerType, type ValueOf } from "@chainsafe/ssz";
import { blsSignature, bytes32, u32, VOTER_LIMIT, ZERO_ROOT, ZERO_SIGNATURE } from "./ssz.js";

/** One bit for each voter of the height, in the order of its voters. */
export const VoterBits = new BitListType(VOTER_LIMIT);

const blockCertificateFields = {
  height: u32,
  slot: u32,
  round: u32,
  blockRoot: bytes32,
  signers: VoterBits,
  /** Aggregate of the signers' signatures over the one vote that (height, slot, round, blockRoot) determines. */
  signature: blsSignature,
};

/** More than 2/3 of the weight precommitted the block in one view: it is final. */
export const CommitCertificate = new ContainerType(blockCertificateFields, { typeName: "CommitCertificate" });
export type CommitCertificate = ValueOf<typeof CommitCertificate>;

/** More than 2/3 of the weight prevoted the block in one view: proof of a lock or a valid block. */
export const PrevoteCertificate = new ContainerType(blockCertificateFields, { typeName: "PrevoteCertificate" });
export type PrevoteCertificate = ValueOf<typeof PrevoteCertificate>;

/** More than 2/3 of the weight say that the primary of (height, slot) proposed nothing in time. */
export const SkipCertificate = new ContainerType(
  { height: u32, slot: u32, signers: VoterBits, signature: blsSignature },
  { typeName: "SkipCertificate" },
);
export type SkipCertificate = ValueOf<typeof SkipCertificate>;

/** Stands where there is no certificate: the parentCommit of height 1. */
export const NO_CERTIFICATE: CommitCertificate = {
  height: 0,
  slot: 0,
  round: 0,
  blockRoot: ZERO_ROOT,
  signers: BitArray.fromBitLen(0),
  signature: ZERO_SIGNATURE,
};
