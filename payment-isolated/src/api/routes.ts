/** Every call of the HTTP API in one table: the server, the OpenAPI document and docs/payout-api.md are made from it. */
import { z } from "zod";
import { approveBatch, dryRun, importDistribution, planDistribution, reconcile } from "../distribution/distribution.js";
import { MAX_FILE, parseDistribution } from "../distribution/distributionFile.js";
import { exportCsv } from "../distribution/export.js";
import {
  type BatchDoc,
  batchKey,
  kycSchema,
  type PayoutDoc,
  routes as payoutRoutes,
  SERVICE_ID,
} from "../domain/documents.js";
import { parsePayoutId, payoutIdOf } from "../domain/ids.js";
import { intentSchema } from "../domain/intent.js";
import { formatUsdt, parseUsdt } from "../domain/money.js";
import { addressSchema, hex, label } from "../domain/primitives.js";
import { payoutStates } from "../domain/states.js";
import type { PayoutBook } from "../engine/book.js";
import type { EngineContext } from "../engine/context.js";
import type { Engine } from "../engine/engine.js";
import { routeOf } from "../engine/policy.js";
import { preflight } from "../engine/preflight.js";
import { ensureService, signersInForce } from "../engine/serviceRecord.js";
import { PayoutError } from "../errors.js";
import { planResources } from "../resources/plan.js";
import { requestStaking, resourceStatus } from "../resources/resources.js";
import { acceptSignerFile } from "../rotation/signerFile.js";
import { explain } from "./explain.js";
import type { Role } from "./tokens.js";

export interface ApiContext {
  readonly context: EngineContext;
  readonly book: PayoutBook;
  readonly engine: Engine;
  readonly network: string;
  readonly mainnet: boolean;
}

export interface Call<P, B, Q> {
  readonly params: P;
  readonly body: B;
  readonly query: Q;
  /** Name of the token. */
  readonly by: string;
  readonly api: ApiContext;
}

export interface RouteSpec {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly role: Role;
  readonly summary: string;
  readonly params?: z.ZodType;
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  readonly contentType?: string;
  readonly run: (call: Call<unknown, unknown, unknown>) => Promise<unknown>;
}

function route<
  P extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
>(spec: {
  method: RouteSpec["method"];
  path: string;
  role: Role;
  summary: string;
  params?: P;
  body?: B;
  query?: Q;
  contentType?: string;
  run: (call: Call<z.infer<P>, z.infer<B>, z.infer<Q>>) => Promise<unknown>;
}): RouteSpec {
  return spec as unknown as RouteSpec;
}

const idParams = z.strictObject({ id: z.string().max(80) });
const periodParams = z.strictObject({ period: label });
const usdtText = z.string().max(40).describe("USDT as a decimal text, like 12.5");

export const payoutRequestSchema = z.strictObject({
  payoutId: hex(32).optional().describe("32 bytes in hex, unique for ever; or give period and node"),
  period: label.optional(),
  node: label.optional().describe("the node or session that it is for"),
  route: z.enum(payoutRoutes).optional().describe("left out: KYC for node workers, V0 for others"),
  to: addressSchema,
  amount: usdtText,
  kyc: kycSchema.optional(),
});

const distributionBody = z.strictObject({
  period: label,
  format: z.enum(["csv", "json"]),
  content: z.string().max(MAX_FILE).describe("the file itself"),
});

/** A payout as the API shows it: amounts in USDT, no raw bytes. */
export function presentPayout(payout: PayoutDoc): object {
  const {
    payoutId,
    state,
    route: way,
    to,
    amount,
    reference,
    period,
    reason,
    attempt,
    history,
    result,
    createdAt,
    updatedAt,
    requestedBy,
    approvals,
  } = payout;
  return {
    payoutId,
    state,
    route: way,
    to,
    amount: formatUsdt(BigInt(amount)),
    ...(reference === undefined ? {} : { node: reference }),
    ...(period === undefined ? {} : { period }),
    ...(reason === undefined ? {} : { reason: { code: reason.code, text: reason.text } }),
    requestedBy,
    approvals,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    ...(attempt === undefined
      ? {}
      : {
          attempt: {
            number: attempt.number,
            txid: attempt.txid,
            expiration: new Date(attempt.expiration).toISOString(),
            signatures: attempt.signatures.length,
            broadcasts: attempt.broadcasts,
          },
        }),
    history: history.map(({ attempt: old, ended }) => ({ number: old.number, txid: old.txid, ended })),
    ...(result === undefined ? {} : { result: { ...result, net: formatUsdt(BigInt(result.net)) } }),
  };
}

function presentBatch({
  period,
  state,
  fileHash,
  rows,
  payouts,
  total,
  carried,
  broughtForward,
  createdBy,
  reconciliation,
}: BatchDoc): object {
  return {
    period,
    state,
    fileHash,
    rows,
    payouts,
    total: formatUsdt(BigInt(total)),
    carried: carried.length,
    broughtForward: formatUsdt(BigInt(broughtForward)),
    createdBy,
    ...(reconciliation === undefined ? {} : { reconciliation }),
  };
}

async function plan(api: ApiContext, body: z.infer<typeof distributionBody>) {
  const ruleOf = (node: string) => routeOf(api.context.config.policy, node);
  const file = parseDistribution(Buffer.from(body.content, "utf8"), body.format, ruleOf);
  return planDistribution(api.context, file, body.period);
}

export const apiRoutes: readonly RouteSpec[] = [
  route({
    method: "POST",
    path: "/v1/payouts",
    role: "requester",
    summary: "Request a payout. The same request again gives the same payout.",
    body: payoutRequestSchema,
    run: async ({ body, by, api }) => {
      const { period, node, to, kyc } = body;
      const way = body.route ?? routeOf(api.context.config.policy, node);
      if (body.payoutId === undefined && (period === undefined || node === undefined))
        throw new PayoutError("BAD_REQUEST", "give payoutId, or period and node");
      const payoutId = body.payoutId ?? payoutIdOf(period ?? "", node ?? "", way);
      const { payout, created } = await api.book.request({
        payoutId,
        route: way,
        to,
        amount: parseUsdt(body.amount),
        reference: node,
        period,
        kyc,
        requestedBy: by,
      });
      const current = created ? await api.book.tryApprove(payout.payoutId) : payout;
      api.engine.wake();
      return { created, payout: presentPayout(current) };
    },
  }),
  route({
    method: "GET",
    path: "/v1/payouts",
    role: "auditor",
    summary: "List payouts, by state or period, page by page.",
    query: z.strictObject({
      state: z.enum(payoutStates).optional(),
      period: label.optional(),
      after: z.string().max(80).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    run: async ({ query, api }) => {
      const found = await api.context.store.find({
        kind: "payout",
        limit: query.limit,
        ...(query.state === undefined ? {} : { states: [query.state] }),
        ...(query.period === undefined ? {} : { batch: batchKey(query.period) }),
        ...(query.after === undefined ? {} : { after: `payout:${parsePayoutId(query.after)}` }),
      });
      return {
        payouts: found.map(presentPayout),
        next: found.length === query.limit ? found.at(-1)?.payoutId : undefined,
      };
    },
  }),
  route({
    method: "GET",
    path: "/v1/payouts/:id",
    role: "auditor",
    summary: "One payout with its attempts and proofs.",
    params: idParams,
    run: async ({ params, api }) => presentPayout(await api.book.get(parsePayoutId(params.id))),
  }),
  route({
    method: "GET",
    path: "/v1/payouts/:id/why",
    role: "auditor",
    summary: "Why the payout stands where it stands, and what to do.",
    params: idParams,
    run: async ({ params, api }) =>
      explain(await api.book.get(parsePayoutId(params.id)), await ensureService(api.context.store), api.engine.status),
  }),
  route({
    method: "POST",
    path: "/v1/payouts/:id/approve",
    role: "approver",
    summary: "Approve a payout; large ones need two approvers.",
    params: idParams,
    run: async ({ params, by, api }) => {
      const payout = await api.book.approve(parsePayoutId(params.id), by);
      api.engine.wake();
      return presentPayout(payout);
    },
  }),
  route({
    method: "POST",
    path: "/v1/payouts/:id/cancel",
    role: "approver",
    summary: "Cancel a payout that has no transaction.",
    params: idParams,
    run: async ({ params, by, api }) => presentPayout(await api.book.cancel(parsePayoutId(params.id), by)),
  }),
  route({
    method: "POST",
    path: "/v1/payouts/:id/retry",
    role: "approver",
    summary: "Take up a failed payout again.",
    params: idParams,
    run: async ({ params, by, api }) => presentPayout(await api.book.retry(parsePayoutId(params.id), by)),
  }),
  route({
    method: "POST",
    path: "/v1/payouts/:id/tighten",
    role: "approver",
    summary: "Move a payout from V0 to the KYC route before its first attempt.",
    params: idParams,
    run: async ({ params, api }) => presentPayout(await api.book.tighten(parsePayoutId(params.id))),
  }),
  route({
    method: "PUT",
    path: "/v1/payouts/:id/kyc",
    role: "requester",
    summary: "Attach the compliance signature of the KYC route.",
    params: idParams,
    body: kycSchema,
    run: async ({ params, body, api }) => presentPayout(await api.book.attachKyc(parsePayoutId(params.id), body)),
  }),
  route({
    method: "POST",
    path: "/v1/distributions/plan",
    role: "requester",
    summary: "Dry run: validate a distribution and say what it would cost.",
    body: distributionBody,
    run: async ({ body, api }) => {
      const made = await plan(api, body);
      const run = await dryRun(api.context, made);
      const service = await ensureService(api.context.store);
      return {
        ...run,
        total: formatUsdt(BigInt(run.total)),
        preflight: await preflight(
          api.context,
          signersInForce(service, api.context.config),
          made.totals,
          made.payouts.length,
        ),
      };
    },
  }),
  route({
    method: "POST",
    path: "/v1/distributions",
    role: "requester",
    summary: "Import a distribution as a batch of payouts; the same file again goes on where it stopped.",
    body: distributionBody,
    run: async ({ body, by, api }) => presentBatch(await importDistribution(api.context, await plan(api, body), by)),
  }),
  route({
    method: "GET",
    path: "/v1/distributions/:period",
    role: "auditor",
    summary: "A batch and how many of its payouts are in which state.",
    params: periodParams,
    run: async ({ params, api }) => {
      const batch = await api.context.store.get("batch", batchKey(params.period));
      if (batch === undefined) throw new PayoutError("NOT_FOUND", `there is no batch of period ${params.period}`);
      return { ...presentBatch(batch), states: await api.context.store.countStates(batch._id) };
    },
  }),
  route({
    method: "POST",
    path: "/v1/distributions/:period/approve",
    role: "approver",
    summary: "Approve a whole batch; its total is typed, on mainnet after a preflight that passes.",
    params: periodParams,
    body: z.strictObject({ total: usdtText }),
    run: async ({ params, body, by, api }) => {
      if (api.mainnet) await requirePreflight(api, params.period);
      const batch = await approveBatch(api.context, params.period, by, parseUsdt(body.total));
      api.engine.wake();
      return presentBatch(batch);
    },
  }),
  route({
    method: "POST",
    path: "/v1/distributions/:period/reconcile",
    role: "auditor",
    summary: "Compare file, journal and the chain's Transfer logs.",
    params: periodParams,
    run: async ({ params, api }) => reconcile(api.context, params.period),
  }),
  route({
    method: "GET",
    path: "/v1/distributions/:period/export",
    role: "auditor",
    summary: "Every payout of a batch as CSV, with transaction, fee and net amount.",
    params: periodParams,
    contentType: "text/csv",
    run: async ({ params, api }) => exportCsv(api.context.store, params.period),
  }),
  route({
    method: "GET",
    path: "/v1/status",
    role: "auditor",
    summary: "State of the service: lease, what blocks it, counts, signers, rotation.",
    run: async ({ api }) => {
      const service = await ensureService(api.context.store);
      const { paused, lease, rotation, task, lastTask } = service;
      return {
        network: api.network,
        engine: api.engine.status,
        alerts: api.engine.alerts,
        signers: signersInForce(service, api.context.config),
        states: await api.context.store.countStates(),
        ...(paused === undefined ? {} : { paused }),
        ...(lease === undefined ? {} : { lease }),
        ...(rotation === undefined ? {} : { rotation }),
        ...(task === undefined
          ? {}
          : { task: { purpose: task.purpose, type: task.intent.type, text: task.text, txid: task.attempt?.txid } }),
        ...(lastTask === undefined ? {} : { lastTask }),
      };
    },
  }),
  route({
    method: "POST",
    path: "/v1/pause",
    role: "approver",
    summary: "Stop building and sending; watching goes on.",
    body: z.strictObject({ text: label }),
    run: async ({ body, by, api }) => ({ paused: (await api.book.setPaused(by, body.text)).paused }),
  }),
  route({
    method: "POST",
    path: "/v1/resume",
    role: "approver",
    summary: "End a pause.",
    run: async ({ by, api }) => ({ paused: (await api.book.setPaused(by, undefined)).paused ?? null }),
  }),
  route({
    method: "GET",
    path: "/v1/resources",
    role: "auditor",
    summary: "Energy, bandwidth and TRX of the operator account, and what a run of N payouts needs.",
    query: z.strictObject({ payouts: z.coerce.number().int().min(0).max(100_000).default(200) }),
    run: async ({ query, api }) => {
      const status = await resourceStatus(api.context);
      const { staking } = api.context.config;
      return { ...status, alerts: api.engine.alerts, plan: planResources(status, query.payouts, staking) };
    },
  }),
  route({
    method: "POST",
    path: "/v1/resources",
    role: "approver",
    summary: "Stake, unstake or delegate TRX by the operator account's resources permission.",
    body: intentSchema,
    run: async ({ body, by, api }) => {
      await requestStaking(api.context, body, by);
      api.engine.wake();
      return { accepted: true };
    },
  }),
  route({
    method: "POST",
    path: "/v1/rotation",
    role: "approver",
    summary: "Take over the signers of the next epoch from the signer file: drain, change permissions, verify, go on.",
    body: z.strictObject({ file: z.string().max(20_000) }),
    run: async ({ body, api }) => {
      const { config, clock, store } = api.context;
      const { set, file } = acceptSignerFile(
        body.file,
        signersInForce(await ensureService(store), config),
        config.governanceChainId,
      );
      await api.book.updateService((service) => {
        if (service.rotation !== undefined || service.task !== undefined)
          throw new PayoutError("NOT_ALLOWED", "another task is under way");
        if (signersInForce(service, config).epoch + 1 !== set.epoch)
          throw new PayoutError("BAD_ROTATION", "the signers changed in between");
        return {
          ...service,
          ...(file.payoutEpochLength === undefined ? {} : { payoutEpochLength: file.payoutEpochLength }),
          rotation: { to: set, digest: file.digest, startedAt: clock.now() },
        };
      });
      api.engine.wake();
      return { accepted: true, epoch: set.epoch, id: SERVICE_ID };
    },
  }),
];

async function requirePreflight(api: ApiContext, period: string): Promise<void> {
  const { store } = api.context;
  const totals = { V0: 0n, KYC: 0n };
  let after: string | undefined;
  let count = 0;
  for (;;) {
    const page = await store.find({
      kind: "payout",
      batch: batchKey(period),
      limit: 1000,
      ...(after === undefined ? {} : { after }),
    });
    for (const { route: way, amount } of page) totals[way] += BigInt(amount);
    count += page.length;
    after = page.at(-1)?._id;
    if (page.length < 1000 || after === undefined) break;
  }
  const report = await preflight(
    api.context,
    signersInForce(await ensureService(store), api.context.config),
    totals,
    count,
  );
  const problem = report.checks.find(({ ok }) => !ok);
  if (problem !== undefined) throw new PayoutError("PREFLIGHT_FAILED", `${problem.name}: ${problem.text}`);
}
