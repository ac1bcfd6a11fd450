import { addressFromHex, addressToEvm } from "../domain/address.js";
import type { Route, SignerSet } from "../domain/documents.js";
import { formatTrx, formatUsdt } from "../domain/money.js";
import type { ReasonCode } from "../domain/reasons.js";
import { PayoutError } from "../errors.js";
import { routerOf, usdt } from "../tron/contracts.js";
import type { AccountAnswer, PermissionAnswer } from "../tron/schemas.js";
import type { EngineContext } from "./context.js";

export interface Finding {
  readonly code: ReasonCode;
  readonly text: string;
}

type Reader = Pick<EngineContext, "pool" | "config" | "clock">;

async function view(reader: Reader, contract: string, data: string): Promise<bigint> {
  const owner = reader.config.operator.address;
  return reader.pool.any(async (node) => {
    const result = await node.call("head", owner, contract, data);
    if (!result.ok || result.data.length < 64)
      throw new PayoutError("NODE_BAD_ANSWER", `${node.name}: a view of ${contract} failed`);
    return BigInt(`0x${result.data.slice(0, 64)}`);
  });
}

/** Millionths of USDT that a router holds. */
export function routerBalance(reader: Reader, route: Route): Promise<bigint> {
  const { routerV0, routerKyc, usdt: token } = reader.config.contracts;
  const router = route === "V0" ? routerV0 : routerKyc;
  return view(reader, token, usdt.encodeFunctionData("balanceOf", [addressToEvm(router)]));
}

/** What stands in the way of paying by a route; undefined when nothing is found. */
export async function diagnose(
  reader: Reader,
  route: Route,
  to: string | undefined,
  amount: bigint,
): Promise<Finding | undefined> {
  const { contracts } = reader.config;
  const router = route === "V0" ? contracts.routerV0 : contracts.routerKyc;
  const ask = (name: string, args: readonly unknown[] = []) =>
    view(reader, contracts.usdt, usdt.encodeFunctionData(name, [...args]));
  if ((await view(reader, router, routerOf(route).encodeFunctionData("paused"))) !== 0n) {
    return { code: "ROUTER_PAUSED", text: `router ${route} (${router}) is paused` };
  }
  if ((await ask("paused")) !== 0n) return { code: "USDT_PAUSED", text: "USDT is paused" };
  if ((await ask("deprecated")) !== 0n) return { code: "USDT_PAUSED", text: "USDT is replaced by another contract" };
  for (const address of [router, ...(to === undefined ? [] : [to])]) {
    if ((await ask("getBlackListStatus", [addressToEvm(address)])) !== 0n) {
      return { code: "BLACKLISTED", text: `${address} is on USDT's blacklist` };
    }
  }
  const balance = await routerBalance(reader, route);
  if (balance < amount) {
    return {
      code: "ROUTER_BALANCE",
      text: `router ${route} holds ${formatUsdt(balance)} USDT, ${formatUsdt(amount)} are needed`,
    };
  }
  return undefined;
}

/** Bit of a contract type in an active permission's bitmap. */
function allows(permission: PermissionAnswer, contractType: number): boolean {
  const byte = Number.parseInt(
    (permission.operations ?? "").slice((contractType >> 3) * 2, (contractType >> 3) * 2 + 2) || "0",
    16,
  );
  return ((byte >> (contractType & 7)) & 1) === 1;
}

function keysDiffer(permission: PermissionAnswer, set: SignerSet): string | undefined {
  const have = permission.keys.map(({ address }) => addressFromHex(address)).sort();
  if (have.join() !== [...set.signers].sort().join()) return `has the keys ${have.join(", ")}`;
  if (permission.threshold !== set.threshold || permission.keys.some(({ weight }) => weight !== 1))
    return "is not 2 of 3";
  return undefined;
}

/** Why the operator account is not the 2-of-3 of this signer set; undefined when it is. */
export function permissionProblem(
  account: AccountAnswer | undefined,
  set: SignerSet,
  payoutPermission: number,
): string | undefined {
  if (account === undefined) return "the operator account does not exist";
  const owner = account.owner_permission;
  const active = account.active_permission.find(({ id }) => id === payoutPermission);
  if (owner === undefined || active === undefined) return `the operator account has no permission ${payoutPermission}`;
  for (const permission of [owner, active]) {
    const problem = keysDiffer(permission, set);
    if (problem !== undefined) return `permission ${permission.id} ${problem}`;
  }
  return allows(active, 31) ? undefined : `permission ${payoutPermission} may not call contracts`;
}

export interface PreflightReport {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly text: string }[];
}

/** Everything that should hold before a run of `totals`; each check is made even when one before it failed. */
export async function preflight(
  reader: Reader,
  signerSet: SignerSet,
  totals: Readonly<Record<Route, bigint>>,
  payouts: number,
): Promise<PreflightReport> {
  const checks: { name: string; ok: boolean; text: string }[] = [];
  const check = async (name: string, work: () => Promise<string | { problem: string }>) => {
    try {
      const result = await work();
      checks.push(
        typeof result === "string" ? { name, ok: true, text: result } : { name, ok: false, text: result.problem },
      );
    } catch (error) {
      if (!(error instanceof PayoutError)) throw error;
      checks.push({ name, ok: false, text: `${error.code}: ${error.message}` });
    }
  };
  const { operator } = reader.config;
  await check("nodes", async () => {
    const solid = await reader.pool.solidHead();
    const skew = reader.clock.now() - solid.timestamp;
    if (Math.abs(skew) > reader.config.maxClockSkewMs)
      return { problem: `the local clock and the chain differ by ${Math.round(skew / 1000)} s` };
    return `${reader.pool.names.join(", ")}: solid block ${solid.number}`;
  });
  for (const route of ["V0", "KYC"] as const) {
    if (totals[route] === 0n) continue;
    await check(`router ${route}`, async () => {
      const found = await diagnose(reader, route, undefined, totals[route]);
      return found === undefined ? `holds at least ${formatUsdt(totals[route])} USDT` : { problem: found.text };
    });
  }
  await check("permissions", async () => {
    const account = await reader.pool.any((node) => node.account("solid", operator.address));
    const problem = permissionProblem(account, signerSet, operator.payoutPermission);
    return problem === undefined ? `2 of 3, epoch ${signerSet.epoch}` : { problem };
  });
  await check("TRX", async () => {
    const need = await feesOf(reader, payouts);
    const text = `${formatTrx(BigInt(need.balance))} TRX, about ${formatTrx(BigInt(need.sun))} are needed for ${payouts} payouts (${need.energy} energy, ${need.staked} staked)`;
    return need.balance < need.sun ? { problem: text } : text;
  });
  return { ok: checks.every(({ ok }) => ok), checks };
}

/** Energy of one payout through the router to an address that never held USDT, at the highest energy factor. */
export const ENERGY_PER_PAYOUT = 160_000;

/** What a run costs in sun and energy, and what is there. */
export async function feesOf(
  reader: Reader,
  payouts: number,
): Promise<{ balance: number; sun: number; energy: number; staked: number }> {
  const { operator } = reader.config;
  const account = await reader.pool.any((node) => node.account("head", operator.address));
  const resources = await reader.pool.any((node) => node.resources(operator.address));
  const parameters = await reader.pool.any((node) => node.chainParameters());
  const energy = payouts * ENERGY_PER_PAYOUT;
  const staked = Math.max(0, resources.EnergyLimit - resources.EnergyUsed);
  const burnt = Math.max(0, energy - staked) * (parameters.get("getEnergyFee") ?? 100);
  const perTransaction =
    (parameters.get("getMultiSignFee") ?? 1_000_000) + 420 * (parameters.get("getTransactionFee") ?? 1000);
  return { balance: account?.balance ?? 0, sun: burnt + payouts * perTransaction, energy, staked };
}
