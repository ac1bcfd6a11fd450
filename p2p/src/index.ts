import "./promiseWithResolvers.js";

export { P2pError, type P2pErrorCode, p2pErrorInfo } from "./errors.js";
export { Bootnode, type BootnodeOptions } from "./libp2p/bootnode.js";
export { Libp2pNetwork } from "./libp2p/libp2pNetwork.js";
export type { NatOptions } from "./libp2p/natTraversal.js";
export { type Limit, limitsWith, type NetworkLimits, networkLimits } from "./libp2p/networkLimits.js";
export type { Libp2pNetworkModules, Libp2pNetworkOptions } from "./libp2p/networkOptions.js";
export { addressOfPeer, peerIdOfKey } from "./libp2p/peerIds.js";
export { reachableAddresses, type TorOptions } from "./libp2p/tor.js";
export { type LinkFilter, MemoryHub, MemoryNetwork } from "./memory/memoryHub.js";
export type {
  Codec,
  ConsensusNetwork,
  NetworkCounters,
  PeerId,
  PeerInfo,
  Protocol,
  Topic,
  Verdict,
} from "./network.js";
export type { ProviderNetwork } from "./providers.js";
export type { ByteChannel, StreamNetwork, StreamProtocol } from "./streams.js";
export { TokenBucket } from "./tokenBucket.js";
