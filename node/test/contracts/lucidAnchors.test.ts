import assert from "node:assert/strict";
import { contractAddresses } from "@lucid/contracts";
import {
  DAY,
  FEE,
  hashOf,
  price,
  readAnchors,
  register,
  sendAnchors,
  sessionArguments,
  sessionInput,
} from "./support/sessions.js";
import { TestChain, users } from "./support/testChain.js";

const [alice = "0x", bob = "0x"] = users;
const anchors = contractAddresses.LucidAnchors;

describe("LucidAnchors", () => {
  let chain: TestChain;
  beforeEach(async () => {
    chain = await TestChain.create();
  });

  it("registers a session, emits all of it, and shows it by id, number, root and owner", async () => {
    const input = sessionInput("one", 3);
    const outcome = await register(chain, input, 31);
    assert.equal(outcome.error, undefined);
    const paidUntil = chain.time + 31n * DAY;
    assert.deepEqual(outcome.events, [
      {
        contract: "LucidAnchors",
        name: "SessionRegistered",
        topics: 4,
        args: {
          owner: alice,
          sessionId: input.sessionId,
          merkleRoot: input.merkleRoot,
          number: 1,
          manifestHash: input.manifestHash,
          startedAt: input.startedAt,
          chunkCount: 3,
          firstChunk: 0n,
          paidUntil,
        },
      },
      {
        contract: "LucidAnchors",
        name: "RetentionPaid",
        topics: 4,
        args: { owner: alice, sessionId: input.sessionId, payer: alice, paid: price(3, 31), paidUntil },
      },
    ]);
    const expected = { ...input, number: 1, registeredAt: chain.time, paidUntil, firstChunk: 0n };
    assert.deepEqual(await readAnchors(chain, "session", [alice, input.sessionId]), expected);
    assert.deepEqual(await readAnchors(chain, "sessionByNumber", [1]), expected);
    assert.deepEqual(await readAnchors(chain, "sessionsOf", [alice, 0n, 10n]), [expected]);
    assert.equal(await readAnchors(chain, "numberOfRoot", [alice, input.merkleRoot]), 1);
    assert.equal(await readAnchors(chain, "numberOfRoot", [bob, input.merkleRoot]), 0);
    assert.equal(await readAnchors(chain, "sessionCount", []), 1);
    assert.equal(await readAnchors(chain, "totalChunks", []), 3n);
  });

  it("burns the value: it stays in a contract that cannot send", async () => {
    const value = price(2, 30) + 1n;
    await register(chain, sessionInput("burn", 2), 30, { value });
    assert.equal(await chain.balance(anchors), value);
    const sent = await chain.send({ from: alice, to: anchors, data: "0x", value: 1n });
    assert.equal(sent.reason, "revert", "no receive function");
    const unknown = await chain.send({ from: alice, to: anchors, data: "0x12345678" });
    assert.equal(unknown.reason, "revert", "no fallback");
    assert.equal(await chain.balance(anchors), value);
  });

  it("refuses value where no retention is bought", async () => {
    const sent = await sendAnchors(chain, "sweep", [1n], { value: 1n });
    assert.equal(sent.reason, "revert");
  });

  it("numbers sessions and chunks over all owners", async () => {
    await register(chain, sessionInput("a", 3, alice));
    await register(chain, sessionInput("b", 5, bob));
    await register(chain, sessionInput("c", 2, alice));
    assert.equal((await readAnchors(chain, "sessionByNumber", [3])).firstChunk, 8n);
    assert.deepEqual(await readAnchors(chain, "challengeRange", []), [1, 3, 0n, 10n]);
    for (const [chunk, number, index] of [
      [0n, 1, 0],
      [2n, 1, 2],
      [3n, 2, 0],
      [7n, 2, 4],
      [8n, 3, 0],
      [9n, 3, 1],
    ] as const) {
      assert.deepEqual(await readAnchors(chain, "chunkAt", [chunk]), [number, index, true], `chunk ${chunk}`);
    }
    await assert.rejects(readAnchors(chain, "chunkAt", [10n]), { code: "UnknownChunk" });
  });

  it("refuses an id and a root of the same owner a second time, and lets another owner use both", async () => {
    const input = sessionInput("same", 3);
    await register(chain, input);
    const again = await register(chain, { ...input, merkleRoot: hashOf("other") });
    assert.deepEqual(again.error, { name: "SessionExists", args: [alice, input.sessionId, 1] });
    const root = await register(chain, { ...input, sessionId: hashOf("other id") });
    assert.deepEqual(root.error, { name: "RootExists", args: [alice, input.merkleRoot, 1] });
    const other = await register(chain, { ...input, owner: bob });
    assert.equal(other.error, undefined);
    assert.equal((await readAnchors(chain, "session", [bob, input.sessionId])).number, 2);
  });

  it("refuses a caller who is not the owner, no chunks, and zero hashes", async () => {
    const input = sessionInput("bad", 3);
    const zero = `0x${"00".repeat(32)}` as const;
    const stranger = await register(chain, input, 30, { from: bob });
    assert.deepEqual(stranger.error, { name: "NotOwner", args: [bob, alice] });
    assert.equal((await register(chain, { ...input, chunkCount: 0 })).error?.name, "NoChunks");
    assert.equal((await register(chain, { ...input, manifestHash: zero })).error?.name, "ZeroHash");
    assert.equal((await register(chain, { ...input, merkleRoot: zero })).error?.name, "ZeroHash");
    assert.equal(await readAnchors(chain, "sessionCount", []), 0);
    assert.equal(await chain.balance(anchors), 0n, "a refused registration keeps nothing");
  });

  it("demands 30 days at least and ten years at most", async () => {
    const input = sessionInput("pay", 7);
    const least = price(7, 30);
    const short = await register(chain, input, 30, { value: least - 1n });
    assert.deepEqual(short.error, { name: "RetentionTooShort", args: [least - 1n, least] });
    const free = await register(chain, input, 30, { value: 0n });
    assert.deepEqual(free.error, { name: "RetentionTooShort", args: [0n, least] });
    const most = price(7, 3650);
    const long = await register(chain, input, 30, { value: most + price(7, 1) });
    assert.deepEqual(long.error, { name: "RetentionTooLong", args: [most + price(7, 1), most] });
    assert.equal((await register(chain, input, 3650)).error, undefined);
    assert.equal(await readAnchors(chain, "priceOf", [7, 30n]), least);
    assert.equal(await readAnchors(chain, "FEE_PER_CHUNK_DAY", []), FEE);
    assert.equal(await readAnchors(chain, "MIN_RETENTION_DAYS", []), 30n);
    assert.equal(await readAnchors(chain, "MAX_RETENTION_DAYS", []), 3650n);
    assert.equal(await readAnchors(chain, "RENEWAL_GRACE", []), 30n * DAY);
  });

  it("takes the largest session without an overflow", async () => {
    const count = 2 ** 32 - 1;
    const input = { ...sessionInput("large", 1), chunkCount: count };
    assert.equal((await register(chain, input)).error, undefined);
    assert.equal((await register(chain, { ...sessionInput("next", 2), chunkCount: count })).error, undefined);
    assert.equal(await readAnchors(chain, "totalChunks", []), 2n * BigInt(count));
    assert.deepEqual(await readAnchors(chain, "chunkAt", [2n * BigInt(count) - 1n]), [2, count - 1, true]);
  });

  it("pages the sessions of an owner", async () => {
    for (let i = 0; i < 5; i++) await register(chain, sessionInput(`page ${i}`, 1));
    await register(chain, sessionInput("foreign", 1, bob));
    const numbers = async (offset: bigint, limit: bigint) =>
      (await readAnchors(chain, "sessionsOf", [alice, offset, limit])).map((session) => session.number);
    assert.deepEqual(await numbers(0n, 2n), [1, 2]);
    assert.deepEqual(await numbers(3n, 100n), [4, 5]);
    assert.deepEqual(await numbers(5n, 1n), []);
    assert.deepEqual(await numbers(2n ** 256n - 1n, 100n), []);
    assert.deepEqual(await numbers(0n, 0n), []);
    assert.equal(await readAnchors(chain, "sessionCountOf", [alice]), 5n);
    await assert.rejects(numbers(0n, 101n), { code: "PageTooLarge" });
  });

  it("says so when there is no such session", async () => {
    await assert.rejects(readAnchors(chain, "session", [alice, hashOf("none")]), { code: "UnknownSession" });
    await assert.rejects(readAnchors(chain, "sessionByNumber", [0]), { code: "UnknownNumber" });
    await assert.rejects(readAnchors(chain, "sessionByNumber", [1]), { code: "UnknownNumber" });
    await assert.rejects(readAnchors(chain, "chunkAt", [0n]), { code: "UnknownChunk" });
    const renewal = await sendAnchors(chain, "renew", [alice, hashOf("none")], { value: 1n });
    assert.deepEqual(renewal.error, { name: "UnknownSession", args: [alice, hashOf("none")] });
  });

  it("reverts a call with too little gas as a whole", async () => {
    const input = sessionInput("gas", 2);
    for (const gas of [60_000n, 120_000n, 180_000n]) {
      const outcome = await register(chain, input, 30, { gas });
      assert.equal(outcome.reason, "out of gas");
    }
    assert.equal(await readAnchors(chain, "sessionCount", []), 0);
    assert.equal(
      (await sendAnchors(chain, "registerSession", sessionArguments(input), { value: price(2, 30) })).error,
      undefined,
    );
  });
});
