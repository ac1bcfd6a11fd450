import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { hasCode } from "@lucid/consensus/base";
import { type ByteChannel, type Libp2pNetwork, P2pError, type StreamProtocol } from "../../src/index.js";
import { connected, libp2pNetwork, until } from "../support/networks.js";
import { names, RawPeer, send } from "../support/rawPeer.js";

const protocol: StreamProtocol = {
  name: "bytes/1",
  streamsPerPeer: 4,
  streams: 6,
  rate: 100,
  burst: 100,
  idleMilliseconds: 15_000,
  pace: 1 << 20,
};
const ENOUGH = 24 << 20;
/** For what must end by time; nothing else may depend on how busy the machine is. */
const SHORT = { idleMilliseconds: 500 };

describe("streams of bytes", function () {
  this.timeout(30_000);
  const running: { stop(): Promise<void> }[] = [];

  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
  });

  async function pair(
    serve: (channel: ByteChannel) => Promise<void>,
    changed: Partial<StreamProtocol> = {},
  ): Promise<{ server: Libp2pNetwork; client: Libp2pNetwork; id: string; open: () => Promise<ByteChannel> }> {
    const server = libp2pNetwork();
    running.push(server);
    const own = { ...protocol, ...changed };
    server.handleStream(own, serve);
    await server.start();
    const client = libp2pNetwork({ peers: [server.address() ?? ""], listen: [] });
    running.push(client);
    await client.start();
    await connected(client, 1);
    const id = server.peerId ?? "";
    return { server, client, id, open: () => client.openStream(id, own) };
  }

  async function raw(server: Libp2pNetwork): Promise<RawPeer> {
    const peer = await RawPeer.connect(server.address() ?? "");
    running.push(peer);
    return peer;
  }

  const failsWith = (code: string) => (error: unknown) => hasCode(error, code);

  it("carry any bytes in both directions, larger than all buffers", async () => {
    const { open } = await pair(async (channel) => {
      const bytes = new Uint8Array(ENOUGH);
      await channel.read(bytes);
      await channel.accept();
      await channel.write(bytes.reverse());
    });
    const sent = new Uint8Array(randomBytes(ENOUGH));
    const channel = await open();
    await channel.write(sent);
    await channel.accepted();
    const back = new Uint8Array(ENOUGH);
    for (let at = 0; at < ENOUGH; at += ENOUGH / 8) await channel.read(back.subarray(at, at + ENOUGH / 8));
    await channel.finish();
    assert.deepEqual(Buffer.compare(back.reverse(), sent), 0);
  });

  it("a refusal brings its code, and an early end is an error", async () => {
    const { open } = await pair(async (channel) => {
      const kind = new Uint8Array(1);
      await channel.read(kind);
      if (kind[0] === 1) throw new P2pError({ code: "P2P_TOO_LARGE", message: "too much" });
      if (kind[0] === 2) await channel.accept();
    });
    const refused = await open();
    await refused.write(Uint8Array.of(1));
    await assert.rejects(refused.accepted(), (error: P2pError) => error.meta?.["remote"] === "P2P_TOO_LARGE");
    const short = await open();
    await short.write(Uint8Array.of(2));
    await short.accepted();
    await assert.rejects(short.read(new Uint8Array(1)), failsWith("P2P_PEER_GONE"));
  });

  it("a peer that stops sending or reading, or drips, is given up in time", async () => {
    const failures: unknown[] = [];
    const { server, open } = await pair(async (channel) => {
      try {
        const kind = new Uint8Array(1);
        await channel.read(kind);
        if (kind[0] === 1) await channel.read(new Uint8Array(1 << 20));
        else for (;;) await channel.write(new Uint8Array(1 << 20));
      } catch (error) {
        failures.push(error);
        throw error;
      }
    }, SHORT);
    const silent = await open();
    await silent.write(Uint8Array.of(1));
    await assert.rejects(silent.read(new Uint8Array(1)), failsWith("P2P_TIMEOUT"));
    const hostile = await raw(server);
    const deaf = await hostile.open(names.of(protocol.name));
    deaf.pause();
    await send(deaf, Uint8Array.of(2));
    // A byte each 50 ms is no progress: a MiB at that pace would take half a day.
    const dripping = await hostile.open(names.of(protocol.name));
    const drip = setInterval(() => void send(dripping, Uint8Array.of(1)), 50);
    await until(() => failures.length === 3);
    clearInterval(drip);
    assert.ok(
      failures.slice(1).every((error) => hasCode(error, "P2P_TIMEOUT")),
      String(failures),
    );
  });

  it("one peer has its share of streams and no more, and all together theirs", async () => {
    const waiting: (() => void)[] = [];
    const { server, client, id, open } = await pair(async (channel) => {
      await channel.accept();
      await new Promise<void>((resolve) => waiting.push(resolve));
    });
    const own: ByteChannel[] = [];
    for (let i = 0; i < 4; i++) {
      const channel = await open();
      await channel.accepted();
      own.push(channel);
    }
    const fifth = await open();
    await assert.rejects(fifth.accepted(), failsWith("P2P_BUSY"));
    const second = libp2pNetwork({ peers: [server.address() ?? ""], listen: [] });
    running.push(second);
    await second.start();
    await connected(second, 1);
    for (let i = 0; i < 2; i++) await (await second.openStream(id, protocol)).accepted();
    await assert.rejects((await second.openStream(id, protocol)).accepted(), failsWith("P2P_BUSY"));
    for (const done of waiting) done();
    for (const channel of own) await channel.finish();
    await until(() => server.report().byteStreams.served === 6);
    await (await client.openStream(id, protocol)).accepted();
    for (const done of waiting) done();
  });

  it("an end of the network ends what waits", async () => {
    const { client, open } = await pair(async (channel) => channel.read(new Uint8Array(1)));
    const channel = await open();
    const waiting = assert.rejects(channel.read(new Uint8Array(1)), failsWith("P2P_STOPPED"));
    await client.stop();
    await waiting;
    await assert.rejects(open(), failsWith("P2P_STOPPED"));
  });
});
