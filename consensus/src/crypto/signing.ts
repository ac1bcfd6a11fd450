import { concatBytes, u32be, u64be } from "../base/bytes.js";
import { sha256 } from "../base/hash.js";
import { type ChunkReceipt, ChunkReceipt as ChunkReceiptType } from "../types/chunkReceipt.js";
import {
  type Proposal,
  type ProposalSummary,
  ProposalSummary as ProposalSummaryType,
  summarise,
} from "../types/proposal.js";
import {
  type RecoveryPlan,
  RecoveryPlan as RecoveryPlanType,
  type RecoveryStatement,
  RecoveryStatement as RecoveryStatementType,
} from "../types/recovery.js";
import {
  type Beacon,
  Beacon as BeaconType,
  type RelayReceipt,
  RelayReceipt as RelayReceiptType,
  type StorageAnswer,
  StorageAnswer as StorageAnswerType,
} from "../types/task.js";
import { viewKey } from "../types/view.js";
import { sameVote, type Vote, Vote as VoteType } from "../types/vote.js";

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
  recovery: "lucid-recovery",
} as const;
type MessageType = keyof typeof MessageType;

const text = new TextEncoder();

/** Domains by genesis root; a pure memo, of a handful of types and forks each. */
const domains = new WeakMap<Uint8Array, Map<string, Uint8Array>>();

/** SHA-256(message type || genesisRoot || forkVersion). The last two have fixed lengths, so no two types collide. */
export function signingDomain(type: MessageType, context: SigningContext): Uint8Array {
  const { genesisRoot, forkVersion } = context;
  let known = domains.get(genesisRoot);
  if (known === undefined) {
    known = new Map();
    domains.set(genesisRoot, known);
  }
  const name = type + forkVersion;
  let domain = known.get(name);
  if (domain === undefined) {
    domain = sha256(concatBytes(text.encode(MessageType[type]), genesisRoot, u32be(forkVersion)));
    known.set(name, domain);
  }
  return domain;
}

/** What is signed: SHA-256(hash_tree_root(message) || domain). */
export function signingRoot(type: MessageType, messageRoot: Uint8Array, context: SigningContext): Uint8Array {
  return sha256(concatBytes(messageRoot, signingDomain(type, context)));
}

/** Signing roots of recent votes; a pure memo (votes are never changed in place): 256 voters of a view sign the same few. */
const recentVotes = new Map<
  number,
  { readonly vote: Vote; readonly context: SigningContext; readonly root: Uint8Array }
>();
const MAX_RECENT_VOTES = 256;

export function voteSigningRoot(vote: Vote, context: SigningContext): Uint8Array {
  // Different votes may meet at a key, so all is compared.
  const key = 8 * viewKey(vote) + vote.kind;
  const known = recentVotes.get(key);
  if (known !== undefined && sameVote(known.vote, vote) && sameContext(known.context, context)) return known.root;
  const root = signingRoot("vote", VoteType.hashTreeRoot(vote), context);
  if (recentVotes.size >= MAX_RECENT_VOTES) recentVotes.clear();
  recentVotes.set(key, { vote, context, root });
  return root;
}

function sameContext(a: SigningContext, b: SigningContext): boolean {
  return a.genesisRoot === b.genesisRoot && a.forkVersion === b.forkVersion;
}

/** Signing roots by proposal; a pure memo. */
const proposals = new WeakMap<Proposal, { readonly context: SigningContext; readonly root: Uint8Array }>();

/** Equal for a proposal and its summary, whose root needs only the header's. */
export function proposalSigningRoot(proposal: Proposal, context: SigningContext): Uint8Array {
  const known = proposals.get(proposal);
  if (known !== undefined && sameContext(known.context, context)) return known.root;
  const root = summarySigningRoot(summarise(proposal), context);
  proposals.set(proposal, { context, root });
  return root;
}

export function summarySigningRoot(summary: ProposalSummary, context: SigningContext): Uint8Array {
  return signingRoot("proposal", ProposalSummaryType.hashTreeRoot(summary), context);
}

export function beaconSigningRoot(beacon: Beacon, context: SigningContext): Uint8Array {
  return signingRoot("beacon", BeaconType.hashTreeRoot(beacon), context);
}

/** Signed under the fork version of the challenge's slot. */
export function storageSigningRoot(answer: StorageAnswer, context: SigningContext): Uint8Array {
  return signingRoot("storage", StorageAnswerType.hashTreeRoot(answer), context);
}

/** Signed under the fork version of the slot in which the epoch's first block stands. */
export function relaySigningRoot(receipt: RelayReceipt, context: SigningContext): Uint8Array {
  return signingRoot("relay", RelayReceiptType.hashTreeRoot(receipt), context);
}

/** Signed under the new fork version. */
export function recoverySigningRoot(plan: RecoveryPlan, lock: RecoveryStatement["lock"]): Uint8Array {
  const statement = { plan: RecoveryPlanType.hashTreeRoot(plan), lock };
  return signingRoot("recovery", RecoveryStatementType.hashTreeRoot(statement), plan);
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
