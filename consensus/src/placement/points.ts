/** Points of a node in the draw for a chunk: one ticket each. */
export const MAX_POINTS = 16;
/** MiB that a node without any proof yet is trusted with: whatever it declares, it gets no more points than this is worth. */
export const UNPROVEN_MIB = 16 * 1024;
/** No node weighs more than so many times the median: one that declares the world must not draw all of it. */
export const MEDIAN_FACTOR = 4;

export interface Capacity {
  /** As its operator declared it, MiB; 0 is a node that keeps what it must and no more. */
  readonly declaredMiB: number;
  /** MiB that its answers to challenges make likely that it holds (`heldKiB`). */
  readonly provenMiB: number;
}

/**
 * Points by capacity, 1 to 16: in proportion to min(declared, 16 GiB + 2 * proven, 4 * median), the median of the nodes'
 * first two terms (of an even number the lower one). 16 points are 4 medians, so that the median node has 4 and a giant
 * that joins changes nobody else's. Integers only: voters compute the same.
 * @returns in the order of `capacities`
 */
export function pointsOf(capacities: readonly Capacity[]): number[] {
  const trusted = capacities.map(({ declaredMiB, provenMiB }) => Math.min(declaredMiB, UNPROVEN_MIB + 2 * provenMiB));
  const median = [...trusted].sort((a, b) => a - b)[(trusted.length - 1) >> 1] ?? 0;
  const most = MEDIAN_FACTOR * median;
  if (most === 0) return trusted.map(() => 1);
  return trusted.map((mib) => Math.max(1, Math.ceil((MAX_POINTS * Math.min(mib, most)) / most)));
}
