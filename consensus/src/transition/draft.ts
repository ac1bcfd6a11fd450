import type { ConsensusState } from "../types/state.js";

/**
 * A copy to work on. What a block may change in place is copied: scalars and the columns of the open epoch. Everything
 * else (nodes, buckets, voter sets) is shared and must be replaced, never changed: its cached roots go with it.
 */
export function draftOf(state: ConsensusState): ConsensusState {
  const { epoch } = state;
  return {
    ...state,
    nodes: [...state.nodes],
    liveScore: [...state.liveScore],
    silence: [...state.silence],
    unpaid: [...state.unpaid],
    earned: [...state.earned],
    epoch: {
      ...epoch,
      credits: [...epoch.credits],
      storage: [...epoch.storage],
      relay: [...epoch.relay],
      uptime: [...epoch.uptime],
      beacons: [...epoch.beacons],
      commits: [...epoch.commits],
    },
    window: [...state.window],
    uptime: [...state.uptime],
    jailQueue: [...state.jailQueue],
    recentBlocks: [...state.recentBlocks],
    recentBeacons: [...state.recentBeacons],
    countedSkips: [...state.countedSkips],
  };
}

/** Adds to one entry of a column. */
export function addTo(column: number[], index: number, amount: number): void {
  column[index] = (column[index] ?? 0) + amount;
}

export function emptyTally(epoch: number, firstHeight: number, nodes: number, pool: number): ConsensusState["epoch"] {
  const column = (): number[] => new Array<number>(nodes).fill(0);
  return {
    epoch,
    firstHeight,
    blocks: 0,
    credits: column(),
    storage: column(),
    relay: column(),
    uptime: column(),
    beacons: column(),
    commits: column(),
    pool,
    jailedWeight: 0,
  };
}
