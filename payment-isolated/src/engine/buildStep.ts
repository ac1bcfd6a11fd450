import type { Attempt, PayoutDoc } from "../domain/documents.js";
import type { TransactionIntent } from "../domain/intent.js";
import { formatTrx } from "../domain/money.js";
import type { ReasonCode } from "../domain/reasons.js";
import { PayoutError } from "../errors.js";
import { disburseData, paidRegistry, revertText } from "../tron/contracts.js";
import { buildTransaction, frameFrom } from "../tron/transactions.js";
import { backoff, type Cycle, change, note } from "./context.js";
import { addressRefusal } from "./policy.js";
import { diagnose } from "./preflight.js";

/** Seconds for which a compliance signature must outlive the transaction. */
const KYC_MARGIN_S = 60;

export function routerAddress(cycle: Pick<Cycle, "config">, route: PayoutDoc["route"]): string {
  return route === "V0" ? cycle.config.contracts.routerV0 : cycle.config.contracts.routerKyc;
}

/** Whether any node's solid or head state says that the registry has this id. */
export function isPaidOnChain(cycle: Cycle, payoutId: string): Promise<boolean> {
  const { operator, contracts } = cycle.config;
  const data = paidRegistry.encodeFunctionData("paid", [`0x${payoutId}`]);
  return cycle.pool.anySays(async (node) => {
    for (const view of ["solid", "head"] as const) {
      const result = await node.call(view, operator.address, contracts.registry, data);
      if (!result.ok || result.data.length !== 64)
        throw new PayoutError("NODE_BAD_ANSWER", `${node.name}: the registry does not answer`);
      if (BigInt(`0x${result.data}`) !== 0n) return true;
    }
    return false;
  });
}

interface Trial {
  readonly feeLimit: number;
}

/** Asks the chain what the call would do; undefined when it must wait, which is noted. */
async function tryCall(cycle: Cycle, payout: PayoutDoc, data: string): Promise<Trial | undefined> {
  const { config, pool } = cycle;
  const router = routerAddress(cycle, payout.route);
  const wait = async (reason: ReasonCode, text?: string) => {
    await note(cycle, payout, reason, text, cycle.clock.now() + backoff(payout.troubles));
    return undefined;
  };
  const result = await pool.any((node) => node.call("head", config.operator.address, router, data));
  if (!result.ok) {
    const found = await diagnose(cycle, payout.route, payout.to, BigInt(payout.amount));
    return found === undefined
      ? wait("SIMULATION_REVERTED", `the call would revert: ${revertText(payout.route, result.data)}`)
      : wait(found.code, found.text);
  }
  const price = (await pool.any((node) => node.chainParameters())).get("getEnergyFee") ?? 100;
  const shortages = payout.history.filter(
    ({ ended }) => ended.how === "reverted" && ended.result === "OUT_OF_ENERGY",
  ).length;
  const energy = result.energyUsed * (1 + config.energyHeadroom / 100) * 2 ** shortages;
  const feeLimit = Math.min(Math.max(Math.ceil(energy * price), config.minFeeLimitSun), config.maxFeeLimitSun);
  const account = await pool.any((node) => node.account("head", config.operator.address));
  const resources = await pool.any((node) => node.resources(config.operator.address));
  const staked = Math.max(0, resources.EnergyLimit - resources.EnergyUsed);
  // Energy that is not staked is burnt; two signatures cost one TRX, and about 420 bytes are paid at 1000 sun.
  const cost = Math.max(0, result.energyUsed - staked) * price + 1_000_000 + 420_000;
  if ((account?.balance ?? 0) < cost) {
    return wait(
      "TRX_SHORT",
      `the operator account has ${formatTrx(BigInt(account?.balance ?? 0))} TRX, one payout needs about ${formatTrx(BigInt(Math.ceil(cost)))}`,
    );
  }
  return { feeLimit };
}

/** approved -> built: nothing is signed and nothing is sent, but from here on a transaction may come to exist. */
export async function buildStep(cycle: Cycle, payout: PayoutDoc): Promise<PayoutDoc | undefined> {
  const { config } = cycle;
  const later = (reason: ReasonCode, text?: string, nextAt = cycle.clock.now() + backoff(payout.troubles)) =>
    note(cycle, payout, reason, text, nextAt).then(() => undefined);
  const refusal = addressRefusal(config.policy, payout.to);
  if (refusal !== undefined) return later("DENIED_ADDRESS", refusal);
  if (payout.attempt !== undefined)
    throw new PayoutError("INTERNAL", `${payout.payoutId} is approved with an open attempt`);
  const expiration = cycle.solid.timestamp + config.lifetimeMs;
  if (payout.route === "KYC") {
    if (payout.kyc === undefined) return later("WAITING_KYC");
    if (payout.kyc.expiry < Math.ceil(expiration / 1000) + KYC_MARGIN_S) return later("KYC_EXPIRED");
  }
  if (await isPaidOnChain(cycle, payout.payoutId)) {
    return change(cycle, payout, { state: "uncertain", reason: "PAID_ELSEWHERE" });
  }
  const data = disburseData(payout).slice(2);
  const trial = await tryCall(cycle, payout, data);
  if (trial === undefined) return undefined;
  const router = routerAddress(cycle, payout.route);
  const intent: TransactionIntent = { type: "call", contract: router, data, feeLimit: trial.feeLimit };
  const attempt = await buildAttempt(cycle, config.operator.payoutPermission, intent, payout.history.length + 1);
  return change(cycle, payout, { state: "built", attempt, nextAt: 0, troubles: 0 });
}

/** A transaction with its frame, as it is stored before anybody signs it. */
export async function buildAttempt(
  cycle: Cycle,
  permissionId: number,
  intent: TransactionIntent,
  number: number,
): Promise<Attempt> {
  // The timestamp only tells attempts apart; it never goes back behind the block that is referred to.
  const frame = frameFrom(
    cycle.solid,
    cycle.config.lifetimeMs,
    Math.max(cycle.clock.now(), cycle.solid.timestamp) + number,
  );
  const built = await buildTransaction(cycle.config.operator.address, permissionId, intent, frame);
  return {
    number,
    txid: built.txid,
    rawHex: built.rawHex,
    expiration: frame.expiration,
    timestamp: frame.timestamp,
    refBlock: frame.refBlock,
    feeLimit: intent.type === "call" ? intent.feeLimit : 0,
    signerEpoch: cycle.signerSet.epoch,
    signatures: [],
    broadcasts: 0,
  };
}
