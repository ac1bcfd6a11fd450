import assert from "node:assert/strict";
import { generateKeyPair } from "@libp2p/crypto/keys";
import type { Connection, PeerId, Startable, Stream, StreamHandler } from "@libp2p/interface";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { streamPair } from "@libp2p/utils";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { reachability } from "../../../src/libp2p/natTraversal.js";
import { limitsWith } from "../../../src/libp2p/networkLimits.js";
import { field, frame } from "../../support/rawPeer.js";

/** DialResponse of autonat v1 with status OK, and with E_DIAL_ERROR. */
const OK = Buffer.from([3 * 8 + 2]);

const quiet = Object.assign(() => undefined, { error: () => undefined, trace: () => undefined });

async function newPeer(): Promise<PeerId> {
  return peerIdFromPrivateKey(await generateKeyPair("Ed25519"));
}

describe("the answer to a peer that asks whether it is reached", () => {
  interface Dial {
    readonly address: string;
    readonly force: boolean;
  }

  /** Asks the library's service, with our dialling, about an address of the asker. */
  async function ask(
    address: string,
  ): Promise<{ status: number; dials: Dial[]; askedOn: Connection; closed: string[] }> {
    const [self, asker] = [await newPeer(), await newPeer()];
    const dials: Dial[] = [];
    const closed: string[] = [];
    const connectionAt = (remoteAddr: Multiaddr): Connection =>
      ({
        remotePeer: asker,
        remoteAddr,
        close: async () => closed.push(remoteAddr.toString()),
      }) as unknown as Connection;
    const askedOn = connectionAt(multiaddr("/ip4/45.77.0.5/tcp/45988"));
    let handler: StreamHandler | undefined;
    const make = reachability(limitsWith());
    const service = make({
      logger: { forComponent: () => quiet },
      peerId: self,
      registrar: {
        handle: async (_: string, handle: StreamHandler) => {
          handler = handle;
        },
        register: async () => "topology",
        unhandle: async () => undefined,
      },
      addressManager: { getAddresses: () => [], getAddressesWithMetadata: () => [] },
      transportManager: { dialTransportForMultiaddr: () => ({}) },
      // As libp2p's: who is connected is not dialled unless that is forced.
      connectionManager: {
        openConnection: async (target: Multiaddr, options?: { force?: boolean }) => {
          dials.push({ address: target.toString(), force: options?.force === true });
          return options?.force === true ? connectionAt(target) : askedOn;
        },
      },
    } as unknown as Parameters<typeof make>[0]) as Startable;
    await service.start();
    try {
      const [there, here] = await streamPair();
      const info = [field(1, asker.toMultihash().bytes), field(2, multiaddr(address).bytes)];
      there.send(frame(Uint8Array.of(8, 0), field(2, field(1, Buffer.concat(info)))));
      const answer = firstBytes(there);
      await handler?.(here, askedOn);
      return { status: statusIn(await answer), dials, askedOn, closed };
    } finally {
      await service.stop();
    }
  }

  async function firstBytes(stream: Stream): Promise<Uint8Array> {
    for await (const part of stream) return part.subarray();
    return new Uint8Array();
  }

  /** Of {type: DIAL_RESPONSE, dialResponse: {status}}: the number behind the key of the first field of field 3. */
  function statusIn(bytes: Uint8Array): number {
    const at = Buffer.from(bytes).indexOf(OK);
    return bytes[at + 3] ?? assert.fail("no answer");
  }

  it("comes from a connection of its own, and the one that the question came on stays", async () => {
    const { status, dials, askedOn, closed } = await ask("/ip4/45.77.0.5/tcp/30120");
    assert.equal(status, 0);
    const [dial] = dials;
    assert.ok(dials.length === 1 && dial?.force === true && dial.address.startsWith("/ip4/45.77.0.5/tcp/30120/p2p/"));
    assert.equal(closed.length, 1);
    assert.ok(!closed.includes(askedOn.remoteAddr.toString()));
  });

  it("dials no other host than the one that asks", async () => {
    const { status, dials, closed } = await ask("/ip4/45.77.0.6/tcp/30120");
    // E_DIAL_REFUSED
    assert.equal(status, 101);
    assert.deepEqual([dials, closed], [[], []]);
  });
});

describe("a node that asks whether it is reached", () => {
  it("asks peers again that it met before it had the address", async () => {
    const asked: string[] = [];
    const connectionAt = async (limits?: object): Promise<Connection> =>
      ({
        remotePeer: await newPeer(),
        remoteAddr: multiaddr("/ip4/45.77.0.1/tcp/30120"),
        limits,
        newStream: (protocol: string) => {
          asked.push(protocol);
          return Promise.reject(new TypeError("seen"));
        },
      }) as unknown as Connection;
    // Through a relay nobody is asked.
    const connections = [await connectionAt(), await connectionAt({ bytes: 1n })];
    const mapped = {
      multiaddr: multiaddr("/ip4/45.77.0.2/tcp/30120"),
      type: "ip-mapping",
      verified: false,
      expires: 0,
    };
    const make = reachability(limitsWith());
    const service = make({
      logger: { forComponent: () => quiet },
      peerId: await newPeer(),
      registrar: { handle: async () => undefined, register: async () => "topology", unhandle: async () => undefined },
      addressManager: { getAddressesWithMetadata: () => [mapped] },
      connectionManager: { getConnections: () => connections, getMaxConnections: () => 64 },
      peerStore: { get: async () => ({ addresses: [] }) },
    } as unknown as Parameters<typeof make>[0]) as Startable & { findRandomPeers(): Promise<void> };
    await service.start();
    try {
      // Each minute.
      await service.findRandomPeers();
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(asked, ["/libp2p/autonat/1.0.0"]);
    } finally {
      await service.stop();
    }
  });
});
