import { LocalApi } from "../localApi/localApi.js";
import { HealthServer } from "../metrics/healthServer.js";
import { createMetrics, type Metrics } from "../metrics/metrics.js";
import { RecordStore } from "../records/recordStore.js";
import { RecordView } from "../records/recordView.js";
import type { Replication } from "../replication/replication.js";
import { RpcCore, RpcServer, type SessionChunkSource } from "../rpc/index.js";
import { adminMethods } from "./adminMethods.js";
import { healthChecks, type NodeParts } from "./healthChecks.js";
import { declareNodeMetrics, rpcRequestSeconds } from "./nodeMetrics.js";
import { createNodeView } from "./nodeView.js";
import { KEEP_PROOFS, type OpenChain } from "./openChain.js";
import type { OpenChunks } from "./openChunks.js";
import type { OpenConsensus } from "./openConsensus.js";
import type { OpenIndex } from "./openIndex.js";
import { receiptsOf } from "./receiptOptions.js";
import type { StartContext } from "./startContext.js";

export interface OpenDoors {
  /** host:port of JSON-RPC. */
  readonly rpcAddress: string | undefined;
  readonly metricsUrl: string | undefined;
}

export interface DoorParts extends OpenChain, OpenChunks, OpenConsensus, OpenIndex {
  readonly replication: Replication;
}

/** Lets clients in: JSON-RPC, the owner's socket, metrics and health. @throws RPC_PORT_IN_USE, NODE_PORT_IN_USE */
export async function openDoors(context: StartContext, parts: DoorParts, clientVersion: string): Promise<OpenDoors> {
  const { logging, resources, clock } = context;
  const metrics = createMetrics();
  resources.add("metrics", () => metrics.stop());
  const rpc = createRpc(context, parts, metrics, clientVersion);
  rpc.start();
  resources.add("rpc core", () => rpc.stop());
  const rpcAddress = await startRpcServer(context, rpc);

  const log = logging.module("node");
  const local = new LocalApi(
    {
      socketPath: parts.paths.socket,
      maxChunkSize: () => parts.params.current().maxChunkSize,
      receipts: receiptsOf(parts, clock),
    },
    {
      chunks: parts.chunks,
      hasher: parts.hasher,
      replication: parts.replication,
      dispatcher: rpc.dispatcher,
      onDefect: (error) => log.error({ error }, "the local API failed"),
    },
  );
  await local.start();
  resources.add("local api", () => local.stop());

  const observed = { ...parts, clock };
  declareNodeMetrics(metrics, observed);
  const metricsUrl = await startHealthServer(context, metrics, observed);
  return { rpcAddress, metricsUrl };
}

function createRpc(context: StartContext, parts: DoorParts, metrics: Metrics, clientVersion: string): RpcCore {
  const { options, logging, clock } = context;
  const { config, chain, state, store, mempool, network, sync, chunks, agreement, nodeId, tip, params } = parts;
  const log = logging.module("rpc");
  const { name, help, buckets } = rpcRequestSeconds;
  const seconds = metrics.histogram(name, help, buckets);
  const node = createNodeView(
    {
      clientVersion,
      config,
      nodeId,
      listening: options.config.p2p.listen.length > 0,
      keepState: parts.keepState,
      keepProofs: KEEP_PROOFS,
    },
    {
      chain,
      network,
      sync,
      chunks,
      params,
      snapshots: () => parts.shelf.list().snapshots,
      status: () => agreement.status(),
      drift: () => parts.watch.drift,
      forks: parts.forks,
    },
  );
  return new RpcCore(
    {
      modules: options.config.rpc.modules,
      limits: options.config.rpc.limits,
      extraMethods: adminMethods({ logging, stop: () => void context.stop() }),
      onDefect: (method, error) => log.error({ method, error }, "a JSON-RPC method failed"),
      onRequest: (_method, _code, milliseconds) => seconds.observe(milliseconds / 1000),
    },
    {
      chain,
      state,
      mempool,
      node,
      clock,
      genesis: config.genesis,
      chunks: chunkSource(parts),
      index: {
        put: (item) => parts.indexService.put(item),
        ofOwner: (owner, from, limit) => parts.index.ofOwner(owner, from, limit),
      },
      records: new RecordView({
        config,
        chain,
        tip,
        records: new RecordStore(store),
        answers: (id) => parts.proofs.figures(id),
      }),
    },
  );
}

function chunkSource({ chunks }: OpenChunks): SessionChunkSource {
  return {
    async chunksOfSession(sessionId, limit) {
      const found: { readonly root: Uint8Array; readonly index: number }[] = [];
      for await (const { root, index } of chunks.session(sessionId)) {
        if (found.length >= limit) break;
        found.push({ root, index });
      }
      return found;
    },
  };
}

async function startRpcServer({ options, clock, resources }: StartContext, rpc: RpcCore): Promise<string | undefined> {
  const { enabled, host, port, corsOrigins, allowedHosts, limits } = options.config.rpc;
  if (!enabled) return undefined;
  const server = new RpcServer(
    { host, port, corsOrigins, allowedHosts, limits },
    { dispatcher: rpc.dispatcher, clock },
  );
  await server.start();
  resources.add("rpc server", () => server.stop());
  return server.address;
}

async function startHealthServer(
  { options, resources }: StartContext,
  metrics: Metrics,
  parts: NodeParts,
): Promise<string | undefined> {
  const { enabled, host, port } = options.config.metrics;
  if (!enabled) return undefined;
  const server = new HealthServer({ host, port }, { metrics, checks: healthChecks(parts) });
  const url = await server.start();
  resources.add("health server", () => server.stop());
  return url;
}
