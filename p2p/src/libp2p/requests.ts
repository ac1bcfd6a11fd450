import "../promiseWithResolvers.js";
import type { Connection, Stream } from "@libp2p/interface";
import { type Clock, CodedError, hasCode } from "@lucid/consensus/base";
import { setBounded } from "../boundedMap.js";
import { P2pError } from "../errors.js";
import type { PeerId, Protocol } from "../network.js";
import { TokenBucket } from "../tokenBucket.js";
import { AnswerPace } from "./answerPace.js";
import { Deadline } from "./deadline.js";
import { MessageStream } from "./messageStream.js";
import type { NetworkLimits } from "./networkLimits.js";

/** First byte of an answer. */
const ANSWER = 0;
const FAILURE = 1;
/** A request and its answer are at most this much longer on the wire than in memory: frame headers and the length. */
const OVERHEAD = 64 * 1024;
/** Requests up to this size, bytes, are taken whatever others are under way: all that consensus asks. */
const SMALL = 4 * 1024;

export interface RequestsModules {
  readonly clock: Clock;
  readonly limits: NetworkLimits;
  readonly nameOf: (protocol: string) => string;
  /** Its address as others of its machine or network have it; undefined where it says nothing. */
  readonly addressOf: (peer: PeerId) => string | undefined;
  /** The open connection to a peer. */
  readonly connectionTo: (peer: PeerId) => Connection | undefined;
  /** The peer sent what no honest node sends. */
  readonly onOffence: (peer: PeerId) => void;
  /** The peer answered with what cannot be an answer: nothing more is wanted from it. */
  readonly onBadAnswer: (peer: PeerId, error: P2pError) => void;
}

interface PeerQuota {
  readonly requests: Map<string, TokenBucket>;
  readonly bytes: TokenBucket;
  /** Being served. */
  serving: number;
  /** Bytes of the larger ones among them. */
  receiving: number;
  /** Bytes of the larger answers to them. */
  answering: number;
  /** Ours, unanswered. */
  asking: number;
}

/** One peer may have this part of the memory for answers that others have left. */
const ANSWERERS = 8;

const IDLE = { serving: 0, receiving: 0, answering: 0, asking: 0 } as const;

export type Serve = (message: Uint8Array, from: PeerId) => Promise<Uint8Array>;

/** Requests and answers, each on a stream of its own, with a size, a time and a share for each peer. */
export class Requests {
  private readonly modules: RequestsModules;
  private readonly quotas = new Map<PeerId, PeerQuota>();
  private readonly pending = new Set<Deadline>();
  private readonly counts = { served: 0, refused: 0, failed: 0, asked: 0 };
  /** Bytes of the larger requests of all peers that are being received or served. */
  private receiving = 0;
  /** Bytes of the larger answers to all peers that are being made or read. */
  private answering = 0;
  private readonly pace: AnswerPace;
  private stopped = false;

  constructor(modules: RequestsModules) {
    this.modules = modules;
    this.pace = new AnswerPace(modules.limits, modules.clock.now());
  }

  /** Ends everything that waits with P2P_STOPPED. */
  stop(): void {
    this.stopped = true;
    for (const deadline of this.pending) deadline.end(new P2pError({ code: "P2P_STOPPED", message: "stopped" }));
  }

  /** Requests served, refused for want of quota, failed, and asked of others. */
  counters(): Readonly<Requests["counts"]> {
    return { ...this.counts };
  }

  /** @throws P2pError P2P_PEER_GONE, P2P_TIMEOUT, P2P_BUSY, P2P_UNKNOWN_PROTOCOL, P2P_REMOTE_FAILED, P2P_BAD_FRAME */
  async request<Q, R>(peer: PeerId, protocol: Protocol<Q, R>, request: Q): Promise<R> {
    const message = protocol.request.encode(request);
    if (message.length > protocol.maxRequestBytes) throw tooLarge(protocol.name, message.length);
    const connection = this.modules.connectionTo(peer);
    if (this.stopped) throw new P2pError({ code: "P2P_STOPPED", message: "the network is stopped" });
    if (connection === undefined) throw gone();
    const quota = this.quotaOf(peer);
    if (quota.asking >= this.modules.limits.requestsInFlight) {
      throw new P2pError({ code: "P2P_BUSY", message: "too many requests wait for this peer" });
    }
    const deadline = this.deadline(protocol.timeoutMilliseconds, `no answer to ${protocol.name}`);
    quota.asking++;
    this.counts.asked++;
    let stream: Stream | undefined;
    try {
      stream = await connection.newStream([this.modules.nameOf(protocol.name)], {
        signal: deadline.signal,
        runOnLimitedConnection: true,
      });
      const bytes = await this.exchange(stream, protocol, message, deadline.signal);
      return decodeAnswer(protocol, bytes);
    } catch (cause) {
      const error = deadline.error ?? translate(cause, protocol.name);
      stream?.abort(error);
      if (error.code === "P2P_BAD_FRAME") this.modules.onBadAnswer(peer, error);
      throw error;
    } finally {
      quota.asking--;
      this.release(deadline);
    }
  }

  private async exchange(
    stream: Stream,
    protocol: Protocol<unknown, unknown> | Protocol<never, unknown>,
    message: Uint8Array,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const messages = new MessageStream(stream, protocol.maxResponseBytes + OVERHEAD);
    await messages.writeMessage(message, signal);
    const kind = await messages.readByte(signal);
    if (kind === ANSWER) {
      const bytes = await messages.readMessage(protocol.maxResponseBytes, signal);
      await messages.finish(signal);
      return bytes;
    }
    if (kind !== FAILURE) throw new P2pError({ code: "P2P_BAD_FRAME", message: "an answer of no known kind" });
    const code = await messages.readCode(signal);
    await messages.finish(signal);
    const own = code === "P2P_BUSY" ? code : "P2P_REMOTE_FAILED";
    const text = `the peer refused ${protocol.name}: ${code}`;
    throw new P2pError({ code: own, message: text, meta: { remote: code } });
  }

  /** Answers the request on a stream that a peer has opened. */
  async serve(protocol: Protocol<never, unknown>, serve: Serve, stream: Stream, peer: PeerId): Promise<void> {
    const { limits, clock } = this.modules;
    const quota = this.quotaOf(peer);
    // Before anything is read for it: how large an answer becomes is known when it is in memory.
    const asker = this.modules.addressOf(peer) ?? peer;
    let answering = this.admit(quota, protocol, asker)
      ? this.reserveAnswer(quota, protocol.maxResponseBytes)
      : undefined;
    const admitted = answering !== undefined;
    // What is being made counts, at its largest: else many that are made at once take the room of all others.
    let paced = answering ?? 0;
    this.pace.spend(asker, paced, clock.now());
    quota.serving++;
    let reserved = 0;
    const deadline = this.deadline(limits.requestRead, "the request did not arrive");
    const messages = new MessageStream(stream, protocol.maxRequestBytes + OVERHEAD);
    try {
      if (!admitted) {
        this.counts.refused++;
        await this.fail(messages, "P2P_BUSY", deadline.signal);
        return;
      }
      const message = await messages.readMessage(protocol.maxRequestBytes, deadline.signal, (length) => {
        reserved = this.reserve(quota, length);
      });
      deadline.pause();
      const answer = await this.answer(protocol, serve, message, peer);
      deadline.restart(limits.requestRead, "the answer was not read");
      if (typeof answer === "string") {
        await this.fail(messages, answer, deadline.signal);
        return;
      }
      answering = this.shrinkAnswer(quota, answering ?? 0, answer.length);
      quota.bytes.spend(answer.length, clock.now());
      this.pace.spend(asker, answer.length - paced, clock.now());
      paced = 0;
      await messages.writeByte(ANSWER, deadline.signal);
      const progress = () => deadline.restart(limits.requestRead, "the answer was not read");
      await messages.writeMessage(answer, deadline.signal, progress);
      await messages.finish(deadline.signal);
      this.counts.served++;
    } catch (cause) {
      if (hasCode(cause, "P2P_BUSY")) {
        this.counts.refused++;
        await this.fail(messages, "P2P_BUSY", deadline.signal).catch(() => undefined);
        return;
      }
      this.counts.failed++;
      if (hasCode(cause, "P2P_BAD_FRAME") || hasCode(cause, "P2P_TOO_LARGE")) this.modules.onOffence(peer);
      stream.abort(deadline.error ?? translate(cause, protocol.name));
    } finally {
      // There was no answer.
      this.pace.spend(asker, -paced, clock.now());
      quota.serving--;
      quota.receiving -= reserved;
      this.receiving -= reserved;
      this.shrinkAnswer(quota, answering ?? 0, 0);
      this.release(deadline);
      this.seeClosed(stream);
    }
  }

  /** An answered stream is half open until the peer closes its side, which one that means harm never does. */
  private seeClosed(stream: Stream): void {
    const isOpen = () => stream.status === "open" || stream.status === "closing";
    if (!isOpen()) return;
    const deadline = this.deadline(this.modules.limits.requestRead, "the peer did not close its stream");
    stream.addEventListener("close", () => this.release(deadline), { once: true });
    deadline.signal.addEventListener("abort", () => {
      this.release(deadline);
      if (isOpen()) stream.abort(deadline.error ?? gone());
    });
  }

  /** The encoded answer, or the code of why there is none. */
  private async answer(
    protocol: Protocol<never, unknown>,
    serve: Serve,
    message: Uint8Array,
    peer: PeerId,
  ): Promise<Uint8Array | string> {
    try {
      const answer = await serve(message, peer);
      return answer.length > protocol.maxResponseBytes ? "P2P_TOO_LARGE" : answer;
    } catch (error) {
      this.counts.failed++;
      if (hasCode(error, "P2P_BAD_FRAME")) this.modules.onOffence(peer);
      return error instanceof CodedError ? error.code : "P2P_REMOTE_FAILED";
    }
  }

  private async fail(messages: MessageStream, code: string, signal: AbortSignal): Promise<void> {
    messages.discard();
    await messages.writeByte(FAILURE, signal);
    await messages.writeCode(code, signal);
    await messages.finish(signal);
  }

  private admit(quota: PeerQuota, protocol: Protocol<never, unknown>, asker: string): boolean {
    const { limits, clock } = this.modules;
    if (this.stopped || quota.serving >= limits.requestsInFlight) return false;
    let bucket = quota.requests.get(protocol.name);
    if (bucket === undefined) {
      const { rate, burst } = protocol.quota ?? { rate: limits.requestRate, burst: limits.requestBurst };
      bucket = new TokenBucket({ rate, burst }, clock.now());
      quota.requests.set(protocol.name, bucket);
    }
    if (!bucket.take(1, clock.now()) || !quota.bytes.take(0, clock.now())) return false;
    return protocol.maxResponseBytes <= SMALL || this.pace.allows(asker, clock.now());
  }

  /** Sets memory aside for a request. @returns bytes @throws P2pError P2P_BUSY */
  private reserve(quota: PeerQuota, length: number): number {
    const { requestBytes, requestBytesPerPeer } = this.modules.limits;
    if (length <= SMALL) return 0;
    if (this.receiving + length > requestBytes || quota.receiving + length > requestBytesPerPeer) {
      throw new P2pError({ code: "P2P_BUSY", message: "too many large requests are under way" });
    }
    quota.receiving += length;
    this.receiving += length;
    return length;
  }

  /** Sets memory aside for an answer. @returns bytes; undefined when too much is under way */
  private reserveAnswer(quota: PeerQuota, length: number): number | undefined {
    if (length <= SMALL) return 0;
    // A share of what is free leaves something free, whatever number of peers take theirs.
    const share = (this.modules.limits.answerBytes - this.answering) / ANSWERERS;
    if (quota.answering > 0 && quota.answering + length > share) return undefined;
    quota.answering += length;
    this.answering += length;
    return length;
  }

  /** @returns bytes that are still set aside */
  private shrinkAnswer(quota: PeerQuota, from: number, to: number): number {
    const left = Math.min(from, to);
    quota.answering -= from - left;
    this.answering -= from - left;
    return left;
  }

  private quotaOf(peer: PeerId): PeerQuota {
    const known = this.quotas.get(peer);
    if (known !== undefined) return known;
    const { limits, clock } = this.modules;
    const bytes = new TokenBucket({ rate: limits.responseRate, burst: limits.responseBurst }, clock.now());
    const quota = { requests: new Map<string, TokenBucket>(), bytes, ...IDLE };
    // Kept when the peer leaves, so that coming back does not fill the bucket.
    setBounded(this.quotas, peer, quota, limits.bans, ({ serving, asking }) => serving + asking === 0);
    return quota;
  }

  private deadline(milliseconds: number, what: string): Deadline {
    const deadline = new Deadline(this.modules.clock, milliseconds, what);
    this.pending.add(deadline);
    return deadline;
  }

  private release(deadline: Deadline): void {
    deadline.cancel();
    this.pending.delete(deadline);
  }
}

function decodeAnswer<Q, R>(protocol: Protocol<Q, R>, bytes: Uint8Array): R {
  try {
    return protocol.response.decode(bytes);
  } catch (cause) {
    throw new P2pError({ code: "P2P_BAD_FRAME", message: `bad answer to ${protocol.name}`, cause });
  }
}

/** What libp2p says, in our words. */
export function translate(cause: unknown, protocol: string): P2pError {
  if (cause instanceof P2pError) {
    if (cause.code !== "P2P_TOO_LARGE") return cause;
    return new P2pError({ code: "P2P_BAD_FRAME", message: `an answer to ${protocol} that is too long`, cause });
  }
  if (cause instanceof Error && cause.name === "UnsupportedProtocolError") {
    return new P2pError({ code: "P2P_UNKNOWN_PROTOCOL", message: `the peer does not serve ${protocol}`, cause });
  }
  if (cause instanceof Error && cause.name === "TooManyOutboundProtocolStreamsError") {
    return new P2pError({ code: "P2P_BUSY", message: `too many streams for ${protocol}`, cause });
  }
  return gone(cause);
}

function gone(cause?: unknown): P2pError {
  return new P2pError({ code: "P2P_PEER_GONE", message: "the peer is not connected or ended the stream", cause });
}

export function tooLarge(name: string, length: number): P2pError {
  return new P2pError({ code: "P2P_TOO_LARGE", message: `${length} bytes are too many for ${name}`, meta: { length } });
}
