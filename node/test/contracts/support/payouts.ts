import assert from "node:assert/strict";
import type { Hex } from "@lucid/contracts";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { hashOf } from "./sessions.js";
import { TRON_CHAIN_ID, TronChain, type TronContract, type TronOutcome } from "./tronChain.js";

const account = (n: number): Hex => `0x${n.toString(16).padStart(2, "0").repeat(20)}`;
export const deployer = account(0xd1);
export const disburser = account(0xd2);
export const pauser = account(0xd3);
export const treasury = account(0xd4);
export const stranger = account(0xd5);
export const payee = account(0xa1);
export const other = account(0xa2);
export const compliance = privateKeyToAccount(`0x${"55".repeat(32)}`);

export const USDT = 1_000_000n;
export const MAX_AMOUNT = 5_000n * USDT;
export const FUNDS = 20_000n * USDT;

export interface Payouts {
  readonly chain: TronChain;
  readonly usdt: Hex;
  readonly registry: Hex;
  readonly v0: Hex;
  readonly kyc: Hex;
}

export async function deployed(
  chain: TronChain,
  name: TronContract,
  args: readonly unknown[],
): Promise<{ readonly address: Hex; readonly outcome: TronOutcome }> {
  const outcome = await chain.deploy(name, args, deployer);
  assert.equal(outcome.error, undefined, `${name} is not deployed`);
  return { address: outcome.created ?? "0x", outcome };
}

export function setupOf(parts: Pick<Payouts, "registry" | "usdt">, over: Readonly<Record<string, unknown>> = {}) {
  const roles = { disburser, pauser, treasury, maxAmount: MAX_AMOUNT };
  return { registry: parts.registry, usdt: parts.usdt, ...roles, ...over };
}

/** Both routers with money and one registry that knows them. */
export async function deployPayouts(): Promise<Payouts> {
  const chain = await TronChain.create();
  const { address: usdt } = await deployed(chain, "TestTether", []);
  const { address: registry } = await deployed(chain, "PaidRegistry", []);
  const setup = setupOf({ registry, usdt });
  const { address: v0 } = await deployed(chain, "PayoutRouterV0", [setup]);
  const { address: kyc } = await deployed(chain, "PayoutRouterKYC", [setup, compliance.address]);
  assert.equal((await chain.send(deployer, registry, "nameRouters", [v0, kyc])).error, undefined);
  for (const router of [v0, kyc]) await chain.send(deployer, usdt, "mint", [router, FUNDS]);
  return { chain, usdt, registry, v0, kyc };
}

export interface KycPayout {
  readonly payoutId: Hex;
  readonly to: Hex;
  readonly amount: bigint;
  readonly kycHash: Hex;
  readonly expiry: bigint;
  readonly nonce: Hex;
}

export function kycPayout(label: string, over: Partial<KycPayout> = {}): KycPayout {
  return {
    payoutId: hashOf("payout", label),
    to: payee,
    amount: 100n * USDT,
    kycHash: hashOf("kyc", label),
    expiry: 1_800_000_600n,
    nonce: hashOf("nonce", label),
    ...over,
  };
}

export const kycTypes = {
  DisburseKYC: [
    { name: "payoutId", type: "bytes32" },
    { name: "to", type: "address" },
    { name: "amount", type: "uint256" },
    { name: "kycHash", type: "bytes32" },
    { name: "expiry", type: "uint64" },
    { name: "nonce", type: "bytes32" },
  ],
} as const;

export function signKyc(
  payout: KycPayout,
  verifyingContract: Hex,
  signer: PrivateKeyAccount = compliance,
  chainId = TRON_CHAIN_ID,
): Promise<Hex> {
  return signer.signTypedData({
    domain: { name: "PayoutRouterKYC", version: "1", chainId, verifyingContract },
    types: kycTypes,
    primaryType: "DisburseKYC",
    message: payout,
  });
}

export function kycArguments(payout: KycPayout, signature: Hex): readonly unknown[] {
  const { payoutId, to, amount, kycHash, expiry, nonce } = payout;
  return [payoutId, to, amount, kycHash, expiry, nonce, signature];
}
