import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { type Clock, VirtualClock } from "@lucid/consensus/base";
import {
  type Codec,
  type PeerInfo,
  type Protocol,
  TcpNetwork,
  type TcpNetworkOptions,
  type Topic,
  type Verdict,
} from "../../src/index.js";
import { encodeFrame } from "../../src/tcp/frames.js";

const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(milliseconds, callback) {
    const handle = setTimeout(callback, milliseconds);
    return { cancel: () => clearTimeout(handle) };
  },
};

const text: Codec<string> = {
  encode: (value) => new TextEncoder().encode(value),
  decode: (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
};
const topic: Topic<string> = { ...text, name: "words", maxBytes: 1_000, maxQueued: 8 };
const echo: Protocol<string, string> = {
  name: "echo/1",
  request: text,
  response: text,
  maxRequestBytes: 100,
  maxResponseBytes: 100,
  timeoutMilliseconds: 1_000,
};
const genesisRoot = new Uint8Array(32).fill(7);

/** Resolves when `network` has `count` peers. */
function connected(network: TcpNetwork, count: number): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (network.peers().length !== count) return false;
      resolve();
      return true;
    };
    if (check()) return;
    const end = network.onPeer(() => {
      if (check()) end();
    });
  });
}

/** Resolves with the next word that `network` accepts. */
function word(network: TcpNetwork): Promise<string> {
  return new Promise((resolve) => {
    const end = network.subscribe(topic, (message) => {
      end();
      resolve(message);
      return "accept";
    });
  });
}

describe("plain TCP network", () => {
  const running: TcpNetwork[] = [];

  async function node(options: Partial<TcpNetworkOptions> = {}, clock: Clock = systemClock): Promise<TcpNetwork> {
    const network = new TcpNetwork({ genesisRoot, listen: "127.0.0.1:0", peers: [], ...options }, { clock });
    await network.start();
    running.push(network);
    return network;
  }

  const address = (network: TcpNetwork): string => network.address() ?? assert.fail("not listening");

  afterEach(async () => {
    await Promise.all(running.splice(0).map((network) => network.stop()));
  });

  it("does nothing without peers", async () => {
    const alone = await node({ listen: undefined });
    alone.publish(topic, "nobody hears it");
    assert.deepEqual(alone.peers(), []);
    assert.equal(alone.address(), undefined);
  });

  it("brings a message to everybody once, through a node that has accepted it", async () => {
    const middle = await node();
    const left = await node({ peers: [address(middle)] });
    const right = await node({ peers: [address(middle)] });
    await connected(middle, 2);
    const heard: string[] = [];
    middle.subscribe(topic, (message) => {
      heard.push(`middle ${message}`);
      return "accept";
    });
    left.subscribe(topic, () => assert.fail("a node must not hear itself"));
    const atRight = word(right);
    left.publish(topic, "hello");
    assert.equal(await atRight, "hello");
    assert.deepEqual(heard, ["middle hello"]);
  });

  it("does not forward what was ignored, and delivers a repeated message once", async () => {
    const middle = await node();
    const left = await node({ peers: [address(middle)] });
    const right = await node({ peers: [address(middle)] });
    await connected(middle, 2);
    middle.subscribe(topic, (message) => (message === "bad" ? "ignore" : "accept"));
    const atRight = word(right);
    left.publish(topic, "bad");
    left.publish(topic, "good");
    assert.equal(await atRight, "good");
    assert.equal(middle.counters().ignored, 1);
  });

  it("keeps one connection between two nodes that dial each other", async () => {
    const first = await node();
    const second = await node({ peers: [address(first)] });
    await connected(first, 1);
    const third = new TcpNetwork(
      { genesisRoot, peers: [address(first), address(second), address(first)] },
      { clock: systemClock },
    );
    running.push(third);
    await third.start();
    await connected(third, 2);
    await connected(first, 2);
    await connected(second, 2);
  });

  it("answers requests, and says by code why it does not", async () => {
    const server = await node();
    const client = await node({ peers: [address(server)] });
    await connected(client, 1);
    const peer = client.peers()[0]?.id ?? "";
    await assert.rejects(client.request(peer, echo, "early"), { code: "P2P_UNKNOWN_PROTOCOL" });
    server.handle(echo, (request) => request.toUpperCase());
    assert.equal(await client.request(peer, echo, "ping"), "PING");
    await assert.rejects(client.request(peer, echo, "x".repeat(101)), { code: "P2P_TOO_LARGE" });
    await assert.rejects(client.request("nobody", echo, "x"), { code: "P2P_PEER_GONE" });
    server.handle(echo, () => "y".repeat(101));
    await assert.rejects(client.request(peer, echo, "x"), { code: "P2P_BAD_FRAME" });
  });

  it("gives up on an answer after the protocol's time, by the clock it was given", async () => {
    const clock = new VirtualClock(0);
    const server = await node();
    const client = await node({ peers: [address(server)] }, clock);
    await connected(client, 1);
    const asked = new Promise<void>((resolve) => {
      server.handle(echo, () => {
        resolve();
        return new Promise<string>(() => {});
      });
    });
    const answer = client.request(client.peers()[0]?.id ?? "", echo, "anybody?");
    const refused = assert.rejects(answer, { code: "P2P_TIMEOUT" });
    await asked;
    clock.advanceTo(1_000);
    await refused;
  });

  it("ends pending requests when it stops or the peer goes", async () => {
    const server = await node();
    const client = await node({ peers: [address(server)] });
    await connected(client, 1);
    const asked = new Promise<void>((resolve) => {
      server.handle(echo, () => {
        resolve();
        return new Promise<string>(() => {});
      });
    });
    const refused = assert.rejects(client.request(client.peers()[0]?.id ?? "", echo, "x"), { code: "P2P_PEER_GONE" });
    await asked;
    await server.stop();
    await refused;
  });

  it("finds a peer again that was away", async () => {
    const server = await node();
    const where = address(server);
    const client = await node({ peers: [where], listen: undefined });
    await connected(client, 1);
    const gone = connected(client, 0);
    await server.stop();
    await gone;
    await node({ listen: where });
    await connected(client, 1);
  });

  it("refuses a node of another network", async () => {
    const server = await node();
    const refusals: string[] = [];
    const refused = new Promise<void>((resolve) => {
      const stranger = new TcpNetwork(
        { genesisRoot: new Uint8Array(32).fill(8), peers: [address(server)] },
        {
          clock: systemClock,
          onEvent: (event, _, reason) => {
            refusals.push(`${event} ${reason?.code}`);
            resolve();
          },
        },
      );
      running.push(stranger);
      void stranger.start();
    });
    await refused;
    assert.deepEqual(refusals, ["refused P2P_WRONG_NETWORK"]);
    assert.equal(server.peers().length, 0);
  });

  it("drops a peer that sends garbage, says nothing, or keeps sending what is not valid", async () => {
    const clock = new VirtualClock(0);
    const server = await node({}, clock);
    const [host, port] = address(server).split(":");
    const open = async () => {
      const socket = connect({ host: host ?? "", port: Number(port) });
      socket.on("error", () => undefined);
      socket.resume();
      await once(socket, "connect");
      return socket;
    };
    const garbage = await open();
    garbage.write(Buffer.alloc(100, 0x41));
    await once(garbage, "close");

    const silent = await open();
    // Its bytes are read after the connection was taken, so the time-out is set by then.
    await once(silent, "data").catch(() => undefined);
    clock.advanceTo(10_000);
    await once(silent, "close");

    const spammer = await open();
    server.subscribe({ ...topic, maxQueued: 32 }, () => "reject");
    spammer.write(encodeFrame({ kind: "hello", version: 1, genesisRoot, id: new Uint8Array(32).fill(1) }));
    for (let i = 0; i < 16; i++) {
      spammer.write(encodeFrame({ kind: "gossip", topic: "words", message: text.encode(`spam ${i}`) }));
    }
    await once(spammer, "close");
    assert.equal(server.counters().rejected, 16);
  });

  it("bounds what waits for validation and delivers a dropped message when it comes again", async () => {
    const server = await node();
    const client = await node({ peers: [address(server)], listen: undefined });
    await connected(server, 1);
    let release: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const seen: string[] = [];
    let last: () => void = () => undefined;
    const done = new Promise<void>((resolve) => {
      last = resolve;
    });
    server.subscribe(topic, async (message): Promise<Verdict> => {
      await blocked;
      seen.push(message);
      if (message === "end") last();
      return "accept";
    });
    server.handle(echo, (request) => request);
    for (let i = 0; i < 20; i++) client.publish(topic, `m${i}`);
    // Answers come after the gossip before them: by then all 20 have been taken or dropped.
    const peer: PeerInfo = client.peers()[0] ?? assert.fail("no peer");
    await client.request(peer.id, echo, "flush");
    assert.equal(server.counters().dropped, 20 - 8);
    release();
    const again = await node({ peers: [address(server)], listen: undefined });
    await connected(server, 2);
    await connected(again, 1);
    again.publish(topic, "m19");
    again.publish(topic, "end");
    await done;
    assert.equal(seen.filter((message) => message === "m19").length, 1);
  });

  it("refuses addresses beyond this machine, malformed ones, and a port in use", async () => {
    for (const [listen, code] of [
      ["0.0.0.0:1", "P2P_NOT_LOOPBACK"],
      ["10.0.0.1:1", "P2P_NOT_LOOPBACK"],
      ["127.0.0.1", "P2P_BAD_ADDRESS"],
      ["127.0.0.1:70000", "P2P_BAD_ADDRESS"],
    ] as const) {
      assert.throws(() => new TcpNetwork({ genesisRoot, listen, peers: [] }, { clock: systemClock }), { code });
    }
    const holder = createServer().listen({ host: "127.0.0.1", port: 0 });
    await once(holder, "listening");
    const bound = holder.address();
    const port = typeof bound === "object" && bound !== null ? bound.port : 0;
    await assert.rejects(node({ listen: `127.0.0.1:${port}` }), { code: "P2P_LISTEN_FAILED" });
    holder.close();
  });
});
