import { equalBytes } from "../base/bytes.js";
import { nodeIdOf, proposalSigningRoot, type SigningContext, voteSigningRoot } from "../crypto/signing.js";
import type { Signer } from "../crypto/types.js";
import { ConsensusError } from "../errors.js";
import type { PrevoteCertificate } from "../types/certificate.js";
import { type Proposal, Proposal as ProposalType, type SignedProposal } from "../types/proposal.js";
import type { SignedVote } from "../types/vote.js";
import { Step, sameVote, stepOfKind, type Vote } from "../types/vote.js";
import type { VoterRecord } from "../types/voterRecord.js";
import { type AgreementRules, type Position, soundRules } from "./rules.js";

const KEPT_VOTES = 64;
const KEPT_PROPOSALS = 4;
/** The highest slot that there can be: its fork version is the latest. */
const LAST_SLOT = 0xffff_ffff;

function positionOfVote(vote: Vote): Position {
  return { height: vote.height, slot: vote.slot, round: vote.round, step: stepOfKind(vote.kind) ?? Step.Precommit };
}

/** Certificates of the lock and of the valid block. */
export interface Kept {
  readonly lock: PrevoteCertificate | undefined;
  readonly valid: PrevoteCertificate | undefined;
}

const NOTHING_KEPT: Kept = { lock: undefined, valid: undefined };

export interface GuardOptions {
  readonly signer: Signer;
  readonly genesisRoot: Uint8Array;
  readonly forkVersionAt: (slot: number) => number;
  readonly restored?: VoterRecord;
  readonly comparePositions?: AgreementRules["comparePositions"];
}

/**
 * The only place that signs for a voter. It never signs at or below a position that it has signed at, but for the same
 * content, which it hands out again; and it keeps what must reach the disk before a signature leaves the process.
 */
export class Guard {
  readonly nodeId: Uint8Array;
  readonly #signer: Signer;
  readonly #options: GuardOptions;
  readonly #compare: AgreementRules["comparePositions"];
  #mark: Position = { height: 0, slot: 0, round: 0, step: 0 };
  #height = 0;
  #votes: SignedVote[] = [];
  #proposals: SignedProposal[] = [];
  #silentThrough = 0;
  /** Nothing is signed under a lower fork version: this key has signed a recovery, or voted after one. */
  #floor = 0;
  #closed = false;
  #kept: Kept = NOTHING_KEPT;
  /** Something changed that the disk does not hold. */
  dirty = false;

  /** @throws ConsensusError BAD_STATE for a record of another network, key or newer fork. */
  constructor(options: GuardOptions) {
    this.#options = options;
    this.#compare = options.comparePositions ?? soundRules.comparePositions;
    this.#signer = options.signer;
    this.nodeId = nodeIdOf(options.signer.publicKey);
    const record = options.restored;
    if (record === undefined) return;
    if (!equalBytes(record.genesisRoot, options.genesisRoot) || !equalBytes(record.nodeId, this.nodeId)) {
      throw new ConsensusError({ code: "BAD_STATE", message: "the voter file belongs to another network or key" });
    }
    this.#mark = {
      height: record.markHeight,
      slot: record.markSlot,
      round: record.markRound,
      step: record.markStep,
    };
    this.#height = record.height;
    this.#votes = [...record.votes];
    this.#proposals = [...record.proposals];
    this.#kept = { lock: record.lock[0], valid: record.valid[0] };
    this.#silentThrough = record.silentThrough;
    this.#floor = record.forkVersion;
  }

  get publicKey(): Uint8Array {
    return this.#signer.publicKey;
  }

  /** The height to which votes, proposals and lock of the record belong. */
  get openHeight(): number {
    return this.#height;
  }

  get mark(): Position {
    return this.#mark;
  }

  get votes(): readonly SignedVote[] {
    return this.#votes;
  }

  get proposals(): readonly SignedProposal[] {
    return this.#proposals;
  }

  get closed(): boolean {
    return this.#closed;
  }

  isSilent(height: number): boolean {
    // Silent until a block above is executed: whoever has the newer file must be seen at work in between.
    const silent = this.#silentThrough > 0 && height <= this.#silentThrough + 1;
    return this.#closed || silent || this.belowFork || height < this.#height;
  }

  /** This node has not adopted the recovery that its key has signed or voted under. */
  get belowFork(): boolean {
    return this.#options.forkVersionAt(LAST_SLOT) < this.#floor;
  }

  /**
   * Takes up a height, and returns what the record holds of it. What it held of a lower one is over; marks stay. A record
   * of a higher one (the chain is synced anew beside it) waits, lock and all, until the chain is there.
   */
  open(height: number): Kept {
    if (height < this.#height) return NOTHING_KEPT;
    if (height > this.#height) {
      this.#height = height;
      this.#votes = [];
      this.#proposals = [];
      this.#kept = NOTHING_KEPT;
    }
    return this.#kept;
  }

  /** The lock and valid block that the next record holds. */
  keep(height: number, kept: Kept): void {
    if (height === this.#height) this.#kept = kept;
  }

  /** A vote of the own key was seen at this height that this record lacks: nothing is signed until a block above it is there. */
  silence(height: number): void {
    if (height <= this.#silentThrough) return;
    this.#silentThrough = height;
    this.dirty = true;
  }

  /** Nothing below this fork version is signed any more. */
  raiseFork(forkVersion: number): void {
    if (forkVersion <= this.#floor) return;
    this.#floor = forkVersion;
    this.dirty = true;
  }

  trust(): void {
    if (this.#silentThrough === 0) return;
    this.#silentThrough = 0;
    this.dirty = true;
  }

  close(): void {
    this.#closed = true;
  }

  #context(slot: number): SigningContext {
    return { genesisRoot: this.#options.genesisRoot, forkVersion: this.#options.forkVersionAt(slot) };
  }

  /** The signed vote; undefined when the guard refuses. */
  signVote(vote: Vote, voter: number): SignedVote | undefined {
    const position = positionOfVote(vote);
    if (this.isSilent(vote.height) || this.#options.forkVersionAt(vote.slot) < this.#floor) return undefined;
    if (this.#compare(position, this.#mark) <= 0) {
      return this.#votes.find((own) => own.voter === voter && sameVote(own.vote, vote));
    }
    const signed = { vote, voter, signature: this.#signer.sign(voteSigningRoot(vote, this.#context(vote.slot))) };
    this.#mark = position;
    this.#votes.push(signed);
    if (this.#votes.length > KEPT_VOTES) this.#votes.shift();
    this.dirty = true;
    return signed;
  }

  signProposal(proposal: Proposal, validCertificate: PrevoteCertificate | undefined): SignedProposal | undefined {
    const { height, slot, round } = proposal;
    if (this.isSilent(height) || this.#options.forkVersionAt(slot) < this.#floor) return undefined;
    const position = { height, slot, round, step: Step.Propose };
    if (this.#compare(position, this.#mark) <= 0) {
      return this.#proposals.find((own) => ProposalType.equals(own.proposal, proposal));
    }
    const signed = {
      proposal,
      signature: this.#signer.sign(proposalSigningRoot(proposal, this.#context(slot))),
      validCertificate: validCertificate === undefined ? [] : [validCertificate],
    };
    this.#mark = position;
    this.#proposals.push(signed);
    if (this.#proposals.length > KEPT_PROPOSALS) this.#proposals.shift();
    this.dirty = true;
    return signed;
  }

  /**
   * Whether this record explains a vote that carries the own signature. A vote of the open height below all that is kept
   * was dropped from the record and proves nothing.
   */
  knows(vote: Vote): boolean {
    if (this.#votes.some((own) => sameVote(own.vote, vote))) return true;
    const position = positionOfVote(vote);
    if (this.#compare(position, this.#mark) > 0) return false;
    const [oldest] = this.#votes;
    return (
      vote.height < this.#height || oldest === undefined || this.#compare(position, positionOfVote(oldest.vote)) < 0
    );
  }

  /** @param closedAt Unix milliseconds of a clean stop, 0 while running */
  record(closedAt: number): VoterRecord {
    return {
      genesisRoot: this.#options.genesisRoot,
      nodeId: this.nodeId,
      forkVersion: Math.max(this.#floor, this.#options.forkVersionAt(this.#mark.slot)),
      height: this.#height,
      markHeight: this.#mark.height,
      markSlot: this.#mark.slot,
      markRound: this.#mark.round,
      markStep: this.#mark.step,
      proposals: [...this.#proposals],
      votes: [...this.#votes],
      lock: this.#kept.lock === undefined ? [] : [this.#kept.lock],
      valid: this.#kept.valid === undefined ? [] : [this.#kept.valid],
      silentThrough: this.#silentThrough,
      closedAt: BigInt(closedAt),
    };
  }
}
