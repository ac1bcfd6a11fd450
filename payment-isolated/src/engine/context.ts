import type { Clock } from "../clock.js";
import type { Attempt, PayoutDoc, SignerSet } from "../domain/documents.js";
import { type ReasonCode, reasonInfo } from "../domain/reasons.js";
import { assertEdge, type PayoutState } from "../domain/states.js";
import type { PayoutSigner } from "../signers/signer.js";
import type { Store } from "../store/store.js";
import type { NodePool } from "../tron/nodePool.js";
import type { EngineConfig } from "./engineConfig.js";

/** What happens, for logs and metrics; the engine itself prints nothing. */
export type EngineEvent =
  | {
      readonly type: "transition";
      readonly payoutId: string;
      readonly from: PayoutState;
      readonly to: PayoutState;
      readonly txid?: string;
      readonly reason?: string;
    }
  | { readonly type: "broadcast"; readonly txid: string; readonly outcome: string; readonly code: string }
  | { readonly type: "disagreement"; readonly detail: string }
  | { readonly type: "blocked"; readonly code: ReasonCode; readonly text: string }
  | { readonly type: "unblocked" }
  | { readonly type: "lease"; readonly holder: string; readonly fence: number }
  | { readonly type: "task"; readonly text: string }
  | { readonly type: "alert"; readonly code: string; readonly text: string }
  | { readonly type: "trouble"; readonly where: string; readonly code: string; readonly text: string };

export interface EngineContext {
  readonly store: Store;
  readonly pool: NodePool;
  readonly clock: Clock;
  readonly config: EngineConfig;
  readonly signers: readonly PayoutSigner[];
  readonly emit: (event: EngineEvent) => void;
}

/** One pass of the engine: what it holds and what it has read. */
export interface Cycle extends EngineContext {
  readonly fence: number;
  readonly paused: boolean;
  readonly signerSet: SignerSet;
  /** Highest solid block that the nodes agree on. */
  readonly solid: {
    readonly number: number;
    readonly id: string;
    readonly parentId: string;
    readonly timestamp: number;
  };
}

export interface Change {
  readonly state?: PayoutState;
  readonly reason?: ReasonCode;
  /** Instead of the reason's own sentence. */
  readonly text?: string;
  readonly attempt?: Attempt | null;
  readonly history?: PayoutDoc["history"];
  readonly result?: PayoutDoc["result"];
  readonly nextAt?: number;
  readonly troubles?: number;
}

export function reasonOf(code: ReasonCode, text: string | undefined, at: number): NonNullable<PayoutDoc["reason"]> {
  return { code, text: (text ?? reasonInfo[code][0]).slice(0, 400), at };
}

/**
 * The only way in which the engine changes a payout: checks the edge, raises the revision, keeps the unique keys right.
 * Undefined when another writer was faster or holds a higher fence; the caller then drops what it knows.
 */
export async function change(
  context: Pick<EngineContext, "store" | "clock" | "emit"> & { readonly fence: number },
  payout: PayoutDoc,
  by: Change,
): Promise<PayoutDoc | undefined> {
  if (payout.fence > context.fence) return undefined;
  const now = context.clock.now();
  const state = by.state ?? payout.state;
  assertEdge(payout.state, state);
  const next: PayoutDoc = { ...payout, rev: payout.rev + 1, state, updatedAt: now, fence: context.fence };
  if (by.attempt === null) delete next.attempt;
  else if (by.attempt !== undefined) next.attempt = by.attempt;
  next.openKey = next.attempt === undefined ? `none:${next._id}` : `tx:${next.attempt.txid}`;
  if (by.history !== undefined) next.history = by.history;
  if (by.result !== undefined) next.result = by.result;
  if (by.nextAt !== undefined) next.nextAt = by.nextAt;
  if (by.troubles !== undefined) next.troubles = by.troubles;
  if (by.reason !== undefined) next.reason = reasonOf(by.reason, by.text, now);
  else if (by.state !== undefined && by.state !== payout.state) delete next.reason;
  if (!(await context.store.replace(next))) return undefined;
  if (state !== payout.state) {
    const txid = next.attempt?.txid ?? next.result?.txid;
    context.emit({
      type: "transition",
      payoutId: payout.payoutId,
      from: payout.state,
      to: state,
      ...(txid === undefined ? {} : { txid }),
      ...(next.reason === undefined ? {} : { reason: next.reason.code }),
    });
  }
  return next;
}

/** Notes why a payout stands where it stands, without a write when that is known already. */
export async function note(
  cycle: Cycle,
  payout: PayoutDoc,
  reason: ReasonCode,
  text?: string,
  nextAt?: number,
): Promise<void> {
  const wanted = reasonOf(reason, text, 0);
  const same = payout.reason?.code === wanted.code && (payout.reason.text === wanted.text || nextAt === undefined);
  if (same && nextAt === undefined) return;
  await change(cycle, payout, {
    reason,
    ...(text === undefined ? {} : { text }),
    ...(nextAt === undefined ? {} : { nextAt, troubles: Math.min(payout.troubles + 1, 1000) }),
  });
}

/** 10 s, 20 s, ... up to 10 minutes. */
export function backoff(troubles: number): number {
  return Math.min(10_000 * 2 ** Math.min(troubles, 6), 600_000);
}
