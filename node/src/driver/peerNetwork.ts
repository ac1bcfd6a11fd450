import { Libp2pNetwork, type Libp2pNetworkModules, type Libp2pNetworkOptions } from "@lucid/p2p";
import { topics } from "./topics.js";

/** Of the connections that there may be at all, those that others open. */
const INBOUND_SHARE = 0.75;

export interface PeerNetworkOptions extends Omit<Libp2pNetworkOptions, "topics" | "limits"> {
  /** Connections in both directions. */
  readonly maxPeers: number;
}

/** The network as a node of this chain uses it: with its topics. @throws P2pError P2P_BAD_ADDRESS */
export function peerNetwork(
  { maxPeers, ...options }: PeerNetworkOptions,
  modules: Libp2pNetworkModules,
): Libp2pNetwork {
  const inboundConnections = Math.floor(maxPeers * INBOUND_SHARE);
  const limits = { inboundConnections, outboundConnections: maxPeers - inboundConnections };
  return new Libp2pNetwork({ ...options, topics: Object.values(topics), limits }, modules);
}

export { type Limit, networkLimits } from "@lucid/p2p";
