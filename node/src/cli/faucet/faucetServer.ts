import { CodedError } from "@lucid/consensus/base";
import { formatAddress, parseAddress } from "@lucid/storage";
import { type FastifyInstance, type FastifyReply, fastify } from "fastify";
import { NodeError } from "../../errors.js";
import { listenError } from "../../metrics/healthServer.js";
import { clientKey } from "../../rpc/rateLimit.js";
import type { FaucetLedger } from "./faucetLedger.js";

export interface FaucetServerOptions {
  readonly host: string;
  readonly port: number;
  readonly chainId: number;
  /** Of one gift, wei. */
  readonly amount: bigint;
}

export interface FaucetServerModules {
  readonly ledger: FaucetLedger;
  /** Sends LUCID. @returns the transaction's hash, 0x hex @throws NodeError when nothing was sent */
  readonly give: (to: string) => Promise<string>;
}

/** Requests that wait for their turn; transactions of one account go one after the other. */
const MAX_WAITING = 16;

const statusOf: Readonly<Record<string, number>> = {
  FAUCET_LIMIT: 429,
  FAUCET_REFUSED: 400,
  LOCAL_BUSY: 503,
  INSUFFICIENT_FUNDS: 503,
};

/** Gives LUCID over HTTP: POST / with {"address": "0x..."}; GET / tells what it gives. */
export class FaucetServer {
  private readonly options: FaucetServerOptions;
  private readonly modules: FaucetServerModules;
  private readonly server: FastifyInstance;
  private turn: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(options: FaucetServerOptions, modules: FaucetServerModules) {
    this.options = options;
    this.modules = modules;
    this.server = fastify({ bodyLimit: 1024, requestTimeout: 5_000, forceCloseConnections: true });
    this.server.get("/", async () => ({
      chainId: options.chainId,
      wei: options.amount.toString(),
      left: modules.ledger.left,
    }));
    this.server.post("/", async (request, reply) => {
      try {
        const to = addressIn(request.body);
        const txHash = await this.inTurn(() => this.give(to, clientKey(request.ip)));
        return { to, wei: options.amount.toString(), txHash };
      } catch (error) {
        return refuse(reply, error);
      }
    });
  }

  /** Base URL. @throws NodeError NODE_PORT_IN_USE */
  async start(): Promise<string> {
    const { host, port } = this.options;
    try {
      return await this.server.listen({ host, port });
    } catch (cause) {
      throw listenError(cause, `${host}:${port}`, "--listen");
    }
  }

  /** What is being sent is waited for. */
  async stop(): Promise<void> {
    await this.server.close();
    await this.turn;
  }

  private async give(to: string, client: string): Promise<string> {
    const takeBack = await this.modules.ledger.take(to, client);
    try {
      return await this.modules.give(to);
    } catch (error) {
      await takeBack();
      throw error;
    }
  }

  private inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (this.waiting >= MAX_WAITING) {
      throw new NodeError({ code: "LOCAL_BUSY", message: "too many ask at once; try again in a moment" });
    }
    this.waiting++;
    const mine = this.turn.then(run).finally(() => this.waiting--);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}

/** @throws NodeError FAUCET_REFUSED */
function addressIn(body: unknown): string {
  const address = typeof body === "object" && body !== null && "address" in body ? body.address : undefined;
  if (typeof address === "string" && /^0x[0-9a-fA-F]{40}$/.test(address)) {
    try {
      return formatAddress(parseAddress(address));
    } catch {
      // A wrong checksum.
    }
  }
  throw new NodeError({ code: "FAUCET_REFUSED", message: 'send {"address": "0x..."} with an account\'s address' });
}

async function refuse(reply: FastifyReply, error: unknown): Promise<object> {
  const known = error instanceof CodedError;
  const code = known ? error.code : "INTERNAL";
  // What is in other errors is the operator's business.
  const message = known ? error.message : "the faucet failed";
  const retryAfter = known ? error.meta["retryAfter"] : undefined;
  if (typeof retryAfter === "number") reply.header("retry-after", String(retryAfter));
  reply.code(statusOf[code] ?? 500);
  return { error: { code, message } };
}
