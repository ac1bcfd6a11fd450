import type { WebSocket } from "ws";
import type { PushChannel, RpcContext } from "../context.js";
import type { RpcDispatcher } from "../dispatcher.js";
import type { RpcLimits } from "../limits.js";
import type { ByteBudget } from "./byteBudget.js";

/** RFC 6455 close codes that this server uses, with the words that go along. */
const CLOSE = {
  slowReader: { code: 1008, reason: "slow reader: read faster or subscribe to less" },
  flood: { code: 1008, reason: "too many requests at once: wait for answers" },
  memory: { code: 1013, reason: "out of memory for connections: try again later" },
} as const;

/** Messages that one chunk of the network brought after reading was paused; far more than any client has open. */
const MAX_QUEUED = 4_096;
const MAX_EARLY = 1_024;

export type WsLimits = Pick<RpcLimits, "maxPendingPerWebSocket" | "maxSendBufferBytes">;

export interface WsModules {
  readonly dispatcher: RpcDispatcher;
  readonly budget: ByteBudget;
}

/**
 * One WebSocket. It reads no faster than it answers, and sends no faster than the client reads: requests stop the
 * reading, notifications (which nobody can hold back) end the connection.
 */
export class WsConnection {
  readonly subscriptions = new Map<string, () => void>();
  private readonly socket: WebSocket;
  private readonly limits: WsLimits;
  private readonly modules: WsModules;
  private readonly client: string;
  private readonly queue: Buffer[] = [];
  private working = 0;
  private closed = false;
  private answeredPing = true;
  /** Subscriptions whose id the client knows. */
  private readonly announced = new Set<string>();
  private readonly early: { readonly subscription: string; readonly text: string }[] = [];

  constructor(socket: WebSocket, client: string, limits: WsLimits, modules: WsModules) {
    this.socket = socket;
    this.client = client;
    this.limits = limits;
    this.modules = modules;
    socket.on("message", (message, isBinary) => this.onMessage(asBuffer(message), isBinary));
    socket.on("pong", () => {
      this.answeredPing = true;
    });
    socket.on("close", () => this.onClose());
    socket.on("error", () => socket.terminate());
  }

  /** Called at each interval; ends a connection that did not answer the last ping. */
  ping(): void {
    if (!this.answeredPing) {
      this.socket.terminate();
      return;
    }
    this.answeredPing = false;
    this.socket.ping();
  }

  shutdown(): void {
    if (!this.closed) this.socket.close(1001, "the node is stopping");
  }

  terminate(): void {
    this.socket.terminate();
  }

  private onMessage(message: Buffer, isBinary: boolean): void {
    if (this.closed) return;
    if (isBinary) {
      this.drop({ code: 1003, reason: "send text" });
    } else if (this.queue.length >= MAX_QUEUED) {
      this.drop(CLOSE.flood);
    } else if (!this.modules.budget.take(message.length)) {
      this.drop(CLOSE.memory);
    } else {
      this.queue.push(message);
      this.work();
    }
  }

  private work(): void {
    while (!this.closed && this.working < this.limits.maxPendingPerWebSocket && !this.isClogged()) {
      const message = this.queue.shift();
      if (message === undefined) break;
      this.working++;
      void this.answer(message);
    }
    this.regulate();
  }

  /** The client takes no answers, so it gets no more of them until it does. */
  private isClogged(): boolean {
    return this.socket.bufferedAmount > this.limits.maxSendBufferBytes;
  }

  private regulate(): void {
    if (this.closed) return;
    const busy = this.queue.length > 0 || this.working >= this.limits.maxPendingPerWebSocket || this.isClogged();
    if (busy && !this.socket.isPaused) this.socket.pause();
    else if (!busy && this.socket.isPaused) this.socket.resume();
  }

  private async answer(message: Buffer): Promise<void> {
    const opened: string[] = [];
    const push: PushChannel = {
      subscriptions: this.subscriptions,
      opened: (subscription) => void opened.push(subscription),
      send: (subscription, text) => this.notify(subscription, text),
    };
    const context: RpcContext = { transport: "ws", client: this.client, admin: false, push };
    const text = await this.modules.dispatcher.handle(message, context);
    this.modules.budget.give(message.length);
    this.working--;
    if (text !== undefined) this.transmit(text);
    for (const subscription of opened) this.announce(subscription);
    this.work();
  }

  private notify(subscription: string, text: string): boolean {
    if (this.closed) return false;
    if (!this.announced.has(subscription)) {
      this.early.push({ subscription, text });
      if (this.early.length > MAX_EARLY) this.drop(CLOSE.slowReader);
    } else if (this.isClogged()) {
      this.drop(CLOSE.slowReader);
    } else {
      this.transmit(text);
    }
    return !this.closed;
  }

  private announce(subscription: string): void {
    this.announced.add(subscription);
    const waiting = this.early.splice(0);
    for (const notification of waiting) this.notify(notification.subscription, notification.text);
  }

  private transmit(text: string): void {
    if (this.closed) return;
    const bytes = text.length;
    if (!this.modules.budget.take(bytes)) {
      this.drop(CLOSE.memory);
      return;
    }
    this.socket.send(text, () => {
      this.modules.budget.give(bytes);
      // Room in the send buffer is what clogged requests wait for.
      this.work();
    });
  }

  /** The close frame queues behind what the client did not read; ws terminates the socket when it does not answer. */
  private drop(why: { readonly code: number; readonly reason: string }): void {
    if (this.closed) return;
    this.release();
    this.socket.resume();
    this.socket.close(why.code, why.reason);
  }

  private onClose(): void {
    this.release();
  }

  private release(): void {
    this.closed = true;
    for (const end of this.subscriptions.values()) end();
    this.subscriptions.clear();
    this.early.length = 0;
    for (const message of this.queue.splice(0)) this.modules.budget.give(message.length);
  }
}

function asBuffer(message: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Buffer.isBuffer(message)) return message;
  return Array.isArray(message) ? Buffer.concat(message) : Buffer.from(message);
}
