import "../promiseWithResolvers.js";
import type { Stream, StreamMessageEvent } from "@libp2p/interface";
import type { Clock } from "@lucid/consensus/base";
import { P2pError } from "../errors.js";
import type { PeerId } from "../network.js";
import type { ByteChannel, StreamProtocol } from "../streams.js";
import { Deadline } from "./deadline.js";
import { drained } from "./drained.js";

const ACCEPTED = 0;
const REFUSED = 1;
/** Longest error code on the wire. */
const CODE_BYTES = 64;
/** Unread bytes at which the peer is told to wait. yamux lets a window more come in. */
const HIGH_WATER = 256 * 1024;
/**
 * Bytes that are handed to the stream at a time: with yamux's header of 12 bytes they fill four messages of Noise (65,519 bytes
 * each). A power of two would end with a message of a few bytes, which costs as much as a full one.
 */
const PIECE = 4 * 65_519 - 12;

/** Who waits for bytes. */
interface Reading {
  readonly into: Uint8Array;
  filled: number;
  resolve(): void;
  reject(error: P2pError): void;
}

/** A libp2p stream as a ByteChannel: copies once, from what the muxer hands over to where the reader wants it. */
export class ByteStreamChannel implements ByteChannel {
  readonly peer: PeerId;
  private readonly stream: Stream;
  private readonly protocol: StreamProtocol;
  private readonly clock: Clock;
  private readonly arrived: Uint8Array[] = [];
  private unread = 0;
  private ended: P2pError | undefined;
  private reading: Reading | undefined;
  private finished = false;
  private readonly deadlines = new Set<Deadline>();

  constructor(stream: Stream, peer: PeerId, protocol: StreamProtocol, clock: Clock) {
    this.stream = stream;
    this.peer = peer;
    this.protocol = protocol;
    this.clock = clock;
    stream.addEventListener("message", (event: StreamMessageEvent) => this.receive(event));
    const onEnd = (): void => this.end(gone());
    stream.addEventListener("remoteCloseWrite", onEnd);
    stream.addEventListener("close", onEnd);
  }

  async read(into: Uint8Array): Promise<void> {
    const { idleMilliseconds, pace } = this.protocol;
    await this.within(idleMilliseconds + (into.length / pace) * 1000, "the peer sends too slowly", (deadline) =>
      this.fill(into, deadline),
    );
  }

  async write(bytes: Uint8Array): Promise<void> {
    const { idleMilliseconds } = this.protocol;
    const late = "the peer does not read";
    await this.within(idleMilliseconds, late, async (deadline) => {
      for (let at = 0; at < bytes.length; at += PIECE) {
        if (at > 0) deadline.restart(idleMilliseconds, late);
        this.stream.send(bytes.subarray(at, at + PIECE));
        await drained(this.stream, deadline.signal);
      }
    });
  }

  async accept(): Promise<void> {
    await this.write(Uint8Array.of(ACCEPTED));
  }

  async refuse(code: string): Promise<void> {
    const text = Buffer.from(code.slice(0, CODE_BYTES), "latin1");
    await this.write(Buffer.concat([Uint8Array.of(REFUSED, text.length), text]));
    await this.finish();
  }

  async accepted(milliseconds = this.protocol.idleMilliseconds): Promise<void> {
    const kind = new Uint8Array(1);
    await this.within(milliseconds, "no answer", (deadline) => this.fill(kind, deadline));
    if (kind[0] === ACCEPTED) return;
    const length = new Uint8Array(1);
    if (kind[0] === REFUSED) await this.read(length);
    const text = new Uint8Array(length[0] ?? 0);
    if (text.length === 0 || text.length > CODE_BYTES) throw bad();
    await this.read(text);
    const remote = Buffer.from(text).toString("latin1");
    // A refusal is the end of it on both sides.
    await this.finish().catch(() => undefined);
    if (!/^[A-Z0-9_]+$/.test(remote)) throw bad();
    const code = remote === "P2P_BUSY" ? remote : "P2P_REMOTE_FAILED";
    throw new P2pError({ code, message: `the peer refused ${this.protocol.name}: ${remote}`, meta: { remote } });
  }

  async finish(): Promise<void> {
    if (this.finished) return;
    this.finished = true;
    await this.within(this.protocol.idleMilliseconds, "the peer does not read", ({ signal }) =>
      this.stream.close({ signal }),
    );
    // A stream is half open until the other side closes too, which one that means harm never does.
    if (this.stream.status !== "open" && this.stream.status !== "closing") return;
    const deadline = this.deadline(this.protocol.idleMilliseconds, "the peer did not close its stream");
    deadline.signal.addEventListener("abort", () => this.stream.abort(deadline.error ?? gone()));
    this.stream.addEventListener("close", () => this.release(deadline), { once: true });
  }

  abort(): void {
    if (this.finished) return;
    this.finished = true;
    this.fail(gone());
  }

  /** Ends whatever waits, now and later, with that reason. */
  fail(reason: P2pError): void {
    this.end(reason, true);
    for (const deadline of [...this.deadlines]) deadline.end(reason);
    this.stream.abort(reason);
  }

  private receive(event: StreamMessageEvent): void {
    const { data } = event;
    const parts = data instanceof Uint8Array ? [data] : data;
    for (const part of parts) {
      const taken = this.take(part);
      if (taken < part.length) {
        this.arrived.push(taken === 0 ? part : part.subarray(taken));
        this.unread += part.length - taken;
      }
    }
    if (this.unread > HIGH_WATER && this.stream.readStatus === "readable") this.stream.pause();
  }

  private end(reason: P2pError, now = false): void {
    this.ended ??= reason;
    if (now) {
      this.arrived.length = 0;
      this.unread = 0;
    }
    // The end may be told a moment before the bytes that came with it.
    queueMicrotask(() => this.reading?.reject(this.ended ?? reason));
  }

  /** Copies as much as the reader still wants; returns how much that was. */
  private take(part: Uint8Array): number {
    const { reading } = this;
    if (reading === undefined) return 0;
    const { into } = reading;
    const taken = Math.min(part.length, into.length - reading.filled);
    into.set(taken === part.length ? part : part.subarray(0, taken), reading.filled);
    reading.filled += taken;
    if (reading.filled === into.length) reading.resolve();
    return taken;
  }

  private fill(into: Uint8Array, { signal }: Deadline): Promise<void> {
    if (into.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const late = (): void => reading.reject(gone(signal.reason));
      const done = (settle: () => void): void => {
        this.reading = undefined;
        signal.removeEventListener("abort", late);
        settle();
      };
      const reading: Reading = {
        into,
        filled: 0,
        resolve: () => done(resolve),
        reject: (error) => done(() => reject(error)),
      };
      this.reading = reading;
      signal.addEventListener("abort", late, { once: true });
      while (this.reading === reading) {
        const part = this.arrived.shift();
        if (part === undefined) break;
        const taken = this.take(part);
        this.unread -= taken;
        if (taken < part.length) this.arrived.unshift(part.subarray(taken));
      }
      if (this.unread <= HIGH_WATER && this.stream.readStatus === "paused") this.stream.resume();
      if (this.reading === reading && this.ended !== undefined) reading.reject(this.ended);
    });
  }

  private async within(
    milliseconds: number,
    what: string,
    action: (deadline: Deadline) => Promise<unknown>,
  ): Promise<void> {
    const deadline = this.deadline(milliseconds, what);
    try {
      await action(deadline);
    } catch (cause) {
      const error = deadline.error ?? this.ended ?? (cause instanceof P2pError ? cause : gone(cause));
      this.finished = true;
      this.fail(error);
      throw error;
    } finally {
      this.release(deadline);
    }
  }

  private deadline(milliseconds: number, what: string): Deadline {
    const deadline = new Deadline(this.clock, milliseconds, what);
    this.deadlines.add(deadline);
    return deadline;
  }

  private release(deadline: Deadline): void {
    deadline.cancel();
    this.deadlines.delete(deadline);
  }
}

function gone(cause?: unknown): P2pError {
  return new P2pError({ code: "P2P_PEER_GONE", message: "the peer ended the stream", cause });
}

function bad(): P2pError {
  return new P2pError({ code: "P2P_BAD_FRAME", message: "an answer of no known kind" });
}
