import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Bootnode, type Libp2pNetwork, type Libp2pNetworkOptions, networkLimits } from "../../src/index.js";
import { bootnodeOf, connected, echo, libp2pNetwork, until } from "../support/networks.js";
import { field, frame, names, RawPeer } from "../support/rawPeer.js";
import { Strain } from "../support/strain.js";

const key = (): Uint8Array => new Uint8Array(randomBytes(32));

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 100 && !(await holds()); turn++) await delay(50);
  assert.ok(await holds());
}

describe("provider records", function () {
  this.timeout(60_000);
  const running: { stop(): Promise<void> }[] = [];
  // Once at the start: then they keep to whom they have, and only the records can bring two together.
  const limits = { discoveryInterval: 3_600_000 };
  let boot: Bootnode;
  let folder = "";

  beforeEach(async () => {
    // On the disk, as people run it: then other work comes between two records.
    folder = mkdtempSync(join(tmpdir(), "lucid-providers-"));
    boot = bootnodeOf({ database: join(folder, "net") });
    running.push(boot);
    await boot.start();
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  async function node(options: Partial<Libp2pNetworkOptions> = {}): Promise<Libp2pNetwork> {
    const network = libp2pNetwork({
      ...{ discovery: true, privateAddresses: true, limits, bootnodes: boot.addresses() },
      ...options,
    });
    running.push(network);
    await network.start();
    await until(() => network.report().outbound > 0);
    return network;
  }

  async function found(network: Libp2pNetwork, what: Uint8Array): Promise<string[]> {
    const peers: string[] = [];
    for await (const peer of network.providers(what)) peers.push(peer);
    return peers;
  }

  /** A node that nobody can dial, so that only it can bring itself to others. */
  const reader = () => node({ listen: [] });

  it("whoever looks finds a node that announced, and reaches it without having known its address", async () => {
    const asking = await reader();
    const holder = await node();
    const served = holder.handle(echo, (text) => text);
    const what = key();
    assert.deepEqual(await found(asking, what), []);
    await eventually(() => holder.announce(what));
    await eventually(async () => (await found(asking, what)).includes(holder.peerId ?? ""));
    const [peer = ""] = await found(asking, what);
    await asking.reach(peer);
    await connected(asking, 1);
    assert.equal(await asking.request(peer, echo, "there"), "there");
    // Its own record is no answer for itself, and what it withdrew it does not tell any more.
    assert.deepEqual(await found(holder, what), []);
    await holder.withdraw(what);
    await holder.withdraw(key());
    served();
  });

  it("a node that nobody can dial, or that has no DHT, tells nobody and finds nobody", async () => {
    const hidden = await reader();
    assert.equal(await hidden.announce(key()), false);
    const alone = libp2pNetwork({});
    running.push(alone);
    assert.equal(await alone.announce(key()), false);
    await alone.start();
    assert.equal(await alone.announce(key()), false);
    assert.deepEqual(await found(alone, key()), []);
    await alone.withdraw(key());
    await assert.rejects(alone.reach(hidden.peerId ?? ""), { code: "P2P_PEER_GONE" });
    await alone.stop();
    assert.equal(await alone.announce(key()), false);
    await assert.rejects(alone.reach(hidden.peerId ?? ""), { code: "P2P_STOPPED" });
  });

  it("a flood of records does not push out an honest one, and a search is over in its time and number", async () => {
    const holder = await node();
    const what = key();
    const own = key();
    await eventually(async () => (await holder.announce(what)) && (await holder.announce(own)));
    // Each claims to hold it, and one of them two thousand other things. Their streams stay open: what a closed one holds is not read.
    const strain = new Strain(folder);
    for (let i = 0; i < 20; i++) {
      const liar = await RawPeer.connect(boot.addresses()[0] ?? "");
      running.push(liar);
      const provider = field(
        9,
        Buffer.concat([field(1, liar.idBytes), field(2, Uint8Array.of(4, 127, 0, 0, 1, 6, 1, 1))]),
      );
      const stream = await liar.open(names.dht);
      const put = (name: Uint8Array) =>
        stream.send(frame(Uint8Array.of(8, 2), field(2, Buffer.concat([Uint8Array.of(0x12, 0x20), name])), provider));
      for (let j = 0; j < (i === 0 ? 2_000 : 2); j++) put(key());
      put(what);
    }
    await until(() => boot.records.providers > networkLimits.providerRecordsPerPeer.value);
    const asking = await reader();
    await eventually(async () => (await found(asking, own)).length > 0);
    const started = performance.now();
    const peers = await found(asking, what);
    assert.ok(performance.now() - started < networkLimits.providerSearch.value + 2_000);
    assert.ok(peers.length > 0 && peers.length <= networkLimits.providersAsked.value, `${peers.length} found`);
    assert.equal(new Set(peers).size, peers.length);
    // What nobody else claims to hold is still found.
    assert.deepEqual(await found(asking, own), [holder.peerId]);
    assert.ok(boot.records.providers <= networkLimits.providerRecordsPerPeer.value + 20 * 3 + 2);
    strain.check();
  });
});
