import { proposalSigningRoot } from "../crypto/signing.js";
import { proposerOrder } from "../schedule/leaders.js";
import type { SignedProposal } from "../types/proposal.js";
import { NOBODY } from "../types/state.js";
import { viewKey } from "../types/view.js";
import { type SignedVote, stepOfKind } from "../types/vote.js";
import { signingContextOf } from "./host.js";
import { ACCEPT, ignore, isTooEarly, type Judgement, reject, voteItem } from "./intake.js";
import type { AgreementOptions, HeightContext } from "./types.js";

/** Of one voter, so that a liar with a thousand rounds takes nobody else's room: 256 voters hold at most 4,096. */
const MAX_VOTES_OF_VOTER = 16;
const MAX_PROPOSALS = 8;

/**
 * Messages of the next height, which faster voters send before this node has decided the open one. Dropping them would
 * lose them for good: gossip does not bring a message twice. Signatures are checked against both sets that can turn out
 * to vote; the rest is checked when the height opens.
 */
export class HeldMessages {
  readonly #votes = new Map<string, SignedVote>();
  readonly #count = new Map<number, number>();
  readonly #proposals = new Map<number, SignedProposal>();

  addVote(context: HeightContext, options: AgreementOptions, now: number, signed: SignedVote): Judgement {
    const { vote, voter } = signed;
    if (isTooEarly(options, vote, now)) return ignore("EARLY");
    const key = `${viewKey(vote)}:${stepOfKind(vote.kind)}:${voter}`;
    if (this.#votes.has(key)) return ignore("KNOWN");
    const held = this.#count.get(voter) ?? 0;
    if (held >= MAX_VOTES_OF_VOTER) return ignore("FULL");
    const signers = [context.voters.members[voter], context.nextVoters.members[voter]];
    const genuine = signers.some((member) => {
      if (member === undefined) return false;
      const { publicKey, message, signature } = voteItem(options, member.blsPublicKey, signed);
      return options.verifier.verify(publicKey, message, signature);
    });
    if (!genuine) return reject("SIGNATURE");
    this.#votes.set(key, signed);
    this.#count.set(voter, held + 1);
    return ACCEPT;
  }

  addProposal(context: HeightContext, options: AgreementOptions, now: number, signed: SignedProposal): Judgement {
    const { proposal } = signed;
    if (isTooEarly(options, proposal, now)) return ignore("EARLY");
    const key = viewKey(proposal);
    if (this.#proposals.has(key)) return ignore("KNOWN");
    if (this.#proposals.size >= MAX_PROPOSALS) return ignore("FULL");
    const message = proposalSigningRoot(proposal, signingContextOf(options, proposal.slot));
    // The parent's slot is not known yet, so either schedule may hold. Neither fits when the open height closes an epoch
    // and the next one another: that is nobody's fault.
    const { voters, nextVoters } = context;
    const proposers = [voters, nextVoters].map((set) => {
      const order = proposerOrder(set, proposal.slot, options.params.epochSlots);
      return set.members[order[proposal.round % order.length] ?? NOBODY];
    });
    const genuine = proposers.some(
      (member) => member !== undefined && options.verifier.verify(member.blsPublicKey, message, signed.signature),
    );
    if (!genuine) return ignore("PROPOSER");
    this.#proposals.set(key, signed);
    return ACCEPT;
  }

  /** Everything, once; what is held is then empty. */
  drain(): { readonly votes: SignedVote[]; readonly proposals: SignedProposal[] } {
    const out = { votes: [...this.#votes.values()], proposals: [...this.#proposals.values()] };
    this.#votes.clear();
    this.#count.clear();
    this.#proposals.clear();
    return out;
  }
}
