import { equalBytes } from "../base/bytes.js";
import { EXCHANGE_INTERVAL } from "../params.js";
import { slotAt, slotStart } from "../slots.js";
import type { Block, BodyMessage } from "../types/body.js";
import type { CommitCertificate, PrevoteCertificate } from "../types/certificate.js";
import type { HeightVotesRequest, HeightVotesResponse } from "../types/exchange.js";
import { headerRoot } from "../types/header.js";
import type { SignedProposal } from "../types/proposal.js";
import { compareViews, viewKey } from "../types/view.js";
import { type SignedVote, sameVote } from "../types/vote.js";
import { Contradictions, contradicts } from "./contradictions.js";
import { votesRequest, votesResponse } from "./exchange.js";
import { Guard } from "./guard.js";
import { Height } from "./height.js";
import { HeldMessages } from "./held.js";
import type { Host } from "./host.js";
import {
  ACCEPT,
  checkProposal,
  checkProposalForm,
  checkVote,
  checkVoteForm,
  heldVote,
  ignore,
  isCommitCertificate,
  isPrevoteCertificate,
  isTooEarly,
  type Judgement,
  reject,
  voteItem,
} from "./intake.js";
import { LateVotes } from "./lateVotes.js";
import { soundRules } from "./rules.js";
import { statusOf, votesOf } from "./status.js";
import { rootKey } from "./tally.js";
import type { AgreementOptions, AgreementStatus, Effect, HeightContext, Input, Source, StepResult } from "./types.js";

/** Votes of one answer of `own-votes/1` whose signatures are verified, a millisecond each; known ones cost nothing. */
const MAX_STRANGE_VOTES = 8;

/** PoOT's agreement: see types.ts for how it is driven and height.ts for its rules. */
export class Agreement {
  readonly #options: AgreementOptions;
  readonly #guard: Guard | undefined;
  readonly #host: Host;
  readonly #held = new HeldMessages();
  readonly #contradictions = new Contradictions();
  #effects: Effect[] = [];
  #now = 0;
  #clockTrusted = true;
  /** Milliseconds by which the own clock is behind the peers' median. */
  #clockOffset = 0;
  #height: Height | undefined;
  /** The decided height before, for peers that ask for its block. */
  #previous: Height | undefined;
  /** The last decision's certificate, which late votes still extend. */
  #late: LateVotes | undefined;
  /** Unix milliseconds; undefined until the first height opens. */
  #listenUntil: number | undefined;
  #nextExchange = Number.POSITIVE_INFINITY;
  /** When time alone may fire a rule. */
  #wake = Number.NEGATIVE_INFINITY;
  #halted = false;

  /** @throws ConsensusError BAD_STATE when the restored record belongs to another network or key. */
  constructor(options: AgreementOptions) {
    this.#options = options;
    if (options.signer !== undefined) {
      this.#guard = new Guard({
        signer: options.signer,
        genesisRoot: options.genesisRoot,
        forkVersionAt: options.forkVersionAt,
        comparePositions: (options.rules ?? soundRules).comparePositions,
        ...(options.restored === undefined ? {} : { restored: options.restored.record }),
      });
    }
    const self = this;
    this.#host = {
      options,
      rules: options.rules ?? soundRules,
      guard: this.#guard,
      get now() {
        return self.#now;
      },
      get clockTrusted() {
        return self.#clockTrusted;
      },
      get networkNow() {
        return self.#clockTrusted ? self.#now : self.#now + self.#clockOffset;
      },
      get listening() {
        return self.#isListening();
      },
      emit: (effect) => {
        this.#effects.push(effect);
        if (effect.type === "halt") this.#halted = true;
      },
    };
  }

  step(now: number, input: Input): StepResult {
    const back = now < this.#now;
    if (back) this.#setBack(now - this.#now);
    this.#now = now;
    this.#effects = [];
    if (!this.#halted) {
      const changed = this.#take(input);
      // Most of what comes in over a mesh is known already: no rule can fire before its time then.
      if (changed || back || now >= this.#wake) this.#advance();
    }
    const effects = this.#withPersist(input.type === "close");
    this.#effects = [];
    return { effects, wakeAt: this.#halted ? Number.POSITIVE_INFINITY : this.#wake };
  }

  /** The clock was corrected: without this, timers of an hour ahead would leave the node dumb for an hour. */
  #setBack(milliseconds: number): void {
    this.#height?.shift(milliseconds);
    this.#nextExchange += milliseconds;
    if (this.#listenUntil !== undefined) this.#listenUntil += milliseconds;
  }

  /** A block of the open or the last height, decided or not, for peers that ask by root. */
  block(root: Uint8Array): Block | undefined {
    return this.#height?.candidates.block(root) ?? this.#previous?.candidates.block(root);
  }

  /** The fullest certificate of the open height's parent that this node holds. */
  parentCommit(): CommitCertificate | undefined {
    return this.#height?.parentCommit;
  }

  /** Votes of one voter that this node holds, of the last height and the open one (`own-votes/1`). */
  votesOf(nodeId: Uint8Array): SignedVote[] {
    // Most of a slot the open height has no votes yet, and a clone that starts then must still be found out.
    return [this.#previous, this.#height].flatMap((height) => (height === undefined ? [] : votesOf(height, nodeId)));
  }

  status(): AgreementStatus | undefined {
    const height = this.#height;
    if (height === undefined) return undefined;
    return statusOf(height, this.#previous, this.#guard, { listening: this.#isListening(), halted: this.#halted });
  }

  #isListening(): boolean {
    return this.#listenUntil !== undefined && this.#now < this.#listenUntil;
  }

  /** False when nothing changed that a rule looks at. */
  #take(input: Input): boolean {
    switch (input.type) {
      case "tick":
        return false;
      case "height":
        this.#open(input.context);
        return true;
      case "proposal":
        return this.#verdict(input.source, this.#onProposal(input.source, input.proposal));
      case "body":
        return this.#verdict(input.source, this.#onBody(input.body));
      case "block":
        this.#onBlock(input.block);
        return true;
      case "votes":
        return this.#onVotes(input.votes, true);
      case "ownVotes":
        this.#onOwnVotes(input.votes);
        return true;
      case "commit":
        return this.#verdict(input.source, this.#onCommit(input.source, input.certificate));
      case "certificate":
        return this.#verdict(input.source, this.#onCertificate(input.source, input.certificate));
      case "votesRequest":
        this.#onRequest(input.source, input.request);
        return false;
      case "votesResponse":
        this.#onResponse(input.response);
        return true;
      case "built":
        if (input.block !== undefined) this.#height?.addBuilt(input.slot, input.round, input.block);
        return true;
      case "executed":
        this.#height?.blocks.executed(input.root, input.valid);
        return true;
      case "clock":
        this.#clockTrusted = input.trusted;
        this.#clockOffset = input.offset;
        if (!input.trusted) this.#height?.retreat();
        return true;
      case "promise":
        this.#guard?.raiseFork(input.forkVersion);
        return true;
      case "trust":
        this.#guard?.trust();
        return true;
      case "close":
        this.#guard?.close();
        return true;
    }
  }

  /** Applies the rules until none fires. */
  #advance(): void {
    this.#applyRules();
    this.#wake = this.#wakeAt();
  }

  #applyRules(): void {
    const height = this.#height;
    if (height === undefined) return;
    if (this.#listenUntil !== undefined && this.#now >= this.#listenUntil) {
      this.#listenUntil = undefined;
      height.castDue();
    }
    const idle = this.#isIdle(height);
    height.run();
    if (
      height.step === "decided" &&
      height.commit !== undefined &&
      this.#late?.certificate.height !== height.commit.height
    ) {
      this.#late = new LateVotes(this.#options, height.context.voters, height.commit);
    }
    if (height.step === "decided" || (!idle && this.#now < this.#nextExchange)) return;
    this.#nextExchange = this.#now + EXCHANGE_INTERVAL;
    if (idle) return;
    if (height.context.voters.members.length > 1 || height.own === undefined) {
      this.#effects.push({ type: "exchange", request: votesRequest(height) });
    }
    for (const root of height.missing()) {
      this.#effects.push({ type: "fetch", height: height.context.height, root });
    }
  }

  /** Before the height's first slot nobody has votes of it that could be asked for, unless the clock is wrong. */
  #isIdle(height: Height): boolean {
    return height.step === "waiting" && this.#clockTrusted;
  }

  #wakeAt(): number {
    const height = this.#height;
    if (this.#halted || height === undefined) return Number.POSITIVE_INFINITY;
    const asks = height.step !== "decided" && !this.#isIdle(height);
    return Math.min(
      height.wakeAt(),
      this.#listenUntil ?? Number.POSITIVE_INFINITY,
      asks ? this.#nextExchange : Number.POSITIVE_INFINITY,
    );
  }

  /** The record goes to the disk before anything that this step signed leaves the process. */
  #withPersist(closing: boolean): Effect[] {
    const guard = this.#guard;
    if (guard === undefined || (!guard.dirty && !closing)) return this.#effects;
    guard.dirty = false;
    const height = this.#height;
    const blocks = new Map<string, Block>();
    if (height !== undefined) {
      guard.keep(height.context.height, { lock: height.locked, valid: height.valid });
      const roots = [height.locked?.blockRoot, height.valid?.blockRoot];
      for (const { proposal } of guard.proposals) roots.push(headerRoot(proposal.header));
      for (const root of roots) {
        const block = root === undefined ? undefined : height.candidates.block(root);
        if (root !== undefined && block !== undefined) blocks.set(rootKey(root), block);
      }
    }
    const record = guard.record(closing ? this.#now : 0);
    return [{ type: "persist", record, blocks: [...blocks.values()] }, ...this.#effects];
  }

  #open(context: HeightContext): void {
    const last = this.#height;
    if (last !== undefined && context.height <= last.context.height) return;
    const height = new Height(this.#host, context);
    this.#previous = last?.context.height === context.height - 1 ? last : undefined;
    this.#height = height;
    if (this.#late !== undefined && equalBytes(this.#late.certificate.blockRoot, context.parentRoot)) {
      height.parentCommit = this.#late.certificate;
    } else {
      this.#late = undefined;
    }
    this.#contradictions.clear();
    this.#guard?.open(context.height);
    if (last !== undefined) height.candidates.takeEarly(last.candidates);
    if (last === undefined) this.#listenUntil = this.#listeningEnd(height);
    height.restore(this.#options.restored?.blocks ?? []);
    this.#nextExchange = this.#now + EXCHANGE_INTERVAL;
    const { proposals, votes } = this.#held.drain();
    for (const signed of proposals) {
      if (signed.proposal.height === context.height) this.#onProposal(undefined, signed);
    }
    const due = votes.filter(({ vote }) => vote.height === context.height);
    this.#onVotes(
      due.map((vote) => ({ source: undefined, vote })),
      false,
    );
  }

  /** When a just started voter may sign (consensus.md section 5); undefined: at once. */
  #listeningEnd(height: Height): number | undefined {
    const guard = this.#guard;
    if (guard === undefined || height.context.height === 1) return undefined;
    const { members } = height.context.voters;
    if (members.length === 1 && height.own !== undefined) return undefined;
    const closedAt = Number(this.#options.restored?.record.closedAt ?? 0n);
    if (closedAt > 0 && this.#now >= closedAt && this.#now - closedAt < this.#options.slotDuration) return undefined;
    const endOfSlot = slotStart(this.#options, slotAt(this.#options, this.#now) + 1);
    return Math.max(endOfSlot, this.#now + this.#options.params.minimumListening);
  }

  /** True for what was accepted. */
  #verdict(source: Source | undefined, { outcome, code }: Judgement): boolean {
    if (source !== undefined) this.#effects.push({ type: "verdict", source, outcome, code });
    return outcome === "accept";
  }

  /** Where a message of another height than the open one goes: nowhere, but its sender or this node is told. */
  #otherHeight(source: Source | undefined, height: number): Judgement {
    const open = this.#height?.context.height ?? 0;
    if (height < open) {
      if (source !== undefined) this.#effects.push({ type: "catchUp", source, height });
      return ignore("OLD_HEIGHT");
    }
    if (source !== undefined) this.#effects.push({ type: "behind", source, height });
    return ignore("FAR_HEIGHT");
  }

  #onProposal(source: Source | undefined, signed: SignedProposal): Judgement {
    const height = this.#height;
    if (height === undefined) return ignore("NOT_READY");
    const form = checkProposalForm(signed);
    if (form.outcome !== "accept") return form;
    const { proposal } = signed;
    if (proposal.height === height.context.height + 1) {
      return this.#held.addProposal(height.context, this.#options, this.#host.networkNow, signed);
    }
    if (proposal.height !== height.context.height) return this.#otherHeight(source, proposal.height);
    if (height.step === "decided") return ignore("DECIDED");
    const judgement = checkProposal(height, this.#host, signed);
    if (judgement.second === true) {
      const held = height.views.get(viewKey(proposal))?.proposal;
      const nodeId = height.proposerOf(proposal)?.nodeId;
      const evidence =
        held === undefined || nodeId === undefined
          ? undefined
          : this.#contradictions.ofProposals(nodeId, held.signed, signed);
      if (evidence !== undefined) this.#effects.push({ type: "evidence", evidence });
    }
    if (judgement.outcome !== "accept") return judgement;
    const [certificate] = signed.validCertificate;
    if (certificate !== undefined) height.addCertificate(certificate);
    height.addProposal(signed, headerRoot(proposal.header));
    return judgement;
  }

  #onBody({ blockRoot, body }: BodyMessage): Judgement {
    const height = this.#height;
    if (height === undefined) return ignore("NOT_READY");
    switch (height.blocks.addBody(blockRoot, body)) {
      case "added":
        return ACCEPT;
      case "known":
        return ignore("KNOWN");
      case "late":
        return ignore("NO_HEADER");
      case "wrong":
        return reject("BODY_ROOT");
    }
  }

  #onBlock(block: Block): void {
    const root = headerRoot(block.header);
    this.#height?.blocks.addBlock(block, root);
  }

  #onVotes(votes: readonly { readonly source: Source | undefined; readonly vote: SignedVote }[], hold: boolean): boolean {
    const height = this.#height;
    if (height === undefined) return false;
    let changed = false;
    const open: { source: Source | undefined; vote: SignedVote; publicKey: Uint8Array }[] = [];
    for (const { source, vote } of votes) {
      const form = checkVoteForm(vote);
      const judgement = form.outcome === "accept" ? this.#sortVote(height, source, vote, hold) : form;
      const member = height.context.voters.members[vote.voter];
      if (judgement !== "open" || member === undefined) {
        changed = this.#verdict(source, judgement === "open" ? ACCEPT : judgement) || changed;
      } else open.push({ source, vote, publicKey: member.blsPublicKey });
    }
    const verdicts = this.#options.verifier.verifyBatch(
      open.map(({ vote, publicKey }) => voteItem(this.#options, publicKey, vote)),
    );
    open.forEach(({ source, vote }, index) => {
      const judgement = verdicts[index] === true ? this.#addVerified(height, vote) : reject("SIGNATURE");
      changed = this.#verdict(source, judgement) || changed;
    });
    return changed;
  }

  /** "open": a vote of the open height whose signature is to be checked with the others. Anything else is dealt with here. */
  #sortVote(height: Height, source: Source | undefined, vote: SignedVote, hold: boolean): Judgement | "open" {
    const open = height.context.height;
    const judged = vote.vote.height === open ? height : this.#previous;
    const held = judged?.context.height === vote.vote.height ? heldVote(judged, vote) : undefined;
    const second = held !== undefined && !sameVote(held.vote, vote.vote);
    // A decision takes a moment, and the other half of a double vote may come after it.
    if (judged !== undefined && judged !== height && second) return this.#secondVote(judged, held, vote);
    if (!second && this.#late?.wants(vote) === true) {
      if (!this.#late.add(vote)) return reject("SIGNATURE");
      if (open === vote.vote.height + 1) height.replaceParentCommit(this.#late.certificate);
      return ACCEPT;
    }
    if (vote.vote.height === open + 1 && hold)
      return this.#held.addVote(height.context, this.#options, this.#host.networkNow, vote);
    if (vote.vote.height !== open) return this.#otherHeight(source, vote.vote.height);
    const judgement = checkVote(height, this.#host, vote);
    return judgement.outcome === "accept" ? "open" : judgement;
  }

  #addVerified(height: Height, vote: SignedVote): Judgement {
    if (vote.voter === height.own && this.#guard?.knows(vote.vote) === false) {
      this.#sawOwn(vote);
      return ignore("OWN_KEY");
    }
    const held = heldVote(height, vote);
    if (held === undefined) {
      height.addVote(vote);
      return ACCEPT;
    }
    if (sameVote(held.vote, vote.vote)) return ignore("KNOWN");
    return this.#report(height, held, vote);
  }

  /** A vote of the last height that contradicts one that was counted. */
  #secondVote(previous: Height, held: SignedVote, vote: SignedVote): Judgement {
    const member = previous.context.voters.members[vote.voter];
    if (member === undefined) return reject("VOTER_UNKNOWN");
    const { publicKey, message, signature } = voteItem(this.#options, member.blsPublicKey, vote);
    if (!this.#options.verifier.verify(publicKey, message, signature)) return reject("SIGNATURE");
    if (vote.voter !== previous.own) return this.#report(previous, held, vote);
    this.#sawOwn(vote);
    return ignore("OWN_KEY");
  }

  #report(height: Height, held: SignedVote, vote: SignedVote): Judgement {
    const nodeId = height.context.voters.members[vote.voter]?.nodeId;
    const evidence = nodeId === undefined ? undefined : this.#contradictions.ofVotes(nodeId, held, vote);
    if (evidence !== undefined) this.#effects.push({ type: "evidence", evidence });
    return ignore("SECOND_VOTE");
  }

  /** Answers to `own-votes/1`, of any height: only the own key is asked. */
  #onOwnVotes(votes: readonly SignedVote[]): void {
    const guard = this.#guard;
    const open = this.#height?.context.height ?? 0;
    if (guard === undefined) return;
    const formed = votes.filter((vote) => checkVoteForm(vote).outcome === "accept");
    // Of two that contradict each other this node has signed one at most, whatever its record still holds.
    const twin = ({ vote }: SignedVote) => formed.some((other) => contradicts(other.vote, vote));
    const strange = formed.filter(
      (signed) => twin(signed) || (signed.vote.height + 1 >= open && !guard.knows(signed.vote)),
    );
    // The latest tell the most; whoever sends many made them up.
    const genuine = strange.slice(-MAX_STRANGE_VOTES).filter((vote) => {
      const { publicKey, message, signature } = voteItem(this.#options, guard.publicKey, vote);
      return this.#options.verifier.verify(publicKey, message, signature);
    });
    for (const signed of genuine) {
      const contradicted = genuine.some((other) => contradicts(other.vote, signed.vote));
      if (contradicted || !guard.knows(signed.vote)) this.#sawOwn(signed);
    }
  }

  /**
   * Somebody shows a vote of the own key that the record lacks. From before this start: the record is old (a restored
   * card, a clone), and its lock with it, so nothing is signed until a block above that height is executed. From after it: a twin is alive.
   */
  #sawOwn({ vote }: SignedVote): void {
    if (slotStart(this.#options, vote.slot) > this.#options.startedAt) {
      this.#halted = true;
      this.#guard?.close();
      this.#effects.push({
        type: "halt",
        code: "TWIN",
        detail: `another node voted with this key at height ${vote.height}, slot ${vote.slot}`,
      });
      return;
    }
    this.#guard?.silence(vote.height);
  }

  #onCommit(source: Source | undefined, certificate: CommitCertificate): Judgement {
    const height = this.#height;
    if (height === undefined) return ignore("NOT_READY");
    if (this.#late?.improve(certificate) === true) {
      if (certificate.height + 1 === height.context.height) height.replaceParentCommit(certificate);
      this.#effects.push({ type: "betterCommit", certificate });
      return ACCEPT;
    }
    if (certificate.height !== height.context.height) {
      // Certificates of old heights are common (everybody publishes them) and need no answer.
      return certificate.height < height.context.height
        ? ignore("OLD_HEIGHT")
        : this.#otherHeight(source, certificate.height);
    }
    if (height.step === "decided" || !height.wantsCommit(certificate)) return ignore("KNOWN");
    if (!isCommitCertificate(height.context, this.#options, certificate)) return reject("CERTIFICATE");
    height.addCommit(certificate);
    return ACCEPT;
  }

  #onCertificate(source: Source | undefined, certificate: PrevoteCertificate): Judgement {
    const height = this.#height;
    if (height === undefined) return ignore("NOT_READY");
    if (certificate.height !== height.context.height) return this.#otherHeight(source, certificate.height);
    if (certificate.slot < height.lowestSlot) return ignore("OLD");
    if (isTooEarly(this.#options, certificate, this.#host.networkNow)) return ignore("EARLY");
    if (height.views.get(viewKey(certificate))?.certificate !== undefined) return ignore("KNOWN");
    if (height.valid !== undefined && compareViews(certificate, height.valid) <= 0) return ignore("OLD");
    if (!isPrevoteCertificate(height, this.#options, certificate)) return reject("CERTIFICATE");
    height.addCertificate(certificate);
    return ACCEPT;
  }

  #onRequest(source: Source, request: HeightVotesRequest): void {
    const height = this.#height;
    if (height === undefined) return;
    if (request.height !== height.context.height) this.#otherHeight(source, request.height);
    else this.#effects.push({ type: "respond", source, response: votesResponse(height, request) });
  }

  /** What a peer sent on request goes the way of gossip, without verdicts: nobody forwarded it. */
  #onResponse(response: HeightVotesResponse): void {
    for (const proposal of response.proposals) this.#onProposal(undefined, proposal);
    for (const certificate of response.certificates) this.#onCertificate(undefined, certificate);
    this.#onVotes(
      response.votes.map((vote) => ({ source: undefined, vote })),
      false,
    );
    for (const certificate of response.commits) this.#onCommit(undefined, certificate);
  }
}
