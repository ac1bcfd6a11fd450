import { createHash } from "node:crypto";
import { PayoutError } from "../errors.js";
import type { Route } from "./documents.js";

/** Lower-case 64 hex digits without 0x. @throws PayoutError BAD_ID */
export function parsePayoutId(text: string): string {
  const plain = text.replace(/^0x/i, "").toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(plain))
    throw new PayoutError("BAD_ID", `${JSON.stringify(text.slice(0, 80))} is no payout id`);
  return plain;
}

/** Length-prefixed, so that no two triples give the same bytes. */
export function payoutIdOf(period: string, node: string, route: Route): string {
  const hash = createHash("sha256").update("lucid-payout-v1");
  for (const part of [period, node, route]) {
    const bytes = Buffer.from(part, "utf8");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  }
  return hash.digest("hex");
}

export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
