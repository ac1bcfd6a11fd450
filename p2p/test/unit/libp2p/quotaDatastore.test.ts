import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Key } from "interface-datastore";
import { limitsWith } from "../../../src/libp2p/networkLimits.js";
import { QuotaDatastore } from "../../../src/libp2p/quotaDatastore.js";

const limits = limitsWith({
  knownPeers: 3,
  providerRecords: 5,
  providerRecordsPerPeer: 2,
  otherRecords: 2,
  recordBytes: 10,
});
const value = new Uint8Array(4);

async function keys(store: QuotaDatastore): Promise<string[]> {
  const found: string[] = [];
  for await (const key of store.queryKeys({})) found.push(key.toString());
  return found.sort();
}

describe("the store of the network", () => {
  it("has room for so many rows of each kind; the one that was written longest ago leaves", async () => {
    const store = new QuotaDatastore(undefined, limits);
    await store.open();
    for (const name of ["a", "b", "c"]) await store.put(new Key(`/peers/${name}`), value);
    await store.put(new Key("/peers/a"), value);
    await store.put(new Key("/peers/d"), value);
    assert.deepEqual(await keys(store), ["/peers/a", "/peers/c", "/peers/d"]);
    for (let i = 0; i < 100; i++) await store.put(new Key(`/x/${i}`), value);
    assert.deepEqual(store.sizes(), { peers: 3, providers: 0, others: 2 });
    await assert.rejects(store.put(new Key("/peers/e"), new Uint8Array(11)), { code: "P2P_TOO_LARGE" });
  });

  it("one peer that provides everything drives out its own records only", async () => {
    const store = new QuotaDatastore(undefined, limits);
    await store.put(new Key("/dht/provider/cid/honest"), value);
    for (let i = 0; i < 100; i++) await store.put(new Key(`/dht/provider/cid${i}/greedy`), value);
    assert.deepEqual(await keys(store), [
      "/dht/provider/cid/honest",
      "/dht/provider/cid98/greedy",
      "/dht/provider/cid99/greedy",
    ]);
    for (let i = 0; i < 100; i++) await store.put(new Key(`/dht/provider/cid/peer${i}`), value);
    assert.equal(store.sizes().providers, 5);
  });

  it("knows after a restart what it held, and keeps still once it is closed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lucid-net-"));
    const path = join(folder, "net");
    try {
      const store = new QuotaDatastore(path, limits);
      await store.open();
      for (const name of ["a", "b", "c"]) await store.put(new Key(`/peers/${name}`), value);
      await store.end();
      await store.end();
      await store.put(new Key("/peers/late"), value);
      assert.equal(await store.has(new Key("/peers/a")), false);
      await assert.rejects(store.get(new Key("/peers/a")), { name: "NotFoundError" });
      const again = new QuotaDatastore(path, limits);
      await again.open();
      assert.deepEqual(await keys(again), ["/peers/a", "/peers/b", "/peers/c"]);
      await again.put(new Key("/peers/d"), value);
      assert.equal(again.sizes().peers, 3);
      await again.end();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
