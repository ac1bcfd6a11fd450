/** What a transaction is to do; stored with tasks and sent to signers, so it is a schema. */
import { z } from "zod";
import { addressSchema, hexBytes } from "./primitives.js";

const sun = z.int().min(1);
const resource = z.enum(["ENERGY", "BANDWIDTH"]);
const permissionSpec = z.strictObject({
  name: z.string().min(1).max(32),
  threshold: z.int().min(1).max(5),
  keys: z.array(addressSchema).min(1).max(5),
  /** Bitmap of contract types, 32 bytes; only for active permissions. */
  operations: hexBytes(32).optional(),
});

export const intentSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("call"), contract: addressSchema, data: hexBytes(2048), feeLimit: sun }),
  z.strictObject({ type: z.literal("transfer"), to: addressSchema, amountSun: sun }),
  z.strictObject({ type: z.literal("freeze"), amountSun: sun, resource }),
  z.strictObject({ type: z.literal("unfreeze"), amountSun: sun, resource }),
  z.strictObject({ type: z.literal("delegate"), to: addressSchema, amountSun: sun, resource }),
  z.strictObject({ type: z.literal("undelegate"), to: addressSchema, amountSun: sun, resource }),
  z.strictObject({ type: z.literal("withdrawUnfrozen") }),
  z.strictObject({ type: z.literal("cancelUnfreeze") }),
  z.strictObject({
    type: z.literal("permissions"),
    owner: permissionSpec,
    actives: z.array(permissionSpec).min(1).max(8),
  }),
]);
export type TransactionIntent = z.infer<typeof intentSchema>;
export type PermissionSpec = z.infer<typeof permissionSpec>;
export type Resource = z.infer<typeof resource>;
