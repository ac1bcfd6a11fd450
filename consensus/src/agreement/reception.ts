import { equalBytes } from "../base/bytes.js";
import { slotStart } from "../slots.js";
import type { Block, BodyMessage } from "../types/body.js";
import type { CommitCertificate, PrevoteCertificate } from "../types/certificate.js";
import type { HeightVotesRequest, HeightVotesResponse } from "../types/exchange.js";
import { headerRoot } from "../types/header.js";
import type { SignedProposal } from "../types/proposal.js";
import { compareViews, viewKey } from "../types/view.js";
import { type SignedVote, sameVote } from "../types/vote.js";
import { Contradictions, contradicts } from "./contradictions.js";
import { votesResponse } from "./exchange.js";
import type { Height } from "./height.js";
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
import type { Source } from "./types.js";

/** Votes of one answer of `own-votes/1` whose signatures are verified, a millisecond each; known ones cost nothing. */
const MAX_STRANGE_VOTES = 8;

/**
 * Where messages come in: each is judged, and goes to the height that it is of, to those that are held for the next one, or
 * nowhere. What contradicts becomes evidence, or tells that the own key is at work elsewhere.
 */
export class Reception {
  readonly #host: Host;
  readonly #held = new HeldMessages();
  readonly #contradictions = new Contradictions();
  /** The open one. */
  height: Height | undefined;
  /** The decided height before, for peers that ask for its block. */
  previous: Height | undefined;
  /** The last decision's certificate, which late votes still extend. */
  late: LateVotes | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Another height is open, on the block with this root. */
  open(height: Height, parentRoot: Uint8Array): void {
    const last = this.height;
    this.previous = last?.context.height === height.context.height - 1 ? last : undefined;
    this.height = height;
    if (this.late !== undefined && equalBytes(this.late.certificate.blockRoot, parentRoot)) {
      height.parentCommit = this.late.certificate;
    } else {
      this.late = undefined;
    }
    this.#contradictions.clear();
  }

  /** The open height is decided: its certificate takes late votes from now on. */
  decided(height: Height): void {
    const { commit, context } = height;
    if (commit === undefined || this.late?.certificate.height === commit.height) return;
    this.late = new LateVotes(this.#host.options, context.voters, commit);
  }

  /** What came for the open height before it was open. */
  takeHeld(): void {
    const open = this.height?.context.height;
    const { proposals, votes } = this.#held.drain();
    for (const signed of proposals) if (signed.proposal.height === open) this.proposal(undefined, signed);
    const due = votes.filter(({ vote }) => vote.height === open);
    this.votes(
      due.map((vote) => ({ source: undefined, vote })),
      false,
    );
  }

  verdict(source: Source | undefined, { outcome, code }: Judgement): boolean {
    if (source !== undefined) this.#host.emit({ type: "verdict", source, outcome, code });
    return outcome === "accept";
  }

  /** Where a message of another height than the open one goes: nowhere, but its sender or this node is told. */
  #otherHeight(source: Source | undefined, height: number): Judgement {
    const open = this.height?.context.height ?? 0;
    if (height < open) {
      if (source !== undefined) this.#host.emit({ type: "catchUp", source, height });
      return ignore("OLD_HEIGHT");
    }
    if (source !== undefined) this.#host.emit({ type: "behind", source, height });
    return ignore("FAR_HEIGHT");
  }

  proposal(source: Source | undefined, signed: SignedProposal): Judgement {
    const height = this.height;
    if (height === undefined) return ignore("NOT_READY");
    const form = checkProposalForm(signed);
    if (form.outcome !== "accept") return form;
    const { proposal } = signed;
    if (proposal.height === height.context.height + 1) {
      return this.#held.addProposal(height.context, this.#host.options, this.#host.networkNow, signed);
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
      if (evidence !== undefined) this.#host.emit({ type: "evidence", evidence });
    }
    if (judgement.outcome !== "accept") return judgement;
    const [certificate] = signed.validCertificate;
    if (certificate !== undefined) height.addCertificate(certificate);
    height.addProposal(signed, headerRoot(proposal.header));
    return judgement;
  }

  body({ blockRoot, body }: BodyMessage): Judgement {
    const height = this.height;
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

  block(block: Block): void {
    const root = headerRoot(block.header);
    this.height?.blocks.addBlock(block, root);
  }

  votes(votes: readonly { readonly source: Source | undefined; readonly vote: SignedVote }[], hold: boolean): boolean {
    const height = this.height;
    if (height === undefined) return false;
    let changed = false;
    const open: { source: Source | undefined; vote: SignedVote; publicKey: Uint8Array }[] = [];
    for (const { source, vote } of votes) {
      const form = checkVoteForm(vote);
      const judgement = form.outcome === "accept" ? this.#sortVote(height, source, vote, hold) : form;
      const member = height.context.voters.members[vote.voter];
      if (judgement !== "open" || member === undefined) {
        changed = this.verdict(source, judgement === "open" ? ACCEPT : judgement) || changed;
      } else open.push({ source, vote, publicKey: member.blsPublicKey });
    }
    const verdicts = this.#host.options.verifier.verifyBatch(
      open.map(({ vote, publicKey }) => voteItem(this.#host.options, publicKey, vote)),
    );
    open.forEach(({ source, vote }, index) => {
      const judgement = verdicts[index] === true ? this.#addVerified(height, vote) : reject("SIGNATURE");
      changed = this.verdict(source, judgement) || changed;
    });
    return changed;
  }

  /** "open": a vote of the open height whose signature is to be checked with the others. Anything else is dealt with here. */
  #sortVote(height: Height, source: Source | undefined, vote: SignedVote, hold: boolean): Judgement | "open" {
    const open = height.context.height;
    const judged = vote.vote.height === open ? height : this.previous;
    const held = judged?.context.height === vote.vote.height ? heldVote(judged, vote) : undefined;
    const second = held !== undefined && !sameVote(held.vote, vote.vote);
    // A decision takes a moment, and the other half of a double vote may come after it.
    if (judged !== undefined && judged !== height && second) return this.#secondVote(judged, held, vote);
    if (!second && this.late?.wants(vote) === true) {
      if (!this.late.add(vote)) return reject("SIGNATURE");
      if (open === vote.vote.height + 1) height.replaceParentCommit(this.late.certificate);
      return ACCEPT;
    }
    if (vote.vote.height === open + 1 && hold)
      return this.#held.addVote(height.context, this.#host.options, this.#host.networkNow, vote);
    if (vote.vote.height !== open) return this.#otherHeight(source, vote.vote.height);
    const judgement = checkVote(height, this.#host, vote);
    return judgement.outcome === "accept" ? "open" : judgement;
  }

  #addVerified(height: Height, vote: SignedVote): Judgement {
    if (vote.voter === height.own && this.#host.guard?.knows(vote.vote) === false) {
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
    const { publicKey, message, signature } = voteItem(this.#host.options, member.blsPublicKey, vote);
    if (!this.#host.options.verifier.verify(publicKey, message, signature)) return reject("SIGNATURE");
    if (vote.voter !== previous.own) return this.#report(previous, held, vote);
    this.#sawOwn(vote);
    return ignore("OWN_KEY");
  }

  #report(height: Height, held: SignedVote, vote: SignedVote): Judgement {
    const nodeId = height.context.voters.members[vote.voter]?.nodeId;
    const evidence = nodeId === undefined ? undefined : this.#contradictions.ofVotes(nodeId, held, vote);
    if (evidence !== undefined) this.#host.emit({ type: "evidence", evidence });
    return ignore("SECOND_VOTE");
  }

  /** Answers to `own-votes/1`, of any height: only the own key is asked. */
  ownVotes(votes: readonly SignedVote[]): void {
    const guard = this.#host.guard;
    const open = this.height?.context.height ?? 0;
    if (guard === undefined) return;
    const formed = votes.filter((vote) => checkVoteForm(vote).outcome === "accept");
    // Of two that contradict each other this node has signed one at most, whatever its record still holds.
    const twin = ({ vote }: SignedVote) => formed.some((other) => contradicts(other.vote, vote));
    const strange = formed.filter(
      (signed) => twin(signed) || (signed.vote.height + 1 >= open && !guard.knows(signed.vote)),
    );
    // The latest tell the most; whoever sends many made them up.
    const genuine = strange.slice(-MAX_STRANGE_VOTES).filter((vote) => {
      const { publicKey, message, signature } = voteItem(this.#host.options, guard.publicKey, vote);
      return this.#host.options.verifier.verify(publicKey, message, signature);
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
    if (slotStart(this.#host.options, vote.slot) > this.#host.options.startedAt) {
      this.#host.guard?.close();
      this.#host.emit({
        type: "halt",
        code: "TWIN",
        detail: `another node voted with this key at height ${vote.height}, slot ${vote.slot}`,
      });
      return;
    }
    this.#host.guard?.silence(vote.height);
  }

  commit(source: Source | undefined, certificate: CommitCertificate): Judgement {
    const height = this.height;
    if (height === undefined) return ignore("NOT_READY");
    if (this.late?.improve(certificate) === true) {
      if (certificate.height + 1 === height.context.height) height.replaceParentCommit(certificate);
      this.#host.emit({ type: "betterCommit", certificate });
      return ACCEPT;
    }
    if (certificate.height !== height.context.height) {
      // Certificates of old heights are common (everybody publishes them) and need no answer.
      return certificate.height < height.context.height
        ? ignore("OLD_HEIGHT")
        : this.#otherHeight(source, certificate.height);
    }
    if (height.step === "decided" || !height.wantsCommit(certificate)) return ignore("KNOWN");
    if (!isCommitCertificate(height.context, this.#host.options, certificate)) return reject("CERTIFICATE");
    height.addCommit(certificate);
    return ACCEPT;
  }

  certificate(source: Source | undefined, certificate: PrevoteCertificate): Judgement {
    const height = this.height;
    if (height === undefined) return ignore("NOT_READY");
    if (certificate.height !== height.context.height) return this.#otherHeight(source, certificate.height);
    if (certificate.slot < height.lowestSlot) return ignore("OLD");
    if (isTooEarly(this.#host.options, certificate, this.#host.networkNow)) return ignore("EARLY");
    if (height.views.get(viewKey(certificate))?.certificate !== undefined) return ignore("KNOWN");
    if (height.valid !== undefined && compareViews(certificate, height.valid) <= 0) return ignore("OLD");
    if (!isPrevoteCertificate(height, this.#host.options, certificate)) return reject("CERTIFICATE");
    height.addCertificate(certificate);
    return ACCEPT;
  }

  request(source: Source, request: HeightVotesRequest): void {
    const height = this.height;
    if (height === undefined) return;
    if (request.height !== height.context.height) this.#otherHeight(source, request.height);
    else this.#host.emit({ type: "respond", source, response: votesResponse(height, request) });
  }

  /** What a peer sent on request goes the way of gossip, without verdicts: nobody forwarded it. */
  response(response: HeightVotesResponse): void {
    for (const proposal of response.proposals) this.proposal(undefined, proposal);
    for (const certificate of response.certificates) this.certificate(undefined, certificate);
    this.votes(
      response.votes.map((vote) => ({ source: undefined, vote })),
      false,
    );
    for (const certificate of response.commits) this.commit(undefined, certificate);
  }
}
