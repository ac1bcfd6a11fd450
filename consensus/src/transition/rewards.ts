import { type Params, WITHDRAWALS_PER_BLOCK } from "../params.js";
import { totalWeight } from "../schedule/quorum.js";
import type { Withdrawal } from "../types/body.js";
import type { ConsensusState, VoterSet } from "../types/state.js";
import { addTo } from "./draft.js";

/** Gwei that a block of this slot mints at most. */
export function blockReward(slot: number, params: Params): number {
  const halvings = Math.floor(slot / params.halvingSlots);
  return halvings > 40 ? 0 : Math.floor(params.slotReward / 2 ** halvings);
}

export function earn(draft: ConsensusState, index: number, amount: number): void {
  addTo(draft.unpaid, index, amount);
  addTo(draft.earned, index, amount);
}

/**
 * A quarter of the reward is the proposer's, scaled by the mean of the weight of the commit bits and of the weight of the
 * voters whose beacons of the slot before it includes: to leave anybody out costs it. The rest goes to the epoch's pool.
 * @param commitWeight, beaconWeight weights of `voters`
 */
export function bookReward(
  draft: ConsensusState,
  proposer: number,
  slot: number,
  voters: VoterSet,
  commitWeight: number,
  beaconWeight: number,
  params: Params,
): void {
  const reward = blockReward(slot, params);
  const quarter = Math.floor(reward / 4);
  const share = BigInt(commitWeight) + BigInt(beaconWeight);
  const paid = Number((BigInt(quarter) * share) / (2n * BigInt(totalWeight(voters))));
  earn(draft, proposer, paid);
  draft.epoch.pool += reward - paid;
}

/** Shares the pool of the closing epoch by its credits; returns what is left for the next one. */
export function sharePool(draft: ConsensusState): number {
  const { credits, pool, epoch } = draft.epoch;
  const counts = credits.map((credit, index) => ((draft.nodes[index]?.creditsFrom ?? 0) > epoch ? 0 : credit));
  const total = counts.reduce((sum, credit) => sum + credit, 0);
  if (total === 0) return pool;
  let left = pool;
  counts.forEach((credit, index) => {
    if (credit === 0) return;
    const amount = Number((BigInt(pool) * BigInt(credit)) / BigInt(total));
    earn(draft, index, amount);
    left -= amount;
  });
  return left;
}

/**
 * Pays what is owed to the nodes whose turn it is, to their operators' accounts: node i in blocks of height = i modulo
 * EPOCH_SLOTS, the largest claims first, 256 a block; the rest waits for the next turn.
 */
export function takeWithdrawals(draft: ConsensusState, height: number, params: Params): Withdrawal[] {
  const due: number[] = [];
  for (let index = height % params.epochSlots; index < draft.nodes.length; index += params.epochSlots) {
    if ((draft.unpaid[index] ?? 0) > 0) due.push(index);
  }
  due.sort((a, b) => (draft.unpaid[b] ?? 0) - (draft.unpaid[a] ?? 0) || a - b);
  return due.slice(0, WITHDRAWALS_PER_BLOCK).map((index) => {
    const amount = draft.unpaid[index] ?? 0;
    draft.unpaid[index] = 0;
    const withdrawal = {
      index: BigInt(draft.withdrawalIndex),
      validatorIndex: BigInt(index),
      address: draft.nodes[index]?.operator ?? new Uint8Array(20),
      amount: BigInt(amount),
    };
    draft.withdrawalIndex++;
    return withdrawal;
  });
}
