import { equalBytes } from "../base/bytes.js";
import { canLose, quorumWeight } from "../schedule/quorum.js";
import { viewKey } from "../types/view.js";
import type { SignedVote } from "../types/vote.js";
import type { Guard } from "./guard.js";
import type { Height } from "./height.js";
import { rootKey } from "./tally.js";
import type { AgreementStatus } from "./types.js";

interface Life {
  readonly listening: boolean;
  readonly halted: boolean;
}

function signing(height: Height, guard: Guard | undefined, life: Life): AgreementStatus["signing"] {
  if (guard === undefined) return "observer";
  if (guard.closed || life.halted) return "closed";
  if (guard.belowFork) return "lowerFork";
  if (guard.isSilent(height.context.height)) return "silent";
  return life.listening ? "listening" : "active";
}

/** What an operator wants to know of the open height: who was seen, and whether that is a quorum. */
export function statusOf(
  height: Height,
  previous: Height | undefined,
  guard: Guard | undefined,
  life: Life,
): AgreementStatus {
  const horizon = viewKey({ slot: Math.max(0, height.view.slot - 1), round: 0 });
  const { members } = height.context.voters;
  // Between two heights nobody has voted on the open one yet: who voted on the last one is there.
  const earlier = new Map(
    previous?.context.voters.members.map((member, index) => [rootKey(member.nodeId), previous.highest[index] ?? 0]),
  );
  const seen = (index: number): boolean => {
    const nodeId = members[index]?.nodeId;
    const last = nodeId === undefined ? 0 : (earlier.get(rootKey(nodeId)) ?? 0);
    return Math.max(height.highest[index] ?? 0, last) >= Math.max(1, horizon);
  };
  return {
    height: height.context.height,
    ...height.view,
    step: height.step,
    lockedSlot: height.locked?.slot ?? 0,
    validSlot: height.valid?.slot ?? 0,
    seenWeight: members.reduce((sum, member, index) => sum + (seen(index) ? member.weight : 0), 0),
    totalWeight: height.total,
    quorumWeight: quorumWeight(height.total),
    canLose: canLose(height.context.voters, seen),
    missing: members.filter((_, index) => !seen(index)).map((member) => member.nodeId),
    signing: signing(height, guard, life),
  };
}

/** Votes of one voter that this node holds. */
export function votesOf(height: Height, nodeId: Uint8Array): SignedVote[] {
  const voter = height.context.voters.members.findIndex((member) => equalBytes(member.nodeId, nodeId));
  const out: SignedVote[] = [];
  for (const { prevotes, precommits } of height.views.values()) {
    for (const tally of [prevotes, precommits]) {
      const vote = tally.votes.get(voter);
      if (vote !== undefined) out.push(vote);
    }
  }
  return out;
}
