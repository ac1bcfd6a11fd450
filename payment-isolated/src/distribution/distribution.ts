/** A month: a file becomes a batch of payouts, which is approved as a whole, paid by the engine and reconciled at the end. */
import { type BatchDoc, batchKey, type PayoutDoc, type Route, SERVICE_ID } from "../domain/documents.js";
import { payoutIdOf } from "../domain/ids.js";
import { PayoutBook } from "../engine/book.js";
import { matchLogs } from "../engine/chainSteps.js";
import type { EngineContext } from "../engine/context.js";
import { addressRefusal, routeRefusal } from "../engine/policy.js";
import { feesOf } from "../engine/preflight.js";
import { PayoutError } from "../errors.js";
import { findAll } from "../store/store.js";
import type { DistributionFile, DistributionRow } from "./distributionFile.js";
import { parsePeriod, periodRefusal } from "./period.js";

export interface DistributionPlan {
  readonly period: string;
  readonly fileHash: string;
  readonly rows: number;
  readonly payouts: readonly {
    readonly row: DistributionRow;
    readonly amount: bigint;
    readonly broughtForward: bigint;
  }[];
  readonly carried: BatchDoc["carried"];
  readonly broughtForward: bigint;
  readonly takesFrom?: string;
  readonly total: bigint;
  readonly totals: Readonly<Record<Route, bigint>>;
}

type Context = Pick<EngineContext, "store" | "clock" | "config" | "pool">;

/** Batches of other periods, the latest first. */
async function otherBatches(store: EngineContext["store"], period: string): Promise<BatchDoc[]> {
  const batches: BatchDoc[] = [];
  for await (const batch of findAll(store, { kind: "batch" })) if (batch.period !== period) batches.push(batch);
  return batches.sort((a, b) => b.createdAt - a.createdAt);
}

/** Seconds, as the last signer file said. */
async function periodLength({ store, config }: Pick<Context, "store" | "config">): Promise<number> {
  return (await store.get("service", SERVICE_ID))?.payoutEpochLength ?? config.payoutEpochLength;
}

/** What a file would do, without doing it. @throws PayoutError BAD_DISTRIBUTION */
export async function planDistribution(
  context: Context,
  file: DistributionFile,
  period: string,
): Promise<DistributionPlan> {
  const { policy } = context.config;
  const existing = await context.store.get("batch", batchKey(period));
  if (existing !== undefined && existing.fileHash !== file.hash) {
    throw new PayoutError("BAD_DISTRIBUTION", `period ${period} was imported from another file (${existing.fileHash})`);
  }
  const others = existing === undefined ? await otherBatches(context.store, period) : [];
  if (existing === undefined) {
    const paid = others.map((batch) => batch.period);
    const wrong = periodRefusal(parsePeriod(period), await periodLength(context), paid);
    if (wrong !== undefined) throw new PayoutError("BAD_DISTRIBUTION", wrong);
  }
  const previous =
    existing === undefined
      ? others[0]
      : existing.takesFrom === undefined
        ? undefined
        : await context.store.get("batch", existing.takesFrom);
  const carry = new Map((previous?.carried ?? []).map((one) => [`${one.node}|${one.route}`, one]));
  const payouts: { row: DistributionRow; amount: bigint; broughtForward: bigint }[] = [];
  const carried: BatchDoc["carried"] = [];
  let broughtForward = 0n;
  const totals: Record<Route, bigint> = { V0: 0n, KYC: 0n };
  for (const row of file.rows) {
    const key = `${row.node}|${row.route}`;
    const before = BigInt(carry.get(key)?.amount ?? "0");
    carry.delete(key);
    broughtForward += before;
    const amount = row.amount + before;
    const refusal = addressRefusal(policy, row.to) ?? routeRefusal(policy, row.node, row.route);
    if (refusal !== undefined) throw new PayoutError("BAD_DISTRIBUTION", `line ${row.line}: ${refusal}`);
    if (amount > BigInt(policy.maxPerTransaction))
      throw new PayoutError("BAD_DISTRIBUTION", `line ${row.line}: the amount is above the cap of a transaction`);
    if (amount < BigInt(policy.minimumPayout))
      carried.push({ node: row.node, to: row.to, amount: amount.toString(), route: row.route });
    else {
      payouts.push({ row, amount, broughtForward: before });
      totals[row.route] += amount;
    }
  }
  // Who is not in this file keeps what was carried.
  for (const rest of carry.values()) {
    broughtForward += BigInt(rest.amount);
    carried.push(rest);
  }
  return {
    period,
    fileHash: file.hash,
    rows: file.rows.length,
    payouts,
    carried,
    broughtForward,
    ...(previous === undefined ? {} : { takesFrom: previous._id }),
    total: totals.V0 + totals.KYC,
    totals,
  };
}

export interface DryRun {
  readonly rows: number;
  readonly payouts: number;
  readonly carried: number;
  readonly broughtForward: string;
  readonly total: string;
  readonly withoutKyc: number;
  readonly energy: number;
  readonly feesSun: number;
  readonly days: number;
}

export async function dryRun(context: Context, plan: DistributionPlan): Promise<DryRun> {
  const fees = await feesOf(context, plan.payouts.length);
  const perDay = BigInt(context.config.policy.maxPerDay);
  return {
    rows: plan.rows,
    payouts: plan.payouts.length,
    carried: plan.carried.length,
    broughtForward: plan.broughtForward.toString(),
    total: plan.total.toString(),
    withoutKyc: plan.payouts.filter(
      ({ row, broughtForward }) => row.route === "KYC" && (row.kyc === undefined || broughtForward > 0n),
    ).length,
    energy: fees.energy,
    feesSun: fees.sun,
    days: Number((plan.total + perDay - 1n) / (perDay === 0n ? 1n : perDay)),
  };
}

/** Writes the batch and its payouts; interrupted anywhere, the same import goes on where it stopped. */
export async function importDistribution(context: Context, plan: DistributionPlan, by: string): Promise<BatchDoc> {
  const { store, clock } = context;
  const _id = batchKey(plan.period);
  const now = clock.now();
  const doc: BatchDoc = {
    _id,
    rev: 0,
    kind: "batch",
    state: "importing",
    period: plan.period,
    fileHash: plan.fileHash,
    rows: plan.rows,
    payouts: plan.payouts.length,
    total: plan.total.toString(),
    carried: plan.carried,
    broughtForward: plan.broughtForward.toString(),
    ...(plan.takesFrom === undefined ? {} : { takesFrom: plan.takesFrom }),
    createdBy: by,
    createdAt: now,
    updatedAt: now,
    openKey: _id,
    // What one period carried goes into one other period.
    requestKey: plan.takesFrom === undefined ? `first:${_id}` : `after:${plan.takesFrom}`,
  };
  await store.insert(doc);
  const batch = await store.get("batch", _id);
  if (batch === undefined || batch.fileHash !== plan.fileHash)
    throw new PayoutError("BAD_DISTRIBUTION", `period ${plan.period} was imported from another file`);
  if (batch.state !== "importing") return batch;
  const book = new PayoutBook({ store, clock, policy: context.config.policy });
  for (const { row, amount, broughtForward } of plan.payouts) {
    await book.request({
      payoutId: payoutIdOf(plan.period, row.node, row.route),
      route: row.route,
      to: row.to,
      amount,
      reference: row.node,
      period: plan.period,
      batch: _id,
      // A compliance signature is over the amount: with something brought forward it needs a new one.
      kyc: broughtForward === 0n ? row.kyc : undefined,
      requestedBy: by,
    });
  }
  return updateBatch(store, _id, (current) => ({ ...current, state: "imported", updatedAt: clock.now() }));
}

async function updateBatch(
  store: EngineContext["store"],
  id: string,
  work: (batch: BatchDoc) => BatchDoc,
): Promise<BatchDoc> {
  for (let tries = 0; tries < 50; tries++) {
    const batch = await store.get("batch", id);
    if (batch === undefined) throw new PayoutError("NOT_FOUND", `there is no ${id}`);
    const next = { ...work(batch), rev: batch.rev + 1 };
    if (await store.replace(next)) return next;
  }
  throw new PayoutError("BUSY", `too many writers of ${id}`);
}

/** One approver's word for a whole batch; the total is typed so that it is the one that was looked at. */
export async function approveBatch(context: Context, period: string, by: string, total: bigint): Promise<BatchDoc> {
  const { store, clock, config } = context;
  const batch = await store.get("batch", batchKey(period));
  if (batch === undefined) throw new PayoutError("NOT_FOUND", `there is no batch of period ${period}`);
  if (batch.state === "importing") throw new PayoutError("NOT_ALLOWED", "the import is not complete; run it again");
  if (BigInt(batch.total) !== total)
    throw new PayoutError("CONFIRMATION_MISSING", `the batch totals ${batch.total} millionths, not ${total}`);
  const book = new PayoutBook({ store, clock, policy: config.policy });
  for await (const payout of findAll(store, { kind: "payout", batch: batch._id, states: ["requested"] }))
    await book.approve(payout.payoutId, by);
  return updateBatch(store, batch._id, (current) =>
    current.state === "imported" ? { ...current, state: "running", updatedAt: clock.now() } : current,
  );
}

export interface Reconciliation {
  readonly period: string;
  readonly payouts: number;
  readonly paid: number;
  readonly open: number;
  readonly failed: number;
  readonly sumFile: string;
  readonly sumJournal: string;
  readonly sumLogs: string;
  readonly equal: boolean;
  /** Payouts whose logs on the chain do not say what the journal says. */
  readonly differences: readonly string[];
}

/** Sum in the file = sum in the journal = sum of Transfer logs, which are read from the chain again. */
export async function reconcile(context: Context, period: string): Promise<Reconciliation> {
  const { store, clock } = context;
  const batch = await store.get("batch", batchKey(period));
  if (batch === undefined) throw new PayoutError("NOT_FOUND", `there is no batch of period ${period}`);
  let [payouts, paid, failed, sumJournal, sumLogs] = [0, 0, 0, 0n, 0n];
  const differences: string[] = [];
  const txids = new Set<string>();
  for await (const payout of findAll(store, { kind: "payout", batch: batch._id })) {
    payouts += 1;
    if (payout.state === "failed") failed += 1;
    if (payout.state !== "confirmed" || payout.result === undefined) continue;
    paid += 1;
    sumJournal += BigInt(payout.amount);
    if (txids.has(payout.result.txid)) differences.push(`${payout.payoutId}: its transaction is another payout's too`);
    txids.add(payout.result.txid);
    const seen = await paidByLogs(context, payout);
    if (typeof seen === "string") differences.push(`${payout.payoutId}: ${seen}`);
    else sumLogs += seen;
  }
  const equal = batch.total === sumJournal.toString() && sumJournal === sumLogs && differences.length === 0;
  const done = paid + failed === payouts && batch.state === "running";
  const sums = { sumFile: batch.total, sumJournal: sumJournal.toString(), sumLogs: sumLogs.toString(), equal };
  await updateBatch(store, batch._id, (current) => ({
    ...current,
    ...(done ? { state: "done" as const } : {}),
    updatedAt: clock.now(),
    reconciliation: { at: clock.now(), ...sums },
  }));
  return { period, payouts, paid, failed, open: payouts - paid - failed, ...sums, differences };
}

async function paidByLogs(context: Context, payout: PayoutDoc): Promise<bigint | string> {
  const txid = payout.result?.txid ?? "";
  const receipt = await context.pool.any((node) => node.receipt("solid", txid));
  if (receipt === undefined) return `no solid receipt of ${txid}`;
  const match = matchLogs(context, payout, receipt);
  return "problem" in match ? match.problem : BigInt(payout.amount);
}
