import type { PayoutDoc, ServiceDoc } from "../domain/documents.js";
import { formatUsdt } from "../domain/money.js";
import { reasonInfo } from "../domain/reasons.js";
import { stateMeaning } from "../domain/states.js";
import type { EngineStatus } from "../engine/engine.js";

export interface Explanation {
  readonly state: string;
  readonly meaning: string;
  readonly why: string;
  readonly fix: string;
  readonly facts: readonly string[];
}

/** Why a payout stands where it stands: its own reason, or what holds the whole service. */
export function explain(payout: PayoutDoc, service: ServiceDoc, status: EngineStatus): Explanation {
  const facts = [`${formatUsdt(BigInt(payout.amount))} USDT to ${payout.to} by ${payout.route}`];
  const { attempt, result } = payout;
  if (attempt !== undefined) {
    facts.push(
      `open transaction ${attempt.txid} (attempt ${attempt.number}), ${attempt.signatures.length} signatures, sent ${attempt.broadcasts} times`,
    );
    facts.push(
      `it expires at ${new Date(attempt.expiration).toISOString()} of the chain's time; until a proof after that nothing else is built`,
    );
    if (attempt.lastAnswer !== undefined) facts.push(`last answer of the nodes: ${attempt.lastAnswer}`);
  }
  for (const { attempt: old, ended } of payout.history) {
    facts.push(
      ended.how === "expired"
        ? `attempt ${old.number} (${old.txid}) is dead: absent from blocks ${ended.firstBlock} to ${ended.lastBlock} (${ended.nodes.join(", ")})`
        : `attempt ${old.number} (${old.txid}) was executed in block ${ended.block} and failed: ${ended.result} ${ended.message}`,
    );
  }
  if (result !== undefined)
    facts.push(`transaction ${result.txid}, block ${result.block}, net ${formatUsdt(BigInt(result.net))} USDT`);
  const meaning = stateMeaning[payout.state];
  const waiting = payout.state !== "confirmed" && payout.state !== "failed" && payout.state !== "requested";
  if (waiting && status.blocked !== undefined && (payout.reason === undefined || payout.state === "approved")) {
    const [, fix] = reasonInfo[status.blocked.code];
    return { state: payout.state, meaning, why: `the service: ${status.blocked.text}`, fix, facts };
  }
  if (payout.reason !== undefined) {
    const [, fix] = reasonInfo[payout.reason.code];
    return { state: payout.state, meaning, why: payout.reason.text, fix, facts };
  }
  if (waiting && !status.leader && service.lease === undefined) {
    return { state: payout.state, meaning, why: "no worker runs", fix: "Start lucid-payout serve.", facts };
  }
  const [queued, fix] = reasonInfo[payout.state === "approved" ? "QUEUED" : "WAITING_BLOCK"];
  return {
    state: payout.state,
    meaning,
    why: payout.state === "approved" ? `its turn has not come: ${queued}` : queued,
    fix,
    facts,
  };
}
