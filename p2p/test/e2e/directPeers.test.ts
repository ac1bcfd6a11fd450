import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { networkInterfaces } from "node:os";
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import { type Libp2pNetwork, type Libp2pNetworkOptions, peerIdOfKey } from "../../src/index.js";
import { freePort } from "../support/freePort.js";
import { libp2pNetwork, until, words } from "../support/networks.js";

describe("ways of meeting", function () {
  this.timeout(60_000);
  const running: { stop(): Promise<void> }[] = [];

  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
  });

  async function node(options: Partial<Libp2pNetworkOptions>): Promise<Libp2pNetwork> {
    const network = libp2pNetwork(options);
    running.push(network);
    await network.start();
    return network;
  }

  it("two nodes that name each other as direct peers gossip outside of any mesh", async () => {
    const keys = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const;
    const ports = [await freePort(), await freePort()] as const;
    const listen = ports.map((port) => `/ip4/127.0.0.1/tcp/${port}`);
    const named = await Promise.all(
      keys.map(async (key, at) => {
        const { publicKey } = await generateKeyPairFromSeed("Ed25519", key);
        return `${listen[at]}/p2p/${peerIdOfKey(publicKey.raw)}`;
      }),
    );
    const [a, b] = [
      await node({ peerKey: keys[0], listen: [listen[0] ?? ""], directPeers: [named[1] ?? ""] }),
      await node({ peerKey: keys[1], listen: [listen[1] ?? ""], directPeers: [named[0] ?? ""] }),
    ];
    const heard: string[] = [];
    a.subscribe(words, () => "accept");
    b.subscribe(words, (word) => {
      heard.push(word);
      return "accept";
    });
    await until(() => a.peers().length === 1 && b.peers().length === 1);
    let count = 0;
    await until(() => {
      a.publish(words, `word ${count++}`);
      return heard.length > 0;
    });
    assert.deepEqual([...a.meshPeers("words"), ...b.meshPeers("words")], []);
    assert.equal(a.report().mesh["words"], 0);
    assert.ok((a.report().streams["/meshsub/1.2.0"] ?? 0) > 0, JSON.stringify(a.report().streams));
  });

  it("a direct peer without its peer id is no address of one", () => {
    assert.throws(() => libp2pNetwork({ directPeers: ["/ip4/192.0.2.1/tcp/1"] }), { code: "P2P_BAD_ADDRESS" });
  });

  it("nodes in one house find each other by multicast, those of another network stay strangers", async function () {
    const outward = Object.values(networkInterfaces()).flat();
    // Multicast needs a way out, be it one that leads nowhere.
    if (!outward.some((each) => each?.internal === false && each.family === "IPv4")) this.skip();
    const nat = { traversal: false, relay: "off", upnp: false, mdns: true } as const;
    const house = { nat, discovery: true, privateAddresses: true, listen: ["/ip4/127.0.0.1/tcp/0"] };
    const ours = randomBytes(32);
    const a = await node({ ...house, genesisRoot: ours });
    const stranger = await node({ ...house, genesisRoot: new Uint8Array(randomBytes(32)) });
    const b = await node({ ...house, genesisRoot: ours });
    await until(() => a.peers().length === 1 && b.peers().length === 1);
    assert.equal(a.peers()[0]?.id, b.peerId);
    assert.deepEqual(stranger.peers(), []);
  });
});
