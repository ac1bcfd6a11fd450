import assert from "node:assert/strict";
import { SERVICE_ID } from "../../../src/domain/documents.js";
import { rebuildJournal } from "../../../src/engine/rebuild.js";
import { MemoryMedium } from "../../../src/store/journalMedium.js";
import { JournalStore } from "../../../src/store/journalStore.js";
import { addressOf, sha } from "../../support/fixtures.js";
import { World } from "../../support/world.js";

describe("a lost journal", function () {
  this.timeout(60_000);

  it("without a rebuild: what was paid is uncertain, never paid again", async () => {
    const world = await paidWorld();
    world.store = new JournalStore({ medium: new MemoryMedium() });
    await world.store.start();
    await world.approved("a");
    const engine = world.engine();
    await world.run(engine, async () => (await world.get("a")).state === "uncertain");
    assert.equal((await world.get("a")).reason?.code, "PAID_ELSEWHERE");
    for (let pass = 0; pass < 40; pass++) {
      await engine.runOnce();
      await world.chain.produce();
    }
    assert.equal(world.transfers(sha("a")), 1);
    await rebuildJournal(
      { store: world.store, pool: world.pool(), clock: world.clock, config: world.config },
      0,
      () => undefined,
    );
    assert.equal((await world.get("a")).state, "confirmed");
  });

  it("is restored from the Paid logs; nothing is paid while that runs, and a request for a paid id finds it paid", async () => {
    const world = await paidWorld();
    world.store = new JournalStore({ medium: new MemoryMedium() });
    await world.store.start();
    await world.approved("new");
    await world.book.updateService((service) => ({ ...service, rebuilding: true }));
    const engine = world.engine();
    await engine.runOnce();
    assert.equal(engine.status.blocked?.code, "PAUSED");
    assert.equal((await world.get("new")).state, "approved");
    const context = { store: world.store, pool: world.pool(), clock: world.clock, config: world.config };
    const result = await rebuildJournal(context, 0, () => undefined);
    assert.deepEqual([result.found, result.known], [2, 0]);
    assert.equal((await rebuildJournal(context, 0, () => undefined)).known, 2);
    assert.equal((await world.store.get("service", SERVICE_ID))?.rebuilding, undefined);
    const { payout, created } = await world.book.request({
      payoutId: sha("a"),
      route: "V0",
      to: addressOf("payee a"),
      amount: 12_000_000n,
      requestedBy: "r",
    });
    assert.deepEqual([created, payout.state], [false, "confirmed"]);
    await world.run(engine, async () => (await world.get("new")).state === "confirmed");
    for (const name of ["a", "b", "new"]) assert.equal(world.transfers(sha(name)), 1);
  });

  async function paidWorld(): Promise<World> {
    const world = await new World().start();
    await world.approved("a");
    const [to, amount] = [addressOf("payee b"), 33_000_000n];
    await world.approved("b", { route: "KYC", to, amount, kyc: world.kyc({ payoutId: sha("b"), to, amount }) });
    await world.run(world.engine(), async () => (await world.store.countStates()).confirmed === 2);
    return world;
  }
});
