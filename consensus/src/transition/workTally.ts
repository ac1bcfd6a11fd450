import { compareBytes, latin1Of } from "../base/bytes.js";
import { LIVE_SCORE_FULL, LIVE_SCORE_REGAIN, type Params } from "../params.js";
import { tieBreaker } from "../schedule/voterSet.js";
import type { ConsensusState } from "../types/state.js";
import { entityOf, isJailed, isRetired } from "./registry.js";
import { rankKeyOf } from "./votersOf.js";

/** One entity's work in an epoch, for the collection `work_tally`. Credits are thousandths. */
export interface TallyRow {
  /** poolId, or nodeId of a node without a pool. */
  readonly entity: Uint8Array;
  /** Registered nodes. */
  readonly nodes: number;
  /** Earned in the epoch; then the parts of it. */
  readonly credits: number;
  readonly storage: number;
  readonly relay: number;
  readonly uptime: number;
  readonly validation: number;
  /** Of the window that ends with the epoch. */
  readonly windowCredits: number;
  /** Of the member with the highest own rank; 1,000 to 10,000. */
  readonly liveScore: number;
  /** floor(window credits * liveScore / 10000), summed over the members. */
  readonly rankKey: number;
  /** 1 is the highest. */
  readonly rank: number;
}

interface Sum {
  readonly entity: Uint8Array;
  readonly row: { -readonly [Name in keyof Omit<TallyRow, "entity">]: number };
  best: number;
}

/**
 * Tally and ranking of all entities as the epoch of the head's slot closes, if it closes now: the ranking is the one that
 * the boundary after it makes voters from. Nodes that are retired or jailed have no rank and are in only with credits.
 */
export function workTally(state: ConsensusState, params: Params): TallyRow[] {
  const { epoch, nodes, window, mix } = state;
  const from = Math.max(0, window.length + 1 - params.windowEpochs);
  const sums = new Map<string, Sum>();
  nodes.forEach((node, index) => {
    let windowTotal = node.creditsFrom <= epoch.epoch ? (epoch.credits[index] ?? 0) : 0;
    for (const bucket of window.slice(from)) {
      if (bucket.epoch >= node.creditsFrom) windowTotal += bucket.credits[index] ?? 0;
    }
    const credits = epoch.credits[index] ?? 0;
    const out = isRetired(node) || isJailed(node, epoch.epoch + 1);
    if (out && credits === 0) return;
    const liveScore = Math.min(LIVE_SCORE_FULL, (state.liveScore[index] ?? 0) + LIVE_SCORE_REGAIN);
    const rankKey = out ? 0 : rankKeyOf(windowTotal, liveScore);
    const entity = entityOf(node);
    const name = latin1Of(entity);
    const sum: Sum = sums.get(name) ?? { entity, row: emptyRow(), best: -1 };
    sums.set(name, sum);
    const { row } = sum;
    row.nodes++;
    row.credits += credits;
    row.storage += epoch.storage[index] ?? 0;
    row.relay += epoch.relay[index] ?? 0;
    row.uptime += epoch.uptime[index] ?? 0;
    row.windowCredits += windowTotal;
    row.rankKey += rankKey;
    if (rankKey <= sum.best) return;
    sum.best = rankKey;
    row.liveScore = liveScore;
  });
  const ties = new Map([...sums.values()].map((sum) => [sum, tieBreaker(mix, sum.entity)]));
  return [...sums.values()]
    .sort((a, b) => b.row.rankKey - a.row.rankKey || compareBytes(ties.get(a) ?? mix, ties.get(b) ?? mix))
    .map(({ entity, row }, index) => ({
      entity,
      ...row,
      validation: row.credits - row.storage - row.relay - row.uptime,
      rank: index + 1,
    }));
}

function emptyRow(): Sum["row"] {
  return {
    nodes: 0,
    credits: 0,
    storage: 0,
    relay: 0,
    uptime: 0,
    validation: 0,
    windowCredits: 0,
    liveScore: 0,
    rankKey: 0,
    rank: 0,
  };
}
