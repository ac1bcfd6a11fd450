import { presets } from "@lucid/consensus";
import type { FoundingSigners } from "@lucid/contracts";
import { parseAddress } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import type { FoundingPlan } from "../../networks/index.js";
import type { CommandContext } from "../commandContext.js";
import { testAccounts } from "../devnet/accounts.js";
import type { FundedText } from "./termValues.js";

/** So long a network has until its first slot when nobody says otherwise, seconds: time to hand the file round. */
const LEAD = { testnet: 600, devnet: 30 } as const;
/** For the accounts that everybody knows, of a devnet; `lucid faucet` takes from them. */
const TEST_BALANCE = 10_000n * 10n ** 18n;

type Terms = Omit<FoundingPlan, "operators" | "bootnodes" | "privateAddresses">;

/**
 * What the options of `lucid testnet create` say of the network.
 * @throws NodeError USAGE, StorageError ADDRESS_INVALID
 */
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
  const funded = (options.value("fund") ?? []) as readonly FundedText[];
  const known = preset === "devnet" ? await testAccounts() : [];
  const balance = options.value("balance");
  return {
    network: options.text("name") ?? preset,
    preset,
    genesisTime: options.number("genesisTime") ?? Math.floor(Date.now() / 1000) + LEAD[preset],
    slotDuration: slots ?? presets[preset].slotDuration,
    operatorBalance: typeof balance === "bigint" ? balance : TEST_BALANCE,
    balances: [
      ...funded.map(({ account, balance }) => ({ address: parseAddress(account), balance })),
      ...known.map(({ address }) => ({ address, balance: TEST_BALANCE })),
    ],
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
