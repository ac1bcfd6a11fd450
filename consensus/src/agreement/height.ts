import { equalBytes } from "../base/bytes.js";
import type { ScheduleContext } from "../schedule/leaders.js";
import { totalWeight, voterIndex } from "../schedule/quorum.js";
import { slotAt, slotStart } from "../slots.js";
import type { Block } from "../types/body.js";
import type { CommitCertificate, PrevoteCertificate } from "../types/certificate.js";
import type { SignedProposal } from "../types/proposal.js";
import { ZERO_ROOT } from "../types/ssz.js";
import type { Voter } from "../types/state.js";
import { compareViews, MAX_ROUND, NO_VIEW, type View, viewKey } from "../types/view.js";
import { type SignedVote, Step, stepOfKind, type Vote, VoteKind } from "../types/vote.js";
import type { Candidates } from "./candidates.js";
import { certify } from "./certify.js";
import { HeightBlocks } from "./heightBlocks.js";
import type { Host } from "./host.js";
import { isTooEarly } from "./intake.js";
import { ProposerDuty } from "./proposerDuty.js";
import { reachedView, ViewVotes } from "./tally.js";
import type { HeightContext } from "./types.js";
import { ViewTimers } from "./viewTimers.js";

/** Votes of slots further back than this are dropped; what they proved lives on in certificates. */
const KEPT_SLOTS = 2;

/**
 * One height: Tendermint with views (slot, round) in the place of rounds (Buchman, Kwon, Milosevic, arXiv 1807.04938;
 * consensus.md section 5). What comes in here has been checked for form and signature. `run` applies the rules until
 * none fires.
 */
export class Height {
  readonly context: HeightContext;
  readonly total: number;
  /** Index among the voters; undefined for who only watches, or only proposes. */
  readonly own: number | undefined;
  readonly views = new Map<number, ViewVotes>();
  readonly blocks: HeightBlocks;
  /** The highest viewKey that each voter voted in. */
  readonly highest: number[];
  /** Of several certificates of the parent, the one of the lowest view, with all late votes for it. */
  parentCommit: CommitCertificate;
  view: View = NO_VIEW;
  step: "waiting" | "propose" | "prevote" | "precommit" | "decided" = "waiting";
  locked: PrevoteCertificate | undefined;
  valid: PrevoteCertificate | undefined;
  commit: CommitCertificate | undefined;
  readonly #host: Host;
  readonly #schedule: ScheduleContext;
  readonly #touched = new Set<ViewVotes>();
  /** Since `#moveOn` looked last, a vote of a view after the own one came: nothing else can raise the reached view. */
  #votesAhead = false;
  /** Since `#updateValid` looked last, a prevote certificate came, or the own view rose. */
  #newProof = false;
  readonly #timers: ViewTimers;
  /** No proposal of this view arrived before its time was up. */
  #absent = false;
  readonly #duty: ProposerDuty;
  /** Of the view that this height is in; every rule asks for them. */
  #current: ViewVotes | undefined;
  #due: Vote[] = [];
  #halted = false;

  constructor(host: Host, context: HeightContext) {
    this.#host = host;
    this.context = context;
    this.blocks = new HeightBlocks(host, context);
    this.parentCommit = context.parentCommit;
    this.total = totalWeight(context.voters);
    this.own = host.guard === undefined ? undefined : voterIndex(context.voters, host.guard.nodeId);
    this.highest = context.voters.members.map(() => 0);
    this.#schedule = {
      voters: context.voters,
      nextVoters: context.nextVoters,
      parentSlot: context.parent.slot,
      epochSlots: host.options.params.epochSlots,
    };
    this.#timers = new ViewTimers(host.options.params);
    this.#duty = new ProposerDuty(host, this);
  }

  viewVotes(view: View): ViewVotes {
    const key = viewKey(view);
    let votes = this.views.get(key);
    if (votes === undefined) {
      votes = new ViewVotes(
        { slot: view.slot, round: view.round },
        this.context.voters,
        this.total,
        this.#host.rules.isQuorum,
      );
      this.views.set(key, votes);
    }
    return votes;
  }

  proposerOf(view: View): Voter | undefined {
    return this.#host.rules.proposerAt(this.#schedule, view);
  }

  get candidates(): Candidates {
    return this.blocks.candidates;
  }

  /** Roots of blocks that are to be fetched. */
  missing(): Uint8Array[] {
    return this.blocks.missing(this.#proposed());
  }

  #proposed(): Uint8Array | undefined {
    return this.#current?.proposal?.root;
  }

  /** First slot in whose views this height may be voted: at most one decision a slot. */
  get firstSlot(): number {
    return Math.max(this.parentCommit.slot + 1, this.context.recovery?.slot ?? 0);
  }

  /**
   * First slot whose messages are taken. Others may hold a certificate of the parent of a lower view than the one held
   * here, and be at work in a slot that is closed to this node; what they send counts, and once that certificate is here
   * the slot opens with all of it. Not further back than votes are kept.
   */
  get lowestSlot(): number {
    const { parent, recovery } = this.context;
    return Math.max(parent.slot + 1, recovery?.slot ?? 0, this.firstSlot - KEPT_SLOTS);
  }

  /** A certificate of the parent of a lower view, or one with more votes. */
  replaceParentCommit(certificate: CommitCertificate): void {
    this.parentCommit = certificate;
    // Votes of slots that were closed until now may be in the majority.
    this.#votesAhead = true;
  }

  addVote(signed: SignedVote): boolean {
    const votes = this.viewVotes(signed.vote);
    const tally = stepOfKind(signed.vote.kind) === Step.Prevote ? votes.prevotes : votes.precommits;
    if (!tally.add(signed)) return false;
    const key = viewKey(signed.vote);
    this.highest[signed.voter] = Math.max(this.highest[signed.voter] ?? 0, key);
    if (key > viewKey(this.view)) this.#votesAhead = true;
    this.#touched.add(votes);
    return true;
  }

  addCertificate(certificate: PrevoteCertificate): boolean {
    const votes = this.viewVotes(certificate);
    if (votes.certificate !== undefined) return false;
    votes.certificate = certificate;
    this.#newProof = true;
    return true;
  }

  /** Whether a certificate that proves the decision of this height, if it is genuine, would be of use. */
  wantsCommit(certificate: CommitCertificate): boolean {
    const { commit } = this;
    if (commit === undefined) return true;
    // The next height may be voted from the lowest of several on.
    return compareViews(certificate, commit) < 0 && equalBytes(certificate.blockRoot, commit.blockRoot);
  }

  /** Call only for what `wantsCommit` takes. */
  addCommit(certificate: CommitCertificate): void {
    this.commit = certificate;
  }

  addProposal(signed: SignedProposal, root: Uint8Array): void {
    const votes = this.viewVotes(signed.proposal);
    if (votes.proposal !== undefined) return;
    votes.proposal = { signed, root };
    if (this.step === "propose" && viewKey(votes.view) === viewKey(this.view)) {
      this.#timers.headerArrived(this.#host.now, this.view.round);
    }
    this.blocks.addHeader(root, signed.proposal.header);
  }

  addBuilt(slot: number, round: number, block: Block): void {
    if (block.header.height === this.context.height) this.#duty.addBuilt({ slot, round }, block);
  }

  /** Listening is over: what fell due in this view and still may be signed is signed. */
  castDue(): void {
    const due = this.#due;
    this.#due = [];
    for (const vote of due) this.#sign(vote);
  }

  run(): void {
    if (this.#halted) return;
    do this.#absorb();
    while (
      this.step !== "decided" &&
      (this.#decide() ||
        this.#updateValid() ||
        this.#moveOn() ||
        this.#duty.propose() ||
        this.#prevote() ||
        this.#precommit() ||
        this.#nextRound())
    );
    if (this.step !== "decided") this.#duty.prepare();
    if (!this.candidates.full) return;
    this.candidates.prune([this.locked?.blockRoot, this.valid?.blockRoot, this.commit?.blockRoot, this.#proposed()]);
  }

  /** The clock was set back: what was due in so many milliseconds still is. */
  shift(milliseconds: number): void {
    this.#timers.shift(milliseconds);
  }

  /** When the clock alone may fire a rule. */
  wakeAt(): number {
    if (this.step === "decided" || this.#halted) return Number.POSITIVE_INFINITY;
    const { options } = this.#host;
    const next = Math.max(this.view.slot, this.firstSlot - 1) + 1;
    const opens = slotStart({ genesisTime: options.genesisTime, slotDuration: options.slotDuration }, next);
    const { now } = this.#host;
    let wake = Number.POSITIVE_INFINITY;
    // What has passed and did not fire waits for something else (a message, a trusted clock).
    const consider = (time: number): void => {
      if (time > now && time < wake) wake = time;
    };
    consider(this.#timers.precommit);
    consider(opens - options.params.buildLead);
    consider(opens);
    if (this.step === "prevote") consider(this.#timers.prevote);
    if (this.step === "propose") {
      const here = this.#current?.proposal !== undefined;
      consider(here ? this.#timers.body : this.#timers.propose);
    }
    return wake;
  }

  /** Turns quorums among new votes into certificates. */
  #absorb(): void {
    for (const votes of this.#touched) {
      const { commit, proof, skip } = certify(votes, this.context, this.#host, this.commit !== undefined);
      this.commit ??= commit;
      if (proof) this.#newProof = true;
      if (skip !== undefined) this.#host.emit({ type: "skip", certificate: skip });
    }
    this.#touched.clear();
  }

  /** More than 2/3 in precommits for a block, in any view, at any time. */
  #decide(): boolean {
    const certificate = this.commit;
    if (certificate === undefined) return false;
    const candidate = this.blocks.want(certificate.blockRoot);
    const block = this.candidates.block(certificate.blockRoot);
    if (candidate.verdict === "invalid") {
      this.#halted = true;
      this.#host.emit({
        type: "halt",
        code: "DIVERGED",
        detail: `height ${certificate.height} was decided with a block that this node finds invalid`,
      });
      return false;
    }
    if (candidate.verdict !== "valid" || block === undefined) return false;
    this.step = "decided";
    this.#host.emit({ type: "broadcast", gossip: { topic: "commit", message: certificate } });
    this.#host.emit({ type: "decide", root: certificate.blockRoot, block, certificate });
    return true;
  }

  /**
   * Proof of more than 2/3 prevotes in any view up to the own one moves the valid block, at any step and even after the
   * view is over; without it a lock that only one node knows of can stop an all-honest quorum (consensus-attacks C6).
   */
  #updateValid(): boolean {
    if (!this.#newProof) return false;
    this.#newProof = false;
    let best: PrevoteCertificate | undefined;
    for (const { certificate } of this.views.values()) {
      if (certificate === undefined || compareViews(certificate, this.view) > 0) continue;
      if (compareViews(certificate, best ?? this.valid ?? NO_VIEW) > 0) best = certificate;
    }
    if (best === undefined) return false;
    this.valid = best;
    this.blocks.want(best.blockRoot);
    return true;
  }

  /** Jumping forward is always safe: to where more than 1/3 of the weight is, or to the slot that the clock shows. */
  #moveOn(): boolean {
    const { options, now, clockTrusted } = this.#host;
    let target = viewKey(this.view);
    if (clockTrusted) {
      const slot = slotAt({ genesisTime: options.genesisTime, slotDuration: options.slotDuration }, now);
      if (slot >= this.firstSlot) target = Math.max(target, viewKey({ slot, round: 0 }));
    }
    if (this.#votesAhead) {
      this.#votesAhead = false;
      const reached = reachedView(this.context.voters, this.total, this.highest);
      if (reached >= viewKey({ slot: this.firstSlot, round: 0 })) target = Math.max(target, reached);
    }
    if (target <= viewKey(this.view)) return false;
    this.enter({ slot: Math.floor(target / (MAX_ROUND + 1)), round: target % (MAX_ROUND + 1) });
    return true;
  }

  /**
   * The clock that led here is wrong, as the peers say: out of a slot that is yet to come, in which nothing was signed, the
   * height goes back to waiting for the votes of the others. Otherwise it would be lost to it until that slot has come.
   */
  retreat(): void {
    const { options, guard, networkNow } = this.#host;
    const { slot } = this.view;
    const mark = guard?.mark;
    const signed = mark?.height === this.context.height && mark.slot >= slot;
    if (signed || this.step === "decided" || !isTooEarly(options, this.view, networkNow)) return;
    this.view = NO_VIEW;
    this.#current = undefined;
    this.step = "waiting";
    this.#due = [];
    this.#votesAhead = true;
  }

  /** A view begins. Jumping forward is always safe. */
  enter(view: View): void {
    this.view = view;
    this.step = "propose";
    this.#newProof = true;
    this.#timers.enter(this.#host.now, view.round);
    this.#absent = false;
    this.#due = [];
    for (const [key, votes] of this.views) if (votes.view.slot + KEPT_SLOTS <= view.slot) this.views.delete(key);
    const votes = this.viewVotes(view);
    this.#current = votes;
    if (votes.proposal !== undefined) this.#timers.headerArrived(this.#host.now, view.round);
    // After a restart in mid-view the own messages are there already.
    this.#duty.enter(votes.proposal !== undefined);
    if (this.own === undefined) return;
    if (votes.precommits.votes.has(this.own)) this.step = "precommit";
    else if (votes.prevotes.votes.has(this.own)) this.step = "prevote";
  }

  #prevote(): boolean {
    if (this.step !== "propose") return false;
    const { now } = this.#host;
    const proposal = this.#current?.proposal;
    if (proposal === undefined) {
      if (now < this.#timers.propose) return false;
      this.#absent = true;
      return this.#cast(VoteKind.PrevoteNil, ZERO_ROOT, "prevote");
    }
    const candidate = this.candidates.of(proposal.root);
    if (candidate.verdict === "invalid") return this.#cast(VoteKind.PrevoteNil, ZERO_ROOT, "prevote");
    if (candidate.verdict === "valid") {
      const { validSlot, validRound } = proposal.signed.proposal;
      const validView = { slot: validSlot, round: validRound };
      if (this.#host.rules.mayPrevote(this.locked, proposal.root, validView)) {
        return this.#cast(VoteKind.Prevote, proposal.root, "prevote");
      }
      // The lock's proof goes along, so that the others can take it up.
      if (this.locked !== undefined) {
        this.#host.emit({ type: "broadcast", gossip: { topic: "lock", message: this.locked } });
      }
      return this.#cast(VoteKind.PrevoteNil, ZERO_ROOT, "prevote");
    }
    if (now < this.#timers.body) return false;
    return this.#cast(VoteKind.PrevoteNil, ZERO_ROOT, "prevote");
  }

  #precommit(): boolean {
    if (this.step !== "propose" && this.step !== "prevote") return false;
    const { now } = this.#host;
    const votes = this.#current;
    if (votes === undefined) return false;
    const certificate = votes.certificate;
    if (certificate !== undefined && this.blocks.want(certificate.blockRoot).verdict === "valid") {
      this.locked = certificate;
      return this.#cast(VoteKind.Precommit, certificate.blockRoot, "precommit");
    }
    if (this.step !== "prevote") return false;
    if (!votes.prevotes.nilQuorum) {
      if (!votes.prevotes.anyQuorum) return false;
      if (!this.#timers.isOver("prevote", now, this.view.round)) return false;
    }
    return this.#cast(
      this.#host.rules.blames(this.#absent) ? VoteKind.PrecommitAbsent : VoteKind.PrecommitNil,
      ZERO_ROOT,
      "precommit",
    );
  }

  #nextRound(): boolean {
    const precommits = this.#current?.precommits;
    if (precommits === undefined || this.view.round >= MAX_ROUND) return false;
    const { now } = this.#host;
    if (!precommits.nilQuorum) {
      if (!precommits.anyQuorum) return false;
      if (!this.#timers.isOver("precommit", now, this.view.round)) return false;
    }
    this.enter({ slot: this.view.slot, round: this.view.round + 1 });
    return true;
  }

  #cast(kind: VoteKind, blockRoot: Uint8Array, step: "prevote" | "precommit"): true {
    this.step = step;
    const vote = { kind, height: this.context.height, ...this.view, blockRoot };
    if (this.own === undefined) return true;
    if (this.#host.listening) this.#due.push(vote);
    else this.#sign(vote);
    return true;
  }

  #sign(vote: Vote): void {
    const { guard, emit } = this.#host;
    if (guard === undefined || this.own === undefined) return;
    guard.keep(this.context.height, { lock: this.locked, valid: this.valid });
    const signed = guard.signVote(vote, this.own);
    if (signed === undefined) return;
    emit({ type: "broadcast", gossip: { topic: "vote", message: signed } });
    this.addVote(signed);
  }
}
