/** How much TRX to stake for a run of payouts. Pure: what is there comes in, what to do goes out. */
import { formatTrx } from "../domain/money.js";
import { ENERGY_PER_PAYOUT } from "../engine/preflight.js";

const SUN = 1_000_000;
export const UNSTAKE_DAYS = 14;
/** Bytes of a payout with two signatures and the 64 that the chain adds for its receipt. */
const BANDWIDTH_PER_PAYOUT = 484;
/** Sun: the fee of a second signature, and bandwidth that is burnt. */
const FEES_PER_PAYOUT = 1_420_000;
/** Sun that stay for a change of permissions. */
const KEPT = 100 * SUN;

export interface ResourceStatus {
  readonly trxSun: number;
  readonly stakedEnergySun: number;
  readonly stakedBandwidthSun: number;
  readonly unstaking: readonly { readonly amountSun: number; readonly expires: number }[];
  readonly energyLeft: number;
  readonly energyLimit: number;
  readonly bandwidthLeft: number;
  readonly bandwidthLimit: number;
  /** Energy and bandwidth a day that one staked TRX gives now. */
  readonly energyPerTrx: number;
  readonly bandwidthPerTrx: number;
  readonly energyPriceSun: number;
}

export interface ResourcePlan {
  readonly energyNeeded: number;
  readonly bandwidthNeeded: number;
  /** What is to be staked for energy and for bandwidth, in sun; 0 when nothing is. */
  readonly stakeSun: number;
  readonly stakeBandwidthSun: number;
  /** What is staked for energy beyond twice the need, in sun: it could be unstaked. */
  readonly excessSun: number;
  /** What the run burns with what is staked now, and after staking. */
  readonly burnNowSun: number;
  readonly burnAfterSun: number;
  readonly shortSun: number;
  readonly text: string;
}

/**
 * Energy recovers within a day, so a run in one day needs it all staked; what is staked stays ours, what is burnt is gone.
 * TRX for signatures, bandwidth and a reserve is never staked. Energy comes first: it is nine tenths of the cost.
 * @param options.budgetSun most that may be staked in all, what is staked already included
 */
export function planResources(
  status: ResourceStatus,
  payouts: number,
  options: { readonly budgetSun: number; readonly reservePercent?: number },
): ResourcePlan {
  const reserve = 1 + (options.reservePercent ?? 10) / 100;
  const energyNeeded = Math.ceil(payouts * ENERGY_PER_PAYOUT * reserve);
  const bandwidthNeeded = Math.ceil(payouts * BANDWIDTH_PER_PAYOUT * reserve);
  const feesSun = payouts * FEES_PER_PAYOUT + KEPT;
  const free = Math.min(
    Math.max(0, options.budgetSun - status.stakedEnergySun - status.stakedBandwidthSun),
    Math.max(0, status.trxSun - feesSun),
  );
  const stakeSun = affordable(energyNeeded - status.energyLimit, status.energyPerTrx, free);
  const stakeBandwidthSun = affordable(
    bandwidthNeeded - status.bandwidthLimit,
    status.bandwidthPerTrx,
    free - stakeSun,
  );
  const beyond = status.energyLimit - 2 * energyNeeded;
  const excessSun =
    beyond > 0 && status.energyPerTrx > 0
      ? Math.min(status.stakedEnergySun, Math.floor(beyond / status.energyPerTrx) * SUN)
      : 0;
  const burnt = (energy: number) => Math.round(Math.max(0, energyNeeded - energy) * status.energyPriceSun);
  const burnNowSun = burnt(status.energyLeft);
  const burnAfterSun = burnt(status.energyLeft + (stakeSun / SUN) * status.energyPerTrx);
  const shortSun = Math.max(0, feesSun + burnAfterSun + stakeSun + stakeBandwidthSun - status.trxSun);
  const trx = (sun: number) => formatTrx(BigInt(Math.round(sun)));
  const back = `(back ${UNSTAKE_DAYS} days after unstaking)`;
  const text = [
    `${payouts} payouts need about ${energyNeeded} energy; ${status.energyLeft} of ${status.energyLimit} are left.`,
    stakeSun > 0 ? `Stake ${trx(stakeSun)} TRX for energy ${back}.` : "Nothing to stake for energy.",
    ...(stakeBandwidthSun > 0 ? [`Stake ${trx(stakeBandwidthSun)} TRX for bandwidth ${back}.`] : []),
    ...(excessSun > 0
      ? [`${trx(excessSun)} TRX are staked beyond twice the need; unstake them if no larger run comes.`]
      : []),
    `Burnt otherwise: ${trx(burnNowSun)} TRX now, ${trx(burnAfterSun)} after staking.`,
    shortSun > 0 ? `${trx(shortSun)} TRX are missing.` : "TRX suffice.",
  ].join(" ");
  const numbers = { energyNeeded, bandwidthNeeded, stakeSun, stakeBandwidthSun, excessSun };
  return { ...numbers, burnNowSun, burnAfterSun, shortSun, text };
}

/** Sun to stake for what is missing, in whole TRX, as far as `free` goes. */
function affordable(missing: number, perTrx: number, free: number): number {
  if (missing <= 0 || perTrx <= 0) return 0;
  return Math.floor(Math.min(Math.ceil(missing / perTrx) * SUN, Math.max(0, free)) / SUN) * SUN;
}
