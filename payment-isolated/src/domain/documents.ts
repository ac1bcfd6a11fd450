/** The four kinds of documents that a store holds. Schemas first; the types follow. Money is a decimal text of millionths. */
import { z } from "zod";
import { intentSchema } from "./intent.js";
import { addressSchema, amountSchema, hex, hexBytes, label, payoutIdSchema, time } from "./primitives.js";
import { reasonCodes } from "./reasons.js";
import { payoutStates } from "./states.js";

export const routes = ["V0", "KYC"] as const;
export type Route = (typeof routes)[number];

const base = { _id: z.string().max(200), rev: z.int().min(0) };

export const kycSchema = z.strictObject({
  kycHash: hex(32),
  /** Seconds since 1970. */
  expiry: z.int().min(0),
  nonce: hex(32),
  signature: hexBytes(65),
});
export type Kyc = z.infer<typeof kycSchema>;

export const attemptSchema = z.strictObject({
  number: z.int().min(1),
  txid: hex(32),
  rawHex: hexBytes(4096),
  /** Chain time in milliseconds after which no block can hold it. */
  expiration: time,
  /** Of the transaction; only tells it from others. */
  timestamp: time,
  refBlock: z.strictObject({ number: z.int().min(0), id: hex(32), timestamp: time }),
  feeLimit: z.int().min(0),
  /** Epoch of the signer set that it was built for. */
  signerEpoch: z.int().min(0),
  signatures: z.array(hexBytes(65)).max(5),
  /** The whole signed transaction; set before the first broadcast. */
  signedHex: hexBytes(8192).optional(),
  firstBroadcastAt: time.optional(),
  lastBroadcastAt: time.optional(),
  broadcasts: z.int().min(0),
  /** Last answer of a node, for people. */
  lastAnswer: z.string().max(200).optional(),
  included: z.strictObject({ block: z.int().min(0), at: time }).optional(),
});
export type Attempt = z.infer<typeof attemptSchema>;

/** Why an attempt can never pay (any more). */
export const deathProofSchema = z.discriminatedUnion("how", [
  z.strictObject({
    how: z.literal("expired"),
    firstBlock: z.int(),
    lastBlock: z.int(),
    lastBlockId: hex(32),
    lastTimestamp: time,
    nodes: z.array(z.string().max(200)).min(1).max(8),
    at: time,
  }),
  z.strictObject({
    how: z.literal("reverted"),
    block: z.int(),
    result: z.string().max(60),
    message: z.string().max(300),
    at: time,
  }),
]);
export type DeathProof = z.infer<typeof deathProofSchema>;

export const payoutSchema = z.strictObject({
  ...base,
  kind: z.literal("payout"),
  state: z.enum(payoutStates),
  reason: z.strictObject({ code: z.enum(reasonCodes), text: z.string().max(400), at: time }).optional(),
  payoutId: payoutIdSchema,
  route: z.enum(routes),
  to: addressSchema,
  amount: amountSchema,
  /** The node or session that it is for: opaque here. */
  reference: label.optional(),
  period: label.optional(),
  batch: z.string().max(200).optional(),
  kyc: kycSchema.optional(),
  requestedBy: label,
  createdAt: time,
  updatedAt: time,
  approvals: z.array(z.strictObject({ by: label, at: time })).max(8),
  /** Day on whose record the amount is reserved. */
  reservedOn: z.string().max(10).optional(),
  attempt: attemptSchema.optional(),
  history: z.array(z.strictObject({ attempt: attemptSchema, ended: deathProofSchema })).max(32),
  result: z
    .strictObject({
      txid: hex(32),
      block: z.int(),
      blockTimestamp: time,
      /** What arrived by the Transfer log; less than `amount` only if Tether switches fees on. */
      net: amountSchema,
      feeSun: z.int().min(0),
      energy: z.int().min(0),
    })
    .optional(),
  /** Not before this time does the engine look at it again. */
  nextAt: time,
  troubles: z.int().min(0),
  /** Fencing number of the last worker that wrote; a smaller one may not. */
  fence: z.int().min(0),
  /** Unique over all documents: one open transaction belongs to one payout. */
  openKey: z.string().max(200),
  /** Unique over all documents: period, node and route, or the id. */
  requestKey: z.string().max(500),
});
export type PayoutDoc = z.infer<typeof payoutSchema>;

export const carrySchema = z.strictObject({
  node: label,
  to: addressSchema,
  amount: amountSchema,
  route: z.enum(routes),
});
export const batchSchema = z.strictObject({
  ...base,
  kind: z.literal("batch"),
  state: z.enum(["importing", "imported", "running", "done"]),
  period: label,
  fileHash: hex(32),
  rows: z.int().min(0),
  payouts: z.int().min(0),
  total: amountSchema,
  /** Below the minimum: added to the next period. */
  carried: z.array(carrySchema).max(20_000),
  /** Carried in from the period before. */
  broughtForward: amountSchema,
  /** The period whose carried amounts this one took. */
  takesFrom: z.string().max(200).optional(),
  createdBy: label,
  createdAt: time,
  updatedAt: time,
  reconciliation: z
    .strictObject({
      at: time,
      sumFile: amountSchema,
      sumJournal: amountSchema,
      sumLogs: amountSchema,
      equal: z.boolean(),
    })
    .optional(),
  openKey: z.string().max(200),
  requestKey: z.string().max(500),
});
export type BatchDoc = z.infer<typeof batchSchema>;

export const daySchema = z.strictObject({
  ...base,
  kind: z.literal("day"),
  day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  /** payoutId -> [payee, amount]: a reservation made twice counts once. */
  reservations: z.record(payoutIdSchema, z.tuple([addressSchema, amountSchema])),
  openKey: z.string().max(200),
  requestKey: z.string().max(500),
});
export type DayDoc = z.infer<typeof daySchema>;

export const signerSetSchema = z.strictObject({
  epoch: z.int().min(0),
  signers: z.array(addressSchema).length(3),
  threshold: z.literal(2),
});
export type SignerSet = z.infer<typeof signerSetSchema>;

export const serviceSchema = z.strictObject({
  ...base,
  kind: z.literal("service"),
  paused: z.strictObject({ by: label, at: time, text: z.string().max(200) }).optional(),
  lease: z.strictObject({ holder: label, fence: z.int().min(0), until: time }).optional(),
  fence: z.int().min(0),
  signers: signerSetSchema.optional(),
  /** Seconds; from the last signer file that was accepted. */
  payoutEpochLength: z.int().min(1).optional(),
  /** Accepted and not done yet: first everything open drains, then the task below changes the account. */
  rotation: z.strictObject({ to: signerSetSchema, digest: hex(32), startedAt: time }).optional(),
  /** One transaction at a time that is no payout: permissions or staking. */
  task: z
    .strictObject({
      purpose: z.enum(["rotation", "resources"]),
      intent: intentSchema,
      permissionId: z.int().min(0).max(9),
      attempt: attemptSchema.optional(),
      requestedBy: label,
      startedAt: time,
      text: z.string().max(400).optional(),
    })
    .optional(),
  lastTask: z
    .strictObject({
      purpose: z.string().max(40),
      type: z.string().max(40),
      txid: hex(32).optional(),
      ok: z.boolean(),
      text: z.string().max(400),
      at: time,
    })
    .optional(),
  /** Set by `rebuild` while the journal is being restored from the chain: nothing is paid. */
  rebuilding: z.boolean().optional(),
  openKey: z.string().max(200),
  requestKey: z.string().max(500),
});
export type ServiceDoc = z.infer<typeof serviceSchema>;

export const documentSchema = z.discriminatedUnion("kind", [payoutSchema, batchSchema, daySchema, serviceSchema]);
export type StoredDoc = z.infer<typeof documentSchema>;
export type DocKind = StoredDoc["kind"];

export const SERVICE_ID = "service";
export function payoutKey(payoutId: string): string {
  return `payout:${payoutId}`;
}
export function batchKey(period: string): string {
  return `batch:${period}`;
}
export function dayKey(day: string): string {
  return `day:${day}`;
}
