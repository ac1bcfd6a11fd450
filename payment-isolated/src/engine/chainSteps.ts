import type { Attempt, DeathProof, PayoutDoc } from "../domain/documents.js";
import { PayoutError } from "../errors.js";
import { paidLogs, transferLogs } from "../tron/contracts.js";
import type { Sighting } from "../tron/nodePool.js";
import type { ReceiptAnswer } from "../tron/schemas.js";
import { isPaidOnChain, routerAddress } from "./buildStep.js";
import { backoff, type Change, type Cycle, change, note } from "./context.js";

type Next = Promise<PayoutDoc | undefined>;

/** Sends the stored bytes to every node and notes what was answered; what came of it only the chain tells. */
async function send(cycle: Cycle, payout: PayoutDoc, attempt: Attempt): Next {
  if (attempt.signedHex === undefined) throw new PayoutError("INTERNAL", `${payout.payoutId} has no signed bytes`);
  const results = await cycle.pool.broadcast(attempt.signedHex, attempt.txid);
  for (const { outcome, code } of results) cycle.emit({ type: "broadcast", txid: attempt.txid, outcome, code });
  const lastAnswer = results
    .map(({ code, message }) => (message === "" ? code : `${code}: ${message}`))
    .join("; ")
    .slice(0, 200);
  const refused = results.every(({ outcome }) => outcome === "refused");
  const now = cycle.clock.now();
  return change(cycle, payout, {
    attempt: { ...attempt, broadcasts: attempt.broadcasts + 1, lastBroadcastAt: now, lastAnswer },
    reason: "WAITING_BLOCK",
    // A refusal is of one node at one moment: other nodes may hold the bytes. They stay the only ones until they expire.
    ...(refused ? { text: `no node takes the transaction now (${lastAnswer})` } : {}),
  });
}

/** signed -> broadcast: first the record that it may be sent, then the sending. */
export async function firstBroadcast(cycle: Cycle, payout: PayoutDoc, attempt: Attempt): Next {
  const next = await change(cycle, payout, {
    state: "broadcast",
    attempt: { ...attempt, firstBroadcastAt: cycle.clock.now() },
  });
  return next?.attempt === undefined ? undefined : send(cycle, next, next.attempt);
}

function receiptProblem(receipt: ReceiptAnswer): string | undefined {
  if (receipt.result !== undefined && receipt.result !== "SUCESS" && receipt.result !== "SUCCESS")
    return receipt.receipt.result ?? receipt.result;
  return receipt.receipt.result === "SUCCESS" ? undefined : (receipt.receipt.result ?? "no result");
}

/** Whether logs show exactly this payment; the net amount that arrived, or what differs. */
export function matchLogs(
  cycle: Pick<Cycle, "config">,
  payout: PayoutDoc,
  receipt: ReceiptAnswer,
): { net: bigint } | { problem: string } {
  const router = routerAddress(cycle, payout.route);
  const paid = paidLogs(router, payout.route, receipt.log);
  const transfers = transferLogs(cycle.config.contracts.usdt, router, receipt.log);
  const [event] = paid;
  if (paid.length !== 1 || event === undefined) return { problem: `${paid.length} Paid events` };
  if (event.payoutId !== payout.payoutId) return { problem: `Paid is of ${event.payoutId}` };
  if (event.to !== payout.to || event.amount !== BigInt(payout.amount))
    return { problem: `Paid says ${event.amount} to ${event.to}` };
  const toPayee = transfers.filter(({ to }) => to === payout.to);
  const [transfer] = toPayee;
  if (transfer === undefined || toPayee.length !== 1) return { problem: `${toPayee.length} transfers to the payee` };
  // If Tether switches fees on, a second Transfer takes the fee; together they are the amount.
  const sum = transfers.reduce((total, { value }) => total + value, 0n);
  return sum === BigInt(payout.amount) ? { net: transfer.value } : { problem: `transfers of ${sum}` };
}

/** The end of an attempt that provably paid nothing: a new one while the policy allows, else a person. */
export async function buryAttempt(cycle: Cycle, payout: PayoutDoc, attempt: Attempt, ended: DeathProof): Next {
  const history = [...payout.history, { attempt, ended }];
  if (await isPaidOnChain(cycle, payout.payoutId)) {
    // Then another transaction paid it, perhaps an earlier one of ours whose proof came from a node that lied.
    return change(cycle, payout, { state: "uncertain", attempt: null, history, reason: "PAID_ELSEWHERE" });
  }
  const common: Change = { attempt: null, history, troubles: 0 };
  if (payout.state === "uncertain")
    return change(cycle, payout, { ...common, state: "failed", reason: "PROVEN_UNPAID" });
  if (history.length % cycle.config.maxAttempts === 0) {
    const last =
      ended.how === "expired" ? "the last one expired" : `the last one ended with ${ended.result} ${ended.message}`;
    return change(cycle, payout, {
      ...common,
      state: "failed",
      reason: "ATTEMPTS_USED",
      text: `${history.length} attempts; ${last}`,
    });
  }
  const reason = ended.how === "expired" ? "EXPIRED" : ended.result === "OUT_OF_ENERGY" ? "OUT_OF_ENERGY" : "REVERTED";
  const nextAt = ended.how === "expired" ? 0 : cycle.clock.now() + backoff(history.length);
  return change(cycle, payout, { ...common, state: "approved", reason, nextAt });
}

/** A solid receipt that enough nodes agree on. */
async function settle(cycle: Cycle, payout: PayoutDoc, attempt: Attempt, receipt: ReceiptAnswer): Next {
  const failure = receiptProblem(receipt);
  if (failure !== undefined) {
    const message = Buffer.from(receipt.resMessage ?? "", "hex")
      .toString("utf8")
      .slice(0, 300);
    return buryAttempt(cycle, payout, attempt, {
      how: "reverted",
      block: receipt.blockNumber,
      result: failure.slice(0, 60),
      message,
      at: cycle.clock.now(),
    });
  }
  const match = matchLogs(cycle, payout, receipt);
  if ("problem" in match) {
    if (payout.state === "uncertain") return undefined;
    return change(cycle, payout, {
      state: "uncertain",
      reason: "RECEIPT_MISMATCH",
      text: `the logs do not show this payment: ${match.problem}`,
    });
  }
  const result = {
    txid: attempt.txid,
    block: receipt.blockNumber,
    blockTimestamp: receipt.blockTimeStamp,
    net: match.net.toString(),
    feeSun: receipt.fee,
    energy: receipt.receipt.energy_usage_total,
  };
  // From built or signed it passes through included, so that the edges tell the truth.
  const from =
    payout.state === "built" || payout.state === "signed" ? await change(cycle, payout, { state: "included" }) : payout;
  if (from === undefined) return undefined;
  const history = from.history;
  return change(cycle, from, {
    state: "confirmed",
    reason: "PAID",
    text: `paid in block ${receipt.blockNumber} by ${attempt.txid}`,
    attempt: null,
    history,
    result,
  });
}

/** Contradictions in a row before a payout is given to a person. */
const SPLITS_BEFORE_UNCERTAIN = 5;

/** An attempt whose expiration a solid block has passed, and which no node shows: dead if the history proves it. */
async function expired(cycle: Cycle, payout: PayoutDoc, attempt: Attempt): Next {
  let verdict: DeathProof | { seenIn: number } | undefined;
  try {
    verdict = (await cycle.pool.proveDead([attempt])).get(attempt.txid);
  } catch (error) {
    if (!(error instanceof PayoutError)) throw error;
    if (error.code === "NODES_DISAGREE") return contradiction(cycle, payout, error.message);
    await note(cycle, payout, "WAITING_PROOF", `the proof is not complete: ${error.message}`);
    return undefined;
  }
  if (verdict === undefined) throw new PayoutError("INTERNAL", "a proof without a verdict");
  if ("seenIn" in verdict)
    return contradiction(cycle, payout, `block ${verdict.seenIn} holds it, and no node shows its receipt`);
  return buryAttempt(cycle, payout, attempt, verdict);
}

async function contradiction(cycle: Cycle, payout: PayoutDoc, text: string): Next {
  if (payout.state === "uncertain") {
    await note(cycle, payout, "NODES_DISAGREE", text);
    return undefined;
  }
  const troubles = payout.troubles + 1;
  if (troubles >= SPLITS_BEFORE_UNCERTAIN)
    return change(cycle, payout, { state: "uncertain", reason: "NODES_DISAGREE", text, troubles: 0 });
  return change(cycle, payout, { reason: "NODES_DISAGREE", text, troubles });
}

/** What the chain shows of an open attempt decides; our own memory never does. */
export async function watchStep(cycle: Cycle, payout: PayoutDoc, attempt: Attempt): Next {
  const sighting: Sighting = await cycle.pool.sight(attempt.txid);
  switch (sighting.kind) {
    case "solid":
      return settle(cycle, payout, attempt, sighting.receipt);
    case "split":
      return contradiction(cycle, payout, sighting.detail);
    case "unknown":
      await note(cycle, payout, "NODE_TROUBLE", sighting.detail);
      return undefined;
    case "included": {
      if (attempt.included?.block === sighting.block && payout.state !== "broadcast") return undefined;
      const included = { block: sighting.block, at: cycle.clock.now() };
      const state = payout.state === "uncertain" ? undefined : ("included" as const);
      return change(cycle, payout, {
        ...(state === undefined ? {} : { state }),
        attempt: { ...attempt, included },
        troubles: 0,
      });
    }
    case "absent":
      return absent(cycle, payout, attempt);
  }
}

async function absent(cycle: Cycle, payout: PayoutDoc, attempt: Attempt): Next {
  if (cycle.solid.timestamp >= attempt.expiration) return expired(cycle, payout, attempt);
  if (payout.state === "included") {
    const { included: _, ...rest } = attempt;
    return change(cycle, payout, { state: "broadcast", attempt: rest, reason: "ROLLED_BACK" });
  }
  const due = (attempt.lastBroadcastAt ?? 0) + cycle.config.rebroadcastMs <= cycle.clock.now();
  if (payout.state === "broadcast" && due && !cycle.paused) return send(cycle, payout, attempt);
  return undefined;
}

/**
 * `uncertain` without an open attempt: the registry knows the id. One of our dead attempts may be the payer after all; or
 * no node says any more that it is paid, and then every attempt has its proof and a person may have it paid.
 */
export async function searchHistory(cycle: Cycle, payout: PayoutDoc): Next {
  for (const { attempt } of payout.history) {
    const sighting = await cycle.pool.sight(attempt.txid);
    if (sighting.kind === "unknown" || sighting.kind === "split") return undefined;
    if (sighting.kind === "solid" && receiptProblem(sighting.receipt) === undefined) {
      return settle(cycle, payout, attempt, sighting.receipt);
    }
  }
  if (await isPaidOnChain(cycle, payout.payoutId)) return undefined;
  return change(cycle, payout, { state: "failed", reason: "PROVEN_UNPAID" });
}
