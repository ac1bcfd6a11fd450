import type { FoundingSigners } from "@lucid/contracts";
import { InvalidArgumentError } from "commander";
import { parseLucid } from "../format.js";
import { parseTronAddress } from "../gov/tronAddress.js";
import type { ValueParser } from "../spec.js";

/**
 * Values of the options of `lucid testnet`. Every command loads this file with the table of options, so it imports nothing large: what
 * takes a library to judge is judged by the command (terms.ts).
 */

/** An account of --fund as it was typed, and its LUCID in wei. */
export interface FundedText {
  readonly account: string;
  readonly balance: bigint;
}

/** Furthest genesis, seconds: a year; more is a typing error. */
const FURTHEST = 366 * 86_400;

/** 2026-12-01T12:00:00Z, Unix seconds, or +600 (seconds from now). */
export const genesisTime: ValueParser = (text) => {
  const now = Math.floor(Date.now() / 1000);
  const time = /^\+\d{1,8}$/.test(text)
    ? now + Number(text.slice(1))
    : /^\d{9,11}$/.test(text)
      ? Number(text)
      : /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text)
        ? Math.floor(Date.parse(text) / 1000)
        : Number.NaN;
  if (!Number.isSafeInteger(time) || Math.abs(time - now) > FURTHEST) {
    throw new InvalidArgumentError(
      "it must be a time such as 2026-12-01T12:00:00Z, Unix seconds or +600, within a year",
    );
  }
  return time;
};

export const networkName: ValueParser = (text) => {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(text)) throw new InvalidArgumentError("it must be 1 to 32 of a-z, 0-9 and -");
  return text;
};

/** "T..,T..,T.." */
export const foundingSigners: ValueParser = (text) => {
  const [a, b, c, ...rest] = text.split(",").map((part) => parseTronAddress(part.trim()));
  if (a === undefined || b === undefined || c === undefined || rest.length > 0) {
    throw new InvalidArgumentError("it must be three TRON addresses (T...), separated by commas");
  }
  return [a, b, c] satisfies FoundingSigners;
};

/** "0x...=100,0x...=2.5" */
export const fundedAccounts: ValueParser = (text) =>
  text.split(",").map((part) => {
    const [account = "", amount = ""] = part.trim().split("=");
    const balance = parseLucid(amount);
    if (!/^0x[0-9a-fA-F]{40}$/.test(account) || balance === undefined) {
      throw new InvalidArgumentError("it must be accounts with LUCID, such as 0x7099...79C8=1000, separated by commas");
    }
    return { account, balance } satisfies FundedText;
  });
