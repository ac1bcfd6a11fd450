import assert from "node:assert/strict";
import fc from "fast-check";
import {
  approveBatch,
  dryRun,
  importDistribution,
  planDistribution,
  reconcile,
} from "../../../src/distribution/distribution.js";
import { parseDistribution } from "../../../src/distribution/distributionFile.js";
import { exportCsv } from "../../../src/distribution/export.js";
import { parsePeriod, periodRefusal } from "../../../src/distribution/period.js";
import { batchKey } from "../../../src/domain/documents.js";
import { formatUsdt } from "../../../src/domain/money.js";
import { routeOf } from "../../../src/engine/policy.js";
import { ensureService } from "../../../src/engine/serviceRecord.js";
import { hasCode, PayoutError } from "../../../src/errors.js";
import { Killed, Moments } from "../../support/crasher.js";
import { addressOf, sha } from "../../support/fixtures.js";
import { World } from "../../support/world.js";

const header = "node,address,amount,route";
const csv = (...rows: string[]) => Buffer.from([header, ...rows].join("\n"));
const row = (node: string, amount: string, route = "V0") => `${node},${addressOf(node)},${amount},${route}`;

function context(world: World, store = world.store) {
  return { store, clock: world.clock, config: world.config, pool: world.pool() };
}

async function importFile(world: World, period: string, file: Buffer, store = world.store) {
  const made = await planDistribution(context(world, store), parseDistribution(file, "csv"), period);
  return importDistribution(context(world, store), made, "requester");
}

describe("distribution file", () => {
  it("is read from CSV and JSON alike", () => {
    const [first] = parseDistribution(csv(row("n1", "12.5"), row("n2", "10", "KYC")), "csv").rows;
    assert.equal(first?.amount, 12_500_000n);
    const json = Buffer.from(JSON.stringify([{ node: "n1", address: addressOf("n1"), amount: "12.5", route: "V0" }]));
    assert.deepEqual(parseDistribution(json, "json").rows, [
      { line: 1, node: "n1", to: addressOf("n1"), amount: 12_500_000n, route: "V0" },
    ]);
  });

  it("is refused as a whole, with the lines that are wrong", () => {
    const bad = [
      [row("n1", "12.5"), row("n1", "13")],
      [row("n1", "1e3")],
      [row("n1", "0")],
      [row("n1", "-5")],
      [`n1,${addressOf("n1").slice(0, -1)}x,5,V0`],
      [row("n1", "5", "V1")],
      ["n1,5"],
      [],
    ];
    for (const rows of bad)
      assert.throws(
        () => parseDistribution(csv(...rows), "csv"),
        (error: unknown) => hasCode(error, "BAD_DISTRIBUTION"),
        rows.join(),
      );
    try {
      parseDistribution(csv(row("a", "1"), row("b", "x"), row("c", "y")), "csv");
      assert.fail("accepted");
    } catch (error) {
      assert.match(String(error), /line 3.*line 4/);
    }
  });

  it("never throws anything but its own error, whatever the bytes", () => {
    const check = (bytes: Buffer, format: "csv" | "json") => {
      try {
        parseDistribution(bytes, format);
      } catch (error) {
        assert.ok(error instanceof PayoutError, String(error));
      }
    };
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.boolean(),
        fc.string({ maxLength: 100 }),
        (bytes, json, text) => {
          check(Buffer.from(bytes), json ? "json" : "csv");
          check(csv(text), "csv");
          check(Buffer.from(text), "json");
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("distribution", function () {
  this.timeout(60_000);

  it("dry run says what it costs and changes nothing; import, approval and payment end with equal sums", async () => {
    const world = await new World().start();
    const file = csv(...Array.from({ length: 12 }, (_, index) => row(`n${index}`, `${10 + index}.25`)));
    const made = await planDistribution(context(world), parseDistribution(file, "csv"), "2026-11");
    const run = await dryRun(context(world), made);
    assert.equal(run.payouts, 12);
    assert.ok(run.feesSun > 0 && run.energy > 0);
    assert.equal((await world.store.find({ kind: "payout", limit: 10 })).length, 0);
    const batch = await importFile(world, "2026-11", file);
    assert.equal(batch.total, "189000000");
    await assert.rejects(approveBatch(context(world), "2026-11", "approver", 1n), (error: unknown) =>
      hasCode(error, "CONFIRMATION_MISSING"),
    );
    await approveBatch(context(world), "2026-11", "approver", 189_000_000n);
    await world.run(world.engine(), async () => (await world.store.countStates(batch._id)).confirmed === 12);
    const result = await reconcile(context(world), "2026-11");
    assert.deepEqual(
      { ...result, differences: [] },
      {
        period: "2026-11",
        payouts: 12,
        paid: 12,
        open: 0,
        failed: 0,
        sumFile: "189000000",
        sumJournal: "189000000",
        sumLogs: "189000000",
        equal: true,
        differences: [],
      },
    );
    assert.equal((await world.store.get("batch", batch._id))?.state, "done");
    const lines = (await exportCsv(world.store, "2026-11")).trim().split("\n");
    assert.equal(lines.length, 13);
    assert.ok(lines.slice(1).every((line) => line.includes("confirmed")));
  });

  it("interrupted at any moment the same import goes on and nobody is in it twice", async () => {
    const file = csv(...Array.from({ length: 5 }, (_, index) => row(`n${index}`, "20")));
    for (let at = 0; at < 16; at++) {
      const world = await new World().start();
      const moments = new Moments();
      moments.at = (number, name) => {
        if (number === at) throw new Killed(name);
      };
      await importFile(world, "2026-10", file, moments.store(world.store)).catch((error: unknown) =>
        assert.ok(error instanceof Killed),
      );
      await world.restartStore();
      const batch = await importFile(world, "2026-10", file);
      assert.equal(batch.state, "imported");
      assert.equal((await world.store.find({ kind: "payout", limit: 100 })).length, 5);
    }
  });

  it("refuses another file for the same period", async () => {
    const world = await new World().start();
    await importFile(world, "2026-10", csv(row("n1", "20")));
    await assert.rejects(importFile(world, "2026-10", csv(row("n1", "21"))), (error: unknown) =>
      hasCode(error, "BAD_DISTRIBUTION"),
    );
  });

  it("carries what is below 10 USDT into the next period, once, also for who is not in it", async () => {
    const world = await new World().start();
    const first = await importFile(world, "2026-10", csv(row("small", "6"), row("tiny", "1.5"), row("big", "30")));
    assert.equal(first.payouts, 1);
    assert.equal(first.carried.length, 2);
    await world.chain.produce();
    const second = await importFile(world, "2026-11", csv(row("small", "6"), row("big", "30")));
    assert.equal(second.takesFrom, batchKey("2026-10"));
    assert.equal(second.broughtForward, "7500000");
    assert.equal(second.total, "42000000");
    assert.deepEqual(
      second.carried.map(({ node, amount }) => [node, formatUsdt(BigInt(amount))]),
      [["tiny", "1.50"]],
    );
    await world.chain.produce();
    const third = await importFile(world, "2026-12", csv(row("tiny", "9")));
    assert.equal(third.total, "10500000");
    // A second taker of what p1 carried is refused by the store's unique key.
    const store = world.store;
    const forged = { ...(await store.get("batch", batchKey("2026-11"))), _id: batchKey("px"), openKey: "x", rev: 0 };
    await assert.rejects(store.insert(forged as never), (error: unknown) => hasCode(error, "STORE_KEY_TAKEN"));
  });

  it("waits at the day's cap and goes on the next day by itself", async () => {
    const world = await new World({
      config: { policy: { ...new World().config.policy, maxPerDay: "50000000" } },
    }).start();
    await importFile(world, "2026-10", csv(row("a", "20"), row("b", "20"), row("c", "20")));
    await approveBatch(context(world), "2026-10", "approver", 60_000_000n);
    const engine = world.engine();
    await world.run(engine, async () => (await world.store.countStates()).confirmed === 2);
    const [waiting] = await world.store.find({ kind: "payout", states: ["requested"], limit: 5 });
    assert.equal(waiting?.reason?.code, "CAP_DAY");
    await world.chain.produceAt(world.chain.head.timestamp + 24 * 3600_000);
    await world.chain.produce(25);
    await world.run(engine, async () => (await world.store.countStates()).confirmed === 3);
  });
});

describe("period and route", () => {
  const DAY = 86_400;

  it("a period is a month or days, of the length that the network voted for, and no day is paid twice", () => {
    const { from, to, month } = parsePeriod("2026-02");
    assert.deepEqual(
      [new Date(from).toISOString(), (to - from) / 1000, month],
      ["2026-02-01T00:00:00.000Z", 28 * DAY, true],
    );
    const wrong = [
      "p",
      "2026-13",
      "2026-1",
      "2026-02-01..2026-02-30",
      "2026-03-02..2026-03-01",
      "2026-03-01..2026-03-01",
    ];
    for (const name of wrong)
      assert.throws(
        () => parsePeriod(name),
        (error: unknown) => hasCode(error, "BAD_DISTRIBUTION"),
        name,
      );
    const refusal = (name: string, length: number, paid: string[] = []) =>
      periodRefusal(parsePeriod(name), length, paid);
    assert.equal(refusal("2026-11-01..2026-12-01", 30 * DAY), undefined);
    assert.match(refusal("2026-11-01..2026-11-08", 30 * DAY) ?? "", /has 7 days.*has 30/);
    assert.match(refusal("2026-11-01..2026-12-01", 28 * DAY) ?? "", /has 30 days.*has 28/);
    for (const name of ["2026-01", "2026-02", "2026-04"]) assert.equal(refusal(name, 30 * DAY), undefined);
    assert.equal(refusal("2026-11-01..2026-12-01", 30 * DAY, ["2026-10", "2026-12"]), undefined);
    assert.match(refusal("2026-11-02..2026-12-02", 30 * DAY, ["2026-12"]) ?? "", /overlaps 2026-12/);
    assert.match(refusal("2026-11", 30 * DAY, ["2026-10-15..2026-11-14"]) ?? "", /overlaps/);
    assert.equal(refusal("2026-11", 30 * DAY, ["a name of old"]), undefined);
  });

  it("an import is held to both, and to the length of the last signer file", async () => {
    const world = await new World().start();
    const refused = (period: string, says: RegExp) =>
      assert.rejects(importFile(world, period, csv(row("n1", "20"))), (error: unknown) => {
        assert.ok(hasCode(error, "BAD_DISTRIBUTION"));
        return says.test(String(error));
      });
    await refused("november", /is no period/);
    await refused("2026-11-01..2026-11-29", /has 28 days.*has 30/);
    await ensureService(world.store);
    await world.book.updateService((service) => ({ ...service, payoutEpochLength: 28 * DAY }));
    await importFile(world, "2026-11-01..2026-11-29", csv(row("n1", "20")));
    await refused("2026-11", /overlaps/);
    // The same file for the same period is no second import.
    await importFile(world, "2026-11-01..2026-11-29", csv(row("n1", "20")));
    assert.equal((await world.store.find({ kind: "batch", limit: 10 })).length, 1);
  });

  it("node workers are paid by the KYC route, others by V0; a rule is tightened and never loosened", async () => {
    const worker = `0x${"ab".repeat(32)}`;
    const { policy } = new World().config;
    assert.deepEqual(
      [routeOf(policy, worker), routeOf(policy, "node-1"), routeOf(policy, undefined)],
      ["KYC", "V0", "V0"],
    );
    assert.equal(routeOf({ ...policy, workers: "named" }, "node-1"), "KYC");
    assert.equal(routeOf({ ...policy, workers: "nobody" }, worker), "V0");
    const file = Buffer.from(`node,address,amount\n${worker},${addressOf("w")},20\nnode-1,${addressOf("o")},20`);
    const { rows } = parseDistribution(file, "csv", (node) => routeOf(policy, node));
    assert.deepEqual(
      rows.map(({ route }) => route),
      ["KYC", "V0"],
    );
    const world = await new World().start();
    await assert.rejects(importFile(world, "2026-11", csv(row(worker, "20"))), /line 2: .*node worker/);
    await importFile(world, "2026-11", csv(row(worker, "20", "KYC"), row("node-1", "20", "KYC")));
    const request = {
      payoutId: sha("w"),
      to: addressOf("w"),
      amount: 20_000_000n,
      requestedBy: "r",
      reference: worker,
    };
    await assert.rejects(world.book.request({ ...request, route: "V0" }), (error: unknown) =>
      hasCode(error, "NOT_ALLOWED"),
    );
    assert.equal((await world.book.request({ ...request, route: "KYC" })).payout.route, "KYC");
  });
});

describe("requests", () => {
  it("the same request gives the same payout; another one under its id is refused", async () => {
    const world = await new World().start();
    const first = await world.request("x");
    assert.deepEqual(await world.request("x"), first);
    for (const change of [{ amount: 13_000_000n }, { to: addressOf("thief") }, { route: "KYC" as const }]) {
      await assert.rejects(world.request("x", change), (error: unknown) => hasCode(error, "ID_REUSED"));
    }
  });

  it("large ones need two approvers who are not the requester", async () => {
    const world = await new World().start();
    const { payoutId } = await world.request("large", { amount: 2_000_000_000n });
    await assert.rejects(world.book.approve(payoutId, "requester"), (error: unknown) => hasCode(error, "NOT_ALLOWED"));
    assert.equal((await world.book.approve(payoutId, "one")).state, "requested");
    assert.equal((await world.book.approve(payoutId, "one")).state, "requested");
    assert.equal((await world.book.approve(payoutId, "two")).state, "approved");
  });

  it("a route is only tightened, and only before the first attempt; a cancelled payout frees its cap", async () => {
    const world = await new World().start();
    const { payoutId } = await world.approved("t");
    assert.equal((await world.book.tighten(payoutId)).route, "KYC");
    assert.equal((await world.book.cancel(payoutId, "x")).reason?.code, "CANCELLED");
    const day = await world.store.find({ kind: "day", limit: 1 });
    assert.deepEqual(day[0]?.reservations, {});
    await assert.rejects(
      world.book.request({ payoutId: sha("z"), route: "V0", to: addressOf("z"), amount: 0n, requestedBy: "r" }),
      (error: unknown) => hasCode(error, "BAD_AMOUNT"),
    );
  });
});
