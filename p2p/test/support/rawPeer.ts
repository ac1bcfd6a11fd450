import "../../src/promiseWithResolvers.js";
import assert from "node:assert/strict";
import { identify } from "@libp2p/identify";
import type { Connection, Libp2p, Stream } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { ProtocolNames } from "../../src/libp2p/protocolNames.js";
import { forkVersion, genesisRoot } from "./networks.js";

export const names = new ProtocolNames(genesisRoot, forkVersion);

/** A peer that passes for a member and sends whatever bytes a test wants: none of our limits binds it. */
export class RawPeer {
  private readonly host: Libp2p;
  private dialled: Connection | undefined;

  private constructor(host: Libp2p) {
    this.host = host;
  }

  static async connect(address: string, network = names): Promise<RawPeer> {
    const peer = await RawPeer.create(network);
    try {
      await peer.dial(address);
      return peer;
    } catch (error) {
      await peer.stop();
      throw error;
    }
  }

  /** @param network whose member it passes for */
  static async create(network = names): Promise<RawPeer> {
    const host = await createLibp2p({
      transports: [tcp()],
      connectionEncrypters: [noise()],
      // A window that does not grow: at 16 MiB, the default, a reader that pauses is sent more than its own library holds.
      streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: 256 * 1024 } })],
      services: { identify: identify() },
      connectionMonitor: { enabled: false },
    });
    await host.handle([network.goodbye, "/meshsub/1.2.0"], () => undefined);
    return new RawPeer(host);
  }

  /** Rejects when it is not let in. */
  async dial(address: string, milliseconds = 10_000): Promise<void> {
    this.dialled = await this.host.dial(multiaddr(address), { signal: AbortSignal.timeout(milliseconds) });
  }

  get connection(): Connection {
    return this.dialled ?? assert.fail("not connected");
  }

  get isConnected(): boolean {
    return this.dialled?.status === "open";
  }

  get id(): string {
    return this.host.peerId.toString();
  }

  get idBytes(): Uint8Array {
    return this.host.peerId.toMultihash().bytes;
  }

  /** All protocols that the other end serves, by its own word: what its registrar holds. */
  async protocols(): Promise<readonly string[]> {
    const { remotePeer } = this.connection;
    for (;;) {
      const { protocols } = await this.host.peerStore.get(remotePeer);
      if (protocols.length > 0) return protocols;
      await new Promise((resolve) => this.host.addEventListener("peer:identify", resolve, { once: true }));
    }
  }

  /** Streams that are open on this side. */
  get openStreams(): number {
    return this.isConnected ? this.connection.streams.length : 0;
  }

  open(protocol: string): Promise<Stream> {
    return this.connection.newStream([protocol], { maxOutboundStreams: 10_000 });
  }

  async stop(): Promise<void> {
    // The host's own stop gives all streams of a connection one signal that expects ten of them; close has room for all.
    for (const connection of this.host.getConnections()) {
      await connection.close().catch((error: Error) => connection.abort(error));
    }
    await this.host.stop();
  }
}

export function varint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) | 0x80);
  out.push(rest);
  return Uint8Array.from(out);
}

/** A length-delimited field of a protocol buffer. */
export function field(number: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/** A frame: its length, then its bytes. */
export function frame(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([varint(bytes.length), bytes]);
}

/** Sends at the pace of the other end; false when it has closed. */
export async function send(stream: Stream, bytes: Uint8Array): Promise<boolean> {
  try {
    if (!stream.send(bytes)) await stream.onDrain({ signal: AbortSignal.timeout(5_000) });
    return true;
  } catch {
    return false;
  }
}
