/** Energy and bandwidth of the operator account as the chain has them, and staking as a task of the engine. */
import type { TransactionIntent } from "../domain/intent.js";
import { PayoutBook } from "../engine/book.js";
import type { EngineContext } from "../engine/context.js";
import { PayoutError } from "../errors.js";
import type { ResourceStatus } from "./plan.js";

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
    bandwidthLimit: found.freeNetLimit + found.NetLimit,
    energyPerTrx: found.TotalEnergyWeight > 0 ? found.TotalEnergyLimit / found.TotalEnergyWeight : 0,
    bandwidthPerTrx: found.TotalNetWeight > 0 ? found.TotalNetLimit / found.TotalNetWeight : 0,
    energyPriceSun: parameters.get("getEnergyFee") ?? 100,
  };
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
