import assert from "node:assert/strict";
import { hasCode, VirtualClock } from "@lucid/consensus/base";
import { type ConsensusNetwork, P2pError, type Verdict } from "../../src/index.js";
import {
  connected,
  echo,
  libp2pKind,
  memoryKind,
  type NetworkKind,
  type NodeWishes,
  text,
  until,
  words,
} from "../support/networks.js";

class Nodes {
  readonly all: ConsensusNetwork[] = [];
  private readonly kind: NetworkKind;

  constructor(kind: NetworkKind) {
    this.kind = kind;
  }

  async add(wishes: NodeWishes = {}): Promise<ConsensusNetwork> {
    const network = this.kind.make(wishes);
    this.all.push(network);
    await network.start();
    return network;
  }

  /** Resolves when what `network` publishes in `words` reaches `count` peers. */
  flow(network: ConsensusNetwork, count: number): Promise<void> {
    return until(() => this.kind.flows(network, words.name, count));
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.all.splice(0).map((network) => network.stop()));
  }
}

/** What every network promises, whatever carries it. */
for (const kind of [memoryKind(), libp2pKind]) {
  describe(`a network ${kind.name}`, () => {
    const nodes = new Nodes(kind);
    afterEach(() => nodes.stopAll());

    it("does nothing without peers", async () => {
      const alone = await nodes.add({ listen: false });
      alone.publish(words, "nobody hears it");
      assert.deepEqual(alone.peers(), []);
    });

    it("brings a message to everybody once and never back to its sender", async () => {
      const middle = await nodes.add();
      const left = await nodes.add({ peers: [middle] });
      const right = await nodes.add({ peers: [middle] });
      const heard: string[] = [];
      for (const [name, node] of Object.entries({ middle, left, right })) {
        node.subscribe(words, (message) => {
          heard.push(`${name} ${message}`);
          return "accept";
        });
      }
      await nodes.flow(middle, 2);
      await nodes.flow(left, 1);
      await nodes.flow(right, 1);
      left.publish(words, "hello");
      left.publish(words, "hello");
      left.publish(words, "end");
      await until(() => heard.includes("right end") && heard.includes("middle end"));
      assert.deepEqual(heard.sort(), ["middle end", "middle hello", "right end", "right hello"]);
    });

    it("ends the connection to a peer that it drops, and lets a banned one not come back", async () => {
      const node = await nodes.add();
      const other = await nodes.add({ peers: [node] });
      await connected(node, 1);
      const [peer] = node.peers();
      assert.ok(peer !== undefined);
      const reason = new P2pError({ code: "P2P_BAD_FRAME", message: "served what nobody serves" });
      node.drop(peer.id, reason, { ban: false });
      await connected(node, 0);
      await connected(node, 1);
      node.drop(peer.id, reason, { ban: true });
      await connected(node, 0);
      await connected(other, 0);
      await assert.rejects(node.request(peer.id, echo, "hello"), (error) => hasCode(error, "P2P_PEER_GONE"));
    });

    it("counts what its validator said, and what does not decode as rejected", async () => {
      const node = await nodes.add();
      const other = await nodes.add({ peers: [node] });
      node.subscribe(
        words,
        (message): Verdict => (message === "bad" ? "reject" : message === "old" ? "ignore" : "accept"),
      );
      other.subscribe(words, () => "accept");
      await nodes.flow(other, 1);
      for (const message of ["good", "bad", "old", "fine"]) other.publish(words, message);
      const raw = { ...words, encode: () => Uint8Array.of(0xff, 0xfe) };
      other.publish(raw, "no text");
      await until(() => node.counters().received === 5 && node.counters().rejected === 2);
      const { accepted, ignored, rejected } = node.counters();
      assert.deepEqual({ accepted, ignored, rejected }, { accepted: 2, ignored: 1, rejected: 2 });
    });

    it("answers requests, and says by code why it does not", async () => {
      const server = await nodes.add();
      const client = await nodes.add({ peers: [server] });
      await connected(client, 1);
      const peer = client.peers()[0]?.id ?? "";
      await assert.rejects(client.request(peer, echo, "early"), { code: "P2P_UNKNOWN_PROTOCOL" });
      const end = server.handle(echo, (request) => request.toUpperCase());
      assert.equal(await client.request(peer, echo, "ping"), "PING");
      assert.equal(await client.request(peer, echo, ""), "");
      const many = Array.from({ length: 20 }, (_, index) => `ask ${index}`);
      assert.deepEqual(
        await Promise.all(many.map((word) => client.request(peer, echo, word))),
        many.map((word) => word.toUpperCase()),
      );
      await assert.rejects(client.request(peer, echo, "x".repeat(101)), { code: "P2P_TOO_LARGE" });
      await assert.rejects(client.request("nobody", echo, "x"), { code: "P2P_PEER_GONE" });
      end();
      server.handle(echo, () => assert.fail("a defect"));
      await assert.rejects(client.request(peer, echo, "x"), { code: "P2P_REMOTE_FAILED" });
      server.handle(echo, () => "y".repeat(101));
      await assert.rejects(
        client.request(peer, echo, "x"),
        (error) => hasCode(error, "P2P_BAD_FRAME") || hasCode(error, "P2P_REMOTE_FAILED"),
      );
    });

    it("tells of peers that come and go", async () => {
      const node = await nodes.add();
      const heard: string[] = [];
      node.onPeer((_, up) => heard.push(up ? "came" : "went"));
      const other = await nodes.add({ peers: [node] });
      await until(() => heard.length === 1);
      await other.stop();
      await until(() => heard.length === 2);
      assert.deepEqual(heard, ["came", "went"]);
      assert.deepEqual(node.peers(), []);
    });

    it("refuses to publish what is too large for its topic", async () => {
      const node = await nodes.add();
      assert.throws(() => node.publish(words, "x".repeat(1_001)), { code: "P2P_TOO_LARGE" });
    });
  });
}

/** What only networks with real sockets can get wrong. */
for (const kind of [libp2pKind]) {
  describe(`a network ${kind.name}, between processes`, () => {
    const nodes = new Nodes(kind);
    afterEach(() => nodes.stopAll());

    it("does not forward what was ignored", async () => {
      const middle = await nodes.add();
      const left = await nodes.add({ peers: [middle] });
      const right = await nodes.add({ peers: [middle] });
      const heard: string[] = [];
      middle.subscribe(words, (message) => (message === "bad" ? "ignore" : "accept"));
      left.subscribe(words, () => "accept");
      right.subscribe(words, (message) => {
        heard.push(message);
        return "accept";
      });
      await nodes.flow(middle, 2);
      await nodes.flow(left, 1);
      left.publish(words, "bad");
      left.publish(words, "good");
      await until(() => heard.length > 0);
      assert.deepEqual(heard, ["good"]);
      assert.equal(middle.counters().ignored, 1);
    });

    it("keeps one peer where two nodes dial each other", async () => {
      const first = await nodes.add();
      const second = await nodes.add({ peers: [first] });
      await connected(first, 1);
      await nodes.add({ peers: [first, second, first] });
      for (const node of nodes.all) await connected(node, 2);
    });

    it("gives up on an answer after the protocol's time, by the clock it was given", async () => {
      const clock = new VirtualClock(0);
      const server = await nodes.add();
      const client = await nodes.add({ peers: [server], clock });
      await connected(client, 1);
      const asked = new Promise<void>((resolve) => {
        server.handle(echo, () => {
          resolve();
          return new Promise<string>(() => {});
        });
      });
      const refused = assert.rejects(client.request(client.peers()[0]?.id ?? "", echo, "anybody?"), {
        code: "P2P_TIMEOUT",
      });
      await asked;
      clock.advanceTo(1_000);
      await refused;
    });

    it("ends pending requests when the peer goes or it stops itself", async () => {
      for (const [stops, code] of [
        ["server", "P2P_PEER_GONE"],
        ["client", "P2P_STOPPED"],
      ] as const) {
        const server = await nodes.add();
        const client = await nodes.add({ peers: [server] });
        await connected(client, 1);
        const asked = new Promise<void>((resolve) => {
          server.handle(echo, () => {
            resolve();
            return new Promise<string>(() => {});
          });
        });
        const answer = client.request(client.peers()[0]?.id ?? "", echo, "x");
        const refused = assert.rejects(answer, { code });
        await asked;
        await (stops === "server" ? server : client).stop();
        await refused;
      }
    });

    it("bounds what waits for validation", async () => {
      const server = await nodes.add();
      const client = await nodes.add({ peers: [server], listen: false });
      let release: () => void = () => undefined;
      const blocked = new Promise<void>((resolve) => {
        release = resolve;
      });
      let running = 0;
      let most = 0;
      server.subscribe(words, async (): Promise<Verdict> => {
        most = Math.max(most, ++running);
        await blocked;
        running--;
        return "accept";
      });
      client.subscribe(words, () => "accept");
      await nodes.flow(client, 1);
      for (let i = 0; i < 20; i++) client.publish(words, `m${i}`);
      await until(() => server.counters().received === 20);
      assert.ok(most <= words.maxQueued);
      assert.equal(server.counters().dropped, 20 - most);
      release();
      await until(() => server.counters().accepted === most);
    });

    it("closes what has stopped for good: publishing and asking are refused or do nothing", async () => {
      const node = await nodes.add();
      await node.stop();
      await node.stop();
      node.publish(words, text.decode(text.encode("late")));
      await assert.rejects(node.request("nobody", echo, "x"));
    });
  });
}
