/** What people and programs ask of the service; everything here is compare-and-set on one document, with no network. */
import type { Clock } from "../clock.js";
import {
  type DayDoc,
  dayKey,
  type Kyc,
  type PayoutDoc,
  payoutKey,
  type Route,
  SERVICE_ID,
  type ServiceDoc,
} from "../domain/documents.js";
import { dayOf } from "../domain/ids.js";
import type { ReasonCode } from "../domain/reasons.js";
import { assertEdge } from "../domain/states.js";
import { PayoutError } from "../errors.js";
import type { Store } from "../store/store.js";
import { reasonOf } from "./context.js";

import type { Policy } from "./engineConfig.js";
import { addressRefusal, approvalsNeeded, capRefusal, routeRefusal } from "./policy.js";
import { ensureService } from "./serviceRecord.js";

export interface PayoutRequest {
  readonly payoutId: string;
  readonly route: Route;
  readonly to: string;
  readonly amount: bigint;
  readonly reference?: string | undefined;
  readonly period?: string | undefined;
  readonly batch?: string | undefined;
  readonly kyc?: Kyc | undefined;
  readonly requestedBy: string;
}

/** Tries of a compare-and-set; only a flood of writers of one document needs more than a few. */
const TRIES = 50;
const MAX_RESERVATIONS = 20_000;

export class PayoutBook {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #policy: Policy;

  constructor(options: { store: Store; clock: Clock; policy: Policy }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#policy = options.policy;
  }

  /**
   * The same request again gives the same payout. @throws PayoutError ID_REUSED for another one under its id; BAD_AMOUNT,
   * CAP_EXCEEDED for what can never be paid
   */
  async request(request: PayoutRequest): Promise<{ payout: PayoutDoc; created: boolean }> {
    if (request.amount <= 0n) throw new PayoutError("BAD_AMOUNT", "the amount must be above zero");
    const refusal = addressRefusal(this.#policy, request.to);
    if (refusal !== undefined) throw new PayoutError("NOT_ALLOWED", refusal);
    const wrongRoute = routeRefusal(this.#policy, request.reference, request.route);
    if (wrongRoute !== undefined) throw new PayoutError("NOT_ALLOWED", wrongRoute);
    const now = this.#clock.now();
    const { payoutId, route, to, reference, period, batch, kyc, requestedBy } = request;
    const _id = payoutKey(payoutId);
    const doc: PayoutDoc = {
      _id,
      rev: 0,
      kind: "payout",
      state: "requested",
      reason: reasonOf("WAITING_APPROVAL", undefined, now),
      payoutId,
      route,
      to,
      amount: request.amount.toString(),
      ...(reference === undefined ? {} : { reference }),
      ...(period === undefined ? {} : { period }),
      ...(batch === undefined ? {} : { batch }),
      ...(kyc === undefined ? {} : { kyc }),
      requestedBy,
      createdAt: now,
      updatedAt: now,
      approvals: [],
      history: [],
      nextAt: 0,
      troubles: 0,
      fence: 0,
      openKey: `none:${_id}`,
      requestKey:
        period !== undefined && reference !== undefined ? `${period}|${reference}|${route}` : `id:${payoutId}`,
    };
    const cap = capRefusal(this.#policy, { reservations: {} }, doc);
    if (cap !== undefined) throw new PayoutError("CAP_EXCEEDED", cap.text);
    const created = (await this.#store.insert(doc)) === "inserted";
    const payout = created ? doc : await this.get(payoutId);
    if (payout.to !== to || payout.amount !== doc.amount || payout.route !== route) {
      throw new PayoutError("ID_REUSED", `payout ${payoutId} is ${payout.amount} to ${payout.to} by ${payout.route}`);
    }
    return { payout, created };
  }

  /** @throws PayoutError NOT_FOUND */
  async get(payoutId: string): Promise<PayoutDoc> {
    const payout = await this.#store.get("payout", payoutKey(payoutId));
    if (payout === undefined) throw new PayoutError("NOT_FOUND", `there is no payout ${payoutId}`);
    return payout;
  }

  /** One more approval; with enough of them the day's caps are reserved and it may be paid. */
  async approve(payoutId: string, by: string): Promise<PayoutDoc> {
    const signed = await this.#update(payoutId, (payout) => {
      if (payout.state !== "requested") return undefined;
      if (payout.requestedBy === by && approvalsNeeded(this.#policy, BigInt(payout.amount)) > 1) {
        throw new PayoutError("NOT_ALLOWED", "whoever requested it is not one of its two approvers");
      }
      if (payout.approvals.some((approval) => approval.by === by)) return undefined;
      return { ...payout, approvals: [...payout.approvals, { by, at: this.#clock.now() }] };
    });
    return this.tryApprove(signed.payoutId);
  }

  /** requested -> approved when approvals and caps allow; otherwise the reason is noted. */
  async tryApprove(payoutId: string): Promise<PayoutDoc> {
    const payout = await this.get(payoutId);
    if (payout.state !== "requested") return payout;
    const needed = approvalsNeeded(this.#policy, BigInt(payout.amount));
    if (payout.approvals.length < needed) {
      return this.#update(payoutId, (now) =>
        this.#reason(now, "WAITING_APPROVAL", `${now.approvals.length} of ${needed} approvals`),
      );
    }
    const day = dayOf(this.#clock.now());
    const refusal = await this.#reserve(day, payout);
    if (refusal !== undefined) return this.#update(payoutId, (now) => this.#reason(now, refusal.code, refusal.text));
    return this.#update(payoutId, (now) => {
      if (now.state !== "requested") return undefined;
      const { reason: _, ...rest } = now;
      return { ...rest, state: "approved", reservedOn: day, nextAt: 0 };
    });
  }

  async cancel(payoutId: string, by: string): Promise<PayoutDoc> {
    const payout = await this.#update(payoutId, (now) => {
      if (now.state === "failed" && now.reason?.code === "CANCELLED") return undefined;
      if ((now.state !== "requested" && now.state !== "approved") || now.attempt !== undefined) {
        throw new PayoutError(
          "NOT_ALLOWED",
          `payout ${payoutId} is ${now.state}; only requested and approved ones can be cancelled`,
        );
      }
      return { ...now, state: "failed", reason: reasonOf("CANCELLED", `cancelled by ${by}`, this.#clock.now()) };
    });
    await this.#release(payout);
    return payout;
  }

  /** failed -> approved; nothing of it can still be executed, or it would not be failed. */
  async retry(payoutId: string, by: string): Promise<PayoutDoc> {
    const payout = await this.get(payoutId);
    if (payout.state !== "failed")
      throw new PayoutError("NOT_ALLOWED", `payout ${payoutId} is ${payout.state}, not failed`);
    if (payout.attempt !== undefined)
      throw new PayoutError("INTERNAL", `payout ${payoutId} failed with an open attempt`);
    const day = dayOf(this.#clock.now());
    const refusal = await this.#reserve(day, payout);
    if (refusal !== undefined) throw new PayoutError("CAP_EXCEEDED", refusal.text);
    return this.#update(payoutId, (now) => {
      if (now.state !== "failed") return undefined;
      const { reason: _, ...rest } = now;
      return {
        ...rest,
        state: "approved",
        reservedOn: day,
        nextAt: 0,
        troubles: 0,
        approvals: [...now.approvals.slice(0, 7), { by: `${by} (retry)`.slice(0, 128), at: this.#clock.now() }],
      };
    });
  }

  /** Only the KYC route takes one, and only while nothing is built. */
  async attachKyc(payoutId: string, kyc: Kyc): Promise<PayoutDoc> {
    return this.#update(payoutId, (payout) => {
      if (payout.route !== "KYC") throw new PayoutError("NOT_ALLOWED", "the V0 route takes no compliance signature");
      if (payout.attempt !== undefined || payout.state === "confirmed")
        throw new PayoutError("NOT_ALLOWED", `payout ${payoutId} is ${payout.state}`);
      return { ...payout, kyc, nextAt: 0 };
    });
  }

  /** V0 to KYC before the first attempt: a route can only be tightened. */
  async tighten(payoutId: string): Promise<PayoutDoc> {
    return this.#update(payoutId, (payout) => {
      if (payout.route === "KYC") return undefined;
      if (
        payout.attempt !== undefined ||
        payout.history.length > 0 ||
        (payout.state !== "requested" && payout.state !== "approved")
      ) {
        throw new PayoutError("NOT_ALLOWED", `the route of payout ${payoutId} is fixed by its first attempt`);
      }
      return { ...payout, route: "KYC" };
    });
  }

  async setPaused(by: string, text: string | undefined): Promise<ServiceDoc> {
    return this.updateService((service) => {
      const { paused: _, ...rest } = service;
      return text === undefined ? rest : { ...rest, paused: { by, at: this.#clock.now(), text } };
    });
  }

  async updateService(work: (service: ServiceDoc) => ServiceDoc): Promise<ServiceDoc> {
    for (let tries = 0; tries < TRIES; tries++) {
      const service = await ensureService(this.#store);
      const next = { ...work(service), _id: SERVICE_ID, rev: service.rev + 1 };
      if (await this.#store.replace(next)) return next;
    }
    throw new PayoutError("BUSY", "too many writers of the service's record");
  }

  #reason(payout: PayoutDoc, code: ReasonCode, text: string): PayoutDoc | undefined {
    if (payout.reason?.code === code && payout.reason.text === text) return undefined;
    return { ...payout, reason: reasonOf(code, text, this.#clock.now()) };
  }

  async #update(payoutId: string, work: (payout: PayoutDoc) => PayoutDoc | undefined): Promise<PayoutDoc> {
    for (let tries = 0; tries < TRIES; tries++) {
      const payout = await this.get(payoutId);
      const wanted = work(payout);
      if (wanted === undefined) return payout;
      assertEdge(payout.state, wanted.state);
      const next = { ...wanted, rev: payout.rev + 1, updatedAt: this.#clock.now() };
      if (await this.#store.replace(next)) return next;
    }
    throw new PayoutError("BUSY", `too many writers of payout ${payoutId}`);
  }

  async #day(day: string): Promise<DayDoc> {
    const _id = dayKey(day);
    const there = await this.#store.get("day", _id);
    if (there !== undefined) return there;
    await this.#store.insert({ _id, rev: 0, kind: "day", day, reservations: {}, openKey: _id, requestKey: _id });
    return this.#day(day);
  }

  /** Puts the amount on the day's record, once; gives why it cannot. */
  async #reserve(day: string, payout: PayoutDoc): Promise<{ code: ReasonCode; text: string } | undefined> {
    for (let tries = 0; tries < TRIES; tries++) {
      const record = await this.#day(day);
      const refusal = capRefusal(this.#policy, record, payout);
      if (refusal !== undefined) return refusal;
      if (record.reservations[payout.payoutId] !== undefined) return undefined;
      if (Object.keys(record.reservations).length >= MAX_RESERVATIONS)
        throw new PayoutError("BUSY", `${MAX_RESERVATIONS} payouts are reserved today`);
      const reservations = {
        ...record.reservations,
        [payout.payoutId]: [payout.to, payout.amount] as [string, string],
      };
      if (await this.#store.replace({ ...record, rev: record.rev + 1, reservations })) return undefined;
    }
    throw new PayoutError("BUSY", "too many writers of the day's record");
  }

  async #release(payout: PayoutDoc): Promise<void> {
    if (payout.reservedOn === undefined) return;
    for (let tries = 0; tries < TRIES; tries++) {
      const record = await this.#day(payout.reservedOn);
      if (record.reservations[payout.payoutId] === undefined) return;
      const { [payout.payoutId]: _, ...reservations } = record.reservations;
      if (await this.#store.replace({ ...record, rev: record.rev + 1, reservations })) return;
    }
  }
}
