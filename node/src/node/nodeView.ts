import type { AgreementStatus, ChainConfig, SnapshotList } from "@lucid/consensus";
import { toHex } from "@lucid/consensus/base";
import { contractAddresses } from "@lucid/contracts";
import type { Libp2pNetwork } from "@lucid/p2p";
import type { ChunkStore } from "@lucid/storage";
import type { ForkWatch } from "../driver/forkWatch.js";
import type { PeerWatch } from "../driver/peerWatch.js";
import { type ParamReader, paramBounds, paramNames } from "../governance/params.js";
import type { ChainReader } from "../interfaces.js";
import type { NodeView } from "../rpc/index.js";
import type { BlockSync } from "../sync/blockSync.js";

export interface NodeViewOptions {
  readonly clientVersion: string;
  readonly config: ChainConfig;
  readonly nodeId: Uint8Array | undefined;
  readonly listening: boolean;
  /** Blocks whose state and whose proofs are kept; Infinity for an archive. */
  readonly keepState: number;
  readonly keepProofs: number;
}

export interface NodeViewModules {
  readonly chain: ChainReader;
  readonly network: Libp2pNetwork;
  readonly sync: BlockSync;
  readonly chunks: ChunkStore;
  readonly params: ParamReader;
  readonly snapshots: () => SnapshotList["snapshots"];
  readonly status: () => AgreementStatus | undefined;
  readonly drift: () => PeerWatch["drift"];
  readonly forks: Pick<ForkWatch, "forkVersion" | "offer">;
}

/** What the node says about itself over JSON-RPC. */
export function createNodeView(options: NodeViewOptions, modules: NodeViewModules): NodeView {
  const { config } = options;
  const { chain, network, sync, chunks, params } = modules;
  const height = () => chain.head().header.height;
  return {
    clientVersion: options.clientVersion,
    network: config.network,
    syncing: () => sync.progress(),
    peerCount: () => network.peers().length,
    isListening: () => options.listening,
    oldestStateHeight: () => Math.max(chain.earliestHeight(), height() - options.keepState),
    oldestProofHeight: () => Math.max(chain.earliestHeight(), height() - options.keepProofs),
    nodeInfo() {
      const stats = chunks.stats();
      return {
        nodeId: options.nodeId === undefined ? null : toHex(options.nodeId),
        validator: options.nodeId !== undefined,
        node: process.version,
        chunks: { count: stats.chunks, bytes: stats.bytes, quota: stats.quotaBytes, accepting: stats.accepting },
        sync: progressJson(sync),
        snapshots: modules.snapshots().map(({ height: of, root }) => ({ height: of, root: toHex(root) })),
        peerId: network.peerId ?? null,
        addresses: [...network.addresses()],
        peers: network
          .peers()
          .map(({ id, address, direction, connectedAt }) => ({ id, address, direction, connectedAt })),
      };
    },
    consensusStatus: () => statusJson(modules),
    params: () => ({
      preset: config.params.preset,
      chainId: Number(config.genesis.chainId),
      genesisTime: Number(config.genesis.genesisTime),
      slotDuration: config.genesis.slotDuration,
      epochSlots: config.params.epochSlots,
      windowEpochs: config.params.windowEpochs,
      gasLimit: config.params.gasLimit.toString(),
      bodyLimit: config.params.bodyLimit,
      replicas: config.params.replicas,
      ...params.current(),
      bounds: Object.fromEntries(paramNames.map((name) => [name, { ...paramBounds[name] }])),
      contracts: { ...contractAddresses },
    }),
  };
}

/** Empty until the first height is open. */
function statusJson(modules: NodeViewModules): ReturnType<NodeView["consensusStatus"]> {
  const status = modules.status();
  if (status === undefined) return {};
  const { missing, ...rest } = status;
  const { offset, trusted } = modules.drift();
  const { forkVersion, offer } = modules.forks;
  return {
    ...rest,
    missing: missing.map(toHex),
    clockOffset: offset === undefined ? null : Math.round(offset),
    clockTrusted: trusted,
    forkVersion,
    recovery: offer === undefined ? null : { ...offer, weight: { ...offer.weight } },
  };
}

function progressJson(sync: BlockSync): { [name: string]: number } | null {
  const progress = sync.progress();
  return progress === undefined ? null : { ...progress };
}
