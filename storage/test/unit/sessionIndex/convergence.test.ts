import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import fc from "fast-check";
import {
  answerSync,
  type IndexItem,
  IndexStore,
  isSignedByOwner,
  MemoryStore,
  SyncInitiator,
} from "../../../src/index.js";
import { at, DAY, device, fakeItem, separator, sessionId, T0 } from "./indexFixtures.js";

async function replica(now: () => number = () => T0 + 1_000): Promise<IndexStore> {
  return await IndexStore.open({}, { store: new MemoryStore(), now, mayWrite: () => true });
}

/** One reconciliation in both directions, as a node does it; `lost` says of each message whether it is lost. */
async function reconcile(a: IndexStore, b: IndexStore, lost: () => boolean = () => false): Promise<void> {
  const initiator = new SyncInitiator(a.set);
  for (let frame = initiator.next(); frame !== undefined; frame = initiator.next()) {
    if (lost()) return;
    const answer = answerSync(b.set, frame);
    if (lost()) return;
    initiator.receive(answer);
  }
  const fetch = (from: IndexStore, ids: readonly Uint8Array[]): IndexItem[] =>
    ids.flatMap((id) => (lost() ? [] : [from.byId(id)])).filter((item) => item !== undefined);
  await a.apply(fetch(b, initiator.need));
  await b.apply(fetch(a, initiator.have));
}

const hashes = (replicas: readonly IndexStore[]) => new Set(replicas.map(({ set }) => toHex(set.stateHash())));

/** Deterministic numbers in 0 .. 1 (mulberry32), so that a failing seed fails again. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe("replicas of the index", () => {
  it("three to twenty converge to equal hashes over a lossy, partitioned transport", async () => {
    const property = fc.asyncProperty(fc.integer({ min: 3, max: 20 }), fc.nat(), async (count, seed) => {
      const random = randomOf(seed);
      const pick = (below: number) => Math.floor(random() * below);
      const replicas = await Promise.all(Array.from({ length: count }, () => replica()));
      const at2 = (i: number) => replicas[i] ?? assert.fail();
      // Two halves that do not hear each other; writes go on in both, also of the same keys, with deletions and floors.
      const border = 1 + pick(count - 1);
      for (let step = 0; step < 60; step++) {
        const key = pick(12);
        const entry = { owner: pick(3), key, clock: at(pick(40)), deleted: pick(4) === 0, salt: pick(3) };
        await at2(pick(count)).apply([fakeItem(entry)]);
        const a = pick(count);
        const b = a < border ? pick(border) : border + pick(count - border);
        if (a !== b) await reconcile(at2(a), at2(b), () => random() < 0.3);
      }
      // The partition heals; a third of all messages is still lost.
      for (let round = 0; hashes(replicas).size > 1; round++) {
        assert.ok(round < 200, "no convergence");
        for (let i = 0; i < count; i++) await reconcile(at2(i), at2(pick(count)), () => random() < 0.3);
      }
      assert.equal(hashes(replicas).size, 1);
    });
    await fc.assert(property, { numRuns: 15 });
  });

  it("another owner's key cannot write, delete or advance", async () => {
    const [mine, stranger] = [device(1), device(2)];
    const index = await replica();
    const item = await mine.writer.put({ sessionId: sessionId(1), title: "mine" });
    await index.apply([item]);
    const theirs = await stranger.writer.put({ sessionId: sessionId(1), title: "theirs" });
    const gone = await stranger.writer.remove(sessionId(1));
    const attempts = [theirs, gone].map(({ entry }) => ({ ...entry, owner: mine.owner, key: item.entry.key }));
    const floor = { ...fakeItem({ key: 0, clock: item.entry.clock + 1n }).entry, owner: mine.owner };
    const advanced = { ...item.entry, clock: item.entry.clock + 1n };
    for (const entry of [...attempts, floor, advanced]) assert.ok(!isSignedByOwner(entry, separator));
    // Under his own name he writes into his own map only.
    await index.apply([theirs, gone]);
    assert.equal(index.get(mine.owner, item.entry.key)?.entry.clock, item.entry.clock);
    assert.equal(mine.writer.open(await index.ofOwner(mine.owner)).entries[0]?.details.title, "mine");
  });

  it("one that was away for 30 days comes back right after compaction, and brings nothing back", async () => {
    let now = T0;
    const clock = () => now;
    const { writer, owner } = device(1, clock);
    const [here, away, other] = await Promise.all([replica(clock), replica(clock), replica(clock)]);
    const write = async (items: readonly IndexItem[]) => {
      await here.apply(items, { strict: true });
      await reconcile(here, other);
    };
    for (const number of [1, 2, 3, 4])
      await write([await writer.put({ sessionId: sessionId(number), title: `old ${number}` })]);
    await reconcile(away, here);
    assert.equal(hashes([here, away, other]).size, 1);
    // While it is away: one changed, one deleted, one new.
    now += DAY;
    await write([await writer.put({ sessionId: sessionId(1), title: "renamed" })]);
    await write([await writer.remove(sessionId(2))]);
    await write([await writer.put({ sessionId: sessionId(5), title: "new" })]);
    now += 30 * DAY + 1;
    const written = await writer.compact(await here.ofOwner(owner));
    await write(written);
    assert.ok(
      (await here.ofOwner(owner)).every(({ entry }) => !entry.deleted || entry.key.every((byte) => byte === 0)),
    );
    // It comes back with what was deleted and renamed, and offers it to both.
    await reconcile(away, other);
    await reconcile(away, here);
    await reconcile(other, here);
    assert.equal(hashes([here, away, other]).size, 1);
    const titles = writer.open(await away.ofOwner(owner)).entries.map(({ details }) => details.title);
    assert.deepEqual(titles.sort(), ["new", "old 3", "old 4", "renamed"]);
    assert.equal(away.set.size, 5, "four sessions and the floor");
  });
});
