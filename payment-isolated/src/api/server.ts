import { chmodSync } from "node:fs";
import { unlink } from "node:fs/promises";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { z } from "zod";
import { ExitCode, messageOf, PayoutError } from "../errors.js";
import { openApiDocument } from "./openApi.js";
import type { ApiContext, RouteSpec } from "./route.js";
import { apiRoutes } from "./routes.js";
import { authorize, type TokenEntry } from "./tokens.js";

export interface ApiServerOptions extends ApiContext {
  readonly tokens: () => TokenEntry[];
  readonly renderMetrics: () => Promise<string>;
  readonly listen: { readonly socket: string; readonly host?: string | undefined; readonly port?: number | undefined };
  readonly log: (text: string) => void;
}

/** A pass this old means that the worker hangs. */
const STALE_PASS_MS = 120_000;

const statusOf: Readonly<Record<number, number>> = {
  [ExitCode.BadInput]: 400,
  [ExitCode.Usage]: 400,
  [ExitCode.NotFound]: 404,
  [ExitCode.Refused]: 409,
  [ExitCode.NoSpace]: 429,
  [ExitCode.Unreachable]: 503,
  [ExitCode.Environment]: 503,
};

function httpStatus(error: PayoutError): number {
  if (error.code === "UNAUTHENTICATED") return 401;
  if (error.code === "ROLE_MISSING") return 403;
  return statusOf[error.info.exitCode] ?? 500;
}

function parsePart(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new PayoutError(
    "BAD_REQUEST",
    `${where}${issue?.path.length ? ` ${issue.path.join(".")}` : ""}: ${issue?.message ?? "invalid"}`,
  );
}

/** On a unix socket; also on a host and port when the configuration names them. */
export class ApiServer {
  readonly #options: ApiServerOptions;
  readonly #servers: FastifyInstance[] = [];

  constructor(options: ApiServerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { socket, host, port } = this.#options.listen;
    await unlink(socket).catch(() => undefined);
    const local = this.#make();
    await local.listen({ path: socket });
    chmodSync(socket, 0o600);
    if (port !== undefined) await this.#make().listen({ host: host ?? "127.0.0.1", port });
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) await server.close();
  }

  #make(): FastifyInstance {
    const server = Fastify({
      logger: false,
      bodyLimit: 20 << 20,
      requestTimeout: 60_000,
      connectionTimeout: 120_000,
      forceCloseConnections: true,
    });
    this.#servers.push(server);
    server.setErrorHandler((error, _request, reply) => this.#fail(error, reply));
    server.setNotFoundHandler((_request, reply) =>
      this.#fail(new PayoutError("NOT_FOUND", "there is no such call"), reply),
    );
    for (const spec of apiRoutes) {
      server.route({
        method: spec.method,
        url: spec.path,
        handler: (request, reply) => this.#handle(spec, request, reply),
      });
    }
    server.get("/livez", async () => ({ ok: true }));
    server.get("/readyz", async (_request, reply) => {
      const { leader, blocked, lastPassAt } = this.#options.engine.status;
      const fresh = lastPassAt === undefined ? !leader : this.#options.context.clock.now() - lastPassAt < STALE_PASS_MS;
      const ok = fresh && (blocked === undefined || blocked.code === "PAUSED" || blocked.code === "ROTATING");
      return reply.code(ok ? 200 : 503).send({ ok, leader, ...(blocked === undefined ? {} : { blocked }) });
    });
    server.get("/metrics", async (_request, reply) =>
      reply.type("text/plain; version=0.0.4").send(await this.#options.renderMetrics()),
    );
    server.get("/openapi.json", async () => openApiDocument());
    return server;
  }

  async #handle(spec: RouteSpec, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const by = authorize(this.#options.tokens(), request.headers.authorization, spec.role);
    const params = parsePart(spec.params, request.params, "path");
    const query = parsePart(spec.query, request.query, "query");
    const body = parsePart(spec.body, request.body, "body");
    const result = await spec.run({ params, query, body, by, api: this.#options });
    return reply.type(spec.contentType ?? "application/json").send(result);
  }

  #fail(error: unknown, reply: FastifyReply): FastifyReply {
    if (error instanceof PayoutError) {
      return reply
        .code(httpStatus(error))
        .send({ error: { code: error.code, message: error.message, fix: error.info.fix } });
    }
    const status =
      typeof error === "object" && error !== null && "statusCode" in error ? Number(error.statusCode) : 500;
    if (status >= 400 && status < 500)
      return reply
        .code(status)
        .send({ error: { code: "BAD_REQUEST", message: messageOf(error), fix: "See docs/payout-api.md." } });
    this.#options.log(`internal error: ${messageOf(error)}`);
    return reply.code(500).send({ error: { code: "INTERNAL", message: "internal error", fix: "See the log." } });
  }
}
