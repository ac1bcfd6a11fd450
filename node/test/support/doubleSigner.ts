import {
  type Evidence,
  type SignedVote,
  type Signer,
  type SigningContext,
  type Vote,
  VoteKind,
  voteSigningRoot,
  ZERO_ROOT,
} from "@lucid/consensus";
import type { ConsensusNetwork } from "@lucid/p2p";
import { topics } from "../../src/driver/topics.js";

export function signVote(signer: Signer, context: SigningContext, voter: number, vote: Vote): SignedVote {
  return { vote, voter, signature: signer.sign(voteSigningRoot(vote, context)) };
}

/** The other vote for the same place. */
export function contrary(vote: Vote): Vote {
  const kind = vote.kind === VoteKind.Prevote || vote.kind === VoteKind.PrevoteNil ? "prevote" : "precommit";
  const block = vote.kind === VoteKind.Prevote || vote.kind === VoteKind.Precommit;
  const other = {
    prevote: block ? VoteKind.PrevoteNil : VoteKind.Prevote,
    precommit: block ? VoteKind.PrecommitNil : VoteKind.Precommit,
  }[kind];
  return { ...vote, kind: other, blockRoot: block ? ZERO_ROOT : new Uint8Array(32).fill(7) };
}

/** Evidence that the owner of the key could have made against itself at any time. */
export function evidenceAgainst(signer: Signer, nodeId: Uint8Array, context: SigningContext, vote: Vote): Evidence {
  const statements = [vote, contrary(vote)].map((message) => ({
    message,
    signature: signer.sign(voteSigningRoot(message, context)),
  }));
  return { nodeId, votes: statements, proposals: [] };
}

/**
 * Somebody who holds a validator's key and signs against it: to the first vote of that voter that passes by, it sends the
 * contrary one. Resolves with the vote when that is done.
 */
export function signTwice(
  network: ConsensusNetwork,
  options: { readonly signer: Signer; readonly voter: number; readonly context: SigningContext },
): Promise<Vote> {
  const { signer, voter, context } = options;
  return new Promise((resolve) => {
    const end = network.subscribe(topics.vote, ({ vote, voter: by }) => {
      if (by !== voter) return "accept";
      end();
      network.publish(topics.vote, signVote(signer, context, voter, contrary(vote)));
      resolve(vote);
      return "accept";
    });
  });
}
