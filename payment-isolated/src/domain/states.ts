import { PayoutError } from "../errors.js";

export const payoutStates = [
  "requested",
  "approved",
  "built",
  "signed",
  "broadcast",
  "included",
  "confirmed",
  "failed",
  "uncertain",
] as const;
export type PayoutState = (typeof payoutStates)[number];

/** What each state means; for the CLI and docs/operate-payouts.md. */
export const stateMeaning: Readonly<Record<PayoutState, string>> = {
  requested: "recorded; waits for the approvals that the policy asks for",
  approved: "may be paid; the caps of the day are reserved",
  built: "a transaction is built and recorded; no signature is known yet",
  signed: "the signed bytes are recorded; nothing was sent as far as is known",
  broadcast: "the bytes were sent, or may have been; the same bytes are sent again until they expire",
  included: "seen in a block that is not solidified yet, or whose receipt is still being checked",
  confirmed: "paid: solidified receipt, and the logs of router and USDT match payee and amount",
  failed: "will not be paid by itself; provably no transaction of it can still be executed",
  uncertain: "it cannot be told whether it was paid; nothing is sent again until a person or the chain decides",
};

/**
 * The only edges. Back to `approved` leads a proof alone: the attempt can never be executed, or was executed and reverted.
 * `uncertain` never leads back to paying: it ends as confirmed by the chain, or as failed with a proof.
 */
export const payoutEdges: Readonly<Record<PayoutState, readonly PayoutState[]>> = {
  requested: ["approved", "failed"],
  approved: ["built", "failed", "uncertain"],
  built: ["signed", "included", "approved", "failed", "uncertain"],
  signed: ["broadcast", "included", "approved", "failed", "uncertain"],
  broadcast: ["included", "confirmed", "approved", "failed", "uncertain"],
  included: ["broadcast", "confirmed", "approved", "failed", "uncertain"],
  uncertain: ["included", "confirmed", "failed"],
  failed: ["approved"],
  confirmed: [],
};

/** States with a transaction that might still be executed. */
export const openStates: readonly PayoutState[] = ["built", "signed", "broadcast", "included", "uncertain"];
/** States that the engine works on. */
export const activeStates: readonly PayoutState[] = [
  "approved",
  "built",
  "signed",
  "broadcast",
  "included",
  "uncertain",
];

/** @throws PayoutError INTERNAL for an edge that is not in the table */
export function assertEdge(from: PayoutState, to: PayoutState): void {
  if (from !== to && !payoutEdges[from].includes(to)) {
    throw new PayoutError("INTERNAL", `a payout cannot go from ${from} to ${to}`);
  }
}
