import "../../src/promiseWithResolvers.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { identify } from "@libp2p/identify";
import type { Libp2p } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { type Ping, ping } from "@libp2p/ping";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { VirtualClock } from "@lucid/consensus/base";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { HolePuncher, type HolePuncherComponents } from "../../src/libp2p/holePuncher.js";
import { limitsWith } from "../../src/libp2p/networkLimits.js";
import { freePort } from "../support/freePort.js";
import { until } from "../support/networks.js";

type TestHost = Libp2p<{ readonly ping: Ping; readonly identify: unknown; readonly puncher: HolePuncher }>;

/** Where two routers stand between the ends it takes routers: `npm run netsim -- nat`. Here is what loopback can show. */
describe("a hole puncher", function () {
  this.timeout(20_000);
  const running: { stop(): unknown }[] = [];
  const clock = new VirtualClock(0);
  const signal = () => AbortSignal.timeout(10_000);

  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
  });

  async function host(): Promise<TestHost> {
    const made = await createLibp2p({
      addresses: { listen: ["/ip4/127.0.0.1/tcp/0"] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false },
      services: {
        identify: identify(),
        ping: ping(),
        puncher: (components: unknown) =>
          new HolePuncher(components as HolePuncherComponents, { clock, limits: limitsWith() }),
      },
    });
    running.push(made);
    return made as unknown as TestHost;
  }

  const addressOf = (node: Libp2p): Multiaddr => node.getMultiaddrs()[0] ?? assert.fail("it does not listen");
  const behind = (relay: Libp2p): Multiaddr => addressOf(relay).encapsulate(`/p2p-circuit/p2p/${relay.peerId}`);
  const portOf = (address: Multiaddr | undefined): number => Number(address?.getComponents()[1]?.value);

  /** A host that knows how its port is seen, and the relay that told it. */
  async function looking(): Promise<{ readonly node: TestHost; readonly relay: TestHost; readonly port: number }> {
    const [node, relay] = [await host(), await host()];
    await node.services.puncher.look(behind(relay));
    return { node, relay, port: portOf(node.services.puncher.addresses[0]) };
  }

  async function server(onSocket: (socket: Socket) => void, port = 0): Promise<Server> {
    const made = createServer((socket) => {
      socket.on("error", () => undefined);
      onSocket(socket);
    }).listen(port, "127.0.0.1");
    running.push({ stop: () => made.close() });
    await once(made, "listening");
    return made;
  }

  function at(listening: Server, peer: Libp2p): Multiaddr {
    const address = listening.address();
    const port = typeof address === "object" ? address?.port : undefined;
    return multiaddr(`/ip4/127.0.0.1/tcp/${port}/p2p/${peer.peerId}`);
  }

  it("knows how a relay sees the port from which it dials others too", async () => {
    const { node, relay, port } = await looking();
    await until(() => relay.getConnections().length === 1);
    assert.equal(portOf(relay.getConnections()[0]?.remoteAddr), port);
    assert.equal(node.services.puncher.addresses[0]?.toString(), `/ip4/127.0.0.1/tcp/${port}/p2p/${node.peerId}`);
    // A second look is no second connection.
    await node.services.puncher.look(behind(relay));
    assert.equal(node.getConnections().length, 1);

    const other = await host();
    const connection = await node.services.puncher.punch([addressOf(other)], { signal: signal(), initiator: true });
    assert.equal(connection.direction, "outbound");
    await node.services.ping.ping(other.peerId);
    assert.equal(portOf(other.getConnections()[0]?.remoteAddr), port);
    await other.services.ping.ping(node.peerId);
  });

  it("is the one that answers where the other end begins, though both have dialled", async () => {
    const { node } = await looking();
    const other = await host();
    // Two sockets that dialled, joined: what two routers make of them.
    const ends: Socket[] = [];
    const join = (socket: Socket): void => {
      ends.push(socket);
      const [left, right] = ends;
      if (left !== undefined && right !== undefined) left.pipe(right).pipe(left);
    };
    const [one, two] = [await server(join), await server(join)];
    const [connection] = await Promise.all([
      node.services.puncher.punch([at(one, other)], { signal: signal(), initiator: false }),
      other.dial(at(two, node), { signal: signal() }),
    ]);
    assert.equal(connection.direction, "inbound");
    assert.equal(connection.remotePeer.toString(), other.peerId.toString());
    await node.services.ping.ping(other.peerId);
    await other.services.ping.ping(node.peerId);
  });

  it("tries again where a router refuses at first, and gives up in the end", async () => {
    const { node } = await looking();
    const other = await host();
    const port = await freePort();
    const target = multiaddr(`/ip4/127.0.0.1/tcp/${port}/p2p/${other.peerId}`);
    const attempt = node.services.puncher.punch([target], { signal: signal(), initiator: true });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server((socket) => {
      const onward = connect(portOf(addressOf(other)), "127.0.0.1");
      onward.on("error", () => undefined);
      socket.pipe(onward).pipe(socket);
    }, port);
    assert.equal((await attempt).remotePeer.toString(), other.peerId.toString());

    const closed = multiaddr(`/ip4/127.0.0.1/tcp/${await freePort()}/p2p/${other.peerId}`);
    const hopeless = node.services.puncher.punch([closed], { signal: signal(), initiator: true });
    await assert.rejects(hopeless, { code: "P2P_PEER_GONE" });
  });

  it("dials few of the addresses that a peer names", async () => {
    const { node } = await looking();
    const other = await host();
    let dialled = 0;
    const victims: Multiaddr[] = [];
    for (let i = 0; i < 12; i++) {
      const victim = await server((socket) => {
        dialled++;
        socket.destroy();
      });
      victims.push(at(victim, other));
    }
    await assert.rejects(node.services.puncher.punch(victims, { signal: signal(), initiator: true }));
    assert.ok(dialled >= 1 && dialled <= limitsWith().holePunchAddresses, `${dialled} were dialled`);
  });

  it("does nothing without a relay that answers, and nothing hangs", async () => {
    const node = await host();
    const nobody = multiaddr(`/ip4/127.0.0.1/tcp/${await freePort()}/p2p/${node.peerId}/p2p-circuit`);
    await node.services.puncher.look(nobody);
    assert.deepEqual(node.services.puncher.addresses, []);
    const attempt = node.services.puncher.punch([addressOf(node)], { signal: signal(), initiator: true });
    await assert.rejects(attempt, { code: "P2P_PEER_GONE" });
    // A relay that takes the connection and says nothing.
    const silent = await server(() => undefined);
    const looked = node.services.puncher.look(at(silent, node).encapsulate("/p2p-circuit"));
    await new Promise((resolve) => setTimeout(resolve, 100));
    clock.advanceTo(clock.now() + limitsWith().dialTimeout);
    await looked;
    assert.deepEqual(node.services.puncher.addresses, []);
  });

  it("keeps the connection to the relay for a while, and no longer", async () => {
    const { node } = await looking();
    const { holePunchHold } = limitsWith();
    await until(() => node.getConnections()[0]?.streams.length === 0);
    clock.advanceTo(clock.now() + holePunchHold - 1);
    assert.equal(node.getConnections().length, 1);
    clock.advanceTo(clock.now() + 1);
    await until(() => node.getConnections().length === 0);
    assert.deepEqual(node.services.puncher.addresses, []);
  });
});
