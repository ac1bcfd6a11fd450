import type { Signer, Verifier } from "../crypto/types.js";
import type { Params } from "../params.js";
import type { Block, BodyMessage } from "../types/body.js";
import type { CommitCertificate, PrevoteCertificate, SkipCertificate } from "../types/certificate.js";
import type { Evidence } from "../types/evidence.js";
import type { HeightVotesRequest, HeightVotesResponse } from "../types/exchange.js";
import type { Header } from "../types/header.js";
import type { SignedProposal } from "../types/proposal.js";
import type { VoterSet } from "../types/state.js";
import type { SignedVote } from "../types/vote.js";
import type { VoterRecord } from "../types/voterRecord.js";
import type { AgreementRules } from "./rules.js";

/*
 * The agreement is a machine without clock, disk, network or randomness:
 *
 *     const { effects, wakeAt } = agreement.step(now, input)
 *
 * `now` is the local clock in Unix milliseconds; it may be corrected, also backwards. The driver carries out the effects IN THEIR ORDER,
 * finishing each `persist` (fsync) before it starts the next effect: that is "persist, then send". It calls
 * step(now, {type: "tick"}) at `wakeAt` at the latest; every step returns a new `wakeAt`, which replaces the old one.
 * Steps are never nested: answers to effects (`built`, `executed`, `height`) come back as later inputs.
 *
 * Life of a height: `height` opens it -> (build -> `built`) -> proposals, bodies and votes in and out -> `decide`; the
 * driver commits the block and opens the next height with a new `height` input. An observer has no signer and runs the
 * same path without ever signing.
 */

/** How long-lived settings come in. */
export interface AgreementOptions {
  readonly params: Params;
  readonly genesisRoot: Uint8Array;
  /** Unix milliseconds of the start of slot 0. */
  readonly genesisTime: number;
  /** Milliseconds. */
  readonly slotDuration: number;
  /** The fork version that signatures of a slot carry. */
  readonly forkVersionAt: (slot: number) => number;
  readonly verifier: Verifier;
  /** Absent: an observer. */
  readonly signer?: Signer;
  /** From the last run, with the blocks that it names (its valid block, its proposals). */
  readonly restored?: { readonly record: VoterRecord; readonly blocks: readonly Block[] };
  /** Unix milliseconds of this start: a vote of the own key for a view that began later is a twin's. */
  readonly startedAt: number;
  /** The simulator's planted bugs; a node never sets it. */
  readonly rules?: AgreementRules;
}

/** What the state after the parent says about the height to decide. */
export interface HeightContext {
  readonly height: number;
  readonly parent: Header;
  readonly parentRoot: Uint8Array;
  /** Certificate of the parent that this node holds, of several the one of the lowest view; NO_CERTIFICATE at height 1. */
  readonly parentCommit: CommitCertificate;
  /** Who votes on this height, in every view. */
  readonly voters: VoterSet;
  /** Whose schedule gives the proposers once the epoch of the parent's slot is over. */
  readonly nextVoters: VoterSet;
  /** nodeIds whose proposals are refused (jailed). */
  readonly barred: readonly Uint8Array[];
  /** The network goes on here by a recovery, after which `voters` are others. */
  readonly recovery?: {
    /** First slot under the new fork version. */
    readonly slot: number;
    /** Who voted on this height before: their certificates of earlier slots prove locks. */
    readonly voters: VoterSet;
    /** The highest that a signer told, which everybody starts with, and its block. */
    readonly lock: PrevoteCertificate | undefined;
    readonly block: Block | undefined;
  };
}

/** Handed back in the verdict on a message, so that gossip can forward or penalise. Anything; compared by nobody. */
export type Source = number | string;

export type Input =
  /** Time has come to `wakeAt`, or passed. */
  | { readonly type: "tick" }
  /** Opens a height: after start, and after each committed block. Heights never go back. */
  | { readonly type: "height"; readonly context: HeightContext }
  | { readonly type: "proposal"; readonly source: Source; readonly proposal: SignedProposal }
  /** From gossip, or the answer to `fetch`. */
  | { readonly type: "body"; readonly source: Source; readonly body: BodyMessage }
  /** A whole block, as `fetch` may bring it. */
  | { readonly type: "block"; readonly source: Source; readonly block: Block }
  /** As many as have come in: they are verified as batches. */
  | { readonly type: "votes"; readonly votes: readonly { readonly source: Source; readonly vote: SignedVote }[] }
  /** Answers to `own-votes/1`: votes of this node's key that peers have seen. */
  | { readonly type: "ownVotes"; readonly votes: readonly SignedVote[] }
  | { readonly type: "commit"; readonly source: Source; readonly certificate: CommitCertificate }
  | { readonly type: "certificate"; readonly source: Source; readonly certificate: PrevoteCertificate }
  /** `height-votes/1` from a peer; answered by a `respond` effect. */
  | { readonly type: "votesRequest"; readonly source: Source; readonly request: HeightVotesRequest }
  | { readonly type: "votesResponse"; readonly source: Source; readonly response: HeightVotesResponse }
  /** Answer to `build`. The block is executed and valid. Absent: it could not be built, and the view goes by. */
  | { readonly type: "built"; readonly slot: number; readonly round: number; readonly block?: Block }
  /** Answer to `execute`. */
  | { readonly type: "executed"; readonly root: Uint8Array; readonly valid: boolean }
  /**
   * Whether the local clock is within 10 s of the median of the connected validators' (true without peers), and the
   * milliseconds by which it is behind that median: slots then open by votes only, which are judged by the median.
   */
  | { readonly type: "clock"; readonly trusted: boolean; readonly offset: number }
  /** This key has signed a recovery, as others show: nothing is signed below its fork version, whatever the record says. */
  | { readonly type: "promise"; readonly forkVersion: number }
  /** The operator lifts the silence that an old voter file brought (`lucid protection trust`). */
  | { readonly type: "trust" }
  /** Clean stop: gives a last `persist`; nothing is signed after it. */
  | { readonly type: "close" };

/** Gossip's three answers. REJECT is for what no honest node sends. */
export type Outcome = "accept" | "ignore" | "reject";

export type GossipMessage =
  | { readonly topic: "proposal"; readonly message: SignedProposal }
  | { readonly topic: "body"; readonly message: BodyMessage }
  | { readonly topic: "vote"; readonly message: SignedVote }
  | { readonly topic: "commit"; readonly message: CommitCertificate }
  /** Proof of a lock, sent with a nil prevote. On the topic `commit`, told apart by its kind. */
  | { readonly topic: "lock"; readonly message: PrevoteCertificate };

export type Effect =
  /** Write and fsync BEFORE the effects that follow. `blocks` are those the record names; a block once written may stay. */
  | { readonly type: "persist"; readonly record: VoterRecord; readonly blocks: readonly Block[] }
  | { readonly type: "broadcast"; readonly gossip: GossipMessage }
  /**
   * Build and execute a block on the parent for this view; answer with `built`. Comes up to `buildLead` before the slot
   * opens. `round` is the header's; `parentCommit` goes into the body.
   */
  | {
      readonly type: "build";
      readonly height: number;
      readonly slot: number;
      readonly round: number;
      readonly parentCommit: CommitCertificate;
    }
  /** Check and execute a block on the parent; answer with `executed`. */
  | { readonly type: "execute"; readonly root: Uint8Array; readonly block: Block }
  /** A block that votes prove to exist is not here: ask peers; answer with `block` or `body`. Repeated while it lacks. */
  | { readonly type: "fetch"; readonly height: number; readonly root: Uint8Array }
  /** Final. Commit the block in one synced batch, publish nothing else of it (the certificate is broadcast), open the next height. */
  | {
      readonly type: "decide";
      readonly root: Uint8Array;
      readonly block: Block;
      readonly certificate: CommitCertificate;
    }
  /** A certificate of a lower view for the block that was decided last: replace the stored one. */
  | { readonly type: "betterCommit"; readonly certificate: CommitCertificate }
  /** Send to one random connected voter (`height-votes/1`). */
  | { readonly type: "exchange"; readonly request: HeightVotesRequest }
  | { readonly type: "respond"; readonly source: Source; readonly response: HeightVotesResponse }
  /** The source is at a lower height: send it that height's commit certificate. */
  | { readonly type: "catchUp"; readonly source: Source; readonly height: number }
  /** A message of a height above the next: this node is behind and must sync. */
  | { readonly type: "behind"; readonly source: Source; readonly height: number }
  /** For the next block that this node builds, and for gossip. */
  | { readonly type: "evidence"; readonly evidence: Evidence }
  | { readonly type: "skip"; readonly certificate: SkipCertificate }
  /** On each gossiped message, once. `code` names the rule. */
  | { readonly type: "verdict"; readonly source: Source; readonly outcome: Outcome; readonly code: string }
  /** The node must stop signing and tell its operator: a twin, or a decision that it finds invalid. */
  | { readonly type: "halt"; readonly code: "TWIN" | "DIVERGED"; readonly detail: string };

export interface StepResult {
  readonly effects: readonly Effect[];
  /** Unix milliseconds of the next `tick`; Infinity when nothing is due. */
  readonly wakeAt: number;
}

/** For `lucid status` and metrics. */
export interface AgreementStatus {
  readonly height: number;
  readonly slot: number;
  readonly round: number;
  readonly step: "waiting" | "propose" | "prevote" | "precommit" | "decided";
  readonly lockedSlot: number;
  readonly validSlot: number;
  /** Weight of whom a vote of the open height was seen from in the last two slots; and of all, and what a quorum needs. */
  readonly seenWeight: number;
  readonly totalWeight: number;
  readonly quorumWeight: number;
  /** How many of those seen, the heaviest first, may fall silent before the chain stops. */
  readonly canLose: number;
  /** nodeIds of voters not seen. */
  readonly missing: readonly Uint8Array[];
  readonly signing: "observer" | "active" | "listening" | "silent" | "lowerFork" | "closed";
}
