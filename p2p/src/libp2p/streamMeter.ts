import type { Stream, StreamHandler } from "@libp2p/interface";
import type { Registrar } from "@libp2p/interface-internal";
import type { Clock, Timer } from "@lucid/consensus/base";
import { setBounded } from "../boundedMap.js";
import { P2pError } from "../errors.js";
import type { PeerId } from "../network.js";
import { TokenBucket } from "../tokenBucket.js";
import { withMethods } from "./components.js";

/** What one peer may send on average, a second, and at once. */
export interface Allowance {
  readonly rate: number;
  readonly burst: number;
}

export interface StreamMeterOptions {
  readonly bytes: Allowance;
  /** Of what is counted by `message`. */
  readonly messages?: Allowance;
  /** Peers that are remembered. */
  readonly peers: number;
  /** Reset the streams of a peer that is beyond its share, for services that take a paused stream for one at its end. */
  readonly reset?: boolean;
}

interface Meter {
  readonly bytes: TokenBucket;
  readonly messages: TokenBucket | undefined;
  readonly streams: Set<Stream>;
  timer?: Timer | undefined;
}

/** Slows by back-pressure, or cuts off, each peer that sends more than its share on the streams that it has opened to one service. */
export class StreamMeter {
  private readonly options: StreamMeterOptions;
  private readonly clock: Clock;
  private readonly meters = new Map<PeerId, Meter>();
  private times = 0;

  constructor(options: StreamMeterOptions, clock: Clock) {
    this.options = options;
    this.clock = clock;
  }

  /** Times that a peer was held back. */
  get slowed(): number {
    return this.times;
  }

  /**
   * The registrar as a service of libp2p sees it: each stream that a peer opens is metered. (The host's own middleware is no
   * way to do that: libp2p 3.3 adds the handler to the list of middleware again with every stream.)
   */
  metered(registrar: Registrar): Registrar {
    const handle: Registrar["handle"] = (protocol, handler, options) => {
      const wrapped: StreamHandler = (stream, connection) => {
        this.watch(stream, connection.remotePeer.toString());
        return handler(stream, connection);
      };
      return registrar.handle(protocol, wrapped, options);
    };
    return withMethods(registrar, { handle });
  }

  /** The peer has sent a message. */
  message(peer: PeerId): void {
    const meter = this.meters.get(peer);
    if (meter?.messages !== undefined) this.slow(meter, meter.messages.spend(1, this.clock.now()));
  }

  /**
   * Counts from the first byte: a stream hands out what has arrived in a microtask of its first listener, so that this one is added
   * in the same turn as the service's. Later it would miss what came with the stream's opening; alone it would take it away.
   */
  private watch(stream: Stream, peer: PeerId): void {
    const add = stream.addEventListener.bind(stream) as (...words: unknown[]) => void;
    let counts = false;
    stream.addEventListener = (...words: unknown[]): void => {
      if (words[0] === "message" && !counts) {
        counts = true;
        this.count(stream, peer);
      }
      add(...words);
    };
  }

  private count(stream: Stream, peer: PeerId): void {
    if (stream.status !== "open" && stream.status !== "closing") return;
    const { clock } = this;
    const meter = this.meterOf(peer);
    meter.streams.add(stream);
    // In debt from a stream before.
    this.slow(meter, meter.bytes.spend(0, clock.now()));
    if (meter.timer !== undefined) this.halt(stream);
    stream.addEventListener("message", ({ data }) => this.slow(meter, meter.bytes.spend(data.byteLength, clock.now())));
    stream.addEventListener("close", () => {
      meter.streams.delete(stream);
      if (meter.streams.size > 0) return;
      // The debt stays.
      meter.timer?.cancel();
      meter.timer = undefined;
    });
  }

  /** Kept when the peer's streams are closed, so that a new stream does not fill the bucket. */
  private meterOf(peer: PeerId): Meter {
    const known = this.meters.get(peer);
    if (known !== undefined) return known;
    const { bytes, messages, peers } = this.options;
    const now = this.clock.now();
    const meter: Meter = {
      bytes: new TokenBucket(bytes, now),
      messages: messages === undefined ? undefined : new TokenBucket(messages, now),
      streams: new Set(),
    };
    setBounded(this.meters, peer, meter, peers, ({ streams }) => streams.size === 0);
    return meter;
  }

  private halt(stream: Stream): void {
    if (this.options.reset === true) stream.abort(tooMuch());
    else if (stream.readStatus === "readable") stream.pause();
  }

  private slow(meter: Meter, milliseconds: number): void {
    if (milliseconds === 0 || meter.timer !== undefined) return;
    this.times++;
    for (const stream of [...meter.streams]) this.halt(stream);
    // Their ends have ended the wait too.
    if (meter.streams.size === 0) return;
    meter.timer = this.clock.setTimer(milliseconds, () => {
      meter.timer = undefined;
      for (const stream of meter.streams) if (stream.readStatus === "paused") stream.resume();
    });
  }
}

function tooMuch(): P2pError {
  return new P2pError({ code: "P2P_BUSY", message: "the peer has had its share" });
}
