export { P2pError, type P2pErrorCode, p2pErrorInfo } from "./errors.js";
export { type TransportLimits, transportLimits } from "./limits.js";
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
export { parseLoopbackAddress } from "./tcp/address.js";
export { TcpNetwork, type TcpNetworkModules, type TcpNetworkOptions } from "./tcp/tcpNetwork.js";
