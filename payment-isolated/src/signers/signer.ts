import { z } from "zod";
import { kycSchema, routes } from "../domain/documents.js";
import { intentSchema } from "../domain/intent.js";
import { addressSchema, amountSchema, hex, hexBytes, payoutIdSchema, time } from "../domain/primitives.js";

/** Everything that a signer needs to build the bytes again by itself and to judge them. */
export const signRequestSchema = z.strictObject({
  purpose: z.enum(["payout", "rotation", "resources"]),
  owner: addressSchema,
  permissionId: z.int().min(0).max(9),
  intent: intentSchema,
  frame: z.strictObject({
    refBlock: z.strictObject({ number: z.int().min(0), id: hex(32), timestamp: time }),
    expiration: time,
    timestamp: time,
  }),
  txid: hex(32),
  rawHex: hexBytes(4096),
  payout: z
    .strictObject({
      payoutId: payoutIdSchema,
      route: z.enum(routes),
      to: addressSchema,
      amount: amountSchema,
      kyc: kycSchema.optional(),
      attempt: z.int().min(1),
    })
    .optional(),
});
export type SignRequest = z.infer<typeof signRequestSchema>;

/** One key holder. */
export interface PayoutSigner {
  readonly name: string;
  /** Its TRON address. */
  readonly address: string;
  /** 65 bytes in hex. @throws PayoutError SIGNER_UNREACHABLE, SIGNER_REFUSED */
  sign(request: SignRequest): Promise<string>;
  /** What its holder has to know of this request beside what it does. */
  notice?(request: SignRequest): string | undefined;
  close(): Promise<void>;
}
