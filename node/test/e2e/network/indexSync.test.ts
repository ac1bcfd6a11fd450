import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { hasCode, sha256, toHex, u32be } from "@lucid/consensus/base";
import type { Libp2pNetwork } from "@lucid/p2p";
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
  MemoryStore,
  newSessionId,
} from "@lucid/storage";
import { peerNetwork } from "../../../src/driver/peerNetwork.js";
import { protocols, topics } from "../../../src/driver/topics.js";
import { recoverPublicKey } from "../../../src/execution/sender.js";
import { createLogging } from "../../../src/node/logging.js";
import { SystemClock } from "../../../src/node/systemClock.js";
import { IndexService } from "../../../src/sessionIndex/indexService.js";
import { until } from "../../support/processNetwork.js";

const genesisRoot = sha256(u32be(9));
const separator = indexDomainSeparator(77, genesisRoot);
const clock = new SystemClock();
const logger = createLogging({ level: "error", format: "json" }, () => undefined).module("index");

function makeNetwork(peers: readonly string[], listen: readonly string[]): Libp2pNetwork {
  const peerKey = new Uint8Array(randomBytes(32));
  const options = { genesisRoot, forkVersion: 1, slotDuration: 6_000, peerKey, listen, peers, maxPeers: 32 };
  return peerNetwork(options, { clock });
}

async function items(count: number, number: number): Promise<IndexItem[]> {
  const { privateKey, address } = accountFromPrivateKey(sha256(u32be(number)));
  const indexKey = sha256(u32be(number), u32be(1));
  const signer = accountIndexSigner(privateKey);
  const writer = new IndexWriter({ owner: address, indexKey, separator, signer }, Date.now);
  const made: IndexItem[] = [];
  for (let i = 0; i < count; i++) made.push(await writer.put({ sessionId: newSessionId(), title: `session ${i}` }));
  return made;
}

interface Node {
  readonly network: Libp2pNetwork;
  readonly index: IndexStore;
  readonly service: IndexService;
}

describe("the index over sockets", function () {
  this.timeout(120_000);
  const stops: (() => Promise<void>)[] = [];

  async function start(network: Libp2pNetwork, entries: readonly IndexItem[]): Promise<Node> {
    const modules = { store: new MemoryStore(), now: () => clock.now(), mayWrite: () => true };
    const index = await IndexStore.open({}, modules);
    await index.apply(entries);
    const isSigned = (entry: IndexItem["entry"]) => isSignedByOwner(entry, separator, recoverPublicKey);
    const service = new IndexService({ network, index, clock, isSigned, logger });
    await network.start();
    service.start();
    stops.push(async () => {
      await service.stop();
      await network.stop();
    });
    return { network, index, service };
  }

  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const hash = ({ index }: Node) => toHex(index.set.stateHash());

  it("two nodes that meet are equal, then a new entry reaches the other by gossip", async () => {
    const a = await start(makeNetwork([], ["/ip4/127.0.0.1/tcp/0"]), await items(60, 1));
    const b = await start(makeNetwork([a.network.address() ?? ""], []), await items(40, 2));
    await until("the indexes are equal", () => hash(a) === hash(b));
    assert.equal(a.index.set.size, 100);
    const [item] = await items(1, 3);
    assert.ok(item !== undefined);
    await until("gossip flows", () => b.network.meshPeers(topics.index.name).length > 0);
    await b.service.put(item);
    await until("the entry has arrived", () => a.index.set.size === 101);
    assert.equal(hash(a), hash(b));
  });

  it("a peer that sends forged entries, and one that sends frames no honest node sends, get nothing in and are banned", async () => {
    const a = await start(makeNetwork([], ["/ip4/127.0.0.1/tcp/0"]), await items(3, 1));
    const [real] = await items(1, 2);
    assert.ok(real !== undefined);
    const before = hash(a);
    const forge = (i: number): IndexItem => {
      const encoded = real.encoded.slice();
      encoded.set(sha256(u32be(i)), 22);
      return indexItem(encoded);
    };
    const difference = {
      mode: "difference",
      upper: undefined,
      lacking: new Uint8Array(),
      ids: new Uint8Array(),
    } as const;
    const attacks = [
      (i: number) => ({ kind: "put" as const, items: [forge(i)] }),
      () => ({ kind: "reconcile" as const, frame: encodeSyncFrame([difference]) }),
      () => ({ kind: "reconcile" as const, frame: Uint8Array.of(7) }),
    ];
    for (const [number, attack] of attacks.entries()) {
      const hostile = makeNetwork([a.network.address() ?? ""], []);
      stops.push(() => hostile.stop());
      await hostile.start();
      await until("it is connected", () => hostile.peers().length > 0);
      const [victim] = hostile.peers();
      assert.ok(victim !== undefined);
      let heard = 0;
      for (let sent = 0; sent < 100; sent++) {
        const refused = await hostile.request(victim.id, protocols.indexSync, attack(sent)).then(
          () => assert.fail("it was answered"),
          (error: unknown) => error,
        );
        if (hasCode(refused, "P2P_PEER_GONE")) break;
        heard++;
      }
      assert.ok(heard <= 16, `${heard} were heard`);
      await until("it is banned", () => a.network.report().banned === number + 1);
    }
    assert.equal(hash(a), before);
  });
});
