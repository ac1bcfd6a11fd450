import type { Receipt, StoredBlock } from "../interfaces.js";
import type { ChainView } from "./chainView.js";

/** Blocks that the suggested tip looks at, and which of their tips it takes (geth's oracle uses 20 and 60 %). */
const ORACLE_BLOCKS = 20;
const ORACLE_PERCENTILE = 60;
/** What to offer where nobody has paid a tip lately, wei. */
const DEFAULT_TIP = 1_000_000_000n;
const MAX_TIP = 500_000_000_000n;

interface Tip {
  readonly tip: bigint;
  readonly gasUsed: bigint;
}

/** Tips paid in a block, lowest first. */
export function tipsOf(block: StoredBlock, receipts: readonly Receipt[]): readonly Tip[] {
  return receipts
    .map((receipt) => ({ tip: receipt.effectiveGasPrice - block.header.baseFeePerGas, gasUsed: receipt.gasUsed }))
    .sort((a, b) => (a.tip < b.tip ? -1 : a.tip > b.tip ? 1 : 0));
}

/** The tip that recent blocks suggest, wei. */
export function suggestedTip(view: ChainView): bigint {
  const head = view.require("latest");
  const tips: bigint[] = [];
  for (let back = 0; back < ORACLE_BLOCKS; back++) {
    const block = back === 0 ? head : findOrUndefined(view, head.header.height - back);
    if (block === undefined) break;
    if (block.body.transactions.length === 0) continue;
    // The three lowest of each block (geth): what was just enough to get in.
    for (const { tip } of tipsOf(block, view.receiptsOf(block.header.height)).slice(0, 3)) tips.push(tip);
  }
  if (tips.length === 0) return DEFAULT_TIP;
  tips.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const picked = tips[Math.floor(((tips.length - 1) * ORACLE_PERCENTILE) / 100)] ?? DEFAULT_TIP;
  return picked > MAX_TIP ? MAX_TIP : picked;
}

function findOrUndefined(view: ChainView, height: number): StoredBlock | undefined {
  return height < view.earliest() ? undefined : view.find(height);
}

/** Tips at the given percentiles of a block's gas (eth_feeHistory). */
export function rewardPercentiles(tips: readonly Tip[], percentiles: readonly number[]): readonly bigint[] {
  const total = tips.reduce((sum, { gasUsed }) => sum + gasUsed, 0n);
  let index = 0;
  let reached = tips[0]?.gasUsed ?? 0n;
  return percentiles.map((percentile) => {
    const wanted = (total * BigInt(Math.round(percentile * 100))) / 10_000n;
    while (reached < wanted && index < tips.length - 1) {
      index++;
      reached += tips[index]?.gasUsed ?? 0n;
    }
    return tips[index]?.tip ?? 0n;
  });
}
