import { presets } from "@lucid/consensus";
import type { FoundingSigners } from "@lucid/contracts";
import { parseAddress } from "@lucid/storage";
import { InvalidArgumentError } from "commander";
import { NodeError } from "../../errors.js";
import type { FoundingPlan } from "../../networks/index.js";
import type { CommandContext } from "../commandContext.js";
import { testAccounts } from "../devnet/accounts.js";
import { parseLucid } from "../format.js";
import { parseTronAddress } from "../gov/tronAddress.js";
import type { ValueParser } from "../spec.js";

/** So long a network has until its first slot when nobody says otherwise, seconds: time to hand the file round. */
const LEAD = { testnet: 600, devnet: 30 } as const;
/** Furthest genesis, seconds: a year; more is a typing error. */
const FURTHEST = 366 * 86_400;
/** For the accounts that everybody knows, of a devnet; `lucid faucet` takes from them. */
const TEST_BALANCE = 10_000n * 10n ** 18n;

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
    return { address: parseAddress(account), balance };
  });

type Terms = Omit<FoundingPlan, "operators" | "bootnodes" | "privateAddresses">;

/** What the options of `lucid testnet create` say of the network. @throws NodeError USAGE */
export async function readTerms({ options }: CommandContext): Promise<Terms> {
  const preset = options.text("preset") === "devnet" ? "devnet" : "testnet";
  const slots = options.number("slotSeconds");
  if (slots !== undefined && preset === "testnet") {
    throw new NodeError({
      code: "USAGE",
      message: `slots of a testnet last ${presets.testnet.slotDuration} s, as those of the mainnet`,
      meta: { fix: "give --preset devnet for shorter ones" },
    });
  }
  const signers = options.value("signers") as FoundingSigners | undefined;
  if (signers === undefined && preset === "testnet") {
    throw new NodeError({
      code: "USAGE",
      message: "a testnet needs the TRON addresses of the three first signers of payouts",
      meta: { fix: "give --signers T...,T...,T... (addresses of your group), or --preset devnet" },
    });
  }
  const funded = (options.value("fund") ?? []) as Terms["balances"];
  const known = preset === "devnet" ? await testAccounts() : [];
  const balance = options.value("balance");
  return {
    network: options.text("name") ?? preset,
    preset,
    genesisTime: options.number("genesisTime") ?? Math.floor(Date.now() / 1000) + LEAD[preset],
    slotDuration: slots ?? presets[preset].slotDuration,
    operatorBalance: typeof balance === "bigint" ? balance : TEST_BALANCE,
    balances: [...funded, ...known.map(({ address }) => ({ address, balance: TEST_BALANCE }))],
    ...(signers === undefined ? {} : { signers }),
  };
}

/** True for an address that only a house or company can reach. */
export function isPrivateAddress(multiaddr: string): boolean {
  const [, kind, host = ""] = multiaddr.split("/");
  if (kind === "ip6") return /^(::1$|f[cd]|fe[89ab])/i.test(host);
  if (kind !== "ip4") return false;
  const [a = 0, b = 0] = host.split(".").map(Number);
  return (
    a === 10 || a === 127 || (a === 192 && b === 168) || (a === 172 && b >= 16 && b < 32) || (a === 169 && b === 254)
  );
}
