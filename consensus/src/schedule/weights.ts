/** No node holds more than this share of the weight of a large enough set, in ten-thousandths. */
const SHARE_CAP = 3_000;

/**
 * Weights from credits, exact: min(c, L) + 1, where L is the largest integer with 10000 * L <= share * sum of
 * min(c_i, L). Capping by the capped sum (water-filling) is what makes it a cap: a limit from the plain mean is lifted by
 * the very node that it should bind (consensus-attacks C2).
 * @param credits safe integers >= 0
 */
export function weightsOf(credits: readonly number[]): number[] {
  const limit = waterLevel(credits);
  return credits.map((credit) => (limit !== undefined && BigInt(credit) > limit ? Number(limit) : credit) + 1);
}

/** Share of one node in a set of n, in ten-thousandths: at most 30 %, at most 4/n, and never below an equal part. */
export function shareCap(n: number): number {
  return Math.max(Math.ceil(10_000 / n), Math.min(Math.floor(40_000 / n), SHARE_CAP));
}

/** L, or undefined when nothing is cut off. */
function waterLevel(credits: readonly number[]): bigint | undefined {
  const n = credits.length;
  if (n === 0) return undefined;
  const sorted = [...credits].sort((a, b) => a - b).map(BigInt);
  const share = BigInt(shareCap(n));
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
