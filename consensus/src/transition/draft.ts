import type { ConsensusState } from "../types/state.js";

/**
 * A copy to work on. What a block may change in place is copied: scalars, lists of nodes and columns of the open epoch.
 * Everything else (entries, buckets, days, voter sets) is shared and must be replaced, never changed.
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
    proven: [...state.proven],
    epoch: {
      ...epoch,
      credits: [...epoch.credits],
      storage: [...epoch.storage],
      relay: [...epoch.relay],
      relayed: [...epoch.relayed],
      held: [...epoch.held],
      uptime: [...epoch.uptime],
      beacons: [...epoch.beacons],
      commits: [...epoch.commits],
    },
    jailQueue: [...state.jailQueue],
    recentBlocks: [...state.recentBlocks],
    recentBeacons: [...state.recentBeacons],
    countedSkips: [...state.countedSkips],
  };
}

/**
 * Takes back the columns of `before` that nothing changed, whose roots are known and whose memory is there already. After
 * this the draft is a finished state: to change it means to copy it again.
 */
export function shareUnchanged(draft: ConsensusState, before: ConsensusState): void {
  const keep = <T>(now: T[], then: T[]): T[] => (sameItems(now, then) ? then : now);
  draft.nodes = keep(draft.nodes, before.nodes);
  draft.liveScore = keep(draft.liveScore, before.liveScore);
  draft.silence = keep(draft.silence, before.silence);
  draft.unpaid = keep(draft.unpaid, before.unpaid);
  draft.earned = keep(draft.earned, before.earned);
  draft.proven = keep(draft.proven, before.proven);
  draft.jailQueue = keep(draft.jailQueue, before.jailQueue);
  draft.countedSkips = keep(draft.countedSkips, before.countedSkips);
  const { epoch } = draft;
  epoch.credits = keep(epoch.credits, before.epoch.credits);
  epoch.storage = keep(epoch.storage, before.epoch.storage);
  epoch.relay = keep(epoch.relay, before.epoch.relay);
  epoch.relayed = keep(epoch.relayed, before.epoch.relayed);
  epoch.held = keep(epoch.held, before.epoch.held);
  epoch.uptime = keep(epoch.uptime, before.epoch.uptime);
  epoch.beacons = keep(epoch.beacons, before.epoch.beacons);
  epoch.commits = keep(epoch.commits, before.epoch.commits);
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
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
    relayed: [],
    held: column(),
    uptime: column(),
    beacons: column(),
    commits: column(),
    pool,
    jailedWeight: 0,
  };
}
