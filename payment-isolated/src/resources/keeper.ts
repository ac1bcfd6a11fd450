/** Keeps energy and bandwidth for the next run staked, within a budget, and says in time what will fall short. */
import { SERVICE_ID, type ServiceDoc } from "../domain/documents.js";
import type { TransactionIntent } from "../domain/intent.js";
import { formatTrx, formatUsdt } from "../domain/money.js";
import type { Cycle } from "../engine/context.js";
import { routerBalance } from "../engine/preflight.js";
import { hasCode, PayoutError } from "../errors.js";
import type { Store } from "../store/store.js";
import { Forecaster } from "./forecast.js";
import { planResources, type ResourcePlan, type ResourceStatus } from "./plan.js";
import { requestStaking, resourceStatus } from "./resources.js";

/** What will fall short, and what to do. */
export const alertInfo = {
  TRX_SHORT: ["TRX will not suffice for the next run", "Send TRX to the operator account, or stake some for energy."],
  USDT_SHORT: ["a router holds less USDT than the next run pays by it", "Send USDT to the router that is named."],
  STAKING_FAILED: [
    "a staking transaction failed; none is tried for six hours",
    "Read the reason; a remote signer's policy may have maxStakeSun 0.",
  ],
  STAKE_EXCESS: [
    "more than twice the energy that the next run needs is staked",
    "Unstake some if no larger run comes; it is back after 14 days.",
  ],
} as const;
export type AlertCode = keyof typeof alertInfo;
export const alertCodes = Object.keys(alertInfo) as AlertCode[];
export interface Alert {
  readonly code: AlertCode;
  readonly text: string;
}

const KEEPER = "keeper";
/** After a staking transaction that failed (a signer refused, TRX were short) a person has this long to look. */
const PAUSE_AFTER_FAILURE_MS = 6 * 3600_000;
/** What one TRX gives changes all the time; each transaction costs a fee. Less than this part of the need is left alone. */
const WORTH_A_TRANSACTION = 0.05;

export class ResourceKeeper {
  readonly #forecaster: Forecaster;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #alerts: readonly Alert[] = [];

  constructor(store: Store) {
    this.#forecaster = new Forecaster(store);
  }

  get alerts(): readonly Alert[] {
    return this.#alerts;
  }

  /** A look at the account every `checkMs`; at most one staking transaction comes of it. */
  async step(cycle: Cycle): Promise<void> {
    const { staking } = cycle.config;
    const now = cycle.clock.now();
    if (staking.mode === "off" || now - this.#checkedAt < staking.checkMs) return;
    this.#checkedAt = now;
    try {
      await this.#look(cycle);
    } catch (error) {
      if (!(error instanceof PayoutError) || error.code.startsWith("STORE_")) throw error;
      cycle.emit({ type: "trouble", where: "resources", code: error.code, text: error.message });
    }
  }

  async #look(cycle: Cycle): Promise<void> {
    const { config, store } = cycle;
    const { expectedPayouts, budgetSun, reservePercent, mode } = config.staking;
    const next = await this.#forecaster.next(expectedPayouts);
    const status = await resourceStatus(cycle);
    const plan = planResources(status, next.payouts, { budgetSun, reservePercent });
    const service = await store.get("service", SERVICE_ID);
    const alerts: Alert[] = [];
    if (plan.shortSun > 0 && next.payouts > 0) {
      const text = `${formatTrx(BigInt(Math.round(plan.shortSun)))} TRX are missing for ${next.payouts} payouts`;
      alerts.push({ code: "TRX_SHORT", text });
    }
    for (const route of ["V0", "KYC"] as const) {
      if (next.totals[route] === 0n) continue;
      const missing = next.totals[route] - (await routerBalance(cycle, route));
      if (missing > 0n) alerts.push({ code: "USDT_SHORT", text: `router ${route} lacks ${formatUsdt(missing)} USDT` });
    }
    const failure = failedStaking(service, cycle.clock.now());
    if (failure !== undefined) alerts.push({ code: "STAKING_FAILED", text: failure });
    if (plan.excessSun > 0) alerts.push({ code: "STAKE_EXCESS", text: plan.text });
    this.#tell(cycle, alerts);
    if (mode !== "auto" || cycle.paused || failure !== undefined) return;
    if (service === undefined || service.task !== undefined || service.rotation !== undefined) return;
    const intent = nextStaking(status, plan, cycle.solid.timestamp);
    if (intent === undefined) return;
    try {
      await requestStaking(cycle, intent, KEEPER);
      cycle.emit({ type: "task", text: `staking by itself: ${intent.type}` });
    } catch (error) {
      // A person was faster.
      if (!hasCode(error, "NOT_ALLOWED")) throw error;
    }
  }

  #tell(cycle: Cycle, alerts: readonly Alert[]): void {
    for (const alert of alerts)
      if (!this.#alerts.some(({ code, text }) => code === alert.code && text === alert.text))
        cycle.emit({ type: "alert", ...alert });
    this.#alerts = alerts;
  }
}

/** What the last staking transaction failed with, while that is recent. */
function failedStaking(service: ServiceDoc | undefined, now: number): string | undefined {
  const last = service?.lastTask;
  if (last === undefined || last.ok || last.purpose !== "resources") return undefined;
  return now - last.at < PAUSE_AFTER_FAILURE_MS ? `${last.type}: ${last.text}` : undefined;
}

/** One step: first what has come back, then energy, then bandwidth. Unstaking is a person's decision: it takes 14 days. */
function nextStaking(status: ResourceStatus, plan: ResourcePlan, chainTime: number): TransactionIntent | undefined {
  if (status.unstaking.some(({ expires }) => expires <= chainTime)) return { type: "withdrawUnfrozen" };
  const worth = (need: number, have: number) => need - have > need * WORTH_A_TRANSACTION;
  if (plan.stakeSun > 0 && worth(plan.energyNeeded, status.energyLimit))
    return { type: "freeze", amountSun: plan.stakeSun, resource: "ENERGY" };
  if (plan.stakeBandwidthSun > 0 && worth(plan.bandwidthNeeded, status.bandwidthLimit))
    return { type: "freeze", amountSun: plan.stakeBandwidthSun, resource: "BANDWIDTH" };
  return undefined;
}
