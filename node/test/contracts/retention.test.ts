import assert from "node:assert/strict";
import { DAY, price, readAnchors, register, sendAnchors, sessionInput } from "./support/sessions.js";
import { TestChain, users } from "./support/testChain.js";

const [alice = "0x", bob = "0x"] = users;
const GRACE = 30n * DAY;

describe("LucidAnchors: retention", () => {
  let chain: TestChain;
  beforeEach(async () => {
    chain = await TestChain.create();
  });

  const renew = (label: string, value: bigint, from = bob) =>
    sendAnchors(chain, "renew", [alice, sessionInput(label, 1).sessionId], { from, value });
  const paidUntil = async (label: string) =>
    (await readAnchors(chain, "session", [alice, sessionInput(label, 1).sessionId])).paidUntil;

  it("is extended by whoever pays, from its end, by single days", async () => {
    const input = sessionInput("renewed", 4);
    await register(chain, input);
    const end = await paidUntil("renewed");
    assert.equal(end, chain.time + 30n * DAY);
    chain.time += 10n * DAY;
    const value = price(4, 2) + price(4, 1) - 1n;
    const outcome = await renew("renewed", value);
    assert.deepEqual(outcome.events, [
      {
        contract: "LucidAnchors",
        name: "RetentionPaid",
        topics: 4,
        args: { owner: alice, sessionId: input.sessionId, payer: bob, paid: value, paidUntil: end + 2n * DAY },
      },
    ]);
    assert.equal(await paidUntil("renewed"), end + 2n * DAY);
    const nothing = await renew("renewed", price(4, 1) - 1n);
    assert.deepEqual(nothing.error, { name: "RetentionTooShort", args: [price(4, 1) - 1n, price(4, 1)] });
  });

  it("reaches ten years from now and no further", async () => {
    await register(chain, sessionInput("long", 1));
    chain.time += DAY + 1n;
    const outcome = await renew("long", price(1, 3622));
    assert.deepEqual(outcome.error, { name: "RetentionTooLong", args: [price(1, 3622), price(1, 3621)] });
    assert.equal((await renew("long", price(1, 3621))).error, undefined);
    assert.equal((await renew("long", price(1, 1))).error?.name, "RetentionTooLong");
  });

  it("lapses; in the grace period a renewal buys the days that were missed too", async () => {
    await register(chain, sessionInput("late", 1));
    const end = await paidUntil("late");
    chain.time = end - 1n;
    assert.deepEqual(await readAnchors(chain, "chunkAt", [0n]), [1, 0, true]);
    chain.time = end;
    assert.deepEqual(await readAnchors(chain, "chunkAt", [0n]), [1, 0, false]);
    chain.time = end + 3n * DAY;
    const short = await renew("late", price(1, 3));
    assert.deepEqual(short.error, { name: "RetentionTooShort", args: [price(1, 3), price(1, 4)] });
    assert.equal((await renew("late", price(1, 4))).error, undefined);
    assert.equal(await paidUntil("late"), end + 4n * DAY);
    assert.deepEqual(await readAnchors(chain, "chunkAt", [0n]), [1, 0, true]);
  });

  it("cannot be renewed after the grace period", async () => {
    await register(chain, sessionInput("gone", 1));
    const end = await paidUntil("gone");
    chain.time = end + GRACE - 1n;
    assert.equal((await renew("gone", price(1, 29))).error?.name, "RetentionTooShort");
    chain.time = end + GRACE;
    const outcome = await renew("gone", price(1, 100));
    assert.deepEqual(outcome.error, { name: "RetentionEnded", args: [end] });
  });

  it("takes lapsed sessions out of the range of challenges at its old end", async () => {
    for (const [label, days] of [
      ["a", 30],
      ["b", 31],
      ["c", 100],
      ["d", 30],
    ] as const) {
      await register(chain, sessionInput(label, 10), days);
    }
    const start = chain.time;
    assert.deepEqual((await sendAnchors(chain, "sweep", [10n])).events, []);
    chain.time = start + 31n * DAY + GRACE - 1n;
    const first = await sendAnchors(chain, "sweep", [10n]);
    assert.deepEqual(first.events, [
      { contract: "LucidAnchors", name: "RangeAdvanced", topics: 1, args: { firstNumber: 2, firstChunk: 10n } },
    ]);
    await assert.rejects(readAnchors(chain, "chunkAt", [9n]), { code: "UnknownChunk" });
    chain.time += 1n;
    assert.equal((await sendAnchors(chain, "sweep", [10n])).events.length, 1);
    assert.deepEqual(await readAnchors(chain, "challengeRange", []), [3, 4, 20n, 40n]);
    // d has lapsed behind c, which is paid up: it stays in the range and is passed over.
    assert.deepEqual(await readAnchors(chain, "chunkAt", [30n]), [4, 0, false]);
    assert.equal((await sendAnchors(chain, "sweep", [10n])).events.length, 0);
    chain.time = start + 100n * DAY + GRACE;
    assert.equal((await sendAnchors(chain, "sweep", [10n])).events.length, 1);
    assert.deepEqual(await readAnchors(chain, "challengeRange", []), [5, 4, 40n, 40n]);
    await assert.rejects(readAnchors(chain, "chunkAt", [39n]), { code: "UnknownChunk" });
    assert.equal(await readAnchors(chain, "totalChunks", []), 40n, "the running total never falls");
  });

  it("is swept a few at a time by registrations, and starts again from an empty range", async () => {
    for (let i = 0; i < 5; i++) await register(chain, sessionInput(`old ${i}`, 1));
    chain.time += 60n * DAY;
    await register(chain, sessionInput("new 0", 1));
    assert.deepEqual(await readAnchors(chain, "challengeRange", []), [3, 6, 2n, 6n]);
    assert.equal((await sendAnchors(chain, "sweep", [2n])).events.length, 1);
    await register(chain, sessionInput("new 1", 1));
    assert.deepEqual(await readAnchors(chain, "challengeRange", []), [6, 7, 5n, 7n]);
    chain.time += 60n * DAY;
    await sendAnchors(chain, "sweep", [10n]);
    assert.deepEqual(await readAnchors(chain, "challengeRange", []), [8, 7, 7n, 7n]);
    await register(chain, sessionInput("newer", 3));
    assert.deepEqual(await readAnchors(chain, "challengeRange", []), [8, 8, 7n, 10n]);
    assert.deepEqual(await readAnchors(chain, "chunkAt", [9n]), [8, 2, true]);
  });

  it("keeps a renewed session at the old end in the range", async () => {
    await register(chain, sessionInput("kept", 1));
    await register(chain, sessionInput("next", 1));
    chain.time += 40n * DAY;
    await renew("kept", price(1, 60));
    chain.time += 30n * DAY;
    await sendAnchors(chain, "sweep", [10n]);
    assert.deepEqual(await readAnchors(chain, "challengeRange", []), [1, 2, 0n, 2n]);
  });
});
