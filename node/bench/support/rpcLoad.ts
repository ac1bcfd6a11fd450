import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const CRLF = "\r\n";
const ERROR_KEY = Buffer.from('"error"');
const HEAD_END = Buffer.from(CRLF + CRLF);

/**
 * A keep-alive HTTP connection that posts one body again and again. It reads nothing of an answer but its length and
 * status, so that the load costs as little as it can: server and load share the machine.
 */
class Connection {
  answered = 0;
  private readonly socket: Socket;
  private readonly request: Buffer;
  private buffered: Buffer = Buffer.alloc(0);
  private running = false;
  private stopped: (() => void) | undefined;

  private constructor(socket: Socket, request: Buffer) {
    this.socket = socket;
    this.request = request;
    socket.setNoDelay(true);
    socket.on("data", (data) => this.onData(data));
  }

  static async open(url: URL, body: string): Promise<Connection> {
    const socket = connect(Number(url.port), url.hostname);
    await once(socket, "connect");
    const head = [
      "POST / HTTP/1.1",
      `Host: ${url.host}`,
      "Content-Type: application/json",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      "",
    ];
    return new Connection(socket, Buffer.from(head.join(CRLF) + body));
  }

  start(): void {
    this.running = true;
    this.socket.write(this.request);
  }

  async stop(): Promise<void> {
    this.running = false;
    await new Promise<void>((resolve) => {
      this.stopped = resolve;
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private onData(data: Buffer): void {
    this.buffered = this.buffered.length === 0 ? data : Buffer.concat([this.buffered, data]);
    const headEnd = this.buffered.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.buffered.toString("latin1", 0, headEnd);
    assert.ok(head.startsWith("HTTP/1.1 200"), head);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    if (this.buffered.length < headEnd + HEAD_END.length + length) return;
    // A benchmark of refusals would be fast and worthless.
    assert.ok(!this.buffered.includes(ERROR_KEY), this.buffered.toString("latin1", 0, 300));
    this.buffered = Buffer.alloc(0);
    this.answered++;
    if (this.running) this.socket.write(this.request);
    else this.stopped?.();
  }
}

/** Requests answered a second over so many connections. */
export async function requestsPerSecond(
  url: string,
  body: string,
  connections: number,
  milliseconds: number,
): Promise<number> {
  const target = new URL(url);
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(target, body)));
  for (const connection of open) connection.start();
  // Warm before counting.
  await pause(milliseconds / 4);
  const before = open.reduce((sum, { answered }) => sum + answered, 0);
  const started = performance.now();
  await pause(milliseconds);
  const after = open.reduce((sum, { answered }) => sum + answered, 0);
  const seconds = (performance.now() - started) / 1000;
  await Promise.all(open.map((connection) => connection.stop()));
  for (const connection of open) connection.close();
  return (after - before) / seconds;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
