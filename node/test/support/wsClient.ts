import { once } from "node:events";
import { type ClientOptions, WebSocket } from "ws";

type Message = Record<string, unknown>;

/** A WebSocket client whose messages a test takes one by one. */
export class WsClient {
  readonly socket: WebSocket;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  private readonly messages: Message[] = [];
  private readonly waiting: ((message: Message) => void)[] = [];
  private nextId = 1;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on("message", (data) => this.arrived(JSON.parse(data.toString()) as Message));
    socket.on("error", () => {});
  }

  static async open(url: string, options: ClientOptions = {}): Promise<WsClient> {
    const client = new WsClient(new WebSocket(url, options));
    await once(client.socket, "open");
    return client;
  }

  send(text: string | Uint8Array): void {
    this.socket.send(text);
  }

  /** The next message that nobody has taken. */
  next(): Promise<Message> {
    const message = this.messages.shift();
    if (message !== undefined) return Promise.resolve(message);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  get untaken(): number {
    return this.messages.length;
  }

  async ask(method: string, ...params: unknown[]): Promise<Message> {
    const id = this.nextId++;
    this.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return this.next();
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  private arrived(message: Message): void {
    const taker = this.waiting.shift();
    if (taker === undefined) this.messages.push(message);
    else taker(message);
  }
}
