/** docs/tokenomics.md: what there is of LUCID by year, from the constants and the reward function themselves. */
import { blockReward, ELIGIBILITY_EARNED, presets } from "@lucid/consensus";

const GWEI_PER_LUCID = 1_000_000_000n;
const SECONDS_OF_YEAR = 365 * 86_400;
const YEARS = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 40] as const;

/** Gwei that slots 1 to `slots` mint at most, when each has a block whose proposer leaves nobody out. */
export function mintedBy(slots: number): bigint {
  const { mainnet } = presets;
  let sum = 0n;
  for (let from = 0; from <= slots; from += mainnet.halvingSlots) {
    const count = Math.min(slots, from + mainnet.halvingSlots - 1) - from + (from === 0 ? 0 : 1);
    sum += BigInt(count) * BigInt(blockReward(from, mainnet));
  }
  return sum;
}

const lucid = (gwei: bigint, digits = 0): string => {
  const whole = (gwei / GWEI_PER_LUCID).toLocaleString("en-US");
  return digits === 0 ? whole : `${whole}.${(gwei % GWEI_PER_LUCID).toString().padStart(9, "0").slice(0, digits)}`;
};

export function tokenomicsPage(): string {
  const { mainnet } = presets;
  const slotsOfYear = Math.floor(SECONDS_OF_YEAR / mainnet.slotDuration);
  const rows = YEARS.map((year) => {
    const minted = mintedBy(year * slotsOfYear);
    const before = mintedBy((year - 1) * slotsOfYear);
    const reward = BigInt(blockReward(year * slotsOfYear, mainnet));
    return `| ${year} | ${lucid(minted - before)} | ${lucid(minted)} | ${lucid(reward, 6)} |`;
  });
  const all = mintedBy(50 * mainnet.halvingSlots);
  return `${[
    "# LUCID: where it comes from and where it goes",
    "",
    "Made by `npm run docs` from the code; do not edit. LUCID pays for transactions and anchors on the On-System Data Chain and is earned by",
    "nodes. Payouts in USDT are a matter of the operator and of TRON; no LUCID is sold or promised for them.",
    "",
    "## The sum",
    "",
    "total supply = genesis + rewards - burnt, exactly, in wei, after every block; a test adds up all accounts to show it.",
    "",
    "| | |",
    "|---|---|",
    "| genesis | the balances of the genesis file; a devnet funds ten test accounts |",
    "| rewards | withdrawals of blocks to operators' accounts, whole gwei |",
    "| burnt | the base fee of every transaction |",
    "| out of use | what an anchor pays for retention and the bonds of jailed nodes: they stay in their contracts for good, and nothing takes them out |",
    "",
    "## Rewards",
    "",
    `A block mints at most ${lucid(BigInt(mainnet.slotReward), 1)} LUCID, halved every ${mainnet.halvingSlots.toLocaleString("en-US")} slots (4 years of ${mainnet.slotDuration} s). A quarter is the proposer's, scaled`,
    "by the votes and beacons that it includes; three quarters and what the proposer missed go to the pool of the epoch, shared by the credits",
    "earned in it. A slot without a block mints nothing, ever: the table is an upper bound.",
    "",
    "| year | minted in it, at most | minted so far, at most | reward at its end |",
    "|---|---|---|---|",
    ...rows,
    "",
    `All there can ever be: genesis + ${lucid(all, 9)} LUCID.`,
    "",
    "## What LUCID is needed for",
    "",
    "| | LUCID |",
    "|---|---|",
    `| bond of a node, back after retiring | ${lucid(mainnet.registrationBond)} |`,
    `| earned before a node may vote in governance | ${lucid(BigInt(ELIGIBILITY_EARNED))} |`,
    "| retention of a chunk for a day | 0.0001 |",
    "",
    "A newcomer without LUCID uses a faucet (devnet; on a testnet that of an operator) or has its registration paid by a sponsor (`lucid validator register --consent`).",
  ].join("\n")}\n`;
}
