import type { DayDoc, PayoutDoc, Route } from "../domain/documents.js";
import { formatUsdt } from "../domain/money.js";
import type { ReasonCode } from "../domain/reasons.js";
import type { Policy } from "./engineConfig.js";

/** Why an address may not be paid; undefined when it may. */
export function addressRefusal(policy: Policy, to: string): string | undefined {
  if (policy.deny.includes(to)) return `${to} is on the deny list`;
  if (policy.allow.length > 0 && !policy.allow.includes(to)) return `${to} is not on the allow list`;
  return undefined;
}

/** The route by rule: node workers by KYC, others by V0. */
export function routeOf(policy: Policy, reference: string | undefined): Route {
  if (policy.workers === "nobody" || reference === undefined) return "V0";
  return policy.workers === "named" || /^(0x)?[0-9a-f]{64}$/i.test(reference) ? "KYC" : "V0";
}

/** Why a payout may not take this route; undefined when it may. The rule can only be tightened. */
export function routeRefusal(policy: Policy, reference: string | undefined, route: Route): string | undefined {
  if (route === "KYC" || routeOf(policy, reference) === "V0") return undefined;
  return `${reference ?? ""} is a node worker, who is paid by the KYC route alone`;
}

/** Different approvers that a payout of this amount needs. */
export function approvalsNeeded(policy: Policy, amount: bigint): number {
  return amount >= BigInt(policy.approvalThreshold) ? policy.approvals : policy.approvalsBelow;
}

/** Why the day's record cannot take this payout; undefined when it can, or has it already. */
export function capRefusal(
  policy: Policy,
  day: Pick<DayDoc, "reservations">,
  payout: Pick<PayoutDoc, "payoutId" | "to" | "amount">,
): { code: ReasonCode; text: string } | undefined {
  const amount = BigInt(payout.amount);
  if (amount > BigInt(policy.maxPerTransaction)) {
    return {
      code: "CAP_TRANSACTION",
      text: `${formatUsdt(amount)} USDT is above the cap of ${formatUsdt(BigInt(policy.maxPerTransaction))} a transaction`,
    };
  }
  if (day.reservations[payout.payoutId] !== undefined) return undefined;
  let total = 0n;
  let payee = 0n;
  for (const [to, reserved] of Object.values(day.reservations)) {
    total += BigInt(reserved);
    if (to === payout.to) payee += BigInt(reserved);
  }
  if (total + amount > BigInt(policy.maxPerDay)) {
    return {
      code: "CAP_DAY",
      text: `${formatUsdt(total)} of ${formatUsdt(BigInt(policy.maxPerDay))} USDT are reserved today`,
    };
  }
  if (payee + amount > BigInt(policy.maxPerPayeePerDay)) {
    return {
      code: "CAP_PAYEE",
      text: `${formatUsdt(payee)} of ${formatUsdt(BigInt(policy.maxPerPayeePerDay))} USDT are reserved for ${payout.to} today`,
    };
  }
  return undefined;
}
