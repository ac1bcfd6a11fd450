import assert from "node:assert/strict";
import fc from "fast-check";
import type { PayoutDoc } from "../../src/domain/documents.js";
import { payoutStates } from "../../src/domain/states.js";
import { hasCode } from "../../src/errors.js";
import { findAll, type Store } from "../../src/store/store.js";
import { payoutDoc } from "./fixtures.js";

export interface StoreFactory {
  /** A store over empty data. */
  fresh(): Promise<Store>;
  /** The same data as the last fresh one, as a new process would open it. */
  reopen(): Promise<Store>;
  /** Why simultaneous writers of one document cannot be tested here. */
  readonly notAtomic?: string | undefined;
}

/** What every store must do; run against each implementation. */
export function describeStore(factory: () => StoreFactory): void {
  let store: Store;
  beforeEach(async () => {
    store = await factory().fresh();
    await store.start();
  });
  afterEach(async () => {
    await store.stop();
  });

  it("gives back what was inserted, once, and keeps it over a restart", async () => {
    const doc = payoutDoc("a", {
      reference: "node-1",
      kyc: { kycHash: "ab".repeat(32), expiry: 7, nonce: "cd".repeat(32), signature: "ef".repeat(65) },
    });
    assert.equal(await store.insert(doc), "inserted");
    assert.equal(await store.insert({ ...doc, amount: "1" }), "exists");
    assert.deepEqual(await store.get("payout", doc._id), doc);
    assert.equal(await store.get("batch", doc._id), undefined);
    assert.equal(await store.get("payout", "payout:none"), undefined);
    await store.stop();
    store = await factory().reopen();
    await store.start();
    assert.deepEqual(await store.get("payout", doc._id), doc);
  });

  it("replaces only the revision before", async () => {
    const doc = payoutDoc("b");
    assert.equal(await store.replace({ ...doc, rev: 1 }), false);
    await store.insert(doc);
    assert.equal(await store.replace({ ...doc, rev: 1, state: "approved" }), true);
    assert.equal(await store.replace({ ...doc, rev: 1, state: "failed" }), false);
    assert.equal(await store.replace({ ...doc, rev: 3, state: "failed" }), false);
    assert.equal((await store.get("payout", doc._id))?.state, "approved");
  });

  it("lets exactly one of many simultaneous writers win", async function () {
    const doc = payoutDoc("c");
    const inserts = await Promise.all(Array.from({ length: 12 }, () => store.insert(doc)));
    assert.equal(inserts.filter((result) => result === "inserted").length, 1);
    const { notAtomic } = factory();
    if (notAtomic !== undefined) {
      if (this.test !== undefined) this.test.title += ` [inserts hold; updates not tested: ${notAtomic}]`;
      this.skip();
    }
    const replaces = await Promise.all(
      Array.from({ length: 12 }, (_, index) => store.replace({ ...doc, rev: 1, amount: String(index + 1) })),
    );
    assert.equal(replaces.filter(Boolean).length, 1);
    assert.equal((await store.get("payout", doc._id))?.amount, String(replaces.indexOf(true) + 1));
  });

  it("holds the unique keys, also when a document changes its key", async () => {
    const taken = (error: unknown) => hasCode(error, "STORE_KEY_TAKEN");
    const first = payoutDoc("d", { openKey: "tx:1", requestKey: "p|n|V0" });
    await store.insert(first);
    await assert.rejects(store.insert(payoutDoc("e", { openKey: "tx:1" })), taken);
    await assert.rejects(store.insert(payoutDoc("e", { requestKey: "p|n|V0" })), taken);
    const second = payoutDoc("e");
    await store.insert(second);
    await assert.rejects(store.replace({ ...second, rev: 1, openKey: "tx:1" }), taken);
    assert.equal((await store.get("payout", second._id))?.rev, 0);
    assert.equal(await store.replace({ ...first, rev: 1, openKey: "none:d" }), true);
    assert.equal(await store.replace({ ...second, rev: 1, openKey: "tx:1" }), true);
  });

  it("finds by state, batch and time, in order, page by page", async () => {
    const docs = Array.from({ length: 25 }, (_, index) =>
      payoutDoc(`f${index}`, {
        state: payoutStates[index % payoutStates.length] ?? "requested",
        nextAt: index,
        ...(index % 2 === 0 ? { batch: "batch:x" } : {}),
      }),
    );
    for (const doc of docs) await store.insert(doc);
    const ids = docs.map((doc) => doc._id).sort();
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await store.find({ kind: "payout", limit: 7, ...(after === undefined ? {} : { after }) });
      seen.push(...page.map((doc) => doc._id));
      after = page.at(-1)?._id;
      if (page.length < 7) break;
    }
    assert.deepEqual(seen, ids);
    const expect = (keep: (doc: PayoutDoc) => boolean) =>
      docs
        .filter(keep)
        .map((doc) => doc._id)
        .sort();
    const approved = await store.find({ kind: "payout", states: ["approved", "failed"], limit: 100 });
    assert.deepEqual(
      approved.map((doc) => doc._id),
      expect(({ state }) => state === "approved" || state === "failed"),
    );
    const due = await store.find({ kind: "payout", batch: "batch:x", dueAt: 10, limit: 100 });
    assert.deepEqual(
      due.map((doc) => doc._id),
      expect(({ batch, nextAt }) => batch === "batch:x" && nextAt <= 10),
    );
    let all = 0;
    for await (const doc of findAll(store, { kind: "payout" })) all += doc.kind === "payout" ? 1 : 0;
    assert.equal(all, 25);
    assert.equal((await store.countStates()).requested, 3);
    assert.equal((await store.countStates("batch:x")).requested, 2);
  });

  it("refuses a document that does not have its form", async () => {
    const invalid = (error: unknown) => hasCode(error, "STORE_INVALID");
    await assert.rejects(store.insert(payoutDoc("g", { amount: "1.5" })), invalid);
    await assert.rejects(store.insert(payoutDoc("g", { to: "TXYZ" })), invalid);
    assert.equal(await store.get("payout", payoutDoc("g")._id), undefined);
  });

  it("hands out copies", async () => {
    await store.insert(payoutDoc("h"));
    const got = await store.get("payout", payoutDoc("h")._id);
    if (got !== undefined) got.state = "confirmed";
    assert.equal((await store.get("payout", payoutDoc("h")._id))?.state, "requested");
  });

  it("behaves like a map with revisions under random operations", async function () {
    this.timeout(60_000);
    const operation = fc.record({
      name: fc.constantFrom("p", "q", "r"),
      insert: fc.boolean(),
      skip: fc.integer({ min: 0, max: 1 }),
      amount: fc.integer({ min: 1, max: 9 }),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 12 }), async (operations) => {
        run += 1;
        const model = new Map<string, PayoutDoc>();
        for (const { name, insert, skip, amount } of operations) {
          const known = model.get(name);
          const doc = payoutDoc(`${name}-${run}-${operations.length}`, {
            amount: String(amount),
            rev: insert ? 0 : (known?.rev ?? 0) + 1 + skip,
          });
          if (insert) {
            assert.equal(await store.insert(doc), known === undefined ? "inserted" : "exists");
            if (known === undefined) model.set(name, doc);
          } else {
            const fits = known !== undefined && skip === 0;
            assert.equal(await store.replace(doc), fits);
            if (fits) model.set(name, doc);
          }
        }
        for (const doc of model.values()) assert.deepEqual(await store.get("payout", doc._id), doc);
      }),
      { numRuns: 25 },
    );
  });
}
