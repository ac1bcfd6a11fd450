import {
  Agreement,
  BlsSigner,
  BlsVerifier,
  type ChainConfig,
  epochOfSlot,
  forkVersionAt,
  nextBaseFee,
  nodeIdOf,
  slotAt,
} from "@lucid/consensus";
import { type Clock, hasCode, toHex } from "@lucid/consensus/base";
import { TcpNetwork } from "@lucid/p2p";
import { ChunkScrubber, ChunkStore, dataPaths, openDatabase, openDataDirectory, reconcileChunks } from "@lucid/storage";
import { Chain } from "../chain/chain.js";
import type { NodeConfig } from "../config/index.js";
import { BlockProcessor } from "../driver/blockProcessor.js";
import { BlockSync } from "../driver/blockSync.js";
import { ConsensusDriver } from "../driver/consensusDriver.js";
import { PeerWatch } from "../driver/peerWatch.js";
import { gossipTransactions } from "../driver/transactionGossip.js";
import { VoterStore } from "../driver/voterStore.js";
import { NodeError } from "../errors.js";
import { DatabaseStateReader, WorkerCallRunner, WorkerExecutor } from "../execution/index.js";
import type { BlockEnvironment } from "../interfaces.js";
import { ChunkHasher } from "../localApi/chunkHasher.js";
import { LocalApi } from "../localApi/localApi.js";
import { TransactionPool } from "../mempool/index.js";
import { HealthServer } from "../metrics/healthServer.js";
import { createMetrics } from "../metrics/metrics.js";
import { loadGenesisFile } from "../networks/index.js";
import { DEFAULT_RPC_LIMITS, RpcCore, RpcServer } from "../rpc/index.js";
import { adminMethods } from "./adminMethods.js";
import { configOf, initialiseChain } from "./genesisChain.js";
import { healthChecks } from "./healthChecks.js";
import { createLogging, type Logging } from "./logging.js";
import { declareNodeMetrics } from "./nodeMetrics.js";
import { createNodeView } from "./nodeView.js";
import { Resources } from "./resources.js";
import { SystemClock } from "./systemClock.js";
import type { NodeModules, NodeOptions, RunningNode } from "./types.js";

/** Bytes of plaintext in a chunk, until the chain has a parameter registry. */
const MAX_CHUNK_SIZE = 16 * 1024 * 1024;
/** Blocks whose Merkle proofs are kept. */
const KEEP_PROOFS = 128;

const VERSION = "0.1.0";
const clientVersion = `Lucid/v${VERSION}/${process.platform}-${process.arch}/node${process.versions.node}`;

/**
 * Starts a node on its data directory; the one place where its parts are put together. What fails on the way is undone.
 * @throws coded errors of all parts: DATA_LOCKED, DATA_NETWORK, DB_CORRUPT, RPC_PORT_IN_USE, ...
 */
export async function startNode(options: NodeOptions, modules: NodeModules = {}): Promise<RunningNode> {
  const logging = createLogging(options.config.log);
  const resources = new Resources(logging.module("node"));
  try {
    return await compose(options, modules.clock ?? new SystemClock(), logging, resources);
  } catch (error) {
    await resources.stop();
    throw error;
  }
}

async function compose(
  options: NodeOptions,
  clock: Clock,
  logging: Logging,
  resources: Resources,
): Promise<RunningNode> {
  const { config: settings } = options;
  const log = logging.module("node");
  const started = performance.now();

  let settleStopped: (error: Error | undefined) => void = () => undefined;
  const stopped = new Promise<Error | undefined>((resolve) => {
    settleStopped = resolve;
  });
  const stop = async (reason?: Error): Promise<void> => {
    await resources.stop();
    settleStopped(reason);
  };
  const onFatal = (error: NodeError): void => {
    log.error({ error }, "the node cannot go on and stops");
    void stop(error);
  };

  // Data
  const paths = dataPaths(settings.dataDir);
  const file = await loadGenesisFile(paths.genesis);
  const config = configOf(file);
  const genesisRoot = toHex(config.genesisRoot);
  const directory = await openDataDirectory(settings.dataDir, { network: config.network, genesisRoot });
  resources.add("data directory", () => directory.close());
  const store = await openDatabase({
    location: paths.chain,
    onMigration: ({ from, summary }) => log.info({ from, summary }, "database migrated"),
  });
  resources.add("database", () => store.close());
  await initialiseChain(store, file, config);
  const chainId = Number(config.genesis.chainId);
  const chain = new Chain(
    { chainId, genesisRoot: config.genesisRoot },
    { store, onListenerError: (error) => log.error({ error }, "a listener of final blocks failed") },
  );
  const blockRoot = (height: number) => chain.blockByHeight(height)?.root;

  // Execution
  const level = { location: paths.chain };
  const keepBlocks = Math.max(2 * config.params.epochSlots, KEEP_PROOFS);
  const executor = await WorkerExecutor.open(
    { chainId, keepBlocks, archive: settings.chain.archive, level },
    { blockRoot, onFailure: onFatal },
  );
  resources.add("executor", () => executor.stop());
  const calls = new WorkerCallRunner({ chainId, level }, blockRoot);
  resources.add("calls", () => calls.stop());
  const state = new DatabaseStateReader({}, { store, calls, environment: (height) => environmentOf(chain, height) });

  // Chunks
  const hasher = new ChunkHasher();
  resources.add("chunk hasher", () => hasher.stop());
  const chunks = await ChunkStore.open(
    { folder: paths.chunks, quotaBytes: settings.chunks.quota, maxBlobSize: MAX_CHUNK_SIZE + 87 },
    { store, now: () => clock.now() },
  );
  resources.add("chunk store", () => chunks.close());
  await reconcileChunks(chunks, { extra: "remove" });
  const chunkLog = logging.module("chunks");
  const scrubber = new ChunkScrubber(
    {},
    {
      chunks,
      clock,
      onDamage: (root, found) => chunkLog.error({ root: toHex(root), found }, "a chunk is damaged"),
      onError: (error) => chunkLog.warn({ error }, "the scrub failed and goes on later"),
    },
  );
  scrubber.start();
  resources.add("scrub", () => scrubber.stop());

  const mempool = await TransactionPool.open(
    { chainId, gasLimit: config.params.gasLimit },
    {
      store,
      clock,
      account: (address) => state.account(address, chain.head().header.height),
      nextBaseFee: () => nextBaseFee(chain.head().header),
      sendersOf: (height) => chain.senders(height),
    },
  );
  resources.add("mempool", () => mempool.stop());

  // Consensus
  const signer = signerOf(options);
  const nodeId = signer === undefined ? undefined : nodeIdOf(signer.publicKey);
  const verifier = new BlsVerifier();
  const voterStore =
    nodeId === undefined ? undefined : new VoterStore({ genesisRoot: config.genesisRoot, nodeId }, { store });
  const restored = await voterStore?.load();
  const { listen, peers } = settings.p2p;
  const p2pLog = logging.module("p2p");
  const network = new TcpNetwork(
    { genesisRoot: config.genesisRoot, listen, peers },
    { clock, onEvent: (event, address, reason) => p2pLog.info({ address, error: reason }, `peer ${event}`) },
  );
  const processor = new BlockProcessor(
    { config, signer },
    {
      chain,
      store,
      executor,
      mempool,
      verifier,
      logger: logging.module("chain"),
      ...(voterStore === undefined ? {} : { extraOps: (height) => voterStore.pruneOps(height) }),
    },
  );
  const agreement = new Agreement({
    params: config.params,
    genesisRoot: config.genesisRoot,
    genesisTime: config.clock.genesisTime,
    slotDuration: config.clock.slotDuration,
    forkVersionAt: (slot) => forkVersionAt(config, slot),
    verifier,
    startedAt: clock.now(),
    ...(signer === undefined ? {} : { signer }),
    ...(restored === undefined ? {} : { restored }),
  });
  const consensusLog = logging.module("consensus");
  const sync = new BlockSync({
    network,
    chain,
    clock,
    offer: (input) => driver.offer(input),
    logger: logging.module("sync"),
  });
  const driver: ConsensusDriver = new ConsensusDriver({
    agreement,
    work: processor,
    network,
    voterStore,
    clock,
    logger: consensusLog,
    onFatal,
    onBehind: (peer, height) => sync.notice(peer, height - 1),
  });
  const watch = new PeerWatch({ nodeId }, { network, chain, clock, sync, agreement, driver, slots: config.clock });

  await network.start();
  resources.add("network", () => network.stop());
  resources.add("transaction gossip", gossipTransactions(network, mempool));
  watch.start();
  resources.add("peer watch", () => watch.stop());
  resources.add("sync", () => sync.stop());
  driver.start();
  resources.add("consensus", () => driver.stop());

  // Doors
  const metrics = createMetrics();
  resources.add("metrics", () => metrics.stop());
  const view = createNodeView(
    {
      clientVersion,
      config,
      nodeId,
      listening: listen !== undefined,
      maxChunkSize: MAX_CHUNK_SIZE,
      keepState: settings.chain.archive ? Number.POSITIVE_INFINITY : keepBlocks,
      keepProofs: KEEP_PROOFS,
    },
    { chain, network, sync, chunks, status: () => agreement.status() },
  );
  const rpcLog = logging.module("rpc");
  const rpcSeconds = metrics.histogram(
    "lucid_rpc_request_seconds",
    "Time to answer a JSON-RPC request.",
    [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
  );
  const rpc = new RpcCore(
    {
      modules: settings.rpc.modules,
      limits: DEFAULT_RPC_LIMITS,
      extraMethods: adminMethods({ logging, stop: () => void stop() }),
      onDefect: (method, error) => rpcLog.error({ method, error }, "a JSON-RPC method failed"),
      onRequest: (_method, _code, milliseconds) => rpcSeconds.observe(milliseconds / 1000),
    },
    {
      chain,
      state,
      mempool,
      node: view,
      clock,
      genesis: config.genesis,
      chunks: {
        async chunksOfSession(sessionId, limit) {
          const found = [];
          for await (const { root, index } of chunks.session(sessionId)) {
            if (found.length >= limit) break;
            found.push({ root, index });
          }
          return found;
        },
      },
    },
  );
  rpc.start();
  resources.add("rpc core", () => rpc.stop());
  const address = await startRpcServer(settings, rpc, clock, resources);
  const local = new LocalApi(
    {
      socketPath: paths.socket,
      maxChunkSize: MAX_CHUNK_SIZE,
      receipts:
        signer === undefined || nodeId === undefined
          ? undefined
          : { nodeId, signer, now: () => receiptContext(config, clock) },
    },
    {
      chunks,
      hasher,
      dispatcher: rpc.dispatcher,
      onDefect: (error) => log.error({ error }, "the local API failed"),
    },
  );
  await local.start();
  resources.add("local api", () => local.stop());

  const parts = { chain, network, sync, mempool, chunks, driver, agreement, clock, config };
  declareNodeMetrics(metrics, parts);
  const metricsUrl = await startHealthServer(settings, metrics, parts, resources);
  log.info(
    {
      network: config.network,
      genesisRoot,
      height: chain.head().header.height,
      nodeId: nodeId === undefined ? undefined : toHex(nodeId),
      milliseconds: Math.round(performance.now() - started),
    },
    "ready",
  );
  return {
    chainId,
    genesisRoot,
    nodeId: nodeId === undefined ? undefined : toHex(nodeId),
    rpcUrl: address === undefined ? undefined : `http://${address}`,
    wsUrl: address === undefined ? undefined : `ws://${address}`,
    metricsUrl,
    socketPath: paths.socket,
    p2pAddress: network.address(),
    stopped,
    stop: () => stop(),
  };
}

function signerOf(options: NodeOptions): BlsSigner | undefined {
  if (!options.config.validator) return undefined;
  if (options.blsSecretKey === undefined) {
    throw new NodeError({
      code: "VALIDATOR_KEY_UNKNOWN",
      message: "a validator needs its BLS key; open keys/bls.json first",
    });
  }
  try {
    return new BlsSigner(options.blsSecretKey);
  } catch (cause) {
    if (!hasCode(cause, "BAD_KEY")) throw cause;
    throw new NodeError({ code: "VALIDATOR_KEY_UNKNOWN", message: "keys/bls.json holds no valid BLS key", cause });
  }
}

/** What the EVM saw of a final block; calls on its state see the same. */
function environmentOf(chain: Chain, height: number): BlockEnvironment {
  const block = chain.blockByHeight(height);
  if (block === undefined) {
    throw new NodeError({ code: "UNKNOWN_HEIGHT", message: `block ${height} is above the head`, meta: { height } });
  }
  const { timestamp, gasLimit, baseFeePerGas } = block.header;
  return {
    height,
    timestamp,
    gasLimit,
    baseFeePerGas,
    coinbase: chain.coinbase(height),
    prevRandao: chain.prevRandao(height),
  };
}

function receiptContext(config: ChainConfig, clock: Clock) {
  const slot = Math.max(0, slotAt(config.clock, clock.now()));
  const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, slot) };
  return { epoch: epochOfSlot(slot, config.params.epochSlots), context };
}

async function startRpcServer(
  settings: NodeConfig,
  rpc: RpcCore,
  clock: Clock,
  resources: Resources,
): Promise<string | undefined> {
  if (!settings.rpc.enabled) return undefined;
  const { host, port, corsOrigins, allowedHosts } = settings.rpc;
  const server = new RpcServer(
    { host, port, corsOrigins, allowedHosts, limits: DEFAULT_RPC_LIMITS },
    { dispatcher: rpc.dispatcher, clock },
  );
  await server.start();
  resources.add("rpc server", () => server.stop());
  return server.address;
}

async function startHealthServer(
  settings: NodeConfig,
  metrics: ReturnType<typeof createMetrics>,
  parts: Parameters<typeof healthChecks>[0],
  resources: Resources,
): Promise<string | undefined> {
  if (!settings.metrics.enabled) return undefined;
  const { host, port } = settings.metrics;
  const server = new HealthServer({ host, port }, { metrics, checks: healthChecks(parts) });
  const url = await server.start();
  resources.add("health server", () => server.stop());
  return url;
}
