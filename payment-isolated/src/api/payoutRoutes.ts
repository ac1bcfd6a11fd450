import { z } from "zod";
import { batchKey, kycSchema, type PayoutDoc, routes as payoutWays } from "../domain/documents.js";
import { parsePayoutId, payoutIdOf } from "../domain/ids.js";
import { formatUsdt, parseUsdt } from "../domain/money.js";
import { addressSchema, hex, label } from "../domain/primitives.js";
import { payoutStates } from "../domain/states.js";
import { routeOf } from "../engine/policy.js";
import { ensureService } from "../engine/serviceRecord.js";
import { PayoutError } from "../errors.js";
import { explain } from "./explain.js";
import { type RouteSpec, route } from "./route.js";

const idParams = z.strictObject({ id: z.string().max(80) });
/** An amount as people write it. */
export const usdtText = z.string().max(40).describe("USDT as a decimal text, like 12.5");

export const payoutRequestSchema = z.strictObject({
  payoutId: hex(32).optional().describe("32 bytes in hex, unique for ever; or give period and node"),
  period: label.optional(),
  node: label.optional().describe("the node or session that it is for"),
  route: z.enum(payoutWays).optional().describe("left out: KYC for node workers, V0 for others"),
  to: addressSchema,
  amount: usdtText,
  kyc: kycSchema.optional(),
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

/** Single payouts: request, look, approve, cancel, mend. */
export const payoutRoutes: readonly RouteSpec[] = [
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
];
