import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { VirtualClock } from "@lucid/consensus/base";
import type { Libp2pNetwork, Libp2pNetworkOptions, P2pError, Protocol } from "../../src/index.js";
import { connected, echo, genesisRoot, libp2pNetwork, systemClock, until, words } from "../support/networks.js";

describe("libp2p network", () => {
  const running: Libp2pNetwork[] = [];

  async function node(
    options: Partial<Libp2pNetworkOptions> = {},
    clock: Parameters<typeof libp2pNetwork>[1] = systemClock,
    onEvent?: Parameters<typeof libp2pNetwork>[2],
  ): Promise<Libp2pNetwork> {
    const network = libp2pNetwork(options, clock, onEvent);
    running.push(network);
    await network.start();
    return network;
  }

  const address = (network: Libp2pNetwork): string => network.address() ?? assert.fail("not listening");
  const portOf = (network: Libp2pNetwork): number => Number(/\/tcp\/(\d+)/.exec(address(network))?.[1]);

  afterEach(async () => {
    await Promise.all(running.splice(0).map((network) => network.stop()));
  });

  it("is who its key says, at every start", async () => {
    const peerKey = new Uint8Array(32).fill(1);
    const first = await node({ peerKey });
    // The key of RFC 8032 seed 0101...01 as libp2p names it.
    assert.equal(first.peerId, "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5");
    await first.stop();
    const again = await node({ peerKey });
    assert.equal(again.peerId, first.peerId);
    assert.ok(address(again).endsWith(`/p2p/${again.peerId}`));
  });

  it("tells peers the addresses that it is told to announce", async () => {
    const announced = await node({ announce: ["/dns4/node.example/tcp/30120"] });
    assert.deepEqual(announced.addresses(), [`/dns4/node.example/tcp/30120/p2p/${announced.peerId}`]);
  });

  it("refuses malformed addresses and says which port is taken", async () => {
    for (const bad of ["127.0.0.1:1", "/ip4/1.2.3.4", "/ip4/1.2.3.4/udp/1", "/ip4/1.2.3.4/tcp/70000", "/tcp/1", ""]) {
      assert.throws(() => libp2pNetwork({ listen: [bad] }), { code: "P2P_BAD_ADDRESS" }, bad);
      assert.throws(() => libp2pNetwork({ peers: [bad] }), { code: "P2P_BAD_ADDRESS" }, bad);
    }
    const holder = createServer().listen({ host: "127.0.0.1", port: 0 });
    await once(holder, "listening");
    const bound = holder.address();
    const port = typeof bound === "object" && bound !== null ? bound.port : 0;
    await assert.rejects(node({ listen: [`/ip4/127.0.0.1/tcp/${port}`] }), { code: "P2P_LISTEN_FAILED" });
    holder.close();
  });

  it("refuses a node of another network or fork", async () => {
    const server = await node();
    for (const other of [{ genesisRoot: new Uint8Array(32).fill(8) }, { forkVersion: 2 }]) {
      const refusal = new Promise<P2pError | undefined>((resolve) => {
        void node({ ...other, peers: [address(server)] }, systemClock, (event, _, reason) => {
          if (event === "refused") resolve(reason);
        });
      });
      assert.equal((await refusal)?.code, "P2P_WRONG_NETWORK");
    }
    assert.equal(server.peers().length, 0);
  });

  it("finds a peer again that was away", async () => {
    const peerKey = new Uint8Array(32).fill(3);
    const server = await node({ peerKey });
    const port = portOf(server);
    const client = await node({ peers: [address(server)], listen: [] });
    await connected(client, 1);
    await server.stop();
    await connected(client, 0);
    await node({ peerKey, listen: [`/ip4/127.0.0.1/tcp/${port}`] });
    await connected(client, 1);
  });

  it("sees a peer leave that its store of known peers has room for no longer", async () => {
    const server = await node({ limits: { knownPeers: 1 } });
    const first = await node({ peers: [address(server)], listen: [] });
    await connected(server, 1);
    const second = await node({ peers: [address(server)], listen: [] });
    await connected(server, 2);
    await first.stop();
    await connected(server, 1);
    await second.stop();
    await connected(server, 0);
  });

  it("does not keep a connection that never says what it is", async () => {
    const server = await node({ limits: { handshake: 300 } });
    const silent = connect({ host: "127.0.0.1", port: portOf(server) });
    silent.resume().on("error", () => undefined);
    await new Promise((resolve) => silent.once("close", resolve));
    assert.equal(server.peers().length, 0);
  });

  it("bans a peer that keeps sending what is not valid, and lets it back in time", async () => {
    const clock = new VirtualClock(0);
    const server = await node({ limits: { rejects: 3 } }, clock);
    const peerKey = new Uint8Array(32).fill(4);
    const bad = await node({ peerKey, peers: [address(server)] });
    server.subscribe(words, () => "reject");
    bad.subscribe(words, () => "accept");
    await until(() => bad.meshPeers("words").length === 1);
    for (let i = 0; i < 3; i++) bad.publish(words, `rubbish ${i}`);
    await connected(server, 0);
    assert.equal(server.counters().rejected, 3);
    await bad.stop();
    const again = await node({ peerKey, peers: [address(server)] }, systemClock);
    const honest = await node({ peers: [address(server)] });
    await connected(honest, 1);
    assert.equal(again.peers().length, 0);
    clock.advanceTo(600_001);
    await connected(again, 1);
  });

  it("answers BUSY beyond a peer's share and goes on serving the others", async () => {
    const server = await node({ limits: { requestBurst: 5, requestRate: 0.001 } });
    const greedy = await node({ peers: [address(server)] });
    const modest = await node({ peers: [address(server)] });
    server.handle(echo, (word) => word);
    await connected(server, 2);
    const peer = server.peerId ?? "";
    for (let i = 0; i < 5; i++) await greedy.request(peer, echo, "x");
    await assert.rejects(greedy.request(peer, echo, "x"), { code: "P2P_BUSY" });
    assert.equal(await modest.request(peer, echo, "mine"), "mine");
  });

  it("carries large messages both ways, compressed or not", async () => {
    const bytes = { encode: (value: Uint8Array) => value, decode: (value: Uint8Array) => value };
    const size = 2 * 1024 * 1024;
    const bulk: Protocol<Uint8Array, Uint8Array> = {
      name: "bulk/1",
      request: bytes,
      response: bytes,
      maxRequestBytes: size,
      maxResponseBytes: size,
      timeoutMilliseconds: 15_000,
    };
    const server = await node();
    const client = await node({ peers: [address(server)] });
    server.handle(bulk, (value) => value);
    await connected(client, 1);
    for (const content of [
      new Uint8Array(size),
      Buffer.from(Array.from({ length: size }, (_, i) => (i * 7919) % 251)),
    ]) {
      const answer = await client.request(server.peerId ?? "", bulk, content);
      assert.equal(Buffer.compare(answer, content), 0);
    }
  });

  it("asks a peer that has come again on its new connection: the one before may have gone without a word", async () => {
    const peerKey = new Uint8Array(32).fill(3);
    const server = await node();
    let frozen = false;
    const sockets: Socket[] = [];
    // A way that loses everything from some moment on, and closes nothing.
    const way = createServer((socket) => {
      const there = connect({ host: "127.0.0.1", port: portOf(server) });
      sockets.push(socket, there);
      for (const [from, to] of [
        [socket, there],
        [there, socket],
      ] as const) {
        from.on("error", () => undefined);
        from.on("data", (data) => frozen || to.write(data));
      }
    }).listen({ host: "127.0.0.1", port: 0 });
    await once(way, "listening");
    const { port } = way.address() as AddressInfo;
    const before = await node({ peerKey, listen: [], peers: [`/ip4/127.0.0.1/tcp/${port}`] });
    await connected(server, 1);
    frozen = true;
    await before.stop();
    const again = await node({ peerKey, listen: [], peers: [address(server)] });
    again.handle(echo, (word) => word);
    await connected(again, 1);
    assert.equal(server.report().inbound, 2);
    await delay(2_100);
    assert.equal(await server.request(again.peerId ?? "", echo, "here"), "here");
    for (const socket of sockets) socket.destroy();
    way.close();
  });

  it("is a different network where the genesis differs by one bit", () => {
    const changed = Uint8Array.from(genesisRoot);
    changed[0] = (changed[0] ?? 0) ^ 1;
    const names = [genesisRoot, changed].map((root) => {
      const { names } = libp2pNetwork({ genesisRoot: root }) as unknown as { names: { digest: string } };
      return names.digest;
    });
    assert.notEqual(names[0], names[1]);
  });
});
