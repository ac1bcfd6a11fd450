import { PayoutError } from "../errors.js";

/** USDT has six decimals; an amount is a bigint of millionths inside and a decimal text of millionths in JSON. */
export const USDT_DECIMALS = 6;
/** More than was ever issued; anything above is a mistake. */
export const MAX_AMOUNT = 1_000_000_000_000n * 1_000_000n;

/** "12.5" to 12500000n. @throws PayoutError BAD_AMOUNT */
export function parseUsdt(text: string): bigint {
  const match = /^(0|[1-9][0-9]{0,12})(?:\.([0-9]{1,6}))?$/.exec(text);
  if (match?.[1] === undefined)
    throw new PayoutError("BAD_AMOUNT", `${JSON.stringify(text.slice(0, 40))} is no amount`);
  const amount = BigInt(match[1]) * 1_000_000n + BigInt((match[2] ?? "").padEnd(USDT_DECIMALS, "0"));
  if (amount > MAX_AMOUNT) throw new PayoutError("BAD_AMOUNT", `${text} is more than there is`);
  return amount;
}

/** 12500000n to "12.50": at least two decimals, at most six. */
export function formatUsdt(amount: bigint): string {
  const sign = amount < 0n ? "-" : "";
  const value = amount < 0n ? -amount : amount;
  const fraction = (value % 1_000_000n)
    .toString()
    .padStart(USDT_DECIMALS, "0")
    .replace(/0{1,4}$/, "");
  return `${sign}${value / 1_000_000n}.${fraction}`;
}

/** Sun (millionths of TRX) as text. */
export function formatTrx(sun: bigint): string {
  return formatUsdt(sun);
}
