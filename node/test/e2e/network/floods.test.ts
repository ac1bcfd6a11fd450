import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type Libp2pNetwork, P2pError, type PeerId, type Protocol } from "@lucid/p2p";
import { field, frame, send } from "@lucid/p2p/testing";
import { protocols, topics } from "../../../src/driver/topics.js";
import { CONSENT_BYTES, decodeConsent } from "../../../src/replication/uploadConsent.js";
import { MAX_ASKED, ROOTS_PER_PART, replicationProtocols } from "../../../src/replication/wire.js";
import { BesiegedNode, type FullNode } from "../../support/fullNode.js";
import { until } from "../../support/processNetwork.js";

const ROOT = new Uint8Array(32);
const OWNER = new Uint8Array(20);
/** Nobody's: it is refused after its signature was looked at. */
const CONSENT = decodeConsent(new Uint8Array(CONSENT_BYTES));

interface Costly {
  readonly name: string;
  readonly quota: { readonly rate: number; readonly burst: number };
  readonly ask: (network: Libp2pNetwork, peer: PeerId) => Promise<unknown>;
}

function costly<Q, R>(protocol: Protocol<Q, R>, request: Q): Costly {
  const patient = { ...protocol, timeoutMilliseconds: 30_000 };
  return {
    name: protocol.name,
    quota: protocol.quota ?? assert.fail(`${protocol.name} has no quota of its own`),
    ask: (network, peer) => network.request(peer, patient, request),
  };
}

const roots = Array.from({ length: ROOTS_PER_PART }, () => ROOT);
/** A request of each kind that has a quota of its own, of the size that costs most. */
const floods: readonly Costly[] = [
  costly(protocols.blocksByRange, { start: 1, count: 64 }),
  costly(protocols.headersByRange, { start: 1, count: 64 }),
  costly(protocols.snapshots, undefined),
  costly(protocols.stateChunk, { root: ROOT, index: 0 }),
  costly(replicationProtocols.sessionRoots, { owner: OWNER, sessionId: ROOT, part: 0 }),
  costly(replicationProtocols.offerRoots, { consent: CONSENT, part: 0, total: ROOTS_PER_PART, roots }),
  costly(replicationProtocols.sessionChunks, { sessionId: ROOT, from: 0 }),
  costly(
    replicationProtocols.chunksHeld,
    Array.from({ length: MAX_ASKED }, () => new Uint8Array(randomBytes(32))),
  ),
];

describe("floods of a full node", function () {
  this.timeout(120_000);
  let besieged: BesiegedNode;
  let node: FullNode;
  let honest: Libp2pNetwork;

  before(async () => {
    besieged = await BesiegedNode.start();
    ({ node, honest } = besieged);
  });

  after(() => besieged?.stop());

  /** The code with which a request is refused, by the node or on the way; OK when it is answered. */
  async function codeOf({ ask }: Costly, network: Libp2pNetwork): Promise<string> {
    try {
      await ask(network, besieged.victim);
      return "OK";
    } catch (error) {
      assert.ok(error instanceof P2pError);
      return error.code;
    }
  }

  it("covers every kind of request that has a quota", () => {
    const all: readonly { readonly name: string; readonly quota?: unknown }[] = [
      ...Object.values(protocols),
      ...Object.values(replicationProtocols),
    ];
    const own = all.filter(({ quota }) => quota !== undefined).map(({ name }) => name);
    assert.deepEqual(floods.map(({ name }) => name).sort(), own.sort());
  });

  for (const flood of floods) {
    it(`${flood.name}: whoever asks too often is told so, and another is served`, async () => {
      const flooder = await node.peer();
      const strain = besieged.strain();
      const { rate, burst } = flood.quota;
      const began = Date.now();
      const codes: string[] = [];
      let left = 2 * burst;
      const ask = async (): Promise<void> => {
        while (left-- > 0 && !codes.includes("P2P_BUSY")) codes.push(await codeOf(flood, flooder));
      };
      await Promise.all(Array.from({ length: 4 }, ask));
      const heard = codes.filter((code) => code !== "P2P_BUSY").length;
      // On a machine with much else to do a flood may be slower than what is allowed.
      const fair = burst + (rate * (Date.now() - began)) / 1000 + 1;
      assert.ok(heard <= fair, `${heard} were heard, ${fair} would be fair`);
      assert.notEqual(await codeOf(flood, honest), "P2P_BUSY");
      strain.check();
    });
  }

  for (const topic of Object.values(topics)) {
    it(`gossip of ${topic.name} that is none: its sender is banned, the others' gossip flows`, async () => {
      const peer = await besieged.attacker();
      const strain = besieged.strain();
      const stream = await peer.open("/meshsub/1.2.0");
      const name = field(4, Buffer.from(node.names.of(topic.name)));
      // Random bytes decode as nothing; beyond the most bytes nothing is decoded. Few large ones: their making is a strain too.
      const sizes = [topic.maxBytes + 1, Math.floor(topic.maxBytes / 2), topic.maxBytes, 1];
      for (let i = 0; peer.isConnected && i < 400; i++) {
        const data = randomBytes(sizes[i] ?? 40);
        if (!(await send(stream, frame(field(2, Buffer.concat([field(2, data), name])))))) break;
      }
      await until("it is not connected any more", () => !peer.isConnected, 30);
      await peer.dial(node.address).catch(() => undefined);
      await until("it is not let in again", () => !peer.isConnected, 30);
      assert.notEqual(
        await honest.request(besieged.victim, protocols.blocksByRange, { start: 1, count: 1 }),
        undefined,
      );
      strain.check();
    });
  }

  it("has made blocks all the time", async () => {
    const height = await node.height();
    await until("the next block", async () => (await node.height()) > height, 30);
  });
});
