import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { Stream } from "@libp2p/interface";
import { multiaddr } from "@multiformats/multiaddr";
import type { Libp2pNetwork, Libp2pNetworkOptions, NatOptions, Protocol } from "../../src/index.js";
import type { Host } from "../../src/libp2p/host.js";
import { connected, echo, libp2pNetwork, until, words } from "../support/networks.js";
import { field, frame, RawPeer, send } from "../support/rawPeer.js";
import { Strain } from "../support/strain.js";

const HOP = "/libp2p/circuit/relay/0.2.0/hop";
/** HopMessage of circuit relay v2: type RESERVE. */
const RESERVE = frame(Uint8Array.of(8, 0));
const OK = 100;
const REFUSED = 200;
const DENIED = 202;

const client: NatOptions = { traversal: true, relay: "client", upnp: false, mdns: false };
const user: NatOptions = { ...client, relay: "off" };
const server: NatOptions = { ...client, relay: "server" };

/** HopMessage of type CONNECT to a peer. */
function connectTo(peer: Uint8Array): Uint8Array {
  return frame(Uint8Array.of(8, 1), field(2, field(1, peer)));
}

function varintAt(bytes: Uint8Array, at: number): readonly [value: number, next: number] | undefined {
  let value = 0;
  for (let index = at; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (index - at));
    if (byte < 0x80) return [value, index + 1];
  }
  return undefined;
}

/** Field 5 of a HopMessage; undefined while it has not arrived whole. */
function statusIn(bytes: Uint8Array): number | undefined {
  const length = varintAt(bytes, 0);
  if (length === undefined || bytes.length < length[0] + length[1]) return undefined;
  for (let at = length[1]; at < bytes.length; ) {
    const key = varintAt(bytes, at) ?? assert.fail();
    const value = varintAt(bytes, key[1]) ?? assert.fail();
    if (key[0] === 5 * 8) return value[0];
    at = key[0] % 8 === 2 ? value[1] + value[0] : value[1];
  }
  return undefined;
}

/** The status that the relay answers. */
async function statusOf(stream: Stream): Promise<number | undefined> {
  let bytes = new Uint8Array();
  for await (const part of stream) {
    bytes = Buffer.concat([bytes, part.subarray()]);
    const status = statusIn(bytes);
    if (status !== undefined) return status;
  }
  return undefined;
}

function meets(network: Libp2pNetwork, other: Libp2pNetwork): boolean {
  return network.peers().some(({ id }) => id === other.peerId);
}

describe("a relay", function () {
  this.timeout(60_000);
  const running: { stop(): Promise<void> }[] = [];

  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
  });

  async function node(options: Partial<Libp2pNetworkOptions>): Promise<Libp2pNetwork> {
    const network = libp2pNetwork({ listen: [], ...options });
    running.push(network);
    await network.start();
    return network;
  }

  async function relay(limits: Libp2pNetworkOptions["limits"] = {}): Promise<Libp2pNetwork> {
    const network = await node({ listen: ["/ip4/127.0.0.1/tcp/0"], nat: server, limits });
    network.handle(echo, (word) => word);
    return network;
  }

  /** A node that nobody can dial, and its address at the relay. */
  async function hidden(at: Libp2pNetwork): Promise<{ readonly network: Libp2pNetwork; readonly address: string }> {
    const network = await node({ peers: at.addresses(), nat: client });
    await until(() => network.addresses().some((address) => address.includes("/p2p-circuit")));
    const address = network.addresses().find((each) => each.includes("/p2p-circuit")) ?? "";
    return { network, address };
  }

  it("leads requests and gossip to a node that nobody can dial", async () => {
    const middle = await relay();
    const { network, address } = await hidden(middle);
    assert.ok(address.startsWith(`${middle.address()}/p2p-circuit`), address);
    network.handle(echo, (word) => word.toUpperCase());
    const heard: string[] = [];
    network.subscribe(words, (word) => {
      heard.push(word);
      return "accept";
    });
    const other = await node({ peers: [address], nat: user });
    other.subscribe(words, () => "accept");
    await until(() => meets(other, network));
    assert.equal(await other.request(network.peerId ?? "", { ...echo, timeoutMilliseconds: 10_000 }, "far"), "FAR");
    await until(() => other.meshPeers("words").includes(network.peerId ?? ""));
    other.publish(words, "through the middle");
    await until(() => heard.includes("through the middle"));
    assert.equal(middle.report().reservations, 1);
  });

  it("gives an address that peers hear of which were met before it", async () => {
    const middle = await relay();
    const before = await node({ listen: ["/ip4/127.0.0.1/tcp/0"] });
    const network = await node({ peers: [...middle.addresses(), ...before.addresses()], nat: client });
    const { host } = before as unknown as { host: Host };
    await until(() => meets(before, network));
    const id = host.getPeers().find((peer) => peer.toString() === network.peerId) ?? assert.fail();
    const told = Promise.race([
      new Promise<boolean>((resolve) => {
        const look = async (): Promise<void> => {
          const { addresses } = await host.peerStore.get(id);
          if (addresses.some(({ multiaddr: own }) => own.toString().includes("/p2p-circuit"))) resolve(true);
        };
        host.addEventListener("peer:update", () => void look());
        void look();
      }),
      new Promise<boolean>((resolve) => setTimeout(resolve, 10_000, false).unref()),
    ]);
    assert.ok(await told);
  });

  it("ends a connection that carries too much, and whoever wants it opens another", async () => {
    const middle = await relay({ relayCircuitBytes: 256 * 1024 });
    const { network, address } = await hidden(middle);
    const bulk: Protocol<string, string> = {
      ...echo,
      name: "bulk/1",
      maxResponseBytes: 2 ** 20,
      timeoutMilliseconds: 10_000,
    };
    network.handle(bulk, () => randomBytes(2 ** 18).toString("hex"));
    network.handle(echo, (word) => word);
    const other = await node({ peers: [address], nat: user });
    await until(() => meets(other, network));
    await assert.rejects(other.request(network.peerId ?? "", bulk, "much"), { code: "P2P_PEER_GONE" });
    await until(() => !meets(other, network));
    await until(() => meets(other, network));
    assert.equal(await other.request(network.peerId ?? "", { ...echo, timeoutMilliseconds: 10_000 }, "a"), "a");
  });

  it("is no longer named where a direct connection has taken its place, and the peer has not come twice", async () => {
    const middle = await relay();
    const { network, address } = await hidden(middle);
    const other = await node({ peers: [address], nat: user, listen: ["/ip4/127.0.0.1/tcp/0"] });
    await until(() => meets(other, network) && meets(network, other));
    const told: boolean[] = [];
    network.onPeer(({ id }, here) => id === other.peerId && told.push(here));
    const seen = () => network.peers().find(({ id }) => id === other.peerId);
    assert.ok(seen()?.address.includes("/p2p-circuit"));
    // As DCUtR does, which takes loopback for no address.
    const { host } = network as unknown as { host: Host };
    const [relayed] = host.getConnections(host.getPeers().find((id) => id.toString() === other.peerId));
    await host.dial(multiaddr(other.address() ?? ""), { force: true });
    await until(() => seen()?.direction === "out" && seen()?.address.includes("/p2p-circuit") === false);
    await relayed?.close();
    await until(() => network.report().relayed === 0);
    assert.equal(seen()?.direction, "out");
    assert.deepEqual(told, []);
  });

  it("ends a connection that lasts too long", async () => {
    const middle = await relay({ relayCircuitTime: 1_500 });
    const { network, address } = await hidden(middle);
    const other = await node({ peers: [address], nat: user, limits: { redialFirst: 30_000, redialLongest: 30_000 } });
    await until(() => meets(other, network));
    await until(() => !meets(other, network));
    // The connection to the relay itself is an ordinary one.
    assert.ok(meets(other, middle));
  });

  it("keeps few places, opens few connections for one peer, and serves others meanwhile", async () => {
    const middle = await relay({ relayReservations: 2, relayCircuitsPerPeer: 3 });
    const { network } = await hidden(middle);
    const honest = await node({ peers: middle.addresses() });
    await connected(honest, 1);
    const strain = new Strain();
    const strangers: RawPeer[] = [];
    for (let i = 0; i < 4; i++) strangers.push(await RawPeer.connect(middle.address() ?? ""));
    running.push(...strangers);
    const statuses: (number | undefined)[] = [];
    for (const stranger of strangers) {
      const stream = await stranger.open(HOP);
      await send(stream, RESERVE);
      statuses.push(await statusOf(stream));
    }
    assert.deepEqual(statuses, [OK, REFUSED, REFUSED, REFUSED]);
    assert.equal(middle.report().reservations, 2);

    const target = network.peerIdBytes ?? assert.fail();
    const answers: (number | undefined)[] = [];
    for (let i = 0; i < 12; i++) {
      try {
        const stream = await (strangers[1] ?? assert.fail()).open(HOP);
        await send(stream, connectTo(target));
        answers.push(await statusOf(stream));
      } catch {
        // Beyond its streams.
      }
    }
    assert.equal(answers.filter((status) => status === OK).length, 3);
    assert.ok(answers.includes(DENIED), answers.join(" "));
    // Streams that say nothing, and garbage.
    for (let i = 0; i < 60; i++) {
      try {
        const stream = await (strangers[2] ?? assert.fail()).open(HOP);
        if (i % 2 === 0) await send(stream, randomBytes(1_000));
      } catch {
        // Beyond its streams, or closed meanwhile.
      }
    }
    const patient = { ...echo, timeoutMilliseconds: 10_000 };
    assert.equal(await honest.request(middle.peerId ?? "", patient, "still"), "still");
    strain.check();
  });

  it("is none unless it was asked to be", async () => {
    const plain = await node({ listen: ["/ip4/127.0.0.1/tcp/0"], nat: user });
    const stranger = await RawPeer.connect(plain.address() ?? "");
    running.push(stranger);
    await assert.rejects(stranger.open(HOP), { name: "UnsupportedProtocolError" });
  });

  it("is an address as it must be", () => {
    const peer = "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";
    const base = `/ip4/192.0.2.1/tcp/1/p2p/${peer}/p2p-circuit`;
    libp2pNetwork({ peers: [base, `${base}/p2p/${peer}`] });
    for (const wrong of ["/ip4/192.0.2.1/tcp/1/p2p-circuit", `${base}/p2p-circuit`, `${base}/p2p/${peer}/tcp/1`]) {
      assert.throws(() => libp2pNetwork({ peers: [wrong] }), { code: "P2P_BAD_ADDRESS" });
    }
  });
});
