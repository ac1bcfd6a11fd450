import { equalBytes, latin1Of } from "../base/bytes.js";
import { isBlocking } from "../schedule/quorum.js";
import type { PrevoteCertificate } from "../types/certificate.js";
import type { SignedProposal } from "../types/proposal.js";
import type { VoterSet } from "../types/state.js";
import type { View } from "../types/view.js";
import { isNilKind, type SignedVote, VoteKind } from "../types/vote.js";
import type { AgreementRules } from "./rules.js";

const keys = new WeakMap<Uint8Array, string>();

/** Map key of a root. A memo by object: the same few roots are looked up in every step. */
export function rootKey(root: Uint8Array): string {
  let key = keys.get(root);
  if (key === undefined) {
    key = latin1Of(root);
    keys.set(root, key);
  }
  return key;
}

/** The votes of one step of one view, each voter's first. */
export class Tally {
  readonly votes = new Map<number, SignedVote>();
  readonly #set: VoterSet;
  readonly #total: number;
  readonly #isQuorum: AgreementRules["isQuorum"];
  /** One or two; more only when voters lie, and then at most one a voter. */
  readonly #byRoot: { readonly root: Uint8Array; weight: number }[] = [];
  /** Weight of all votes, of nil votes of either kind, and of absent ones. */
  #all = 0;
  #nil = 0;
  #absent = 0;

  constructor(set: VoterSet, total: number, isQuorum: AgreementRules["isQuorum"]) {
    this.#set = set;
    this.#total = total;
    this.#isQuorum = isQuorum;
  }

  /** False when the voter has a vote here. */
  add(signed: SignedVote): boolean {
    if (this.votes.has(signed.voter)) return false;
    this.votes.set(signed.voter, signed);
    const weight = this.#set.members[signed.voter]?.weight ?? 0;
    this.#all += weight;
    if (isNilKind(signed.vote.kind)) {
      this.#nil += weight;
      if (signed.vote.kind === VoteKind.PrecommitAbsent) this.#absent += weight;
      return true;
    }
    const root = signed.vote.blockRoot;
    const entry = this.#byRoot.find((other) => equalBytes(other.root, root));
    if (entry === undefined) this.#byRoot.push({ root, weight });
    else entry.weight += weight;
    return true;
  }

  /** The block with more than 2/3, of which there is at most one. */
  quorumRoot(): Uint8Array | undefined {
    for (const { root, weight } of this.#byRoot) if (this.#isQuorum(weight, this.#total)) return root;
    return undefined;
  }

  get anyQuorum(): boolean {
    return this.#isQuorum(this.#all, this.#total);
  }

  get nilQuorum(): boolean {
    return this.#isQuorum(this.#nil, this.#total);
  }

  get absentQuorum(): boolean {
    return this.#isQuorum(this.#absent, this.#total);
  }

  /** Signatures by voter of the votes of one kind for one root. */
  signatures(kind: VoteKind, root: Uint8Array): Map<number, Uint8Array> {
    const out = new Map<number, Uint8Array>();
    for (const [voter, { vote, signature }] of [...this.votes].sort(([a], [b]) => a - b)) {
      if (vote.kind === kind && equalBytes(vote.blockRoot, root)) out.set(voter, signature);
    }
    return out;
  }
}

/** All that is known of one view of the open height. */
export class ViewVotes {
  readonly view: View;
  readonly prevotes: Tally;
  readonly precommits: Tally;
  /** The proposer's first proposal, checked but for the block in it. */
  proposal: { readonly signed: SignedProposal; readonly root: Uint8Array } | undefined;
  /** Proof of more than 2/3 prevotes, brought by somebody or made of `prevotes`. */
  certificate: PrevoteCertificate | undefined;
  skipReported = false;

  constructor(view: View, set: VoterSet, total: number, isQuorum: AgreementRules["isQuorum"]) {
    this.view = view;
    this.prevotes = new Tally(set, total, isQuorum);
    this.precommits = new Tally(set, total, isQuorum);
  }
}

/**
 * The highest view v for which more than 1/3 of the weight voted in views >= v.
 * @param highest the highest viewKey of each voter, by index; 0 for none
 */
export function reachedView(set: VoterSet, total: number, highest: readonly number[]): number {
  const order = highest.map((_, index) => index).sort((a, b) => (highest[b] ?? 0) - (highest[a] ?? 0));
  let weight = 0;
  for (const index of order) {
    weight += set.members[index]?.weight ?? 0;
    if (isBlocking(weight, total)) return highest[index] ?? 0;
  }
  return 0;
}
