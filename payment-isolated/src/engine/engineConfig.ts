import { z } from "zod";
import { signerSetSchema } from "../domain/documents.js";
import { addressSchema, amountSchema } from "../domain/primitives.js";

/** Rules that a payout must obey; amounts are millionths of USDT as decimal texts. */
export const policySchema = z.strictObject({
  maxPerTransaction: amountSchema.default("10000000000"),
  maxPerDay: amountSchema.default("100000000000"),
  maxPerPayeePerDay: amountSchema.default("10000000000"),
  /** From this amount on a payout needs `approvals` approvers instead of one. */
  approvalThreshold: amountSchema.default("1000000000"),
  approvals: z.int().min(1).max(8).default(2),
  /** Payouts below the threshold need this many. */
  approvalsBelow: z.int().min(0).max(8).default(1),
  deny: z.array(addressSchema).max(10_000).default([]),
  /** When not empty, only these are paid. */
  allow: z.array(addressSchema).max(100_000).default([]),
  /**
   * Who is a node worker and so is paid by the KYC route: whoever is named by a node id (32 bytes in hex, as the credits of a
   * period name nodes and pools), whoever is named at all, or nobody.
   */
  workers: z.enum(["nodeId", "named", "nobody"]).default("nodeId"),
  /** Below this an amount of a distribution is carried into the next period: 10 USDT. */
  minimumPayout: amountSchema.default("10000000"),
});
export type Policy = z.infer<typeof policySchema>;

export const engineConfigSchema = z.strictObject({
  contracts: z.strictObject({
    routerV0: addressSchema,
    routerKyc: addressSchema,
    registry: addressSchema,
    usdt: addressSchema,
  }),
  operator: z.strictObject({
    address: addressSchema,
    /** Active permission that may call contracts, and the one that may stake. */
    payoutPermission: z.int().min(2).max(9).default(2),
    resourcePermission: z.int().min(2).max(9).default(3),
    /** Signers of epoch 0; later ones come by rotation. */
    signers: signerSetSchema,
  }),
  /** Of the On-System Data Chain: part of the digest that signers of a rotation sign. */
  governanceChainId: z.int().min(1).default(120122),
  /** Energy and bandwidth by staked TRX. */
  staking: z
    .strictObject({
      /** `auto` stakes and withdraws what came back; `advise` only says what falls short. */
      mode: z.enum(["off", "advise", "auto"]).default("advise"),
      /** Most that may be staked in all, in sun. */
      budgetSun: z.int().min(0).default(0),
      /** Energy and bandwidth beyond what the next run needs, in percent. */
      reservePercent: z.int().min(0).max(300).default(10),
      /** Payouts of the next run, at least; otherwise as many as wait, or as the last distribution had. */
      expectedPayouts: z.int().min(0).max(100_000).default(0),
      checkMs: z.int().min(1000).default(600_000),
    })
    .prefault({}),
  /** Length of a payout period in seconds until a signer file says another; 28 to 31 days, as the vote's bounds. */
  payoutEpochLength: z.int().min(2_419_200).max(2_678_400).default(2_592_000),
  policy: policySchema.prefault({}),
  /** Life of a transaction in milliseconds: 15 minutes, or up to 20 hours when a person signs. */
  lifetimeMs: z
    .int()
    .min(60_000)
    .max(20 * 3600_000)
    .default(15 * 60_000),
  /** Transactions that may be open at once. */
  maxOpen: z.int().min(1).max(500).default(20),
  /** Attempts of one payout before a person must look at it. */
  maxAttempts: z.int().min(1).max(20).default(3),
  minFeeLimitSun: z.int().min(1).default(17_000_000),
  maxFeeLimitSun: z.int().min(1).max(15_000_000_000).default(150_000_000),
  /** Headroom over the energy of the trial call, in percent. */
  energyHeadroom: z.int().min(0).max(1000).default(30),
  rebroadcastMs: z.int().min(1000).default(15_000),
  /** A transaction that was sent is looked for this often. */
  watchMs: z.int().min(0).default(6000),
  pollMs: z.int().min(50).default(3000),
  leaseMs: z.int().min(1000).default(20_000),
  /** Local clock and chain time may differ by this. */
  maxClockSkewMs: z.int().min(1000).default(180_000),
});
export type EngineConfig = z.infer<typeof engineConfigSchema>;
