import type { Connection, Stream } from "@libp2p/interface";
import { type Clock, CodedError } from "@lucid/consensus/base";
import { setBounded } from "../boundedMap.js";
import { P2pError } from "../errors.js";
import type { PeerId } from "../network.js";
import type { ByteChannel, StreamProtocol } from "../streams.js";
import { TokenBucket } from "../tokenBucket.js";
import { ByteStreamChannel } from "./byteStreamChannel.js";
import type { NetworkLimits } from "./networkLimits.js";
import { translate } from "./requests.js";

export interface StreamServiceModules {
  readonly clock: Clock;
  readonly limits: NetworkLimits;
  readonly nameOf: (protocol: string) => string;
  /** The open connection to a peer, or a new one. @throws whatever libp2p throws when it cannot be reached */
  readonly connect: (peer: PeerId, signal: AbortSignal | undefined) => Promise<Connection>;
}

interface Share {
  readonly bucket: TokenBucket;
  open: number;
}

/** Serves and opens streams of bytes, so many for each peer and in all. */
export class StreamService {
  private readonly modules: StreamServiceModules;
  private readonly channels = new Set<ByteStreamChannel>();
  private readonly open = new Map<string, number>();
  private readonly shares = new Map<string, Share>();
  private readonly counts = { served: 0, refused: 0, failed: 0, opened: 0 };
  private stopped = false;

  constructor(modules: StreamServiceModules) {
    this.modules = modules;
  }

  /** Ends all streams with P2P_STOPPED. */
  stop(): void {
    this.stopped = true;
    for (const channel of [...this.channels]) channel.fail(stoppedError());
  }

  counters(): Readonly<StreamService["counts"]> {
    return { ...this.counts };
  }

  /** @throws P2pError P2P_PEER_GONE, P2P_TIMEOUT, P2P_BUSY, P2P_UNKNOWN_PROTOCOL, P2P_STOPPED */
  async openTo(peer: PeerId, protocol: StreamProtocol, signal?: AbortSignal): Promise<ByteChannel> {
    if (this.stopped) throw stoppedError();
    try {
      const connection = await this.modules.connect(peer, signal);
      const name = this.modules.nameOf(protocol.name);
      const stream = await connection.newStream([name], {
        maxOutboundStreams: 2 * protocol.streamsPerPeer,
        ...(signal === undefined ? {} : { signal }),
      });
      this.counts.opened++;
      const channel = this.keep(stream, peer, protocol);
      const onAbort = (): void => channel.fail(new P2pError({ code: "P2P_PEER_GONE", message: "no longer wanted" }));
      signal?.addEventListener("abort", onAbort, { once: true });
      stream.addEventListener("close", () => signal?.removeEventListener("abort", onAbort), { once: true });
      if (this.stopped || signal?.aborted === true) onAbort();
      return channel;
    } catch (cause) {
      throw translate(cause, protocol.name);
    }
  }

  /** Serves a stream that a peer has opened. */
  async serve(
    protocol: StreamProtocol,
    handler: (channel: ByteChannel) => Promise<void>,
    stream: Stream,
    peer: PeerId,
  ): Promise<void> {
    const channel = this.keep(stream, peer, protocol);
    const share = this.shareOf(protocol, peer);
    const total = this.open.get(protocol.name) ?? 0;
    const now = this.modules.clock.now();
    const admitted = !this.stopped && share.open < protocol.streamsPerPeer && total < protocol.streams;
    if (!admitted || !share.bucket.take(1, now)) {
      this.counts.refused++;
      await channel.refuse("P2P_BUSY").catch(() => undefined);
      return;
    }
    share.open++;
    this.open.set(protocol.name, total + 1);
    try {
      await handler(channel);
      await channel.finish();
      this.counts.served++;
    } catch (error) {
      this.counts.failed++;
      const code = error instanceof CodedError ? error.code : "P2P_REMOTE_FAILED";
      await channel.refuse(code).catch(() => undefined);
    } finally {
      share.open--;
      this.open.set(protocol.name, (this.open.get(protocol.name) ?? 1) - 1);
    }
  }

  private keep(stream: Stream, peer: PeerId, protocol: StreamProtocol): ByteStreamChannel {
    const channel = new ByteStreamChannel(stream, peer, protocol, this.modules.clock);
    this.channels.add(channel);
    stream.addEventListener("close", () => this.channels.delete(channel), { once: true });
    return channel;
  }

  private shareOf({ name, rate, burst }: StreamProtocol, peer: PeerId): Share {
    const key = `${name} ${peer}`;
    const known = this.shares.get(key);
    if (known !== undefined) return known;
    const share = { bucket: new TokenBucket({ rate, burst }, this.modules.clock.now()), open: 0 };
    setBounded(this.shares, key, share, this.modules.limits.bans, ({ open }) => open === 0);
    return share;
  }
}

function stoppedError(): P2pError {
  return new P2pError({ code: "P2P_STOPPED", message: "the network is stopped" });
}
