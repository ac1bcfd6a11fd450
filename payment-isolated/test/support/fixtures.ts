import { createHash } from "node:crypto";
import { addressFromHex } from "../../src/domain/address.js";
import { type PayoutDoc, payoutKey } from "../../src/domain/documents.js";

export function sha(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function addressOf(name: string): string {
  return addressFromHex(`41${sha(name).slice(0, 40)}`);
}

export function payoutDoc(name: string, change: Partial<PayoutDoc> = {}): PayoutDoc {
  const payoutId = sha(name);
  const _id = payoutKey(payoutId);
  return {
    _id,
    rev: 0,
    kind: "payout",
    state: "requested",
    payoutId,
    route: "V0",
    to: addressOf(name),
    amount: "12000000",
    requestedBy: "test",
    createdAt: 1,
    updatedAt: 1,
    approvals: [],
    history: [],
    nextAt: 0,
    troubles: 0,
    fence: 0,
    openKey: `none:${_id}`,
    requestKey: `id:${payoutId}`,
    ...change,
  };
}
