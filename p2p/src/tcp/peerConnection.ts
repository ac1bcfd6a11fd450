import type { Socket } from "node:net";
import { type Clock, CodedError, equalBytes, type Timer, toHex } from "@lucid/consensus/base";
import { P2pError, type P2pErrorCode, p2pErrorInfo } from "../errors.js";
import type { TransportLimits } from "../limits.js";
import type { PeerId, PeerInfo, Protocol } from "../network.js";
import { encodeFrame, type Frame, FrameReader, PROTOCOL_VERSION } from "./frames.js";

const HELLO_FRAME_BYTES = 70;

interface PendingRequest {
  readonly maxBytes: number;
  readonly timer: Timer;
  resolve(message: Uint8Array): void;
  reject(error: P2pError): void;
}

export interface PeerHandlers {
  /** The other end is of this network; false closes the connection. */
  ready(peer: PeerConnection): boolean;
  gossip(peer: PeerConnection, topic: string, message: Uint8Array): void;
  /** Resolves with the encoded response. */
  serve(peer: PeerConnection, protocol: string, message: Uint8Array): Promise<Uint8Array>;
  closed(peer: PeerConnection, reason: P2pError): void;
  bytes(incoming: number, outgoing: number): void;
}

export interface PeerModules {
  readonly clock: Clock;
  readonly limits: TransportLimits;
  readonly handlers: PeerHandlers;
}

export interface PeerOptions {
  readonly genesisRoot: Uint8Array;
  /** Of this end; a connection to oneself shows by it. */
  readonly localId: Uint8Array;
  readonly address: string;
  readonly direction: "in" | "out";
}

/** One connection: hello, frames in order, requests matched to responses, all bounded. */
export class PeerConnection implements PeerInfo {
  readonly address: string;
  readonly direction: "in" | "out";
  readonly connectedAt: number;
  rejects = 0;
  private readonly socket: Socket;
  private readonly options: PeerOptions;
  private readonly clock: Clock;
  private readonly limits: TransportLimits;
  private readonly handlers: PeerHandlers;
  private readonly reader = new FrameReader(HELLO_FRAME_BYTES);
  private readonly pending = new Map<number, PendingRequest>();
  private readonly handshakeTimer: Timer;
  private remoteId: PeerId | undefined;
  private nextNumber = 0;
  private serving = 0;
  private over = false;

  constructor(socket: Socket, options: PeerOptions, modules: PeerModules) {
    this.socket = socket;
    this.options = options;
    this.address = options.address;
    this.direction = options.direction;
    this.clock = modules.clock;
    this.limits = modules.limits;
    this.handlers = modules.handlers;
    this.connectedAt = this.clock.now();
    this.handshakeTimer = this.clock.setTimer(this.limits.handshake, () =>
      this.close(new P2pError({ code: "P2P_TIMEOUT", message: "no hello in time" })),
    );
    socket.setNoDelay(true);
    socket.on("data", (chunk: Uint8Array) => this.onData(chunk));
    socket.on("error", (error) => this.close(gone(error)));
    socket.on("close", () => this.close(gone()));
    const hello = {
      kind: "hello",
      version: PROTOCOL_VERSION,
      genesisRoot: options.genesisRoot,
      id: options.localId,
    } as const;
    this.write(encodeFrame(hello));
  }

  /** Of the other end; empty until it said hello. */
  get id(): PeerId {
    return this.remoteId ?? "";
  }

  /** False when the peer is too slow and the message was dropped. */
  gossip(frame: Uint8Array): boolean {
    if (this.over || this.remoteId === undefined) return false;
    if (this.socket.writableLength + frame.length > this.limits.outbound) return false;
    this.write(frame);
    return true;
  }

  request<Q, R>(protocol: Protocol<Q, R>, message: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.over) return reject(gone());
      if (this.pending.size >= this.limits.requests || this.socket.writableLength > this.limits.outbound) {
        return reject(new P2pError({ code: "P2P_BUSY", message: `${this.address} has too many requests waiting` }));
      }
      const number = this.nextNumber;
      this.nextNumber = (this.nextNumber + 1) >>> 0;
      const timer = this.clock.setTimer(protocol.timeoutMilliseconds, () => {
        this.pending.delete(number);
        const text = `${this.address} did not answer ${protocol.name} in ${protocol.timeoutMilliseconds} ms`;
        reject(new P2pError({ code: "P2P_TIMEOUT", message: text }));
      });
      this.pending.set(number, { maxBytes: protocol.maxResponseBytes, timer, resolve, reject });
      this.write(encodeFrame({ kind: "request", number, protocol: protocol.name, message }));
    });
  }

  /** Idempotent. */
  close(reason: P2pError): void {
    if (this.over) return;
    this.over = true;
    this.handshakeTimer.cancel();
    this.socket.destroy();
    for (const request of this.pending.values()) {
      request.timer.cancel();
      request.reject(reason);
    }
    this.pending.clear();
    this.handlers.closed(this, reason);
  }

  private write(frame: Uint8Array): void {
    if (this.over) return;
    this.handlers.bytes(0, frame.length);
    this.socket.write(frame);
  }

  private onData(chunk: Uint8Array): void {
    if (this.over) return;
    this.handlers.bytes(chunk.length, 0);
    try {
      this.reader.push(chunk, (frame) => this.onFrame(frame));
    } catch (error) {
      this.close(error instanceof P2pError ? error : gone(error));
    }
  }

  private onFrame(frame: Frame): void {
    if (this.over) return;
    if (this.remoteId === undefined) this.onHello(frame);
    else if (frame.kind === "gossip") this.handlers.gossip(this, frame.topic, frame.message);
    else if (frame.kind === "request") void this.onRequest(frame.number, frame.protocol, frame.message);
    else if (frame.kind === "response") this.onResponse(frame.number, frame.message);
    else if (frame.kind === "failure") this.onFailure(frame.number, frame.code);
    else throw new P2pError({ code: "P2P_BAD_FRAME", message: "hello twice" });
  }

  private onHello(frame: Frame): void {
    if (frame.kind !== "hello")
      throw new P2pError({ code: "P2P_BAD_FRAME", message: "the first frame is not a hello" });
    if (frame.version !== PROTOCOL_VERSION || !equalBytes(frame.genesisRoot, this.options.genesisRoot)) {
      throw new P2pError({
        code: "P2P_WRONG_NETWORK",
        message: `${this.address} belongs to another network (genesis ${toHex(frame.genesisRoot)}) or version`,
      });
    }
    this.remoteId = toHex(frame.id).slice(2);
    this.reader.maxFrame = this.limits.frame;
    this.handshakeTimer.cancel();
    if (!this.handlers.ready(this)) this.close(gone());
  }

  private async onRequest(number: number, protocol: string, message: Uint8Array): Promise<void> {
    if (this.serving >= this.limits.requests || this.socket.writableLength > this.limits.outbound) {
      return this.write(encodeFrame({ kind: "failure", number, code: "P2P_BUSY" }));
    }
    this.serving++;
    try {
      const response = await this.handlers.serve(this, protocol, message);
      this.write(encodeFrame({ kind: "response", number, message: response }));
    } catch (error) {
      const code = error instanceof CodedError ? error.code : "P2P_REMOTE_FAILED";
      this.write(encodeFrame({ kind: "failure", number, code }));
    } finally {
      this.serving--;
    }
  }

  private settle(number: number): PendingRequest | undefined {
    const request = this.pending.get(number);
    this.pending.delete(number);
    request?.timer.cancel();
    return request;
  }

  private onResponse(number: number, message: Uint8Array): void {
    // An answer after its time-out is late, not hostile.
    const request = this.settle(number);
    if (request === undefined) return;
    if (message.length > request.maxBytes) {
      const error = new P2pError({ code: "P2P_BAD_FRAME", message: `response of ${message.length} bytes` });
      request.reject(error);
      throw error;
    }
    request.resolve(message);
  }

  private onFailure(number: number, code: string): void {
    const known = code === "P2P_BUSY" || code === "P2P_UNKNOWN_PROTOCOL";
    const own: P2pErrorCode = known && code in p2pErrorInfo ? code : "P2P_REMOTE_FAILED";
    const message = `${this.address} refused a request: ${code}`;
    this.settle(number)?.reject(new P2pError({ code: own, message, meta: { remote: code } }));
  }
}

function gone(cause?: unknown): P2pError {
  return new P2pError({ code: "P2P_PEER_GONE", message: "the connection ended", cause });
}
