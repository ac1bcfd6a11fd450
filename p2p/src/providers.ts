import type { PeerId } from "./network.js";

/**
 * A network in which nodes announce what they hold and find others who do. What it tells is a hint: anybody may claim to hold
 * anything, and a record may be gone or old.
 */
export interface ProviderNetwork {
  /**
   * Tells the network that this node holds what the key names (32 bytes); it is repeated until `withdraw`. Resolves to false
   * where there is nobody to tell: without a DHT, or on a node that nobody can dial.
   */
  announce(key: Uint8Array, signal?: AbortSignal): Promise<boolean>;
  /** No longer; what others keep expires by itself. */
  withdraw(key: Uint8Array): Promise<void>;
  /** Peers that announced the key, each once, as they are found; so many and so long as the limits say. Never throws. */
  providers(key: Uint8Array, signal?: AbortSignal): AsyncGenerator<PeerId, void, void>;
  /** Opens a connection where there is none. @throws P2pError P2P_PEER_GONE, P2P_TIMEOUT, P2P_STOPPED */
  reach(peer: PeerId, signal?: AbortSignal): Promise<void>;
}
