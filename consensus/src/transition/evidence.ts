import { type ChainConfig, forkVersionAt } from "../config.js";
import { summarySigningRoot, voteSigningRoot } from "../crypto/signing.js";
import type { SignatureItem, Verifier } from "../crypto/types.js";
import { totalWeight, voterIndex } from "../schedule/quorum.js";
import type { Evidence } from "../types/evidence.js";
import { ProposalSummary } from "../types/proposal.js";
import type { ConsensusState, NodeEntry } from "../types/state.js";
import { sameVote, stepOfKind } from "../types/vote.js";
import { demand } from "./checks.js";
import { isJailed, nodeIndex } from "./registry.js";

/** With fewer voters than this, jailing one could leave nobody to jail it: evidence is recorded only. */
const MIN_VOTERS_TO_JAIL = 4;

/** What evidence shows, without any state: two different statements at one position. @throws BAD_EVIDENCE */
function contradiction(evidence: Evidence): { readonly height: number; readonly slot: number } {
  const { votes, proposals } = evidence;
  if (votes.length === 2 && proposals.length === 0) {
    const [first, second] = votes.map((statement) => statement.message);
    demand(first !== undefined && second !== undefined, "BAD_EVIDENCE", "evidence lacks a vote");
    const step = stepOfKind(first.kind);
    const samePlace = first.height === second.height && first.slot === second.slot && first.round === second.round;
    const contradicts = step !== undefined && step === stepOfKind(second.kind) && samePlace;
    demand(contradicts && !sameVote(first, second), "BAD_EVIDENCE", "the two votes do not contradict each other");
    return first;
  }
  demand(votes.length === 0 && proposals.length === 2, "BAD_EVIDENCE", "evidence holds two votes or two proposals");
  const [first, second] = proposals.map((statement) => statement.message);
  demand(first !== undefined && second !== undefined, "BAD_EVIDENCE", "evidence lacks a proposal");
  const samePlace = first.height === second.height && first.slot === second.slot && first.round === second.round;
  const contradicts = samePlace && !ProposalSummary.equals(first, second);
  demand(contradicts, "BAD_EVIDENCE", "the two proposals do not contradict each other");
  return first;
}

function signatures(evidence: Evidence, publicKey: Uint8Array, config: ChainConfig): SignatureItem[] {
  const context = (slot: number) => ({
    genesisRoot: config.genesisRoot,
    forkVersion: forkVersionAt(config, slot),
  });
  return [
    ...evidence.votes.map(({ message, signature }) => ({
      publicKey,
      message: voteSigningRoot(message, context(message.slot)),
      signature,
    })),
    ...evidence.proposals.map(({ message, signature }) => ({
      publicKey,
      message: summarySigningRoot(message, context(message.slot)),
      signature,
    })),
  ];
}

/** Ordinal of the epoch whose voters voted on `height`, if it is in the window and `node` was one of them. */
function epochOfVoter(state: ConsensusState, height: number, node: number, nodeId: Uint8Array): number | undefined {
  // The block that opens an epoch is still voted by the voters of the one before.
  if (height > state.epoch.firstHeight) {
    return voterIndex(state.voters, nodeId) === undefined ? undefined : state.epoch.epoch;
  }
  const bucket = state.window.findLast((candidate) => candidate.firstHeight < height);
  const voted = bucket !== undefined && node < bucket.voters.bitLen && bucket.voters.get(node);
  return voted ? bucket.epoch : undefined;
}

/** Why evidence does not count on the state `before`, whose node entries are `nodes`; undefined when it does. */
function objection(
  nodes: ConsensusState["nodes"],
  before: ConsensusState,
  height: number,
  nodeId: Uint8Array,
): { readonly index?: number; readonly node?: NodeEntry; readonly why?: string } {
  const index = nodeIndex(before, nodeId);
  const node = index === undefined ? undefined : nodes[index];
  if (index === undefined || node === undefined) return { why: "evidence against a stranger" };
  if (height > before.height + 1) return { why: "evidence of a height to come" };
  const epoch = epochOfVoter(before, height, index, nodeId);
  if (epoch === undefined) return { why: "the accused was no voter of that height, or it is too long ago" };
  if (epoch <= node.settledEpoch) return { why: "the offence has been settled" };
  return { index, node };
}

function demandSignatures(evidence: Evidence, publicKey: Uint8Array, config: ChainConfig, verifier: Verifier): void {
  const verdicts = verifier.verifyBatch(signatures(evidence, publicKey, config));
  demand(
    verdicts.every((verdict) => verdict),
    "BAD_EVIDENCE",
    "a signature in evidence is wrong",
  );
}

/**
 * Whether a block on `state` could carry this evidence. False for what an honest node may send all the same: it is
 * settled, too old, or this node is behind. @throws ConsensusError BAD_EVIDENCE for what no honest node sends
 */
export function checkEvidence(
  config: ChainConfig,
  state: ConsensusState,
  evidence: Evidence,
  verifier: Verifier,
): boolean {
  const { height } = contradiction(evidence);
  const { node } = objection(state.nodes, state, height, evidence.nodeId);
  if (node === undefined) return false;
  demandSignatures(evidence, node.blsPublicKey, config, verifier);
  return true;
}

/** Whether evidence that was checked before still counts on a later state. */
export function evidenceCounts(state: ConsensusState, evidence: Evidence): boolean {
  return objection(state.nodes, state, contradiction(evidence).height, evidence.nodeId).node !== undefined;
}

/**
 * Verifies evidence and jails, or queues for jail. `before` is the state after the parent: its voters vote on this height.
 * @throws ConsensusError BAD_EVIDENCE
 */
export function bookEvidence(
  draft: ConsensusState,
  before: ConsensusState,
  evidence: Evidence,
  config: ChainConfig,
  verifier: Verifier | undefined,
): void {
  const { height } = contradiction(evidence);
  const { index, node, why } = objection(draft.nodes, before, height, evidence.nodeId);
  demand(index !== undefined && node !== undefined, "BAD_EVIDENCE", why ?? "");
  if (verifier !== undefined) demandSignatures(evidence, node.blsPublicKey, config, verifier);
  draft.nodes[index] = { ...node, settledEpoch: draft.epoch.epoch };
  if (draft.voters.members.length < MIN_VOTERS_TO_JAIL || draft.jailQueue.includes(index)) return;
  draft.jailQueue.push(index);
  serveJailQueue(draft, config.params.windowEpochs);
}

/** Jails from the queue, oldest first, while at least 2/3 of the voters' weight stays free in this epoch. */
export function serveJailQueue(draft: ConsensusState, windowEpochs: number): void {
  const total = totalWeight(draft.voters);
  const { epoch } = draft.epoch;
  for (;;) {
    const index = draft.jailQueue[0];
    const node = index === undefined ? undefined : draft.nodes[index];
    if (index === undefined || node === undefined) return;
    const weight = draft.voters.members.find((member) => member.node === index)?.weight ?? 0;
    if (3 * (draft.epoch.jailedWeight + weight) > total) return;
    draft.epoch.jailedWeight += weight;
    draft.jailQueue = draft.jailQueue.slice(1);
    if (isJailed(node, epoch)) continue;
    const until = epoch + windowEpochs;
    draft.nodes[index] = { ...node, jailedUntil: until, creditsFrom: until };
    draft.proven[index] = 0;
  }
}

/** nodeIds whose proposals are refused. */
export function barredNodes(state: ConsensusState): Uint8Array[] {
  const { epoch } = state.epoch;
  return state.nodes.filter((node) => isJailed(node, epoch)).map((node) => node.nodeId);
}
