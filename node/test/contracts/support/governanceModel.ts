import { type StateName, support, timing } from "./governance.js";

/** What a proposal of the model does when it runs. */
export type Effect =
  | { readonly kind: "set"; readonly name: string; readonly value: bigint }
  | { readonly kind: "rotate"; readonly epoch: bigint };

interface ModelProposal {
  readonly snapshot: bigint;
  readonly deadline: bigint;
  readonly counts: [against: bigint, forIt: bigint, abstain: bigint];
  readonly voted: Set<number>;
  eta: bigint;
  executed: boolean;
}

const UNEXPECTED = "GovernorUnexpectedProposalState";

/** Governance as plain lists: who had how many votes when, and what became of each proposal. Users are numbers. */
export class GovernanceModel {
  readonly values = new Map<string, bigint>();
  epoch = 0n;
  readonly proposals = new Map<number, ModelProposal>();
  readonly executed: number[] = [];
  private readonly effects: readonly Effect[];
  private readonly history: { readonly time: bigint; readonly votes: readonly bigint[] }[] = [];

  constructor(effects: readonly Effect[]) {
    this.effects = effects;
  }

  setVotes(time: bigint, votes: readonly bigint[]): void {
    this.history.push({ time, votes });
  }

  private votesAt(time: bigint): readonly bigint[] {
    return this.history.filter((entry) => entry.time <= time).at(-1)?.votes ?? [];
  }

  state(number: number, now: bigint): StateName | undefined {
    const proposal = this.proposals.get(number);
    if (proposal === undefined) return undefined;
    const { snapshot, deadline, counts, eta } = proposal;
    if (proposal.executed) return "Executed";
    if (now <= snapshot) return "Pending";
    if (now <= deadline) return "Active";
    const all = this.votesAt(snapshot).reduce((sum, votes) => sum + votes, 0n);
    const [against, forIt, abstain] = counts;
    if (3n * (forIt + abstain) < all || forIt <= against) return "Defeated";
    if (eta === 0n) return now > deadline + timing.grace ? "Expired" : "Succeeded";
    return now > eta + timing.grace ? "Expired" : "Queued";
  }

  propose(number: number, user: number, now: bigint): string | undefined {
    if ((this.votesAt(now - 1n)[user] ?? 0n) === 0n) return "GovernorInsufficientProposerVotes";
    if (this.proposals.has(number)) return UNEXPECTED;
    const effect = this.effects[number];
    if (effect?.kind === "rotate" && effect.epoch !== this.epoch + 1n) return "WrongEpoch";
    const snapshot = now + timing.delay;
    const counts: ModelProposal["counts"] = [0n, 0n, 0n];
    this.proposals.set(number, {
      snapshot,
      deadline: snapshot + timing.period,
      counts,
      voted: new Set(),
      eta: 0n,
      executed: false,
    });
    return undefined;
  }

  vote(number: number, user: number, choice: number, now: bigint): string | undefined {
    const proposal = this.proposals.get(number);
    if (proposal === undefined) return "GovernorNonexistentProposal";
    if (this.state(number, now) !== "Active") return UNEXPECTED;
    const weight = this.votesAt(proposal.snapshot)[user] ?? 0n;
    if (weight === 0n) return "NoVotes";
    if (proposal.voted.has(user)) return "GovernorAlreadyCastVote";
    if (choice > support.abstain) return "GovernorInvalidVoteType";
    proposal.voted.add(user);
    proposal.counts[choice as 0 | 1 | 2] += weight;
    return undefined;
  }

  queue(number: number, now: bigint): string | undefined {
    const proposal = this.proposals.get(number);
    if (proposal === undefined) return "GovernorNonexistentProposal";
    if (this.state(number, now) !== "Succeeded") return UNEXPECTED;
    proposal.eta = now + timing.timelock;
    return undefined;
  }

  execute(number: number, now: bigint): string | undefined {
    const proposal = this.proposals.get(number);
    if (proposal === undefined) return "GovernorNonexistentProposal";
    const state = this.state(number, now);
    if (state !== "Succeeded" && state !== "Queued") return UNEXPECTED;
    if (state === "Succeeded" || now < proposal.eta) return "TimelockUnexpectedOperationState";
    const effect = this.effects[number];
    if (effect?.kind === "rotate") {
      if (effect.epoch !== this.epoch + 1n) return "WrongEpoch";
      this.epoch = effect.epoch;
    } else if (effect !== undefined) this.values.set(effect.name, effect.value);
    proposal.executed = true;
    this.executed.push(number);
    return undefined;
  }
}
