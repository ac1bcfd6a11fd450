import type { VoterSet } from "../types/state.js";

/*
 * Weights are safe integers: the credits of all voters over a window stay below 1.1e10 (10 * 256 * 1,000 a slot), so
 * three times a sum is exact.
 */

const totals = new WeakMap<VoterSet, number>();

/** Sum of the weights of a set. */
export function totalWeight(set: VoterSet): number {
  let total = totals.get(set);
  if (total === undefined) {
    total = set.members.reduce((sum, member) => sum + member.weight, 0);
    totals.set(set, total);
  }
  return total;
}

/** Strictly more than two thirds. */
export function isQuorum(weight: number, total: number): boolean {
  return 3 * weight > 2 * total;
}

/** Strictly more than one third: at least one honest voter is among them, and without them there is no quorum. */
export function isBlocking(weight: number, total: number): boolean {
  return 3 * weight > total;
}

/** Smallest weight that is a quorum. */
export function quorumWeight(total: number): number {
  return Math.floor((2 * total) / 3) + 1;
}

/** How many of the voters that are there (all, unless told), the heaviest first, can fall silent with a quorum left. */
export function canLose(set: VoterSet, isThere: (index: number) => boolean = () => true): number {
  const total = totalWeight(set);
  const weights = set.members.filter((_, index) => isThere(index)).map((member) => member.weight);
  let left = weights.reduce((sum, weight) => sum + weight, 0);
  let count = 0;
  for (const weight of weights.sort((a, b) => b - a)) {
    left -= weight;
    if (!isQuorum(left, total)) break;
    count++;
  }
  return count;
}

/** Position of a node in a set; undefined when it is not in it. */
export function voterIndex(set: VoterSet, nodeId: Uint8Array): number | undefined {
  const index = set.members.findIndex((member) => Buffer.compare(member.nodeId, nodeId) === 0);
  return index < 0 ? undefined : index;
}
