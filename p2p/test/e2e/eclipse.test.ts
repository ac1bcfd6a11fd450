import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Libp2pNetwork, type Libp2pNetworkOptions, networkLimits } from "../../src/index.js";
import { connected, echo, libp2pNetwork, outward, until, words } from "../support/networks.js";
import { field, frame, names, RawPeer, send } from "../support/rawPeer.js";
import { Strain } from "../support/strain.js";

const ATTACKERS = 50;
/** Handshakes at a time: more would wait for each other until they are given up. */
const BATCH = 5;

/** RPC of gossipsub: subscribes to the topic and asks for a place in its mesh. */
function pushIn(topic: string): Uint8Array {
  const name = Buffer.from(topic);
  const subscribe = field(1, Buffer.concat([Uint8Array.of(8, 1), field(2, name)]));
  const graft = field(3, field(3, field(1, name)));
  return frame(subscribe, graft);
}

describe("fifty peers from one address", function () {
  this.timeout(60_000);
  const running: { stop(): Promise<void> }[] = [];
  const folder = mkdtempSync(join(tmpdir(), "lucid-eclipse-"));

  before(function () {
    // All of loopback is one machine by its nature; a devnet lives there.
    if (outward === undefined) this.skip();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function node(options: Partial<Libp2pNetworkOptions>): Promise<Libp2pNetwork> {
    const network = libp2pNetwork(options);
    running.push(network);
    await network.start();
    return network;
  }

  it("take the places of one address and no more, whatever they do, and honest peers come and are served", async () => {
    const friend = await node({});
    const victim = await node({
      listen: ["/ip4/0.0.0.0/tcp/0"],
      peers: friend.addresses(),
      discovery: true,
      privateAddresses: true,
      database: join(folder, "net"),
      limits: { inboundConnections: 16 },
    });
    victim.handle(echo, (word) => word);
    const heard = new Set<string>();
    victim.subscribe(words, (word) => {
      heard.add(word);
      return "accept";
    });
    friend.subscribe(words, () => "accept");
    await until(() => friend.meshPeers("words").length === 1);
    const port = /\/tcp\/(\d+)/.exec(victim.addresses()[0] ?? "")?.[1];
    const crowd: RawPeer[] = [];
    for (let i = 0; i < ATTACKERS; i++) crowd.push(await RawPeer.create());
    running.push(...crowd);
    const strain = new Strain(folder);

    const attack = async (peer: RawPeer): Promise<void> => {
      if (peer.isConnected) return;
      await peer.dial(`/ip4/${outward}/tcp/${port}`);
      await send(await peer.open("/meshsub/1.2.0"), pushIn(names.of("words")));
    };
    for (let round = 0; round < 2; round++) {
      for (let at = 0; at < ATTACKERS; at += BATCH) await Promise.allSettled(crowd.slice(at, at + BATCH).map(attack));
    }
    const own = networkLimits.connectionsPerAddress.value;
    // Those that are refused learn it a moment later.
    await until(() => crowd.filter((peer) => peer.isConnected).length <= own);
    const inside = new Set(crowd.filter((peer) => peer.isConnected).map(({ id }) => id));
    assert.equal(inside.size, own, "the attack does not even take what it may");

    // The peer of its own choice is still there, a newcomer finds a place, and both are heard.
    const newcomer = await node({ peers: [`/ip4/127.0.0.1/tcp/${port}`], listen: [] });
    await connected(newcomer, 1);
    const patient = { ...echo, timeoutMilliseconds: 10_000 };
    for (const honest of [friend, newcomer]) {
      honest.subscribe(words, () => "accept");
      assert.equal(await honest.request(victim.peerId ?? "", patient, "here"), "here");
      await until(() => honest.meshPeers("words").includes(victim.peerId ?? ""));
      honest.publish(words, `from ${honest.peerId}`);
      await until(() => heard.has(`from ${honest.peerId}`));
    }
    const { inbound, outbound } = victim.report();
    assert.ok(inbound <= own + 1, `${inbound} inbound`);
    assert.ok(outbound >= 1);
    const mesh = victim.meshPeers("words").filter((peer) => inside.has(peer));
    assert.ok(mesh.length <= own, `${mesh.length} of them in the mesh`);
    strain.check();
  });
});
