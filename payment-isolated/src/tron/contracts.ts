/** Calls and logs of the contracts that the service speaks to. */
import { Interface } from "ethers";
import { addressFromHex, addressToEvm } from "../domain/address.js";
import type { PayoutDoc, Route } from "../domain/documents.js";
import { PayoutError } from "../errors.js";
import { paidRegistryAbi, routerKycAbi, routerV0Abi, usdtAbi } from "./abi.js";
import type { LogAnswer } from "./schemas.js";

export const routerV0 = new Interface(routerV0Abi);
export const routerKyc = new Interface(routerKycAbi);
export const paidRegistry = new Interface(paidRegistryAbi);
export const usdt = new Interface(usdtAbi);

export function routerOf(route: Route): Interface {
  return route === "V0" ? routerV0 : routerKyc;
}

/** The call that pays this payout. @throws PayoutError INTERNAL without the compliance signature of the KYC route */
export function disburseData(payout: Pick<PayoutDoc, "route" | "payoutId" | "to" | "amount" | "kyc">): string {
  const head = [`0x${payout.payoutId}`, addressToEvm(payout.to), BigInt(payout.amount)];
  if (payout.route === "V0") return routerV0.encodeFunctionData("disburse", head);
  const kyc = payout.kyc;
  if (kyc === undefined) throw new PayoutError("INTERNAL", "the KYC route needs a compliance signature");
  const rest = [`0x${kyc.kycHash}`, BigInt(kyc.expiry), `0x${kyc.nonce}`, `0x${kyc.signature}`];
  return routerKyc.encodeFunctionData("disburseKYC", [...head, ...rest]);
}

function parse(contract: Interface, log: LogAnswer): { name: string; args: readonly unknown[] } | undefined {
  try {
    const found = contract.parseLog({ topics: log.topics.map((topic) => `0x${topic}`), data: `0x${log.data}` });
    return found === null ? undefined : { name: found.name, args: [...found.args] };
  } catch {
    return undefined;
  }
}

export interface PaidLog {
  readonly payoutId: string;
  readonly to: string;
  readonly amount: bigint;
}

/** The `Paid` events of one router among the logs of a receipt. */
export function paidLogs(router: string, route: Route, logs: readonly LogAnswer[]): PaidLog[] {
  const address = addressToEvm(router).slice(2);
  return logs.flatMap((log) => {
    const event = log.address === address ? parse(routerOf(route), log) : undefined;
    if (event?.name !== "Paid") return [];
    const [id, to, amount] = event.args;
    return [
      { payoutId: String(id).slice(2).toLowerCase(), to: addressFromHex(String(to)), amount: BigInt(String(amount)) },
    ];
  });
}

/** The `Transfer` events of USDT out of one router. */
export function transferLogs(
  usdtAddress: string,
  from: string,
  logs: readonly LogAnswer[],
): { to: string; value: bigint }[] {
  const address = addressToEvm(usdtAddress).slice(2);
  return logs.flatMap((log) => {
    const event = log.address === address ? parse(usdt, log) : undefined;
    if (event?.name !== "Transfer") return [];
    const [sender, to, value] = event.args;
    return addressFromHex(String(sender)) === from
      ? [{ to: addressFromHex(String(to)), value: BigInt(String(value)) }]
      : [];
  });
}

/** Name of a custom error, or the text of require; the first four bytes otherwise. */
export function revertText(route: Route, data: string): string {
  if (data === "") return "without a reason";
  try {
    const error = routerOf(route).parseError(`0x${data}`);
    if (error !== null) return error.name === "Error" ? String(error.args[0]) : error.name;
  } catch {
    // Not of this contract: shown as bytes.
  }
  return `0x${data.slice(0, 8)}`;
}
