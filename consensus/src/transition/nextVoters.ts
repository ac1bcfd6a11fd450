import { compareBytes, latin1Of } from "../base/bytes.js";
import type { Params } from "../params.js";
import { isQuorum } from "../schedule/quorum.js";
import { grantsOf, makeVoterSet, type RankedVoter, tieBreaker } from "../schedule/voterSet.js";
import { weightsOf } from "../schedule/weights.js";
import type { ConsensusState, NodeEntry, VoterSet } from "../types/state.js";
import { entityOf, isJailed, isRetired } from "./registry.js";
import { fullWork, rankKeyOf, windowCredits } from "./votersOf.js";

interface Standing {
  readonly node: NodeEntry;
  readonly index: number;
  readonly credits: number;
  readonly rankKey: number;
}

/** Credits count for weight in full only after a window of membership: identities are cheap, age is not. */
function agedCredits({ node, credits }: Standing, epoch: number, windowEpochs: number): number {
  const age = Math.min(epoch - node.joinedEpoch, windowEpochs);
  return Number((BigInt(credits) * BigInt(age)) / BigInt(windowEpochs));
}

/**
 * The set after next, computed when an epoch closes (consensus.md sections 2 and 4). `state` is the state after the
 * epoch's last block, with that epoch already in the window.
 * @param voters the set that begins now; @param epoch the ordinal of the epoch that begins now
 */
export function computeNextVoters(state: ConsensusState, voters: VoterSet, epoch: number, params: Params): VoterSet {
  const credits = windowCredits(state);
  const standings = state.nodes.map((node, index): Standing => {
    const own = credits[index] ?? 0;
    return { node, index, credits: own, rankKey: rankKeyOf(own, state.liveScore[index] ?? 0) };
  });
  const rules = { epochSlots: params.epochSlots, cooldownSlots: params.cooldownSlots };
  const grants = grantsOf(state.voters, voters);
  const chosen = choose(state, standings, voters, epoch, params).sort((a, b) => a.index - b.index);
  const weights = weightsOf(
    chosen.map((standing) =>
      state.silence[standing.index] === 2 ? 0 : agedCredits(standing, epoch, params.windowEpochs),
    ),
    fullWork(state, params),
  );
  const ranked = chosen.map(({ node, index, rankKey }, i): RankedVoter => {
    const { nodeId, blsPublicKey } = node;
    return { voter: { node: index, nodeId, blsPublicKey, weight: weights[i] ?? 1, entity: entityOf(node) }, rankKey };
  });
  if (isAlive(state, ranked)) return makeVoterSet(ranked, state.mix, grants, rules);
  // Better the old voters than a set of which nobody has seen a quorum alive.
  const old = voters.members.map((voter): RankedVoter => ({ voter, rankKey: standings[voter.node]?.rankKey ?? 0 }));
  return makeVoterSet(old, state.mix, grants, rules);
}

/** By rank, within the limits on a pool, on newcomers and on all. */
function choose(
  state: ConsensusState,
  standings: readonly Standing[],
  voters: VoterSet,
  epoch: number,
  params: Params,
): Standing[] {
  const { beacons, blocks } = state.epoch;
  const present = standings.filter(
    ({ node, index }) => !isRetired(node) && !isJailed(node, epoch) && 2 * (beacons[index] ?? 0) >= blocks,
  );
  const ties = new Map(present.map((standing) => [standing.index, tieBreaker(state.mix, standing.node.nodeId)]));
  present.sort(
    (a, b) => b.rankKey - a.rankKey || compareBytes(ties.get(a.index) ?? state.mix, ties.get(b.index) ?? state.mix),
  );
  const sitting = new Set(voters.members.map((member) => member.node));
  const ofPool = new Map<string, number>();
  let newcomers = Math.max(1, Math.floor(voters.members.length / 16));
  const chosen: Standing[] = [];
  for (const standing of present) {
    if (chosen.length >= params.maxActive) break;
    const pool = latin1Of(entityOf(standing.node));
    const inPool = ofPool.get(pool) ?? 0;
    const isNew = !sitting.has(standing.index);
    if (inPool >= params.maxPerPool || (isNew && newcomers === 0)) continue;
    if (isNew) newcomers--;
    ofPool.set(pool, inPool + 1);
    chosen.push(standing);
  }
  return chosen;
}

/** Members with more than 2/3 of the weight showed a commit bit or a beacon in the closing epoch. */
function isAlive(state: ConsensusState, ranked: readonly RankedVoter[]): boolean {
  let total = 0;
  let seen = 0;
  for (const { voter } of ranked) {
    total += voter.weight;
    const { commits, beacons } = state.epoch;
    if ((commits[voter.node] ?? 0) > 0 || (beacons[voter.node] ?? 0) > 0) seen += voter.weight;
  }
  return isQuorum(seen, total);
}
