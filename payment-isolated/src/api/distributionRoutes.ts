import { z } from "zod";
import { approveBatch, dryRun, importDistribution, planDistribution, reconcile } from "../distribution/distribution.js";
import { MAX_FILE, parseDistribution } from "../distribution/distributionFile.js";
import { exportCsv } from "../distribution/export.js";
import { type BatchDoc, batchKey } from "../domain/documents.js";
import { formatUsdt, parseUsdt } from "../domain/money.js";
import { label } from "../domain/primitives.js";
import { routeOf } from "../engine/policy.js";
import { preflight } from "../engine/preflight.js";
import { ensureService, signersInForce } from "../engine/serviceRecord.js";
import { PayoutError } from "../errors.js";
import { usdtText } from "./payoutRoutes.js";
import { type ApiContext, type RouteSpec, route } from "./route.js";

const periodParams = z.strictObject({ period: label });

const distributionBody = z.strictObject({
  period: label,
  format: z.enum(["csv", "json"]),
  content: z.string().max(MAX_FILE).describe("the file itself"),
});

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

/** Whole batches: dry run, import, approval, reconciliation. */
export const distributionRoutes: readonly RouteSpec[] = [
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
