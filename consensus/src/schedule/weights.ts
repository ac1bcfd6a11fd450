/** No node holds more than this share of the weight of a large enough set, in ten-thousandths. */
const SHARE_CAP = 3_000;

/**
 * Weights from credits, exact: min(c, L) + 1, where L is the largest integer with 10000 * L <= share * sum of
 * min(c_i, L). Capping by the capped sum (water-filling) is what makes it a cap: a limit from the plain mean is lifted by
 * the very node that it should bind (consensus-attacks C2).
 *
 * The share depends on the voters that did at least half of a full validator's work, not on all. If it depended on all,
 * idle ones would take the weight of those that work: beside ten full validators, 246 without any credits make L zero and
 * every weight 1; and of five voters, two that fall silent would bring the other three down to weight 1, too.
 * @param credits safe integers >= 0, scaled by age; 0 of who is silent
 * @param fullWork credits of a validator that missed nothing in the window
 */
export function weightsOf(credits: readonly number[], fullWork: number): number[] {
  const limit = waterLevel(credits, shareCap(workersAmong(credits, fullWork)));
  return credits.map((credit) => (limit !== undefined && BigInt(credit) > limit ? Number(limit) : credit) + 1);
}

/** Voters that did at least half of a full validator's work; at least 1. */
export function workersAmong(credits: readonly number[], fullWork: number): number {
  return Math.max(1, credits.filter((credit) => credit > 0 && 2 * credit >= fullWork).length);
}

/** Share of one node beside so many that work, in ten-thousandths: at most 30 %, at most 4/n, never below an equal part. */
export function shareCap(workers: number): number {
  return Math.max(Math.ceil(10_000 / workers), Math.min(Math.floor(40_000 / workers), SHARE_CAP));
}

/** L, or undefined when nothing is cut off. */
function waterLevel(credits: readonly number[], cap: number): bigint | undefined {
  const n = credits.length;
  if (n === 0) return undefined;
  const sorted = [...credits].sort((a, b) => a - b).map(BigInt);
  const share = BigInt(cap);
  let below = sorted.reduce((sum, credit) => sum + credit, 0n);
  // share * S(L) - 10000 L is concave and 0 at L = 0, so the L that satisfy it are 0..L*. From the top down, with `above`
  // credits over L, S(L) = below + above * L is linear, and L* is in the first piece whose bound reaches its lower end.
  for (let above = 0; above <= n; above++) {
    const lower = sorted[n - above - 1] ?? 0n;
    const slope = 10_000n - share * BigInt(above);
    const upper = above === 0 ? undefined : sorted[n - above];
    const bound = slope > 0n ? (share * below) / slope : upper;
    if (bound === undefined || bound >= lower) {
      if (upper === undefined) return undefined;
      return bound === undefined || bound > upper ? upper : bound;
    }
    below -= lower;
  }
  return 0n;
}
