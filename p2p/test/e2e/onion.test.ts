import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Libp2pNetwork, type Libp2pNetworkOptions, type P2pError, reachableAddresses } from "../../src/index.js";
import { onionKeyOf } from "../../src/libp2p/onionAddress.js";
import { TorControl } from "../../src/libp2p/torControl.js";
import { freePort } from "../support/freePort.js";
import { bootnodeOf, connected, echo, libp2pNetwork, systemClock, until, words } from "../support/networks.js";
import { hasTor, RealTor } from "../support/realTor.js";
import { SocksServer } from "../support/socksServer.js";

const LOOPBACK = "/ip4/127.0.0.1/tcp/0";

describe("onion services", function () {
  this.timeout(60_000);
  const running: { stop(): Promise<void> }[] = [];
  let socks: SocksServer;

  beforeEach(async () => {
    socks = new SocksServer();
    running.push(socks);
    await socks.start();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
  });

  function key(seed: number): Uint8Array {
    return new Uint8Array(32).fill(seed);
  }

  function onionOf(seed: number): string {
    return `/onion3/${onionKeyOf(key(seed)).address}:30120`;
  }

  /** A node in Tor mode whose onion service the proxy knows. */
  async function node(
    seed: number,
    options: Partial<Libp2pNetworkOptions> = {},
    onRefused?: (reason: P2pError | undefined) => void,
  ): Promise<Libp2pNetwork> {
    const port = await freePort();
    const network = libp2pNetwork(
      {
        peerKey: key(seed),
        listen: [`/ip4/127.0.0.1/tcp/${port}`],
        announce: [onionOf(seed)],
        tor: { proxy: socks.proxy, only: true },
        ...options,
      },
      systemClock,
      (event, _address, reason) => {
        if (event === "refused") onRefused?.(reason);
      },
    );
    running.push(network);
    await network.start();
    socks.services.set(`${onionKeyOf(key(seed)).address}.onion:30120`, port);
    return network;
  }

  it("carry requests and gossip between two nodes that know each other by .onion only", async () => {
    const server = await node(1);
    assert.deepEqual(server.addresses(), [`${onionOf(1)}/p2p/${server.peerId}`]);
    server.handle(echo, (word) => word);
    const heard: string[] = [];
    server.subscribe(words, (word) => {
      heard.push(word);
      return "accept";
    });
    const client = await node(2, { peers: server.addresses() });
    client.subscribe(words, () => "accept");
    await connected(client, 1);
    assert.equal(client.peers()[0]?.address, server.address());
    assert.equal(await client.request(server.peerId ?? "", echo, "by tor"), "by tor");
    await until(() => client.meshPeers("words").length === 1);
    client.publish(words, "in the dark");
    await until(() => heard.includes("in the dark"));
    // The proxy saw names.
    assert.ok(socks.asked.every((name) => name.endsWith(".onion:30120")));
    assert.equal(socks.credentials.size, 1);
  });

  it("are found through the DHT from the address of one bootstrap node", async () => {
    const port = await freePort();
    const boot = bootnodeOf({
      peerKey: key(9),
      listen: [`/ip4/127.0.0.1/tcp/${port}`],
      announce: [onionOf(9)],
      privateAddresses: false,
      tor: { proxy: socks.proxy, only: true },
    });
    running.push(boot);
    await boot.start();
    socks.services.set(`${onionKeyOf(key(9)).address}.onion:30120`, port);
    const discovery = { discovery: true, bootnodes: boot.addresses(), limits: { discoveryInterval: 200 } };
    const nodes = [await node(3, discovery), await node(4, discovery), await node(5, discovery)];
    for (const each of nodes) await connected(each, 2);
    for (const each of nodes) {
      for (const { address, direction } of each.peers()) if (direction === "out") assert.match(address, /^\/onion3\//);
    }
  });

  it("say that Tor is gone, and meet again when it is back", async () => {
    const server = await node(1);
    const reasons: string[] = [];
    const client = await node(2, { peers: server.addresses() }, (reason) => reasons.push(reason?.code ?? ""));
    await connected(client, 1);
    await socks.stop();
    await connected(client, 0);
    await until(() => reasons.includes("P2P_TOR_UNREACHABLE"));
    await socks.start();
    await connected(client, 1);
  });

  it("are tried by a second circuit of its own beside one that does not come, and the dial does not wait for that", async () => {
    const server = await node(1);
    socks.lost = 1;
    const reasons: string[] = [];
    const limits = { onionSecondTry: 200 };
    const client = await node(2, { peers: server.addresses(), limits }, (reason) => reasons.push(reason?.code ?? ""));
    await connected(client, 1);
    assert.equal(socks.asked.length, 2);
    assert.equal(socks.credentials.size, 2);
    assert.deepEqual(reasons, []);
    // One of the two is left.
    assert.equal(server.report().inbound, 1);
  });

  it("that are not found are looked for anew: Tor is asked to forget them, at intervals, until somebody is there", async () => {
    const lines: string[] = [];
    const control = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (data) => {
        lines.push(...data.toString().trimEnd().split("\r\n"));
        const [command = ""] = data.toString().split(" ");
        if (command === "PROTOCOLINFO") socket.write("250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n");
        if (command === "ADD_ONION") socket.write(`250-ServiceID=${onionKeyOf(key(2)).address}\r\n`);
        socket.write("250 OK\r\n");
      });
    });
    await new Promise<void>((resolve) => control.listen(0, "127.0.0.1", resolve));
    running.push({ stop: () => new Promise((resolve) => control.close(() => resolve())) });
    const port = (control.address() as AddressInfo).port;
    const asked = () => lines.filter((line) => line === "SIGNAL NEWNYM").length;
    const began = Date.now();
    const client = await node(2, {
      ...{ announce: [], peers: [onionOf(1), onionOf(3)], limits: { onionForget: 400, redialLongest: 50 } },
      tor: { proxy: socks.proxy, only: true, control: { host: "127.0.0.1", port } },
    });
    await until(() => asked() === 2);
    const intervals = Math.floor((Date.now() - began) / 400);
    assert.ok(intervals >= 2 && asked() <= intervals, `${asked()} times in ${intervals} intervals`);
    await node(1);
    await connected(client, 1);
    // Somebody else is still not there, and that is no reason any more.
    const [before, tries] = [asked(), socks.asked.length];
    await delay(900);
    assert.ok(socks.asked.length > tries);
    assert.equal(asked(), before);
  });

  it("that cannot be reached, and a proxy that says nothing, are peers that are gone", async () => {
    const reasons: string[] = [];
    const limits = { onionDialTimeout: 300 };
    const silent = await node(2, { peers: [onionOf(7)], limits }, (reason) => reasons.push(reason?.code ?? ""));
    await until(() => reasons.length > 0);
    socks.silent = true;
    const before = reasons.length;
    await until(() => reasons.length > before);
    assert.ok(reasons.every((code) => code === "P2P_PEER_GONE"));
    // It stops although a dial is under way.
    await silent.stop();
  });

  it("are all that a node in Tor mode dials or tells, and loopback all that it listens on", () => {
    const tor = { proxy: socks.proxy, only: true };
    const refused = (options: Partial<Libp2pNetworkOptions>, code: string) =>
      assert.throws(() => libp2pNetwork({ tor, listen: [LOOPBACK], ...options }), { code });
    refused({ listen: ["/ip4/0.0.0.0/tcp/0"] }, "P2P_CLEARNET");
    refused({ listen: ["/ip6/2001:db8::1/tcp/0"] }, "P2P_CLEARNET");
    refused({ listen: ["/dns4/localhost/tcp/1"] }, "P2P_CLEARNET");
    refused({ peers: ["/ip4/192.0.2.1/tcp/1"] }, "P2P_CLEARNET");
    refused({ peers: ["/ip4/127.0.0.1/tcp/1"] }, "P2P_CLEARNET");
    refused({ bootnodes: ["/dns4/boot.example/tcp/1"] }, "P2P_CLEARNET");
    refused({ announce: ["/ip4/192.0.2.1/tcp/1"] }, "P2P_CLEARNET");
    refused({ listen: [onionOf(1)] }, "P2P_CLEARNET");
    const wrong = onionOf(1).replace(/.:/, (end) => (end === "a:" ? "b:" : "a:"));
    refused({ peers: [wrong] }, "P2P_BAD_ADDRESS");
    assert.throws(() => libp2pNetwork({ peers: [onionOf(1)] }), { code: "P2P_NO_TOR" });
    // Of a list that somebody else made, what cannot be dialled is left out.
    const both = [onionOf(1), "/dns4/boot.example/tcp/1"];
    assert.deepEqual(reachableAddresses(both, tor), [onionOf(1)]);
    assert.deepEqual(reachableAddresses(both, { ...tor, only: false }), both);
    assert.deepEqual(reachableAddresses(both, undefined), ["/dns4/boot.example/tcp/1"]);
  });

  it("do not make a node follow a clearnet address that a peer tells it", async () => {
    // A node of both worlds, which tells its clearnet address to everybody.
    let dials = 0;
    const trap = createServer((socket) => {
      dials++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => trap.listen(0, "127.0.0.1", resolve));
    running.push({ stop: () => new Promise((resolve) => trap.close(() => resolve())) });
    const address = trap.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const liar = await node(1, {
      tor: { proxy: socks.proxy, only: false },
      announce: [`/ip4/127.0.0.1/tcp/${port}`],
      discovery: true,
    });
    const limits = { discoveryInterval: 50, redialLongest: 100 };
    const client = await node(2, {
      peers: [onionOf(1)],
      discovery: true,
      privateAddresses: true,
      limits,
    });
    await connected(client, 1);
    const host = (client as unknown as { host: { peerStore: { all(): Promise<{ addresses: unknown[] }[]> } } }).host;
    await until(() => client.report().records.peers > 0);
    const before = socks.asked.length;
    await liar.stop();
    // It looks for the peer by its .onion again, and it does know the other address.
    await until(() => socks.asked.length > before + 2);
    const known = (await host.peerStore.all()).flatMap(({ addresses }) =>
      addresses.map((each) => JSON.stringify(each)),
    );
    assert.ok(
      known.some((each) => each.includes("127.0.0.1")),
      known.join(" "),
    );
    assert.equal(dials, 0);
  });

  describe("of a real Tor, by its control port", () => {
    const folder = mkdtempSync(join(tmpdir(), "lucid-tor-"));
    const tors: RealTor[] = [];

    before(function () {
      if (!hasTor) this.skip();
    });
    afterEach(async () => {
      await Promise.all(tors.splice(0).map((tor) => tor.kill()));
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    function tor(port: number, ...lines: readonly string[]): RealTor {
      const process = new RealTor(join(folder, `${port}`), ["SocksPort 0", `ControlPort 127.0.0.1:${port}`, ...lines]);
      tors.push(process);
      return process;
    }

    /** Tries until it listens. */
    async function control(port: number, password?: string): Promise<TorControl> {
      for (;;) {
        try {
          return await TorControl.open({ host: "127.0.0.1", port, password }, AbortSignal.timeout(10_000));
        } catch (error) {
          if ((error as P2pError).code !== "P2P_TOR_UNREACHABLE") throw error;
        }
      }
    }

    it("a node sets its service up, again after Tor's end, and tells its address from the start", async () => {
      const port = await freePort();
      const states: (boolean | string)[] = [];
      const network = libp2pNetwork(
        {
          peerKey: key(1),
          listen: [],
          tor: { proxy: socks.proxy, only: true, control: { host: "127.0.0.1", port } },
        },
        systemClock,
        undefined,
        (part, up, reason) => {
          if (part === "service") states.push(reason?.code ?? up);
        },
      );
      running.push(network);
      await network.start();
      assert.deepEqual(network.addresses(), [`${onionOf(1)}/p2p/${network.peerId}`]);
      await until(() => states.includes("P2P_TOR_UNREACHABLE"));
      const first = tor(port, "CookieAuthentication 1");
      await until(() => states.includes(true));
      states.length = 0;
      await first.kill();
      await until(() => states.includes(false));
      tor(port, "CookieAuthentication 1");
      await until(() => states.includes(true));
    });

    it("gives the address that the key says, by cookie, by password and without either", async () => {
      const { address, expandedSecret } = onionKeyOf(key(3));
      const request = { expandedSecret, virtualPort: 30_120, target: { host: "127.0.0.1", port: 9 } };
      const [open, locked] = [await freePort(), await freePort()];
      tor(open);
      // "tor --hash-password" of "right"
      const hashed = "16:3227856B98C7329B607F2C21AA5F2C2A6737F4FF5137DB722FA89CD44D";
      tor(locked, `HashedControlPassword ${hashed}`);
      const plain = await control(open);
      assert.equal(await plain.addOnion(request), address);
      await assert.rejects(plain.addOnion(request), { code: "P2P_TOR_REFUSED" });
      await plain.forget();
      plain.close();
      await assert.rejects(control(locked, "wrong"), { code: "P2P_TOR_REFUSED" });
      await assert.rejects(control(locked), { code: "P2P_TOR_REFUSED" });
    });
  });

  it("are not asked of something that only pretends to be Tor, and no file is given away", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lucid-tor-"));
    const secret = join(folder, "secret");
    writeFileSync(secret, Buffer.alloc(32, 1));
    const answers: string[] = [];
    const lines: string[] = [];
    const impostor = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (data) => {
        lines.push(data.toString());
        socket.write(answers.shift() ?? "");
      });
    });
    await new Promise<void>((resolve) => impostor.listen(0, "127.0.0.1", resolve));
    const address = impostor.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const open = () => TorControl.open({ host: "127.0.0.1", port }, AbortSignal.timeout(10_000));
    const hello = (path: string) =>
      `250-PROTOCOLINFO 1\r\n250-AUTH METHODS=SAFECOOKIE COOKIEFILE="${path}"\r\n250 OK\r\n`;
    const rejects = (...replies: readonly string[]) => {
      answers.splice(0, answers.length, ...replies);
      return assert.rejects(open(), ({ code }: P2pError) => /^P2P_TOR_(REFUSED|UNREACHABLE)$/.test(code));
    };
    const hash = "00".repeat(32);
    await rejects(hello(secret), `250 AUTHCHALLENGE SERVERHASH=${hash} SERVERNONCE=${hash}\r\n`);
    await rejects(hello("/dev/zero"));
    await rejects(hello("/nonexistent"));
    await rejects("250 OK\r\n");
    await rejects("515 no\r\n");
    await rejects(`250-${"x".repeat(100_000)}`);
    await rejects("220 welcome to mail\r\n");
    assert.ok(lines.every((line) => !line.startsWith("AUTHENTICATE")));
    await new Promise((resolve) => impostor.close(resolve));
    rmSync(folder, { recursive: true });
  });
});
