import "../promiseWithResolvers.js";
import { once } from "node:events";
import type { Socket } from "node:net";
import type { AbortOptions } from "@libp2p/interface";
import { AbstractMultiaddrConnection, type AbstractMultiaddrConnectionInit, type SendResult } from "@libp2p/utils";

export interface SocketConnectionInit extends AbstractMultiaddrConnectionInit {
  /** Connected; the connection owns it from now on. */
  readonly socket: Socket;
}

/** A connected TCP socket as libp2p wants it, whatever stands between it and the peer. */
export class SocketConnection extends AbstractMultiaddrConnection {
  private readonly socket: Socket;

  constructor({ socket, ...init }: SocketConnectionInit) {
    super(init);
    this.socket = socket;
    socket.on("data", (bytes) => this.onData(bytes));
    socket.on("drain", () => this.safeDispatchEvent("drain"));
    socket.once("error", (error) => this.abort(error));
    socket.once("end", () => this.onTransportClosed());
    socket.once("close", () => this.onTransportClosed());
  }

  override sendData(data: Iterable<Uint8Array>): SendResult {
    let sentBytes = 0;
    for (const part of data) {
      sentBytes += part.byteLength;
      if (!this.socket.write(part)) return { sentBytes, canSendMore: false };
    }
    return { sentBytes, canSendMore: true };
  }

  override async sendClose(options?: AbortOptions): Promise<void> {
    if (this.socket.destroyed) return;
    this.socket.destroySoon();
    await once(this.socket, "close", options?.signal === undefined ? {} : { signal: options.signal });
  }

  override sendReset(): void {
    // A reset cannot follow a half-closed end (libuv).
    if (this.socket.writableEnded) this.socket.destroy();
    else this.socket.resetAndDestroy();
  }

  override sendPause(): void {
    this.socket.pause();
  }

  override sendResume(): void {
    this.socket.resume();
  }
}
