import assert from "node:assert/strict";
import { VirtualClock } from "@lucid/consensus/base";
import {
  DEFAULT_RPC_LIMITS,
  type NodeView,
  RPC_MODULES,
  RpcCore,
  type RpcLimits,
  type RpcMethod,
  RpcServer,
  type RpcServerOptions,
  type SessionChunkSource,
} from "../../src/rpc/index.js";
import { RpcChain, type RpcChainOptions } from "./rpcChain.js";

export interface RpcNodeOptions extends RpcChainOptions {
  readonly limits?: Partial<RpcLimits>;
  readonly server?: Partial<Pick<RpcServerOptions, "corsOrigins" | "allowedHosts">>;
  readonly modules?: readonly string[];
  readonly extraMethods?: readonly RpcMethod[];
  readonly chunks?: SessionChunkSource;
}

/** JSON-RPC's answer, as a client sees it. */
export interface RpcAnswer {
  readonly jsonrpc?: string;
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

const START = 1_800_000_000_000;

/** A chain with the real JSON-RPC server in front of it, on a free port. */
export class RpcNode {
  readonly chain: RpcChain;
  readonly core: RpcCore;
  readonly server: RpcServer;
  readonly clock: VirtualClock;
  /** What the node would log; a test that does not expect any demands that there is none. */
  readonly defects: unknown[];
  readonly progress: { now: ReturnType<NodeView["syncing"]> };
  private nextId = 1;

  private constructor(parts: Pick<RpcNode, "chain" | "core" | "server" | "clock" | "defects" | "progress">) {
    this.chain = parts.chain;
    this.core = parts.core;
    this.server = parts.server;
    this.clock = parts.clock;
    this.defects = parts.defects;
    this.progress = parts.progress;
  }

  static async start(options: RpcNodeOptions = {}): Promise<RpcNode> {
    const chain = await RpcChain.create(options);
    const limits = { ...DEFAULT_RPC_LIMITS, ...options.limits };
    const clock = new VirtualClock(START);
    const defects: unknown[] = [];
    const progress: RpcNode["progress"] = { now: undefined };
    const core = new RpcCore(
      {
        modules: options.modules ?? RPC_MODULES,
        limits,
        onDefect: (_method, error) => void defects.push(error),
        ...(options.extraMethods && { extraMethods: options.extraMethods }),
      },
      {
        chain: chain.parts.chain,
        state: chain.parts.state,
        mempool: chain.parts.pool,
        genesis: chain.parts.genesis,
        clock,
        node: nodeView(chain, progress),
        ...(options.chunks && { chunks: options.chunks }),
      },
    );
    const server = new RpcServer(
      { host: "127.0.0.1", port: 0, corsOrigins: [], allowedHosts: ["localhost"], ...options.server, limits },
      { dispatcher: core.dispatcher, clock },
    );
    core.start();
    await server.start();
    return new RpcNode({ chain, core, server, clock, defects, progress });
  }

  get url(): string {
    return `http://${this.server.address}`;
  }

  get wsUrl(): string {
    return `ws://${this.server.address}`;
  }

  /** Posts a body as it is. */
  post(body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
    const init = { method: "POST", body, headers: { "content-type": "application/json", ...headers } };
    return fetch(this.url, init as RequestInit);
  }

  async ask(method: string, ...params: unknown[]): Promise<RpcAnswer> {
    const id = this.nextId++;
    const response = await this.post(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    const answer = (await response.json()) as RpcAnswer;
    assert.equal(answer.jsonrpc, "2.0");
    assert.equal(answer.id, id);
    return answer;
  }

  /** The result, which must fit the method's own schema. */
  async call(method: string, ...params: unknown[]): Promise<unknown> {
    const answer = await this.ask(method, ...params);
    assert.equal(answer.error, undefined, `${method}: ${JSON.stringify(answer.error)}`);
    this.core.dispatcher.table.get(method)?.result.parse(answer.result);
    return answer.result;
  }

  async fail(method: string, ...params: unknown[]): Promise<NonNullable<RpcAnswer["error"]>> {
    const answer = await this.ask(method, ...params);
    assert.ok(answer.error !== undefined, `${method} should fail`);
    return answer.error;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    this.core.stop();
    await this.chain.stop();
  }
}

function nodeView(chain: RpcChain, progress: RpcNode["progress"]): NodeView {
  return {
    clientVersion: "Lucid/v0.1.0/test",
    network: "devnet-test",
    syncing: () => progress.now,
    peerCount: () => 0,
    isListening: () => false,
    oldestStateHeight: () => 0,
    oldestProofHeight: () => 0,
    nodeInfo: () => ({ nodeId: null }),
    consensusStatus: () => ({ height: chain.parts.chain.head().header.height }),
    params: () => ({ slotDuration: 6 }),
  };
}
