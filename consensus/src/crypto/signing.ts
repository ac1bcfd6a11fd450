import { concatBytes, u32be, u64be } from "../base/bytes.js";
import { sha256 } from "../base/hash.js";
import { type ChunkReceipt, ChunkReceipt as ChunkReceiptType } from "../types/chunkReceipt.js";
import {
  type Proposal,
  type ProposalSummary,
  ProposalSummary as ProposalSummaryType,
  Proposal as ProposalType,
} from "../types/proposal.js";
import { type Beacon, Beacon as BeaconType } from "../types/task.js";
import { type Vote, Vote as VoteType } from "../types/vote.js";

/** What a signature is bound to beside its message: testnet votes must not count on mainnet, nor old rules' votes on new. */
export interface SigningContext {
  readonly genesisRoot: Uint8Array;
  readonly forkVersion: number;
}

const MessageType = {
  proposal: "lucid-proposal",
  vote: "lucid-vote",
  beacon: "lucid-beacon",
  storage: "lucid-storage",
  relay: "lucid-relay",
  chunkReceipt: "lucid-chunk-receipt",
} as const;
type MessageType = keyof typeof MessageType;

const text = new TextEncoder();

/** SHA-256(message type || genesisRoot || forkVersion). The last two have fixed lengths, so no two types collide. */
export function signingDomain(type: MessageType, context: SigningContext): Uint8Array {
  return sha256(concatBytes(text.encode(MessageType[type]), context.genesisRoot, u32be(context.forkVersion)));
}

/** What is signed: SHA-256(hash_tree_root(message) || domain). */
export function signingRoot(type: MessageType, messageRoot: Uint8Array, context: SigningContext): Uint8Array {
  return sha256(concatBytes(messageRoot, signingDomain(type, context)));
}

export function voteSigningRoot(vote: Vote, context: SigningContext): Uint8Array {
  return signingRoot("vote", VoteType.hashTreeRoot(vote), context);
}

/** Equal for a proposal and its summary. */
export function proposalSigningRoot(proposal: Proposal, context: SigningContext): Uint8Array {
  return signingRoot("proposal", ProposalType.hashTreeRoot(proposal), context);
}

export function summarySigningRoot(summary: ProposalSummary, context: SigningContext): Uint8Array {
  return signingRoot("proposal", ProposalSummaryType.hashTreeRoot(summary), context);
}

export function beaconSigningRoot(beacon: Beacon, context: SigningContext): Uint8Array {
  return signingRoot("beacon", BeaconType.hashTreeRoot(beacon), context);
}

export function chunkReceiptSigningRoot(receipt: ChunkReceipt, context: SigningContext): Uint8Array {
  return signingRoot("chunkReceipt", ChunkReceiptType.hashTreeRoot(receipt), context);
}

/**
 * Input of the VRF. It holds the parent's mix, not its root: the parent's proposer could choose among roots
 * (consensus-attacks H7). A carried block keeps its slot, hence its proof.
 */
export function vrfMessage(context: SigningContext, parentMix: Uint8Array, slot: number): Uint8Array {
  return concatBytes(text.encode("lucid-vrf"), context.genesisRoot, parentMix, u32be(slot));
}

/** The beacon after a block. */
export function nextMix(parentMix: Uint8Array, vrfProof: Uint8Array): Uint8Array {
  return sha256(concatBytes(parentMix, sha256(vrfProof)));
}

/**
 * What a key signs to prove that its owner holds it. Bound to the operator, so that nobody registers a copied key; not
 * bound to the genesis root, which depends on these proofs.
 */
export function possessionMessage(chainId: bigint, blsPublicKey: Uint8Array, operator: Uint8Array): Uint8Array {
  return concatBytes(text.encode("lucid-possession"), u64be(chainId), blsPublicKey, operator);
}

/** SHA-256 of the BLS public key. */
export function nodeIdOf(blsPublicKey: Uint8Array): Uint8Array {
  return sha256(blsPublicKey);
}
