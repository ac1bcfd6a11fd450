/** Energy and bandwidth of the operator account: what is there, what a run needs, and how much TRX to stake for it. */
import type { TransactionIntent } from "../domain/intent.js";
import { formatTrx } from "../domain/money.js";
import { PayoutBook } from "../engine/book.js";
import type { EngineContext } from "../engine/context.js";
import { ENERGY_PER_PAYOUT } from "../engine/preflight.js";
import { PayoutError } from "../errors.js";

const SUN = 1_000_000;
export const UNSTAKE_DAYS = 14;

export interface ResourceStatus {
  readonly trxSun: number;
  readonly stakedEnergySun: number;
  readonly stakedBandwidthSun: number;
  readonly unstaking: readonly { readonly amountSun: number; readonly expires: number }[];
  readonly energyLeft: number;
  readonly energyLimit: number;
  readonly bandwidthLeft: number;
  /** Energy a day that one staked TRX gives now. */
  readonly energyPerTrx: number;
  readonly energyPriceSun: number;
}

export async function resourceStatus(context: Pick<EngineContext, "pool" | "config">): Promise<ResourceStatus> {
  const { address } = context.config.operator;
  const account = await context.pool.any((node) => node.account("solid", address));
  const found = await context.pool.any((node) => node.resources(address));
  const parameters = await context.pool.any((node) => node.chainParameters());
  const staked = (energy: boolean) =>
    (account?.frozenV2 ?? [])
      .filter(({ type }) => (energy ? type === "ENERGY" : type === undefined))
      .reduce((sum, { amount }) => sum + amount, 0);
  return {
    trxSun: account?.balance ?? 0,
    stakedEnergySun: staked(true),
    stakedBandwidthSun: staked(false),
    unstaking: (account?.unfrozenV2 ?? []).map((one) => ({
      amountSun: one.unfreeze_amount,
      expires: one.unfreeze_expire_time,
    })),
    energyLeft: Math.max(0, found.EnergyLimit - found.EnergyUsed),
    energyLimit: found.EnergyLimit,
    bandwidthLeft: Math.max(0, found.freeNetLimit - found.freeNetUsed) + Math.max(0, found.NetLimit - found.NetUsed),
    energyPerTrx: found.TotalEnergyWeight > 0 ? found.TotalEnergyLimit / found.TotalEnergyWeight : 0,
    energyPriceSun: parameters.get("getEnergyFee") ?? 100,
  };
}

export interface ResourcePlan {
  readonly energyNeeded: number;
  /** What is to be staked, in sun; 0 when nothing is. */
  readonly stakeSun: number;
  /** What the run burns with what is staked now, and after staking. */
  readonly burnNowSun: number;
  readonly burnAfterSun: number;
  readonly shortSun: number;
  readonly text: string;
}

/**
 * Energy recovers within a day, so a run in one day needs it all staked; what is staked stays ours, what is burnt is gone.
 * TRX for signatures, bandwidth and a reserve is never staked. Pure.
 */
export function planResources(
  status: ResourceStatus,
  payouts: number,
  options: { budgetSun: number; reservePercent?: number },
): ResourcePlan {
  const energyNeeded = Math.ceil(payouts * ENERGY_PER_PAYOUT * (1 + (options.reservePercent ?? 10) / 100));
  const feesSun = payouts * 1_420_000 + 100 * SUN;
  const missing = Math.max(0, energyNeeded - status.energyLimit);
  const burnNowSun = Math.max(0, energyNeeded - status.energyLeft) * status.energyPriceSun;
  const wanted = status.energyPerTrx > 0 ? Math.ceil(missing / status.energyPerTrx) * SUN : 0;
  const spare = Math.max(0, status.trxSun - feesSun);
  const affordable = Math.min(wanted, options.budgetSun, spare);
  const stakeSun = affordable >= SUN ? affordable : 0;
  const gained = (stakeSun / SUN) * status.energyPerTrx;
  const burnAfterSun = Math.round(Math.max(0, energyNeeded - status.energyLeft - gained) * status.energyPriceSun);
  const shortSun = Math.max(0, feesSun + burnAfterSun + stakeSun - status.trxSun);
  const text =
    `${payouts} payouts need about ${energyNeeded} energy; ${status.energyLeft} of ${status.energyLimit} are left. ` +
    (stakeSun > 0
      ? `Stake ${formatTrx(BigInt(stakeSun))} TRX (back ${UNSTAKE_DAYS} days after unstaking). `
      : "Nothing to stake. ") +
    `Burnt otherwise: ${formatTrx(BigInt(burnNowSun))} TRX now, ${formatTrx(BigInt(burnAfterSun))} after staking. ` +
    (shortSun > 0 ? `${formatTrx(BigInt(Math.round(shortSun)))} TRX are missing.` : "TRX suffice.");
  return { energyNeeded, stakeSun, burnNowSun, burnAfterSun, shortSun, text };
}

/** Hands a staking transaction to the engine; one at a time. @throws PayoutError NOT_ALLOWED */
export async function requestStaking(
  context: Pick<EngineContext, "store" | "clock" | "config">,
  intent: TransactionIntent,
  by: string,
): Promise<void> {
  const types = ["freeze", "unfreeze", "withdrawUnfrozen", "cancelUnfreeze", "delegate", "undelegate"];
  if (!types.includes(intent.type)) throw new PayoutError("NOT_ALLOWED", `${intent.type} is no staking`);
  const book = new PayoutBook({ store: context.store, clock: context.clock, policy: context.config.policy });
  await book.updateService((service) => {
    if (service.task !== undefined || service.rotation !== undefined)
      throw new PayoutError("NOT_ALLOWED", "another task is under way");
    const task = {
      purpose: "resources" as const,
      intent,
      permissionId: context.config.operator.resourcePermission,
      requestedBy: by,
      startedAt: context.clock.now(),
    };
    return { ...service, task };
  });
}
