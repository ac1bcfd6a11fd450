import assert from "node:assert/strict";
import { concatBytes, hasCode, sha256, toHex, u32be, VirtualClock } from "@lucid/consensus/base";
import { artifactOf } from "@lucid/contracts";
import { MemoryHub, type MemoryNetwork, P2pError } from "@lucid/p2p";
import {
  accountFromPrivateKey,
  accountIndexSigner,
  encodeSyncFrame,
  type IndexItem,
  IndexStore,
  IndexWriter,
  indexDomainSeparator,
  indexItem,
  isSignedByOwner,
  MAX_CLOCK_AHEAD,
  MemoryStore,
  newSessionId,
} from "@lucid/storage";
import { protocols, topics } from "../../../src/driver/topics.js";
import { recoverPublicKey } from "../../../src/execution/sender.js";
import { createLogging } from "../../../src/node/logging.js";
import { MIN_OWNER_BALANCE, mayHaveIndex, NUMBERS_OF_SLOT } from "../../../src/sessionIndex/indexOwners.js";
import { INDEX_INTERVAL, IndexService } from "../../../src/sessionIndex/indexService.js";
import { keccak256 } from "../../../src/state/keccak.js";

const T0 = 1_767_225_600_000;
const separator = indexDomainSeparator(77, sha256());
const logger = createLogging({ level: "error", format: "json" }, () => undefined).module("index");

interface Node {
  readonly network: MemoryNetwork;
  readonly index: IndexStore;
  readonly service: IndexService;
}

function owner(number: number, now: () => number = () => T0) {
  const { privateKey, address } = accountFromPrivateKey(sha256(u32be(number)));
  const signer = accountIndexSigner(privateKey);
  return new IndexWriter({ owner: address, indexKey: sha256(u32be(number), u32be(1)), separator, signer }, now);
}

class Scene {
  readonly hub = new MemoryHub();
  readonly clock = new VirtualClock(T0);
  readonly nodes: Node[] = [];
  verified = 0;

  async join(id: string): Promise<Node> {
    const network = this.hub.join(id);
    const index = await IndexStore.open(
      {},
      { store: new MemoryStore(), now: () => this.clock.now(), mayWrite: () => true },
    );
    const isSigned = (entry: Parameters<typeof isSignedByOwner>[0]) => {
      this.verified++;
      return isSignedByOwner(entry, separator, recoverPublicKey);
    };
    const service = new IndexService({ network, index, clock: this.clock, isSigned, logger });
    await network.start();
    service.start();
    const node = { network, index, service };
    this.nodes.push(node);
    return node;
  }

  /** Until no message is under way and no exchange runs. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      for (const { service } of this.nodes) await service.settled();
      quiet = this.hub.busy === 0 ? quiet + 1 : 0;
    }
  }

  async stop(): Promise<void> {
    for (const { service, network } of this.nodes) {
      await service.stop();
      await network.stop();
    }
  }

  get hashes(): number {
    return new Set(this.nodes.map(({ index }) => toHex(index.set.stateHash()))).size;
  }
}

async function items(count: number, number = 1): Promise<IndexItem[]> {
  const writer = owner(number);
  const made: IndexItem[] = [];
  for (let i = 0; i < count; i++) made.push(await writer.put({ sessionId: newSessionId(), title: `session ${i}` }));
  return made;
}

describe("the index in the node", () => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene();
  });
  afterEach(() => scene.stop());

  it("an entry that one user puts is on every node, and is checked once on each", async () => {
    const [a] = [await scene.join("a"), await scene.join("b"), await scene.join("c")];
    await scene.settle();
    const [item] = await items(1);
    assert.ok(item !== undefined);
    await a.service.put(item);
    await scene.settle();
    assert.equal(scene.hashes, 1);
    assert.ok(a.index.set.size === 1 && scene.verified === 3);
  });

  it("a node that comes later gets everything, in more than one answer, and brings what it has", async function () {
    this.timeout(60_000);
    const a = await scene.join("a");
    await a.index.apply(await items(240));
    const network = scene.hub.join("late");
    const index = await IndexStore.open(
      {},
      { store: new MemoryStore(), now: () => scene.clock.now(), mayWrite: () => true },
    );
    await index.apply(await items(20, 2));
    const isSigned = (entry: IndexItem["entry"]) => isSignedByOwner(entry, separator, recoverPublicKey);
    const service = new IndexService({ network, index, clock: scene.clock, isSigned, logger });
    scene.nodes.push({ network, index, service });
    await network.start();
    service.start();
    await scene.settle();
    assert.equal(a.index.set.size, 260);
    assert.equal(scene.hashes, 1);
  });

  it("what a partition kept apart meets again within the interval", async () => {
    const [a, b] = [await scene.join("a"), await scene.join("b")];
    await scene.settle();
    scene.hub.setLinks(() => false);
    for (const item of await items(3)) await a.service.put(item);
    for (const item of await items(2, 2)) await b.service.put(item);
    await scene.settle();
    assert.equal(scene.hashes, 2);
    scene.hub.setLinks(() => true);
    scene.clock.advanceTo(T0 + INDEX_INTERVAL + 1);
    await scene.settle();
    assert.equal(scene.hashes, 1);
    assert.equal(a.index.set.size, 5);
  });

  it("its own user's entry is refused with a code where it would be lost", async () => {
    const a = await scene.join("a");
    const [first] = await items(1);
    assert.ok(first !== undefined);
    const forged = { ...first, entry: { ...first.entry, clock: first.entry.clock + 1n } };
    await assert.rejects(a.service.put(forged), (error) => hasCode(error, "INDEX_SIGNATURE"));
    const writer = owner(1);
    const id = newSessionId();
    const old = await writer.put({ sessionId: id });
    await a.service.put(await writer.put({ sessionId: id, title: "newer" }));
    await assert.rejects(a.service.put(old), (error) => hasCode(error, "INDEX_OUTDATED"));
  });
});

describe("a hostile peer of the index", () => {
  let scene: Scene;
  let victim: Node;
  let peer: MemoryNetwork;
  beforeEach(async () => {
    scene = new Scene();
    victim = await scene.join("victim");
    peer = scene.hub.join("hostile");
    await peer.start();
    await scene.settle();
  });
  afterEach(async () => {
    await scene.stop();
    await peer.stop();
  });

  /** Signed by somebody else than the owner it names. */
  async function forgedItems(count: number): Promise<IndexItem[]> {
    const [base] = await items(1);
    assert.ok(base !== undefined);
    return Array.from({ length: count }, (_, i) => {
      const encoded = base.encoded.slice();
      encoded.set(sha256(u32be(i)), 22);
      return indexItem(encoded);
    });
  }

  it("whose entries are forged stores nothing, and is rejected", async () => {
    const [forged] = await forgedItems(1);
    assert.ok(forged !== undefined);
    peer.publish(topics.index, forged);
    await scene.settle();
    assert.equal(victim.network.counters().rejected, 1);
    const put = peer.request("victim", protocols.indexSync, { kind: "put", items: await forgedItems(3) });
    await assert.rejects(put, (error) => error instanceof P2pError);
    assert.equal(victim.index.set.size, 0);
  });

  it("whose clock is far ahead is rejected, a little ahead ignored", async () => {
    for (const [ahead, rejected] of [
      [MAX_CLOCK_AHEAD + 30_000, 0],
      [MAX_CLOCK_AHEAD + 3_600_000, 1],
    ] as const) {
      const early = await owner(1, () => T0 + ahead).put({ sessionId: newSessionId() });
      peer.publish(topics.index, early);
      await scene.settle();
      assert.equal(victim.network.counters().rejected, rejected);
    }
    assert.equal(victim.index.set.size, 0);
    assert.equal(scene.verified, 0, "and costs no cryptography");
  });

  it("that floods costs a bounded number of checks", async () => {
    for (const forged of await forgedItems(3_000)) peer.publish(topics.index, forged);
    await scene.settle();
    assert.ok(scene.verified <= 2_000 + 1, `${scene.verified}`);
    assert.equal(victim.index.set.size, 0);
  });

  it("that asks without end is told that it has had its share", async () => {
    const frame = encodeSyncFrame([{ mode: "ids", upper: undefined, ids: new Uint8Array() }]);
    let answered = 0;
    for (let i = 0; i < 200; i++) {
      try {
        await peer.request("victim", protocols.indexSync, { kind: "reconcile", frame });
        answered++;
      } catch (error) {
        assert.ok(error instanceof P2pError);
      }
    }
    assert.equal(answered, 128);
    scene.clock.advanceTo(T0 + 10_000);
    await peer.request("victim", protocols.indexSync, { kind: "reconcile", frame });
  });

  it("that answers with rubbish, with entries nobody asked for, or with forged ones is dropped and banned", async () => {
    const [real] = await items(1);
    const forged = await forgedItems(2);
    assert.ok(real !== undefined);
    const ids = concatBytes(...forged.map(({ id }) => id));
    const lies = [
      () => ({ kind: "reconcile" as const, frame: Uint8Array.of(9) }),
      (kind: string) =>
        kind === "get"
          ? { kind: "get" as const, items: [real] }
          : { kind: "reconcile" as const, frame: encodeSyncFrame([{ mode: "ids", upper: undefined, ids }]) },
      (kind: string) =>
        kind === "get"
          ? { kind: "get" as const, items: forged }
          : {
              kind: "reconcile" as const,
              frame: encodeSyncFrame([{ mode: "difference", upper: undefined, lacking: new Uint8Array(), ids }]),
            },
    ];
    for (const [number, lie] of lies.entries()) {
      const liar = scene.hub.join(`liar ${number}`);
      liar.handle(protocols.indexSync, (request) => lie(request.kind));
      await liar.start();
      await scene.settle();
      assert.ok(!victim.network.peers().some(({ id }) => id === liar.id), `liar ${number} is still there`);
      await liar.stop();
    }
    assert.equal(victim.index.set.size, 0);
  });
});

describe("owners of the index", () => {
  it("have a session or 1 LUCID, as the chain's state says", () => {
    const { storage } = artifactOf("LucidAnchors").storageLayout;
    assert.equal(storage.find(({ label }) => label === "_numbersOf")?.slot, String(NUMBERS_OF_SLOT));
    const address = sha256().slice(0, 20);
    const slot = keccak256(
      concatBytes(new Uint8Array(12), address, new Uint8Array(31), Uint8Array.of(NUMBERS_OF_SLOT)),
    );
    const chain = { head: () => ({ header: { height: 7 } }) as never };
    const stateOf = (balance: bigint, sessions: number) => ({
      account: () => ({ balance }) as never,
      storage: (_: Uint8Array, asked: Uint8Array, height: number) => {
        const found = new Uint8Array(32);
        if (height === 7 && toHex(asked) === toHex(slot)) found[31] = sessions;
        return found;
      },
    });
    assert.ok(!mayHaveIndex(address, { chain, state: stateOf(0n, 0) }));
    assert.ok(!mayHaveIndex(address, { chain, state: stateOf(MIN_OWNER_BALANCE - 1n, 0) }));
    assert.ok(mayHaveIndex(address, { chain, state: stateOf(MIN_OWNER_BALANCE, 0) }));
    assert.ok(mayHaveIndex(address, { chain, state: stateOf(0n, 1) }));
  });
});
