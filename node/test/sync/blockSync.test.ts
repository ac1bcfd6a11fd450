import assert from "node:assert/strict";
import type { BlocksResponse } from "@lucid/consensus";
import { toHex, VirtualClock } from "@lucid/consensus/base";
import { MemoryHub, P2pError, type PeerId, type Protocol } from "@lucid/p2p";
import { type KeyValueStore, MemoryStore } from "@lucid/storage";
import { protocols } from "../../src/driver/topics.js";
import { BuiltChain, type BuiltNetwork, builtNetwork, richWallets } from "../support/builtChain.js";
import { sessionAnchor } from "../support/sessionAnchors.js";
import { type Answer, ServingPeer, withBlock } from "../support/syncPeers.js";
import { run, TestValidator } from "../support/testValidator.js";

const BLOCKS = 130;
const NOTHING: BlocksResponse = { blocks: [] };

/** What a peer may do that has the chain and means harm. Each is found out by what it serves. */
const lies: Readonly<Record<string, (source: BuiltChain) => Answer>> = {
  "another transaction in a body": () => (honest) =>
    withBlock(honest, 3, ({ block, certificate }) => ({
      certificate,
      block: { header: block.header, body: { ...block.body, transactions: [new Uint8Array(100)] } },
    })),
  "a header with another state root": () => (honest) =>
    withBlock(honest, 3, ({ block, certificate }) => ({
      certificate,
      block: { header: { ...block.header, stateRoot: new Uint8Array(32) }, body: block.body },
    })),
  "certificates that too few have signed": (source) => (honest) => ({
    blocks: honest.blocks.map(({ block, certificate }) => {
      const { slot, round, blockRoot } = certificate;
      return { block, certificate: source.keys.commit(source.tip, blockRoot, { slot, round }, [0, 1]) };
    }),
  }),
  "signatures of nobody": () => (honest) => ({
    blocks: honest.blocks.map(({ block, certificate }) => ({
      block,
      certificate: { ...certificate, signature: honest.blocks[0]?.certificate.signature ?? certificate.signature },
    })),
  }),
  "blocks of other heights":
    (source) =>
    (_, { start }) => ({
      blocks: [source.served(start + 1), source.served(start + 2)],
    }),
  "more than was asked for":
    (source) =>
    (honest, { start, count }) => ({
      blocks: count < 64 ? [...honest.blocks, source.served(start)] : honest.blocks.slice(0, 1),
    }),
  "one block at a time":
    () =>
    ({ blocks }) => ({ blocks: blocks.slice(0, 1) }),
  "a block twice":
    () =>
    ({ blocks }) => ({ blocks: [...blocks.slice(0, 1), ...blocks.slice(0, 63)] }),
};

describe("catching up", function () {
  this.timeout(60_000);
  let network: BuiltNetwork;
  let source: BuiltChain;
  let running: TestValidator[] = [];

  before(async () => {
    network = await builtNetwork({ validators: 4, slotDuration: 2 });
    source = await BuiltChain.open(network);
    const owners = richWallets.slice(0, 2);
    await source.extend(BLOCKS, (height) =>
      height > 20 ? [] : owners.map((wallet, index) => sessionAnchor(wallet, height - 1, `${height}/${index}`)),
    );
  });
  after(() => source.stop());
  afterEach(async () => {
    await Promise.all(running.splice(0).map((node) => node.stop()));
  });

  interface World {
    readonly hub: MemoryHub;
    readonly clock: VirtualClock;
    readonly store: KeyValueStore;
  }

  const world = (): World => ({ hub: new MemoryHub(), clock: new VirtualClock(source.now), store: new MemoryStore() });

  async function newcomer(at: World): Promise<TestValidator> {
    const node = await TestValidator.start({ genesis: network.genesis, index: undefined }, at);
    running.push(node);
    return node;
  }

  const peersOf = (node: TestValidator): PeerId[] => node.network.peers().map(({ id }) => id);

  const isSynced = (node: TestValidator): boolean => node.height === BLOCKS;

  it("takes ranges from several peers at once and ends with their state", async () => {
    const at = world();
    const peers = ["a", "b", "c"].map((name) => new ServingPeer(name, at.hub, source));
    for (const peer of peers) await peer.start();
    const node = await newcomer(at);
    let held = 0;
    node.chain.onBlock(() => {
      held = Math.max(held, node.sync.counters().held);
    });
    await run([node], at, { seconds: 30, done: () => isSynced(node) });
    assert.equal(toHex(node.chain.head().root), toHex(source.chain.head().root));
    assert.ok(peers.filter(({ requests }) => requests.length > 0).length >= 2, "several peers were asked");
    assert.ok(held <= 8, `${held} ranges in memory`);
    assert.equal(node.sync.progress(), undefined);
    assert.equal(node.sync.counters().imported, BLOCKS);
  });

  for (const [what, answer] of Object.entries(lies)) {
    it(`bans a peer that serves ${what}, and ends right`, async () => {
      const at = world();
      const liar = new ServingPeer("liar", at.hub, source, answer(source));
      const honest = new ServingPeer("honest", at.hub, source);
      const node = await newcomer(at);
      await liar.start();
      await honest.start();
      await run([node], at, { seconds: 60, done: () => isSynced(node) && !peersOf(node).includes("liar") });
      assert.deepEqual(peersOf(node), ["honest"]);
      assert.equal(toHex(node.chain.head().root), toHex(source.chain.head().root));
      assert.ok(node.sync.counters().dropped >= 1);
      const before = liar.requests.length;
      await run([node], at, { seconds: 60 });
      assert.equal(liar.requests.length, before, "it is not asked again");
    });
  }

  it("waits for an honest peer when the only one lies, and goes on when one comes", async () => {
    const at = world();
    const liar = new ServingPeer("liar", at.hub, source, lies["signatures of nobody"]?.(source));
    const node = await newcomer(at);
    await liar.start();
    await run([node], at, { seconds: 30 });
    assert.ok(node.height < BLOCKS);
    const honest = new ServingPeer("honest", at.hub, source);
    await honest.start();
    await run([node], at, { seconds: 60, done: () => isSynced(node) });
    assert.ok(isSynced(node));
  });

  it("puts aside a peer that has nothing of what it claims, for longer each time, and disconnects it", async () => {
    const at = world();
    const empty = new ServingPeer("empty", at.hub, source, () => NOTHING);
    const node = await newcomer(at);
    await empty.start();
    // In memory a dropped peer is back at once, as one that dials again.
    await run([node], at, { seconds: 45 });
    const early = empty.requests.length;
    assert.ok(early >= 3 && early <= 8, `${early} requests in 45 s`);
    await run([node], at, { seconds: 400 });
    const later = empty.requests.length - early;
    assert.ok(later <= 16, `${later} requests in the next 400 s`);
    assert.ok(node.sync.counters().dropped >= 2);
    const honest = new ServingPeer("honest", at.hub, source);
    await honest.start();
    await run([node], at, { seconds: 60, done: () => isSynced(node) });
    assert.ok(isSynced(node));
  });

  it("is not held up by a peer that never answers", async () => {
    const at = world();
    const silent = new ServingPeer("silent", at.hub, source);
    const node = await newcomer(at);
    // As libp2p does it: the request ends with its time limit.
    const request = node.network.request.bind(node.network);
    let asked = 0;
    node.network.request = async <Q, R>(peer: PeerId, protocol: Protocol<Q, R>, message: Q): Promise<R> => {
      if (peer !== "silent" || protocol.name !== protocols.blocksByRange.name) return request(peer, protocol, message);
      asked++;
      return new Promise<R>((_, reject) => {
        const error = new P2pError({ code: "P2P_TIMEOUT", message: "no answer" });
        at.clock.setTimer(protocol.timeoutMilliseconds, () => reject(error));
      });
    };
    await silent.start();
    const honest = new ServingPeer("honest", at.hub, source);
    await run([node], at, { seconds: 1 });
    await honest.start();
    const start = at.clock.now();
    await run([node], at, { seconds: 60, done: () => isSynced(node) });
    assert.ok(isSynced(node));
    assert.ok(at.clock.now() - start <= 10_000, `${at.clock.now() - start} ms`);
    assert.ok(asked <= 4, `${asked} requests to the silent one`);
  });

  it("goes on from its database after a stop in the middle, without asking again for what it has", async () => {
    const at = world();
    const first = new ServingPeer("first", at.hub, source);
    await first.start();
    const node = await newcomer(at);
    const stopped = new Promise<void>((resolve) => {
      node.chain.onBlock(({ header }) => {
        if (header.height === 30) void node.stop().then(resolve);
      });
    });
    await stopped;
    running = [];
    const { height } = node;
    assert.ok(height >= 30 && height < BLOCKS);
    await first.network.stop();
    const second = new ServingPeer("second", at.hub, source);
    await second.start();
    const again = await newcomer(at);
    assert.ok(again.height >= height);
    const from = again.height;
    await run([again], at, { seconds: 30, done: () => isSynced(again) });
    assert.ok(isSynced(again));
    assert.equal(Math.min(...second.requests.map(({ start }) => start)), from + 1);
  });

  it("fills a gap in what it follows: blocks that gossip did not bring", async () => {
    const at = world();
    const peer = new ServingPeer("peer", at.hub, source);
    const node = await newcomer(at);
    for (let height = 1; height <= BLOCKS - 5; height++) {
      const { imported } = await node.driver.importBlocks([source.served(height)]);
      assert.equal(imported, 1);
    }
    await peer.start();
    await run([node], at, { seconds: 30, done: () => isSynced(node) });
    assert.deepEqual(peer.requests, [{ start: BLOCKS - 4, count: 5 }]);
  });
});
