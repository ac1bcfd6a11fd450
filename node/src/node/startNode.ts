import { toHex } from "@lucid/consensus/base";
import type { NodeError } from "../errors.js";
import { createLogging } from "./logging.js";
import { openChain } from "./openChain.js";
import { openChunks } from "./openChunks.js";
import { openConsensus } from "./openConsensus.js";
import { openDoors } from "./openDoors.js";
import { openIndex } from "./openIndex.js";
import { openReplication } from "./openReplication.js";
import { Resources } from "./resources.js";
import type { StartContext } from "./startContext.js";
import { SystemClock } from "./systemClock.js";
import { checkOnionOnly, torOptions } from "./torMode.js";
import type { NodeModules, NodeOptions, RunningNode } from "./types.js";

const VERSION = "0.1.0";
const clientVersion = `Lucid/v${VERSION}/${process.platform}-${process.arch}/node${process.versions.node}`;

/**
 * Starts a node on its data directory; the one place where its parts are put together. What fails on the way is undone.
 * @throws coded errors of all parts: DATA_LOCKED, DATA_NETWORK, DB_CORRUPT, RPC_PORT_IN_USE, ...
 */
export async function startNode(options: NodeOptions, modules: NodeModules = {}): Promise<RunningNode> {
  const logging = createLogging(options.config.log);
  const log = logging.module("node");
  checkOnionOnly(options.config);
  const tor = await torOptions(options.config.p2p.tor);
  const resources = new Resources(log);
  let settleStopped: (error: Error | undefined) => void = () => undefined;
  const stopped = new Promise<Error | undefined>((resolve) => {
    settleStopped = resolve;
  });
  const stop = async (reason?: Error): Promise<void> => {
    await resources.stop();
    settleStopped(reason);
  };
  const context: StartContext = {
    options,
    clock: modules.clock ?? new SystemClock(),
    logging,
    resources,
    tor,
    signal: modules.signal ?? new AbortController().signal,
    onFatal(error: NodeError) {
      log.error({ error }, "the node cannot go on and stops");
      void stop(error);
    },
    stop: () => stop(),
  };
  try {
    return await compose(context, stopped);
  } catch (error) {
    await resources.stop();
    throw error;
  }
}

async function compose(context: StartContext, stopped: RunningNode["stopped"]): Promise<RunningNode> {
  const started = performance.now();
  const chain = await openChain(context, clientVersion);
  const chunks = await openChunks(context, chain);
  const consensus = await openConsensus(context, chain, clientVersion);
  const index = await openIndex(context, chain, consensus);
  const replication = await openReplication(context, { ...chain, ...chunks, ...consensus });
  const parts = { ...chain, ...chunks, ...consensus, ...index, replication };
  const { rpcAddress, metricsUrl } = await openDoors(context, parts, clientVersion);

  const { config, paths } = chain;
  const nodeId = consensus.nodeId === undefined ? undefined : toHex(consensus.nodeId);
  const genesisRoot = toHex(config.genesisRoot);
  const milliseconds = Math.round(performance.now() - started);
  const height = chain.chain.head().header.height;
  context.logging.module("node").info({ network: config.network, genesisRoot, height, nodeId, milliseconds }, "ready");
  return {
    chainId: chain.chain.chainId,
    genesisRoot,
    nodeId,
    rpcUrl: rpcAddress === undefined ? undefined : `http://${rpcAddress}`,
    wsUrl: rpcAddress === undefined ? undefined : `ws://${rpcAddress}`,
    metricsUrl,
    socketPath: paths.socket,
    p2pAddress: consensus.network.address(),
    stopped,
    stop: context.stop,
  };
}
