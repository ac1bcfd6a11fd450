import { hasCode } from "@lucid/consensus/base";
import { type FastifyInstance, fastify } from "fastify";
import { NodeError } from "../errors.js";
import type { Metrics } from "./metrics.js";

export interface HealthCheck {
  readonly name: string;
  /** Ready or not, and one sentence that says why. */
  check(): { readonly ok: boolean; readonly detail: string };
}

export interface HealthServerOptions {
  readonly host: string;
  readonly port: number;
}

export interface HealthServerModules {
  readonly metrics: Metrics;
  readonly checks: readonly HealthCheck[];
}

/** /metrics, /livez and /readyz (with ?verbose one line a check), apart from JSON-RPC so that they can be kept private. */
export class HealthServer {
  private readonly options: HealthServerOptions;
  private readonly server: FastifyInstance;

  constructor(options: HealthServerOptions, modules: HealthServerModules) {
    this.options = options;
    this.server = fastify({ bodyLimit: 1024, requestTimeout: 5_000, forceCloseConnections: true });
    this.server.get("/livez", async (_, reply) => reply.type("text/plain").send("ok\n"));
    this.server.get("/readyz", async (request, reply) => {
      const results = modules.checks.map((each) => ({ name: each.name, ...each.check() }));
      const ready = results.every((result) => result.ok);
      const query = request.query as Readonly<Record<string, unknown>>;
      const lines = results.map((result) => `[${result.ok ? "+" : "-"}] ${result.name}: ${result.detail}`);
      const text =
        "verbose" in query ? [...lines, ready ? "ready" : "not ready"].join("\n") : ready ? "ok" : "not ready";
      return reply
        .code(ready ? 200 : 503)
        .type("text/plain")
        .send(`${text}\n`);
    });
    this.server.get("/metrics", async (_, reply) =>
      reply.type(modules.metrics.contentType).send(await modules.metrics.text()),
    );
  }

  /** Base URL. @throws NodeError NODE_PORT_IN_USE */
  async start(): Promise<string> {
    try {
      return await this.server.listen({ host: this.options.host, port: this.options.port });
    } catch (cause) {
      throw listenError(cause, `${this.options.host}:${this.options.port}`, "metrics.port");
    }
  }

  async stop(): Promise<void> {
    await this.server.close();
  }
}

/** One sentence for a port that cannot be opened. */
export function listenError(cause: unknown, where: string, setting: string): NodeError {
  const why = hasCode(cause, "EADDRINUSE")
    ? "is in use"
    : hasCode(cause, "EACCES")
      ? "may not be opened by this user"
      : "cannot be opened";
  return new NodeError({
    code: "NODE_PORT_IN_USE",
    message: `${where} ${why}; choose another with ${setting}`,
    meta: { where, setting },
    cause,
  });
}
