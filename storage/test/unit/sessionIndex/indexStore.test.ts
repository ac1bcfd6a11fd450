import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concatBytes, hasCode, toHex } from "@lucid/consensus/base";
import { enumerateCrashes, type FaultDisk } from "../../../src/faults/index.js";
import {
  checkDatabase,
  IndexStore,
  type IndexStoreOptions,
  indexInvariants,
  type KeyValueStore,
  LevelStore,
  MAX_CLOCK_AHEAD,
  MemoryStore,
  namespaces,
  StorageError,
} from "../../../src/index.js";
import { at, DAY, device, fakeItem, fakeKey, fakeOwner, sessionId, T0 } from "./indexFixtures.js";

const refused = (code: string) => (error: unknown) => error instanceof StorageError && hasCode(error, code);

interface Setting extends IndexStoreOptions {
  readonly store?: KeyValueStore;
  readonly now?: () => number;
  readonly mayWrite?: (owner: Uint8Array) => boolean;
}

async function open({ store = new MemoryStore(), now = () => T0, mayWrite = () => true, ...options }: Setting = {}) {
  return await IndexStore.open(options, { store, now, mayWrite });
}

async function findings(store: KeyValueStore): Promise<string[]> {
  const report = await checkDatabase(indexInvariants(store));
  return report.problems.map(({ code }) => code);
}

describe("store of the index", () => {
  it("keeps the newest of each key on disk, and finds it by owner, key and id after a restart", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lucid-index-"));
    try {
      const first = await LevelStore.open({ location: folder, multithreading: false });
      const index = await open({ store: first });
      const old = fakeItem({ key: 1, clock: at(1) });
      const young = fakeItem({ key: 1, clock: at(2) });
      assert.deepEqual(await index.apply([young, old, young], { sync: true }), ["stored", "outdated", "known"]);
      assert.deepEqual(await index.apply([fakeItem({ owner: 2, key: 1, clock: at(1) })]), ["stored"]);
      assert.deepEqual(index.usage(fakeOwner(1)), { entries: 1, bytes: young.encoded.length });
      await index.close();
      await first.close();
      const second = await LevelStore.open({ location: folder, multithreading: false });
      const again = await open({ store: second });
      assert.deepEqual(again.set.stateHash(), index.set.stateHash());
      assert.deepEqual(again.get(fakeOwner(1), fakeKey(1))?.encoded, young.encoded);
      assert.deepEqual(again.byId(young.id)?.encoded, young.encoded);
      assert.equal(again.byId(old.id), undefined);
      assert.deepEqual(
        (await again.ofOwner(fakeOwner(1))).map(({ id }) => id),
        [young.id],
      );
      assert.deepEqual(await findings(second), []);
      await second.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("a floor removes all that is not newer, and keeps it out", async () => {
    const store = new MemoryStore();
    const index = await open({ store });
    const live = fakeItem({ key: 3, clock: at(9) });
    await index.apply([fakeItem({ key: 1, clock: at(1) }), fakeItem({ key: 2, clock: at(5), deleted: true }), live]);
    assert.deepEqual(await index.apply([fakeItem({ key: 0, clock: at(5) })]), ["stored"]);
    assert.deepEqual((await index.ofOwner(fakeOwner(1))).length, 2);
    assert.deepEqual(await index.apply([fakeItem({ key: 2, clock: at(4) })]), ["outdated"]);
    assert.deepEqual(await index.apply([fakeItem({ key: 0, clock: at(3) })]), ["outdated"]);
    assert.deepEqual(index.usage(fakeOwner(1)), { entries: 1, bytes: live.encoded.length });
    assert.deepEqual(await findings(store), []);
  });

  it("refuses clocks more than ten minutes ahead, and takes them when their time has come", async () => {
    let now = T0;
    const index = await open({ now: () => now });
    const early = fakeItem({ key: 1, clock: at(MAX_CLOCK_AHEAD + 1) });
    assert.throws(() => index.precheck(early), refused("INDEX_CLOCK_AHEAD"));
    assert.deepEqual(await index.apply([early]), [undefined]);
    assert.equal(index.set.size, 0);
    await assert.rejects(index.apply([early], { strict: true }), refused("INDEX_CLOCK_AHEAD"));
    // A floor far ahead would lock its owner out for ever: the same rule.
    assert.deepEqual(await index.apply([fakeItem({ key: 0, clock: at(400 * DAY) })]), [undefined]);
    assert.deepEqual(await index.apply([fakeItem({ key: 2, clock: at(MAX_CLOCK_AHEAD) })]), ["stored"]);
    now += 1;
    assert.deepEqual(await index.apply([early]), ["stored"]);
  });

  it("holds an owner to his caps: the oldest go, and the owner's own node refuses instead", async () => {
    const caps = { entriesPerOwner: 3, bytesPerOwner: 1_000 };
    const store = new MemoryStore();
    const index = await open({ store, caps });
    for (const key of [1, 2, 3]) await index.apply([fakeItem({ key, clock: at(key) })]);
    const next = fakeItem({ key: 4, clock: at(4) });
    await assert.rejects(index.apply([next], { strict: true }), refused("INDEX_FULL"));
    assert.equal(index.set.size, 3);
    assert.deepEqual(await index.apply([next, fakeItem({ key: 5, clock: at(0) })]), ["stored", "full"]);
    assert.equal(index.get(fakeOwner(1), fakeKey(1)), undefined);
    // One large entry takes the room of several.
    assert.deepEqual(await index.apply([fakeItem({ key: 6, clock: at(6), size: 700 })]), ["stored"]);
    assert.ok(index.usage(fakeOwner(1)).bytes <= 1_000);
    assert.deepEqual(await checkCapped(store, caps), []);
    // Another owner has his own room.
    assert.deepEqual(await index.apply([fakeItem({ owner: 2, key: 1, clock: at(0) })]), ["stored"]);
  });

  it("10,000 entries of one owner and no more; an owner at the cap who goes on costs no more than before", async function () {
    this.timeout(60_000);
    const index = await open({});
    const all = Array.from({ length: 10_050 }, (_, i) => fakeItem({ key: i + 1, clock: at(i) }));
    await index.apply(all);
    assert.equal(index.usage(fakeOwner(1)).entries, 10_000);
    assert.equal(index.get(fakeOwner(1), fakeKey(50)), undefined);
    assert.ok(index.get(fakeOwner(1), fakeKey(51)) !== undefined);
  });

  it("keeps nothing of owners without a session or LUCID, and sweeps those who have spent theirs", async () => {
    const funded = new Set([toHex(fakeOwner(1)), toHex(fakeOwner(2))]);
    const store = new MemoryStore();
    const index = await open({ store, mayWrite: (owner) => funded.has(toHex(owner)) });
    const items = [1, 2, 3].map((owner) => fakeItem({ owner, key: 1, clock: at(1) }));
    assert.deepEqual(await index.apply(items), ["stored", "stored", undefined]);
    const [, , poor] = items;
    assert.ok(poor !== undefined);
    assert.throws(() => index.precheck(poor), refused("INDEX_OWNER_REFUSED"));
    funded.delete(toHex(fakeOwner(2)));
    assert.equal(await index.sweep(), 1);
    assert.equal(await index.sweep(), 0);
    assert.equal(index.set.size, 1);
    assert.deepEqual(await findings(store), []);
  });

  it("is full at its own limit", async () => {
    const index = await open({ maxEntries: 2 });
    const items = [1, 2, 3].map((key) => fakeItem({ key, clock: at(key) }));
    assert.deepEqual(await index.apply(items), ["stored", "stored", undefined]);
    const [first] = items;
    assert.ok(first !== undefined);
    assert.deepEqual(await index.apply([fakeItem({ key: 1, clock: at(9) })]), ["stored"], "a newer one of a known key");
  });

  it("after a crash at any point holds all that was acknowledged, and the records fit", async () => {
    const items = [1, 2, 1, 3].map((key, i) => fakeItem({ key, clock: at(i) }));
    await enumerateCrashes<{ acknowledged: number }>({
      begin: () => ({ acknowledged: 0 }),
      async run(disk: FaultDisk, state) {
        const index = await open({ store: disk.store() });
        for (const item of items) {
          await index.apply([item], { sync: true });
          state.acknowledged++;
        }
        await index.apply([fakeItem({ key: 0, clock: at(1) })], { sync: true });
        state.acknowledged++;
      },
      async check(disk, { acknowledged }) {
        const store = disk.store();
        const index = await open({ store });
        assert.deepEqual(await findings(store), []);
        if (acknowledged === 5) assert.equal(index.set.size, 3);
        else if (acknowledged > 0) {
          const last = items[acknowledged - 1];
          assert.ok(last !== undefined);
          const kept = index.get(last.entry.owner, last.entry.key);
          // The floor's batch may have been whole without being acknowledged: then what is below it is gone.
          if (kept === undefined) assert.ok(acknowledged === 4);
          else assert.ok(kept.entry.clock >= last.entry.clock);
        }
      },
    });
  });

  it("a batch that fails changes nothing in memory either", async () => {
    const store = new MemoryStore();
    const index = await open({ store });
    await index.apply([fakeItem({ key: 1, clock: at(1) }), fakeItem({ key: 2, clock: at(2) })]);
    const before = index.set.stateHash();
    const batch = store.batch.bind(store);
    store.batch = async () => {
      throw new StorageError({ code: "DISK_FULL", message: "full" });
    };
    const items = [fakeItem({ key: 1, clock: at(3) }), fakeItem({ key: 0, clock: at(2) })];
    await assert.rejects(index.apply(items), refused("DISK_FULL"));
    assert.deepEqual(index.set.stateHash(), before);
    assert.equal(index.usage(fakeOwner(1)).entries, 2);
    store.batch = batch;
    assert.deepEqual(await index.apply(items), ["stored", "stored"]);
    assert.equal(index.set.size, 2);
  });

  it("the check of the database sees damage", async () => {
    const store = new MemoryStore();
    const index = await open({ store });
    const item = fakeItem({ key: 1, clock: at(1) });
    await index.apply([item, fakeItem({ key: 2, clock: at(2) })]);
    const place = concatBytes(Uint8Array.of(namespaces.crdtPlace), item.id);
    await store.batch([{ type: "del", key: place }], { sync: false });
    assert.deepEqual(await findings(store), ["DB_INDEX"]);
    const entry = concatBytes(Uint8Array.of(namespaces.crdtEntry), item.entry.owner, item.entry.key);
    await store.batch([{ type: "put", key: entry, value: item.encoded.slice(0, 50) }], { sync: false });
    assert.deepEqual((await findings(store)).sort(), ["DB_INDEX", "RECORD_CORRUPT"]);
    await assert.rejects(open({ store }), refused("RECORD_CORRUPT"));
  });
});

async function checkCapped(store: KeyValueStore, caps: { entriesPerOwner: number; bytesPerOwner: number }) {
  return (await checkDatabase(indexInvariants(store, { caps }))).problems;
}

describe("the owner's side", () => {
  it("writes, changes, removes and reads back", async () => {
    let now = T0;
    const { writer, owner } = device(1, () => now);
    const index = await open({ now: () => now });
    await index.apply([await writer.put({ sessionId: sessionId(1), title: "first" })]);
    await index.apply([await writer.put({ sessionId: sessionId(2), title: "second" })]);
    now -= 60_000;
    await index.apply([await writer.put({ sessionId: sessionId(1), title: "first, renamed under a clock set back" })]);
    await index.apply([await writer.remove(sessionId(2))]);
    const { entries, unreadable } = writer.open(await index.ofOwner(owner));
    assert.deepEqual(unreadable, []);
    assert.deepEqual(
      entries.map(({ details }) => details.title),
      ["first, renamed under a clock set back"],
    );
    assert.equal(index.set.size, 2);
  });

  it("takes nothing from a node that its owner did not sign", async () => {
    const mine = device(1);
    const item = await mine.writer.put({ sessionId: sessionId(1), title: "mine" });
    const theirs = await device(2).writer.put({ sessionId: sessionId(1), title: "theirs" });
    const fake = fakeItem({ key: 1, clock: at(1) });
    const { entries, unreadable } = mine.writer.open([item, theirs, fake]);
    assert.equal(entries.length, 1);
    assert.deepEqual(
      unreadable.map(({ error }) => (error as StorageError).code),
      ["INDEX_SIGNATURE", "INDEX_SIGNATURE"],
    );
  });

  it("compacts: deleted entries of more than 30 days go, live ones are written anew, young ones stay", async () => {
    let now = T0;
    const { writer, owner } = device(1, () => now);
    const index = await open({ now: () => now });
    for (const number of [1, 2, 3])
      await index.apply([await writer.put({ sessionId: sessionId(number), title: `${number}` })]);
    now += 1_000;
    await index.apply([await writer.remove(sessionId(1))]);
    assert.deepEqual(await writer.compact(await index.ofOwner(owner)), [], "nothing is old enough");
    now += 31 * DAY;
    await index.apply([await writer.remove(sessionId(2))]);
    const written = await writer.compact(await index.ofOwner(owner));
    assert.equal(written.length, 2, "session 3 anew, and the floor");
    assert.deepEqual(await index.apply(written, { strict: true, sync: true }), ["stored", "stored"]);
    const left = await index.ofOwner(owner);
    assert.deepEqual(
      writer.open(left).entries.map(({ details }) => details.title),
      ["3"],
    );
    assert.equal(left.length, 3, "the floor, session 3, and the young deletion of session 2");
  });
});
