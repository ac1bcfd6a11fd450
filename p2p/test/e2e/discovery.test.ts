import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bootnode, Libp2pNetwork, Libp2pNetworkOptions } from "../../src/index.js";
import { bootnodeOf, connected, libp2pNetwork, until } from "../support/networks.js";

describe("discovery", function () {
  this.timeout(60_000);
  const running: { stop(): Promise<void> }[] = [];
  const folder = mkdtempSync(join(tmpdir(), "lucid-net-"));
  const limits = { discoveryInterval: 300 };

  after(() => rmSync(folder, { recursive: true }));
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
  });

  async function bootnode(listen = "/ip4/127.0.0.1/tcp/0"): Promise<Bootnode> {
    const node = bootnodeOf({ peerKey: new Uint8Array(32).fill(9), listen: [listen] });
    running.push(node);
    await node.start();
    return node;
  }

  async function node(options: Partial<Libp2pNetworkOptions>): Promise<Libp2pNetwork> {
    const network = libp2pNetwork({ discovery: true, privateAddresses: true, limits, ...options });
    running.push(network);
    await network.start();
    return network;
  }

  it("finds everybody from the address of one bootstrap node, and goes on without it", async () => {
    const boot = await bootnode();
    const bootnodes = boot.addresses();
    assert.equal(bootnodes.length, 1);
    const nodes: Libp2pNetwork[] = [];
    for (let i = 0; i < 4; i++) nodes.push(await node({ bootnodes }));
    for (const each of nodes) await connected(each, 3);
    // A bootstrap node is no peer: it has no blocks.
    assert.ok(nodes.every((each) => each.peers().every(({ id }) => id !== boot.peerId)));
    await boot.stop();
    const [first] = nodes;
    await first?.stop();
    for (const each of nodes.slice(1)) await connected(each, 2);
  });

  it("remembers the peers that it met over a restart, and starts anew from a damaged database", async () => {
    const database = join(folder, "net");
    const peerKey = new Uint8Array(32).fill(5);
    const boot = await bootnode();
    const other = await node({ bootnodes: boot.addresses() });
    const first = await node({ bootnodes: boot.addresses(), database, peerKey });
    await connected(first, 1);
    await first.stop();
    await boot.stop();
    // Nobody tells it of anybody now.
    const again = await node({ database, peerKey });
    await connected(again, 1);
    assert.equal(again.peers()[0]?.id, other.peerId);
    await again.stop();
    writeFileSync(join(database, "CURRENT"), "MANIFEST-999999\n");
    const third = await node({ database, peerKey });
    assert.deepEqual(third.peers(), []);
  });

  it("turns away a node of another network", async () => {
    const boot = await bootnode();
    await node({ bootnodes: boot.addresses(), genesisRoot: new Uint8Array(32).fill(8) });
    const ours = await node({ bootnodes: boot.addresses() });
    await until(() => boot.connections === 1);
    assert.deepEqual(ours.peers(), []);
  });

  it("says which port is taken, and refuses malformed addresses", async () => {
    const boot = await bootnode();
    const [address = ""] = boot.addresses();
    const taken = address.slice(0, address.indexOf("/p2p/"));
    await assert.rejects(bootnode(taken), { code: "P2P_LISTEN_FAILED" });
    assert.throws(() => libp2pNetwork({ bootnodes: ["localhost"] }), { code: "P2P_BAD_ADDRESS" });
  });
});
