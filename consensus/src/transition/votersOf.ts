import { CREDIT_BEACON, CREDIT_GENESIS_SLOT, CREDIT_VALIDATION, LIVE_SCORE_FULL, type Params } from "../params.js";
import type { ScheduleContext } from "../schedule/leaders.js";
import type { ConsensusState, VoterSet } from "../types/state.js";

/** Who votes on a height, as far back as the state tells: the open height and those since the set before began. */
export function votersOfHeight(state: ConsensusState, height: number): VoterSet | undefined {
  if (height > state.height + 1) return undefined;
  if (height >= state.votersSince) return state.voters;
  return height >= state.previousSince ? state.previousVoters : undefined;
}

/** Schedule of the height that is open on `state`. */
export function openSchedule(state: ConsensusState, epochSlots: number): ScheduleContext {
  return { voters: state.voters, nextVoters: state.nextVoters, parentSlot: state.slot, epochSlots };
}

/** Schedule of the open height or one of the last before it; undefined when it is too long ago. */
export function scheduleOfHeight(
  state: ConsensusState,
  height: number,
  epochSlots: number,
): ScheduleContext | undefined {
  if (height === state.height + 1) return openSchedule(state, epochSlots);
  const parent = state.recentBlocks.find((block) => block.height === height - 1);
  const voters = votersOfHeight(state, height);
  if (parent === undefined || voters === undefined) return undefined;
  const nextVoters = voters === state.voters ? state.nextVoters : state.voters;
  return { voters, nextVoters, parentSlot: parent.slot, epochSlots };
}

/** floor(credits in window * liveScore / 10000). */
export function rankKeyOf(credits: number, liveScore: number): number {
  return Number((BigInt(credits) * BigInt(liveScore)) / BigInt(LIVE_SCORE_FULL));
}

/** Credits of all nodes in the closed epochs of the window, by registry index. */
export function windowCredits(state: ConsensusState): number[] {
  const sums = new Array<number>(state.nodes.length).fill(0);
  const from = state.nodes.map((node) => node.creditsFrom);
  for (const { epoch, credits } of state.window) {
    for (let i = 0; i < credits.length; i++) {
      if (epoch >= (from[i] ?? 0)) sums[i] = (sums[i] ?? 0) + (credits[i] ?? 0);
    }
  }
  return sums;
}

/**
 * Credits of a validator that signed every block of the window and sent every beacon, as an epoch closes: it stands in the
 * window already, and `state.epoch` still is its tally.
 */
export function fullWork({ window, epoch }: ConsensusState, params: Params): number {
  return window.reduce((sum, bucket, index) => {
    if (bucket.epoch < params.windowEpochs) return sum + CREDIT_GENESIS_SLOT * params.epochSlots;
    const next = window[index + 1];
    // Height 0 is no block that anybody signed.
    const blocks = next === undefined ? epoch.blocks : next.firstHeight - Math.max(1, bucket.firstHeight);
    return sum + (CREDIT_VALIDATION + CREDIT_BEACON) * blocks;
  }, 0);
}
