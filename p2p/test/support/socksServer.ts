import { connect, createServer, type Server, type Socket } from "node:net";

/** A SOCKS5 proxy (RFC 1928, 1929) that leads .onion names to ports of this machine, as Tor would. */
export class SocksServer {
  /** Port behind each "name.onion:port". */
  readonly services = new Map<string, number>();
  /** What was asked for, in order. */
  readonly asked: string[] = [];
  /** Names and passwords that were given. */
  readonly credentials = new Set<string>();
  /** Takes connections and answers nothing. */
  silent = false;
  /** Of so many requests that come next nobody hears again: circuits that have gone without a word. */
  lost = 0;
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private port = 0;

  get proxy(): { readonly host: string; readonly port: number } {
    return { host: "127.0.0.1", port: this.port };
  }

  /** On the port that it had before, if it had one. */
  async start(): Promise<void> {
    const server = createServer((socket) => this.accept(socket));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    const address = server.address();
    if (address !== null && typeof address === "object") this.port = address.port;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private own(socket: Socket): Socket {
    this.sockets.add(socket);
    return socket.on("error", () => undefined).once("close", () => this.sockets.delete(socket));
  }

  private accept(socket: Socket): void {
    this.own(socket);
    let state: "greeting" | "login" | "request" = "greeting";
    let buffered = Buffer.alloc(0);
    const take = (length: number): Buffer => {
      const part = buffered.subarray(0, length);
      buffered = buffered.subarray(length);
      return part;
    };
    const onData = (data: Buffer): void => {
      buffered = Buffer.concat([buffered, data]);
      if (this.silent) return;
      if (state === "greeting" && buffered.length >= 2 + (buffered[1] ?? 0)) {
        take(2 + (buffered[1] ?? 0));
        socket.write(Uint8Array.of(5, 2));
        state = "login";
      }
      if (state === "login" && buffered.length >= 3 + (buffered[1] ?? 0)) {
        const user = buffered[1] ?? 0;
        const word = buffered[2 + user] ?? 0;
        if (buffered.length < 3 + user + word) return;
        this.credentials.add(take(3 + user + word).toString("latin1"));
        socket.write(Uint8Array.of(1, 0));
        state = "request";
      }
      if (state !== "request" || buffered.length < 5 || buffered.length < 7 + (buffered[4] ?? 0)) return;
      const request = take(7 + (buffered[4] ?? 0));
      socket.off("data", onData);
      this.lead(socket, request);
    };
    socket.on("data", onData);
  }

  private lead(socket: Socket, request: Buffer): void {
    // Anything but a name would have been resolved elsewhere.
    const name = request[3] === 3 ? request.subarray(5, request.length - 2).toString("latin1") : `type ${request[3]}`;
    const wanted = `${name}:${request.readUInt16BE(request.length - 2)}`;
    this.asked.push(wanted);
    if (this.lost > 0) {
      this.lost--;
      return;
    }
    const port = this.services.get(wanted);
    const answer = (code: number) => socket.write(Uint8Array.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0));
    if (port === undefined) {
      answer(4);
      socket.end();
      return;
    }
    const behind = this.own(connect({ host: "127.0.0.1", port }));
    behind.once("connect", () => {
      answer(0);
      socket.pipe(behind).pipe(socket);
    });
    behind.once("close", () => socket.destroy());
    socket.once("close", () => behind.destroy());
  }
}
