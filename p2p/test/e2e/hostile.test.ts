import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import type { Stream } from "@libp2p/interface";
import { multiaddr } from "@multiformats/multiaddr";
import { networkLimits } from "../../src/index.js";
import type { Host } from "../../src/libp2p/host.js";
import { bootnodeOf, connected, outward, until } from "../support/networks.js";
import { field, frame, names, send, varint } from "../support/rawPeer.js";
import { Siege } from "../support/siege.js";

const topic = field(4, Buffer.from(names.of("words")));

/** True when something comes, false when the stream ends before. */
function once(stream: Stream): Promise<boolean> {
  return new Promise((resolve) => {
    stream.addEventListener("message", () => resolve(true), { once: true });
    stream.addEventListener("close", () => resolve(false), { once: true });
  });
}

describe("a hostile peer", function () {
  this.timeout(60_000);
  let siege: Siege;

  beforeEach(() => {
    siege = new Siege();
  });
  afterEach(() => siege.stop());

  it("subscribes to everything: nothing of it is kept", async () => {
    // Made before, since their making is no strain on the victim.
    const frames = Array.from({ length: 20 }, (_, round) =>
      frame(
        ...Array.from({ length: round % 2 === 0 ? 500 : 20_000 }, (_, index) =>
          field(
            1,
            Buffer.concat([Uint8Array.of(8, 1), field(2, Buffer.from(`topic ${round} ${index} ${"x".repeat(40)}`))]),
          ),
        ),
      ),
    );
    const { address } = await siege.victim();
    const peer = await siege.attacker(address);
    const stream = await peer.open("/meshsub/1.2.0");
    for (const bytes of frames) if (!(await send(stream, bytes))) break;
    await siege.check();
  });

  it("announces a frame of a gigabyte, and sends frames beyond the limit", async () => {
    const { address } = await siege.victim();
    for (const length of [2 ** 30, 3 * 2 ** 20]) {
      const peer = await siege.attacker(address);
      const stream = await peer.open("/meshsub/1.2.0");
      await send(stream, varint(length));
      for (let part = 0; part < 64 && (await send(stream, Buffer.alloc(64 * 1024, 1))); part++);
    }
    await siege.check();
  });

  it("dials a thousand times: those who are in stay served, and there is room again afterwards", async () => {
    const { server, address, served } = await siege.victim({ limits: { inboundConnections: 8, handshake: 1_000 } });
    const port = Number(/\/tcp\/(\d+)/.exec(address)?.[1]);
    const sockets = Array.from({ length: 1_000 }, () => {
      const socket = connect({ host: "127.0.0.1", port });
      siege.keep({ stop: async () => void socket.destroy() });
      return socket.on("error", () => undefined).resume();
    });
    await served();
    assert.ok(server.report().inbound <= 8);
    await until(() => sockets.every(({ closed }) => closed));
    const late = await siege.node({ peers: [address], listen: [] });
    await connected(late, 1);
    await siege.check();
  });

  it("sends what does not verify, as fast as it can: it is banned, and little of it is looked at", async () => {
    const { server, address } = await siege.victim();
    const peer = await siege.attacker(address);
    const stream = await peer.open("/meshsub/1.2.0");
    const message = (index: number) =>
      field(2, Buffer.concat([field(2, Buffer.from(`bad ${index}`)), field(4, Buffer.from(names.of("words")))]));
    for (let i = 0; i < 10_000 && (await send(stream, frame(message(i)))); i++);
    await until(() => peer.connection.status !== "open");
    assert.ok(server.counters().rejected >= 16);
    assert.ok(server.counters().rejected < 2_000, `${server.counters().rejected} were validated`);
    assert.equal(server.report().banned, 1);
    await siege.check();
  });

  it("lies under one key after the other: after a few of them nobody of its address is let in, and others are", async function () {
    // Loopback is exempt: a devnet lives there, and whoever comes through Tor.
    if (outward === undefined) this.skip();
    const { server, address } = await siege.victim({ listen: ["/ip4/0.0.0.0/tcp/0"] });
    const port = /\/tcp\/(\d+)/.exec(address)?.[1];
    const allowed = networkLimits.bansPerAddress.value;
    for (let key = 0; key < allowed; key++) {
      const peer = await siege.attacker(`/ip4/${outward}/tcp/${port}`);
      const stream = await peer.open("/meshsub/1.2.0");
      for (let index = 0; index < 500; index++) {
        const lie = field(2, Buffer.concat([field(2, Buffer.from(`bad ${key} ${index}`)), topic]));
        if (!(await send(stream, frame(lie)))) break;
      }
      await until(() => !peer.isConnected);
    }
    assert.equal(server.report().banned, allowed);
    // What is still on its way when a peer is banned is not looked at.
    assert.equal(server.counters().rejected, allowed * networkLimits.rejects.value);
    const { refused } = server.report();
    await assert.rejects(siege.attacker(`/ip4/${outward}/tcp/${port}`));
    assert.ok(server.report().refused > refused);
    const newcomer = await siege.node({ peers: [`/ip4/127.0.0.1/tcp/${port}`], listen: [] });
    await connected(newcomer, 1);
    await siege.check();
  });

  it("repeats one message for ever: it is judged once", async () => {
    const { server, address, served } = await siege.victim();
    const before = server.counters().received;
    const peer = await siege.attacker(address);
    const stream = await peer.open("/meshsub/1.2.0");
    const message = field(2, Buffer.concat([field(2, Buffer.from("again")), field(4, Buffer.from(names.of("words")))]));
    for (let i = 0; i < 20_000 && (await send(stream, frame(message))); i++);
    await until(() => server.counters().received > before);
    await served();
    // The repeated one and that of the honest peer.
    assert.equal(server.counters().received, before + 2);
    await siege.check();
  });

  it("claims to hold everything: its records in the DHT are few", async () => {
    const boot = siege.keep(bootnodeOf({ database: siege.database }));
    await boot.start();
    siege.begin();
    const peer = await siege.attacker(boot.addresses()[0] ?? "");
    const provider = field(
      9,
      Buffer.concat([field(1, peer.idBytes), field(2, Uint8Array.of(4, 127, 0, 0, 1, 6, 1, 1))]),
    );
    const stream = await peer.open(names.dht);
    for (let i = 0; i < 2_400; i++) {
      const key = Buffer.concat([Uint8Array.of(0x12, 0x20), randomBytes(32)]);
      if (!(await send(stream, frame(Uint8Array.of(8, 2), field(2, key), provider)))) break;
    }
    await until(() => boot.records.providers === 256);
    await stream.close();
    assert.ok(boot.records.providers <= 256, `${boot.records.providers} records`);
    const honest = await siege.node({ discovery: true, bootnodes: boot.addresses(), privateAddresses: true });
    // It is let in, and finds nobody but what the bootstrap node is.
    await until(() => honest.report().outbound === 1);
    await siege.check();
  });

  it("asks the DHT without end, on one stream after the other: it is answered so many times, and others too", async () => {
    const boot = siege.keep(bootnodeOf({ limits: { dhtBytesRate: 40, dhtBytesBurst: 4_000 } }));
    await boot.start();
    siege.begin();
    const peer = await siege.attacker(boot.addresses()[0] ?? "");
    // GET_PROVIDERS of 40 bytes: a hundred at once, and one a second, whatever number of streams it opens.
    const began = Date.now();
    let answers = 0;
    let resets = 0;
    while (resets < 100 && peer.isConnected) {
      const stream = await peer.open(names.dht);
      for (let more = true; more; ) {
        const key = Buffer.concat([Uint8Array.of(0x12, 0x20), randomBytes(32)]);
        const answered = once(stream);
        more = (await send(stream, frame(Uint8Array.of(8, 3), field(2, key)))) && (await answered);
        if (more) answers++;
      }
      resets++;
    }
    const fair = 102 + (Date.now() - began) / 1_000;
    assert.ok(answers >= 50 && answers <= fair, `${answers} answers, ${fair} would be fair`);
    const honest = await siege.node({ discovery: true, bootnodes: boot.addresses(), privateAddresses: true });
    await until(() => honest.report().outbound === 1);
    await siege.check();
  });

  it("brings its records on a stream each, with the opening: so many are taken", async () => {
    const boot = siege.keep(
      bootnodeOf({ database: siege.database, limits: { dhtBytesRate: 80, dhtBytesBurst: 3_200 } }),
    );
    await boot.start();
    siege.begin();
    const peer = await siege.attacker(boot.addresses()[0] ?? "");
    const own = field(9, Buffer.concat([field(1, peer.idBytes), field(2, Uint8Array.of(4, 127, 0, 0, 1, 6, 1, 1))]));
    const began = Date.now();
    let bytes = 0;
    for (let i = 0; i < 200 && peer.isConnected; i++) {
      const key = Buffer.concat([Uint8Array.of(0x12, 0x20), randomBytes(32)]);
      const record = frame(Uint8Array.of(8, 2), field(2, key), own);
      bytes = record.length;
      const stream = await peer.open(names.dht).catch(() => undefined);
      if (stream === undefined || !(await send(stream, record))) continue;
      await stream.close({ signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    }
    await siege.check();
    const fair = 1 + (3_200 + 80 * ((Date.now() - began) / 1_000)) / bytes;
    const { providers } = boot.records;
    assert.ok(providers >= 20 && providers <= fair, `${providers} records, ${fair} would be fair`);
  });

  it("tells new addresses of its own without end", async () => {
    const { server, address } = await siege.victim({ limits: { addressChanges: 10 } });
    const { host } = server as unknown as { host: Host };
    const peer = await siege.attacker(address);
    let written = 0;
    host.addEventListener("peer:update", ({ detail }) => {
      if (detail.peer.id.toString() === peer.id) written++;
    });
    const began = Date.now();
    for (let port = 1; port <= 200 && peer.isConnected; port++) {
      try {
        const stream = await peer.open("/ipfs/id/push/1.0.0");
        const own = multiaddr(`/ip4/192.0.2.1/tcp/${port}`).bytes;
        await send(
          stream,
          frame(field(2, own), field(3, Buffer.from(names.goodbye)), field(6, Buffer.alloc(320, "a"))),
        );
        await stream.close({ signal: AbortSignal.timeout(1_000) });
      } catch {
        // Beyond its share.
      }
    }
    await siege.check();
    // A message is one or two writes, and so is each time that it connects.
    const fair = 2 * (16 + (Date.now() - began) / 6_000);
    assert.ok(written >= 5 && written <= fair, `${written} writes, ${fair} would be fair`);
  });

  it("sends garbage on every protocol", async () => {
    const nat = { traversal: true, relay: "server", upnp: false, mdns: false } as const;
    const { server, address } = await siege.victim({ limits: { requestRead: 500 }, nat });
    const peer = await siege.attacker(address);
    const protocols = (server as unknown as { host: { getProtocols(): string[] } }).host.getProtocols();
    assert.ok(protocols.length >= 10, protocols.join(" "));
    for (const protocol of protocols) {
      for (let i = 0; i < 5; i++) {
        try {
          await send(await peer.open(protocol), randomBytes(20_000));
        } catch {
          // Closed meanwhile, as it should be.
        }
      }
    }
    await siege.check();
  });
});
