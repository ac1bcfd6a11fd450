import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { Libp2pNetwork, StreamProtocol } from "@lucid/p2p";
import { type RawPeer, send, varint } from "@lucid/p2p/testing";
import { protocols as nodeProtocols } from "../../../src/driver/topics.js";
import { chunkGet, chunkPut, replicationProtocols } from "../../../src/replication/wire.js";
import { BesiegedNode, type FullNode } from "../../support/fullNode.js";
import { until } from "../../support/processNetwork.js";

/** What libp2p itself serves on a full node that is a relay and a server of the DHT. */
const OF_LIBP2P = [
  "/ipfs/id/1.0.0",
  "/ipfs/id/push/1.0.0",
  "/ipfs/ping/1.0.0",
  "/libp2p/autonat/1.0.0",
  "/libp2p/circuit/relay/0.2.0/hop",
  "/libp2p/circuit/relay/0.2.0/stop",
  "/libp2p/dcutr",
  "/meshsub/1.2.0",
];
/** Streams that live as long as the peer likes: gossip, and one of identify, which libp2p closes on its own side only. */
const LASTING = /^\/(meshsub|floodsub|ipfs\/id)\//;
const COPIES = 3;

type Stream = Awaited<ReturnType<RawPeer["open"]>>;

/** A message of four bytes as all our requests are sent, two bytes short. */
const CUT_REQUEST = Uint8Array.of(4, 1, 8, 0, 0, 1, 2, 3, 4, 0, 0);
const CUT_MESSAGE = Uint8Array.of(4, 8, 1);

/** Ways to misuse a stream. */
const misuses: readonly ((stream: Stream, ours: boolean) => Promise<unknown>)[] = [
  // Nothing, and nothing more to come.
  (stream) => stream.close(),
  // Nothing, for ever.
  async () => undefined,
  (stream) => send(stream, randomBytes(20_000)),
  async (stream) => {
    await send(stream, varint(2 ** 32 - 1));
    await send(stream, randomBytes(20_000));
  },
  async (stream, ours) => {
    await send(stream, ours ? CUT_REQUEST : CUT_MESSAGE);
    await stream.close();
  },
  async (stream, ours) => {
    await send(stream, ours ? CUT_REQUEST : CUT_MESSAGE);
    stream.abort(new TypeError("thought better of it"));
  },
];

describe("garbage on every protocol of a full node", function () {
  this.timeout(120_000);
  let besieged: BesiegedNode;
  let node: FullNode;
  let honest: Libp2pNetwork;

  before(async () => {
    besieged = await BesiegedNode.start({ p2pRelay: "server" });
    ({ node, honest } = besieged);
  });

  after(() => besieged?.stop());

  /** Requests of all kinds that an honest peer makes. */
  async function served(): Promise<void> {
    const { victim } = besieged;
    const ask = async (protocol: StreamProtocol): Promise<void> => {
      const channel = await honest.openStream(victim, protocol);
      await channel.write(new Uint8Array(40));
      await assert.rejects(channel.accepted(), { code: "P2P_REMOTE_FAILED" }, "a chunk that is not there");
    };
    const root = new Uint8Array(32);
    assert.deepEqual(
      await honest.request(victim, nodeProtocols.blockByRoot, root),
      undefined,
      "a block that nobody has",
    );
    const blocks = await honest.request(victim, nodeProtocols.blocksByRange, { start: 1, count: 1 });
    assert.equal(blocks.blocks.length, 1);
    assert.deepEqual(await honest.request(victim, replicationProtocols.chunksHeld, [root]), [false]);
    await ask(chunkGet);
    const height = await node.height();
    await until("the chain goes on", async () => (await node.height()) > height, 60);
  }

  it("covers what there is: all protocols that our tables name, and those of libp2p", async () => {
    const told = new Set(await (await besieged.attacker()).protocols());
    const ours = [...Object.values(nodeProtocols), ...Object.values(replicationProtocols), chunkGet, chunkPut];
    const expected = [...ours.map(({ name }) => node.names.of(name)), node.names.goodbye, node.names.dht, ...OF_LIBP2P];
    assert.deepEqual(
      expected.filter((name) => !told.has(name)),
      [],
    );
  });

  it("nothing, garbage, too long, too short and taken back: the node goes on and no stream stays", async () => {
    await served();
    const all = await (await besieged.attacker()).protocols();
    const strain = besieged.strain();
    for (const protocol of all) {
      // It stays, so that nothing is closed because it went; some of it costs a peer its place.
      let peer = await besieged.attacker();
      for (const misuse of misuses) {
        if (!peer.isConnected) peer = await besieged.attacker();
        for (let copy = 0; copy < COPIES; copy++) {
          try {
            await misuse(await peer.open(protocol), node.names.belongs(protocol));
          } catch {
            // Closed meanwhile, as it should be.
          }
        }
      }
    }
    await served();
    strain.check();
    await until(
      "no stream is left",
      async () => {
        const open = [...(await node.metric("lucid_p2p_streams"))];
        return open.every(
          ([name, count]) => count === 0 || (LASTING.test(name) && count <= 2 * besieged.attackers.length),
        );
      },
      40,
    );
  });
});
