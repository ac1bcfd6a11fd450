import type { Evidence } from "../types/evidence.js";
import { type SignedProposal, summarise } from "../types/proposal.js";
import { viewKey } from "../types/view.js";
import { type SignedVote, Step, sameVote, stepOfKind, type Vote } from "../types/vote.js";

const MAX_REPORTED = 1024;

/** Two votes for one (height, slot, round, step) that are not the same. */
export function contradicts(a: Vote, b: Vote): boolean {
  const samePlace = a.height === b.height && a.slot === b.slot && a.round === b.round;
  return samePlace && stepOfKind(a.kind) === stepOfKind(b.kind) && !sameVote(a, b);
}

/** Makes evidence of contradicting messages, once for each (node, view, step) of a height. */
export class Contradictions {
  readonly #reported = new Set<string>();

  #first(nodeId: Uint8Array, slotAndRound: number, step: number): boolean {
    const key = `${Buffer.from(nodeId).toString("hex")}:${slotAndRound}:${step}`;
    if (this.#reported.has(key) || this.#reported.size >= MAX_REPORTED) return false;
    this.#reported.add(key);
    return true;
  }

  /** Two verified votes of one voter in one view and step. */
  ofVotes(nodeId: Uint8Array, first: SignedVote, second: SignedVote): Evidence | undefined {
    if (!this.#first(nodeId, viewKey(first.vote), stepOfKind(first.vote.kind) ?? Step.Precommit)) return undefined;
    const votes = [first, second].map(({ vote, signature }) => ({ message: vote, signature }));
    return { nodeId, votes, proposals: [] };
  }

  /** Two verified proposals of one proposer in one view. */
  ofProposals(nodeId: Uint8Array, first: SignedProposal, second: SignedProposal): Evidence | undefined {
    if (!this.#first(nodeId, viewKey(first.proposal), Step.Propose)) return undefined;
    const proposals = [first, second].map(({ proposal, signature }) => ({ message: summarise(proposal), signature }));
    return { nodeId, votes: [], proposals };
  }

  clear(): void {
    this.#reported.clear();
  }
}
