import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { hasCode, toHex } from "@lucid/consensus/base";
import { Bootnode } from "@lucid/p2p";
import {
  ReplicaNetwork,
  type ReplicaNode,
  sealedChunks,
  type TestChunk,
  until,
  upload,
} from "../../support/replicaNetwork.js";

const COUNT = 24;
const SIZE = 40_000;
const DAY = 86_400_000;

describe("replication of sessions", function () {
  this.timeout(120_000);
  let net: ReplicaNetwork;
  let sessionId: Uint8Array;
  let chunks: TestChunk[];

  beforeEach(async () => {
    net = await ReplicaNetwork.make(5);
    sessionId = new Uint8Array(randomBytes(32));
    chunks = await sealedChunks(sessionId, COUNT, SIZE);
  });

  afterEach(() => net.stop());

  const rootsOf = (list: readonly TestChunk[]): Uint8Array[] => list.map(({ root }) => root);
  const copiesOf = ({ root }: TestChunk): number => net.nodes.filter(({ chunks: store }) => store.has(root)).length;
  const walkAll = async (): Promise<void> => {
    for (const { replication } of [...net.nodes]) await replication.repair();
  };

  async function stored(through: ReplicaNode): Promise<void> {
    await upload(net, through, sessionId, chunks);
    net.view.register(net.ownerBytes, sessionId, rootsOf(chunks));
    net.view.nextEpoch();
  }

  async function readsAll(node: ReplicaNode): Promise<void> {
    for (const { root, blob } of chunks) {
      const found = await node.replication.fetch(root);
      assert.equal(Buffer.compare(found.blob, blob), 0);
      found.release();
    }
  }

  it("sessions whose roots nobody has are asked for in turns, some in each walk, and keep nobody from a new one", async () => {
    await net.startAll(3);
    const node = net.node(0);
    const FAKES = 200;
    const asked: string[] = [];
    const request = node.network.request.bind(node.network);
    node.network.request = (peer, protocol, message) => {
      if (protocol.name === "session-roots/1")
        asked.push(toHex((message as unknown as { sessionId: Uint8Array }).sessionId));
      return request(peer, protocol, message);
    };
    for (let i = 0; i < FAKES; i++) {
      net.view.register(net.ownerBytes, new Uint8Array(randomBytes(32)), [new Uint8Array(randomBytes(32))]);
    }
    const walk = async (): Promise<number> => {
      const before = asked.length;
      const { sessionsWithoutRoots } = await node.replication.repair();
      assert.equal(sessionsWithoutRoots, FAKES);
      return asked.length - before;
    };
    // The walk that the start of the node began knows none of them yet.
    await node.replication.repair();
    asked.length = 0;
    const perWalk: number[] = [];
    while (new Set(asked).size < FAKES && perWalk.length < 20) perWalk.push(await walk());
    assert.equal(new Set(asked).size, FAKES, "every one has its turn");
    // Two peers: so many questions for 64 new and 64 older ones.
    assert.ok(
      perWalk.every((questions) => questions <= 2 * 128),
      perWalk.join(),
    );
    assert.ok(perWalk.length <= 5, perWalk.join());
    await stored(net.node(1));
    // One may be under way that began before.
    await node.replication.repair();
    assert.equal((await node.replication.repair()).sessionsWithoutRoots, FAKES);
    const { owed = 0, held } = node.replication.status().lastWalk ?? {};
    assert.ok(owed > 0 && held === owed, `${held} of ${owed}`);
  });

  it("two nodes have signed for each chunk before the anchor, three hold it after the next epoch", async () => {
    await net.startAll(5);
    await upload(net, net.node(0), sessionId, chunks);
    assert.ok(chunks.every((chunk) => copiesOf(chunk) >= 2));
    net.view.register(net.ownerBytes, sessionId, rootsOf(chunks));
    net.view.nextEpoch();
    await walkAll();
    const owed = net.nodes.map(({ replication }) => replication.status().lastWalk?.owed ?? 0);
    assert.equal(
      owed.reduce((a, b) => a + b),
      3 * COUNT,
    );
    assert.ok(
      net.nodes.every(({ replication }) => replication.status().lastWalk?.held === replication.status().lastWalk?.owed),
    );
    assert.ok(chunks.every((chunk) => copiesOf(chunk) >= 3));
    assert.equal(net.node(0).replication.status().uploads, 0, "what is anchored is no upload any more");
  });

  it("a holder dies and its disk with it: a node that never saw the session reads it, and three copies come back", async () => {
    await net.startAll(4);
    await stored(net.node(0));
    await walkAll();
    await net.node(1).stop();
    await net.wipe(1);
    const fifth = await net.start(4);
    await net.connected();
    await readsAll(fifth);
    net.view.nextEpoch([1]);
    await walkAll();
    const owed = net.nodes.reduce((sum, { replication }) => sum + (replication.status().lastWalk?.held ?? 0), 0);
    assert.equal(owed, 3 * COUNT, "each chunk is on three nodes again");
    const drilled = await fifth.replication.drill(20);
    assert.deepEqual([drilled.asked, drilled.restorable, drilled.missing.length], [20, 20, 0]);
  });

  it("a node that is behind walks nothing until it has caught up: what it owes follows from the head", async () => {
    await net.startAll(3);
    await stored(net.node(0));
    const late = net.node(1).replication;
    await walkAll();
    const { sessions, owed } = late.status().lastWalk ?? assert.fail("it has walked");
    assert.deepEqual([sessions, owed > 0], [1, true]);
    net.view.register(net.ownerBytes, new Uint8Array(randomBytes(32)), rootsOf(chunks));
    net.behind = true;
    const before = late.status().lastWalk;
    await walkAll();
    assert.equal(late.status().lastWalk, before, "a walk that was put off leaves no report");
    assert.equal(late.status().sessions, 1, "and reads no session");
    net.behind = false;
    await walkAll();
    assert.equal(late.status().sessions, 2);
    assert.equal(late.status().lastWalk?.sessions, 2);
  });

  it("an upload that was interrupted goes on after a restart of the node", async () => {
    await net.start(0);
    await net.node(0).replication.beginUpload(await net.consent(sessionId));
    for (const { root, blob } of chunks) {
      await net.node(0).chunks.put(root, blob, { verified: true });
      net.node(0).replication.chunkStored(sessionId, root, blob.length);
    }
    const alone = await net.node(0).replication.copies(sessionId, 0);
    assert.ok(alone !== undefined && !alone.complete, "alone it cannot make two copies");
    await net.node(0).stop();
    await net.startAll(5);
    await net.node(0).replication.takeRoots(sessionId, rootsOf(chunks));
    while ((await net.node(0).replication.copies(sessionId, 1_000))?.complete !== true);
    assert.ok(chunks.every((chunk) => copiesOf(chunk) >= 2));
  });

  it("a node that is down is passed over: the next in rank signs", async () => {
    for (let i = 0; i < 3; i++) await net.start(i);
    await net.connected();
    await upload(net, net.node(2), sessionId, chunks);
    assert.ok(chunks.every((chunk) => copiesOf(chunk) >= 2));
  });

  it("a replica that sends wrong bytes is banned, and the chunk comes from another one", async () => {
    await net.startAll(4);
    await stored(net.node(0));
    await walkAll();
    const reader = await net.start(4);
    await net.connected();
    // A liar, not a damaged disk: whatever it is asked for, it sends other bytes of the right length.
    const liar = net.node(1);
    const honest = liar.chunks.readInto.bind(liar.chunks);
    liar.chunks.readInto = async (root, start, into) => {
      await honest(root, start, into);
      for (let i = 0; i < into.length; i++) into[i] = (into[i] ?? 0) ^ 1;
    };
    await readsAll(reader);
    assert.ok(reader.network.report().banned <= 1);
    assert.equal(reader.replication.status().fetched.wrong, reader.network.report().banned);
    assert.ok(reader.replication.status().fetched.wrong > 0, "it was asked at least once");
  });

  it("a damaged chunk is not passed on, so that nobody is banned for it, and is once it is whole again", async () => {
    await net.startAll(3);
    const client = await net.start(3);
    await net.connected();
    for (const { root, blob } of chunks) await client.chunks.put(root, blob, { verified: true });
    const [bad] = chunks;
    assert.ok(bad !== undefined);
    const name = toHex(bad.root).slice(2);
    const path = join(client.folder, name.slice(0, 2), name.slice(2, 4), name);
    const file = await open(path, "r+");
    await file.write(Buffer.from([(bad.blob[500] ?? 0) ^ 1]), 0, 1, 500);
    await file.close();
    await client.replication.beginUpload(await net.consent(sessionId));
    await client.replication.takeRoots(sessionId, rootsOf(chunks));
    await until(() => client.chunks.get(bad.root)?.state === "damaged");
    while ((await client.replication.copies(sessionId, 1_000))?.confirmed !== COUNT - 1);
    assert.equal(copiesOf(bad), 0);
    assert.ok(net.nodes.every(({ network }) => network.report().banned === 0));
    // Its owner's command stores it anew.
    await client.chunks.put(bad.root, bad.blob, { verified: true });
    while ((await client.replication.copies(sessionId, 1_000))?.complete !== true);
    assert.ok(copiesOf(bad) >= 2);
  });

  it("a damaged chunk is replaced from another replica", async () => {
    await net.startAll(4);
    await stored(net.node(0));
    await walkAll();
    const node = net.node(2);
    const held = chunks.find(({ root }) => node.chunks.has(root)) ?? assert.fail();
    const name = toHex(held.root).slice(2);
    const file = await open(join(node.folder, name.slice(0, 2), name.slice(2, 4), name), "r+");
    await file.write(Buffer.from([0xff]), 0, 1, 500);
    await file.close();
    assert.equal(await node.chunks.verify(held.root), "damaged");
    node.replication.repairChunk(held.root);
    await until(() => node.chunks.has(held.root));
    assert.equal(Buffer.compare(await node.chunks.read(held.root), held.blob), 0);
  });

  it("what is no longer owed stays for two epochs, and the last copies stay for ever", async () => {
    await net.startAll(5);
    await stored(net.node(0));
    await walkAll();
    const kept = (): number => chunks.filter(({ root }) => net.node(0).chunks.has(root)).length;
    assert.equal(kept(), COUNT, "the client's node has all of it");
    net.view.nextEpoch();
    await walkAll();
    assert.equal(kept(), COUNT);
    net.view.nextEpoch();
    await walkAll();
    const { lastWalk } = net.node(0).replication.status();
    assert.equal(kept(), lastWalk?.held);
    assert.ok(kept() < COUNT && (lastWalk?.removed ?? 0) > 0);
    for (const index of [1, 2, 3, 4]) await net.node(index).stop();
    net.view.nextEpoch();
    net.view.nextEpoch();
    net.view.nextEpoch();
    await walkAll();
    assert.ok(kept() > 0, "nobody confirms a copy, so nothing is removed");
  });

  it("an upload that nobody anchored is dropped after a day, an anchored session 30 days after its retention", async () => {
    await net.startAll(5);
    await upload(net, net.node(0), sessionId, chunks);
    const other = new Uint8Array(randomBytes(32));
    const paid = await sealedChunks(other, 4, SIZE);
    await upload(net, net.node(0), other, paid);
    net.view.register(net.ownerBytes, other, rootsOf(paid));
    net.view.nextEpoch();
    await walkAll();
    net.view.clock.shift += DAY + 1_000;
    await walkAll();
    assert.ok(
      chunks.every((chunk) => copiesOf(chunk) === 0),
      "never anchored",
    );
    assert.ok(paid.every((chunk) => copiesOf(chunk) >= 3));
    assert.ok(net.nodes.every(({ replication }) => replication.status().unanchoredBytes === 0));
    net.view.clock.shift += 58 * DAY;
    await walkAll();
    assert.ok(
      paid.every((chunk) => copiesOf(chunk) >= 3),
      "it can still be renewed",
    );
    net.view.clock.shift += 2 * DAY;
    await walkAll();
    assert.ok(paid.every((chunk) => copiesOf(chunk) === 0));
  });

  it("what none of the nodes that should have it gives is found with whoever announced the session", async () => {
    const { config } = net.base;
    const boot = new Bootnode(
      {
        ...{ genesisRoot: config.genesisRoot, forkVersion: 1, peerKey: new Uint8Array(randomBytes(32)) },
        ...{ listen: ["/ip4/127.0.0.1/tcp/0"], announce: [], privateAddresses: true, userAgent: "lucid" },
      },
      { clock: net.view.clock },
    );
    await boot.start();
    try {
      // They look for others once, at their start, when there is nobody yet.
      const network = { discovery: true, privateAddresses: true, bootnodes: boot.addresses(), peers: [] };
      const limits = { discoveryInterval: 3_600_000 };
      const reader = await net.start(6, { network: { ...network, limits, listen: [] } });
      await until(() => reader.network.report().outbound > 0);
      // No validator runs: this follower is the last that has the session.
      const holder = await net.start(7, { network: { ...network, limits } });
      await until(() => holder.network.report().outbound > 0);
      for (const { root, blob } of chunks) await holder.chunks.put(root, blob, { verified: true });
      net.view.register(net.ownerBytes, sessionId, rootsOf(chunks));
      await reader.replication.repair();
      for (let turn = 0; turn < 100 && holder.replication.status().announced === 0; turn++) {
        await holder.replication.repair();
        await delay(100);
      }
      assert.equal(holder.replication.status().announced, 1);
      const listed = await reader.replication.listSession(sessionId, 0);
      assert.deepEqual(new Set(listed.map(({ root }) => toHex(root))), new Set(rootsOf(chunks).map(toHex)));
      for (const { root, blob } of chunks) {
        const found = await reader.replication.fetch(root, { sessionId });
        assert.equal(Buffer.compare(found.blob, blob), 0);
        assert.equal(found.from, holder.network.peerId);
        found.release();
      }
      // What has ended is announced no more.
      net.view.clock.shift += 70 * DAY;
      await holder.replication.repair();
      for (let turn = 0; turn < 100 && holder.replication.status().announced > 0; turn++) await delay(50);
      assert.equal(holder.replication.status().announced, 0);
    } finally {
      await boot.stop();
    }
  });

  it("a chunk that nobody has is not found, in time", async () => {
    await net.startAll(3);
    await assert.rejects(net.node(0).replication.fetch(new Uint8Array(32)), (error) =>
      hasCode(error, "LOCAL_NOT_FOUND"),
    );
  });
});
