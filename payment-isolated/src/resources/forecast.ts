import type { BatchDoc, Route } from "../domain/documents.js";
import { activeStates } from "../domain/states.js";
import { findAll, type Store } from "../store/store.js";

export interface Forecast {
  readonly payouts: number;
  /** Millionths of USDT that each router must hold. */
  readonly totals: Readonly<Record<Route, bigint>>;
}

async function latestBatch(store: Store): Promise<BatchDoc | undefined> {
  let latest: BatchDoc | undefined;
  for await (const batch of findAll(store, { kind: "batch" }))
    if (latest === undefined || batch.createdAt > latest.createdAt) latest = batch;
  return latest;
}

/** Batches of the past do not change: each is added up once. */
const MAX_KNOWN = 4;

/**
 * What has to be paid soon: everything that waits, or, when less waits than the last month had, a month like the last one.
 */
export class Forecaster {
  readonly #store: Store;
  readonly #known = new Map<string, Forecast>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** @param expected payouts that the operator expects at least */
  async next(expected: number): Promise<Forecast> {
    const pending = await this.#sum({ states: ["requested", ...activeStates] });
    const batch = await latestBatch(this.#store);
    const last = batch === undefined ? undefined : await this.#ofBatch(batch._id);
    const larger = (route: Route) => {
      const [now, before] = [pending.totals[route], last?.totals[route] ?? 0n];
      return now > before ? now : before;
    };
    return {
      payouts: Math.max(pending.payouts, last?.payouts ?? 0, expected),
      totals: { V0: larger("V0"), KYC: larger("KYC") },
    };
  }

  async #ofBatch(id: string): Promise<Forecast> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const sum = await this.#sum({ batch: id });
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(id, sum);
    return sum;
  }

  async #sum(where: {
    states?: readonly ("requested" | (typeof activeStates)[number])[];
    batch?: string;
  }): Promise<Forecast> {
    const totals = { V0: 0n, KYC: 0n };
    let payouts = 0;
    for await (const { route, amount } of findAll(this.#store, { kind: "payout", ...where })) {
      totals[route] += BigInt(amount);
      payouts += 1;
    }
    return { payouts, totals };
  }
}
