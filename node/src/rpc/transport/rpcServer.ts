import type { AddressInfo } from "node:net";
import cors from "@fastify/cors";
import websocket, { type WebsocketPluginOptions } from "@fastify/websocket";
import { type Clock, hasCode, type Timer } from "@lucid/consensus/base";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { RpcDispatcher } from "../dispatcher.js";
import type { RpcLimits } from "../limits.js";
import { clientKey } from "../rateLimit.js";
import { RpcError } from "../rpcError.js";
import { isHostAllowed, isOriginAllowed } from "./admission.js";
import { ByteBudget } from "./byteBudget.js";
import { WsConnection } from "./wsConnection.js";

export interface RpcServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Origins that a browser may call from; "*" is any. */
  readonly corsOrigins: readonly string[];
  /** Host headers that are answered besides addresses; "*" is any. */
  readonly allowedHosts: readonly string[];
  readonly limits: RpcLimits;
}

export interface RpcServerModules {
  readonly dispatcher: RpcDispatcher;
  readonly clock: Clock;
}

type WebsocketServerOptions = NonNullable<WebsocketPluginOptions["options"]>;

const JSON_TYPE = "application/json";
/** How often Node looks for connections that have run into a time-out, milliseconds. */
const TIMEOUT_CHECK = 1_000;
/** A WebSocket that does not answer our close frame is cut off after this, milliseconds. */
const WS_CLOSE_TIMEOUT = 5_000;
/** The same while the node stops, milliseconds. */
const STOP_TIMEOUT = 1_000;

/** JSON-RPC over HTTP POST and over WebSocket on one port. */
export class RpcServer {
  private readonly options: RpcServerOptions;
  private readonly modules: RpcServerModules;
  private readonly budget: ByteBudget;
  private readonly connections = new Set<WsConnection>();
  private app: FastifyInstance | undefined;
  private pingTimer: Timer | undefined;

  constructor(options: RpcServerOptions, modules: RpcServerModules) {
    this.options = options;
    this.modules = modules;
    this.budget = new ByteBudget(options.limits.maxBytesInFlight);
  }

  /** Bytes of requests and answers in memory, for the metrics. */
  get bytesInFlight(): number {
    return this.budget.taken;
  }

  get webSockets(): number {
    return this.connections.size;
  }

  /** host:port that it listens on; undefined before start. */
  get address(): string | undefined {
    const address = this.app?.server.address() as AddressInfo | string | null | undefined;
    if (address === undefined || address === null || typeof address === "string") return undefined;
    return address.family === "IPv6" ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`;
  }

  /** @throws RpcError RPC_PORT_IN_USE */
  async start(): Promise<void> {
    if (this.app !== undefined) return;
    const app = this.createApp();
    await app.register(cors, {
      origin: this.options.corsOrigins.includes("*") ? "*" : [...this.options.corsOrigins],
      methods: ["POST"],
      allowedHeaders: ["Content-Type"],
      maxAge: 600,
    });
    await app.register(websocket, { options: this.webSocketOptions() });
    // After the WebSocket plugin: its own hook marks upgrades, without which a refused one would stay open.
    app.addHook("onRequest", (request, reply, done) => {
      if (isHostAllowed(request.headers.host, this.options.allowedHosts)) done();
      else void reply.code(403).type(JSON_TYPE).send(refusal(403));
    });
    this.addRoutes(app);
    const { host, port } = this.options;
    try {
      await app.listen({ host, port, backlog: 511 });
    } catch (cause) {
      await app.close();
      if (!hasCode(cause, "EADDRINUSE")) throw cause;
      throw new RpcError("RPC_PORT_IN_USE", `port ${port} of ${host} is in use, choose another with --rpc-port`, {
        cause,
      });
    }
    this.app = app;
    this.schedulePing();
  }

  async stop(): Promise<void> {
    const { app } = this;
    this.app = undefined;
    this.pingTimer?.cancel();
    for (const connection of this.connections) connection.shutdown();
    // A client that does not answer the close frame must not hold up the node.
    const cut = setTimeout(() => {
      for (const connection of this.connections) connection.terminate();
    }, STOP_TIMEOUT);
    await app?.close();
    clearTimeout(cut);
  }

  private createApp(): FastifyInstance {
    const { limits } = this.options;
    const app = Fastify({
      logger: false,
      bodyLimit: limits.maxBodyBytes,
      requestTimeout: limits.requestTimeout,
      connectionTimeout: limits.idleTimeout,
      keepAliveTimeout: limits.idleTimeout,
      forceCloseConnections: true,
      http: { headersTimeout: limits.requestTimeout, connectionsCheckingInterval: TIMEOUT_CHECK },
    });
    app.server.maxConnections = limits.maxConnections;
    app.removeAllContentTypeParsers();
    // Only this type: a browser sends text/plain to other sites without asking them first, but not this one.
    app.addContentTypeParser(JSON_TYPE, { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
      const status = error.statusCode ?? 500;
      void reply.code(status).type(JSON_TYPE).send(refusal(status));
    });
    return app;
  }

  private webSocketOptions(): WebsocketServerOptions & { readonly closeTimeout: number } {
    return { maxPayload: this.options.limits.maxBodyBytes, perMessageDeflate: false, closeTimeout: WS_CLOSE_TIMEOUT };
  }

  private addRoutes(app: FastifyInstance): void {
    app.post(
      "/",
      { preParsing: (request, reply, _payload, done) => this.reserve(request, reply, done) },
      (request, reply) => this.answerHttp(request, reply),
    );
    app.route({
      method: "GET",
      url: "/",
      handler: (_request, reply) => reply.code(405).header("allow", "POST").type(JSON_TYPE).send(refusal(405)),
      wsHandler: (socket, request) => {
        const connection = new WsConnection(socket, clientKey(request.ip), this.options.limits, {
          dispatcher: this.modules.dispatcher,
          budget: this.budget,
        });
        this.connections.add(connection);
        socket.on("close", () => this.connections.delete(connection));
      },
      onRequest: (request, reply, done) => {
        if (!request.ws) return done();
        const { host, origin } = request.headers;
        if (!isOriginAllowed(origin, host, this.options.corsOrigins)) void reply.code(403).send();
        else if (this.connections.size >= this.options.limits.maxWebSockets) void reply.code(503).send();
        else done();
      },
    });
  }

  /** Sets memory aside for the body before it is read; without a length, as much as a body may have. */
  private reserve(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    const declared = Number(request.headers["content-length"] ?? this.options.limits.maxBodyBytes);
    const bytes = Math.min(declared, this.options.limits.maxBodyBytes);
    if (!this.budget.take(bytes)) {
      void reply.code(503).header("retry-after", "1").type(JSON_TYPE).send(refusal(503));
      return;
    }
    reply.raw.once("close", () => this.budget.give(bytes));
    done();
  }

  private async answerHttp(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { dispatcher } = this.modules;
    const client = clientKey(request.ip);
    const text = await dispatcher.handle(request.body as Buffer, { transport: "http", client, admin: false });
    if (text === undefined) return reply.code(204).send();
    if (!this.budget.take(text.length)) return reply.code(503).type(JSON_TYPE).send(refusal(503));
    reply.raw.once("close", () => this.budget.give(text.length));
    return reply.header("content-type", JSON_TYPE).send(text);
  }

  private schedulePing(): void {
    this.pingTimer = this.modules.clock.setTimer(this.options.limits.pingInterval, () => {
      for (const connection of this.connections) connection.ping();
      this.schedulePing();
    });
  }
}

const REFUSALS: Readonly<Record<number, string>> = {
  403: "this Host header is not answered; add the name to rpc.allowedHosts",
  405: "send JSON-RPC by POST, or open a WebSocket",
  408: "the request came too slowly",
  413: "the body is larger than the limit",
  415: "send Content-Type: application/json",
  503: "the server holds as many requests as it can, try again",
};

/** What goes wrong before a request is read is told as a JSON-RPC error too, since that is what clients can show. */
function refusal(status: number): string {
  const message = REFUSALS[status] ?? "the request could not be read";
  return JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32600, message } });
}
