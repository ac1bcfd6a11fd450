import { aggregateVotes } from "../certificates.js";
import type { CommitCertificate, SkipCertificate } from "../types/certificate.js";
import { ZERO_ROOT } from "../types/ssz.js";
import { VoteKind } from "../types/vote.js";
import type { Host } from "./host.js";
import type { ViewVotes } from "./tally.js";
import type { HeightContext } from "./types.js";

/** What a quorum among the votes of one view has made. */
export interface Certified {
  /** The height is decided. */
  readonly commit?: CommitCertificate;
  /** `votes.certificate` is new. */
  readonly proof: boolean;
  /** The primary is blamed. */
  readonly skip?: SkipCertificate;
}

/** Turns quorums among the votes of a view into certificates, each once. @param decided whether the height has one already */
export function certify(votes: ViewVotes, context: HeightContext, host: Host, decided: boolean): Certified {
  const { verifier } = host.options;
  const { height, voters } = context;
  const { slot, round } = votes.view;
  const aggregate = (step: "prevotes" | "precommits", kind: VoteKind, blockRoot: Uint8Array) =>
    aggregateVotes(voters.members.length, votes[step].signatures(kind, blockRoot), verifier);
  const decision = decided ? undefined : votes.precommits.quorumRoot();
  const proven = votes.certificate === undefined ? votes.prevotes.quorumRoot() : undefined;
  if (proven !== undefined) {
    const proof = aggregate("prevotes", VoteKind.Prevote, proven);
    votes.certificate = { height, slot, round, blockRoot: proven, ...proof };
  }
  const absent = round === 0 && !votes.skipReported && votes.precommits.absentQuorum;
  if (absent) votes.skipReported = true;
  return {
    ...(decision === undefined
      ? {}
      : {
          commit: {
            height,
            slot,
            round,
            blockRoot: decision,
            ...aggregate("precommits", VoteKind.Precommit, decision),
          },
        }),
    proof: proven !== undefined,
    ...(absent ? { skip: { height, slot, ...aggregate("precommits", VoteKind.PrecommitAbsent, ZERO_ROOT) } } : {}),
  };
}
