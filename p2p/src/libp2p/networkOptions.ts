import type { Clock } from "@lucid/consensus/base";
import type { P2pError } from "../errors.js";
import type { TopicLimits } from "./gossip.js";
import type { NatOptions } from "./natTraversal.js";
import type { NetworkLimits } from "./networkLimits.js";
import type { TorListener, TorOptions } from "./tor.js";

export interface Libp2pNetworkOptions {
  readonly genesisRoot: Uint8Array;
  readonly forkVersion: number;
  /** Milliseconds. */
  readonly slotDuration: number;
  /** Ed25519 seed, 32 bytes. */
  readonly peerKey: Uint8Array;
  /** Multiaddresses to listen on; none lets nobody in. */
  readonly listen: readonly string[];
  /** Multiaddresses that peers are told, where they differ from those that are listened on (a router, a name). */
  readonly announce?: readonly string[];
  /** Multiaddresses of peers to keep a connection to. */
  readonly peers: readonly string[];
  /**
   * Multiaddresses, with the peer id, of nodes of people that one knows: a connection is kept to them, and gossip always
   * passes between them, whatever its mesh and its scores are. Both sides must name each other.
   */
  readonly directPeers?: readonly string[];
  /** All topics that may be published or subscribed. */
  readonly topics: readonly TopicLimits[];
  readonly userAgent?: string;
  /** Look for peers through the DHT and the bootstrap nodes; else only `peers` are met. */
  readonly discovery?: boolean;
  /** Multiaddresses of bootstrap nodes. */
  readonly bootnodes?: readonly string[];
  /** Tell others of addresses of private networks. */
  readonly privateAddresses?: boolean;
  /** Folder of the database of known peers; in memory without one. */
  readonly database?: string;
  /** Reach onion services, and with `only` nothing else. */
  readonly tor?: TorOptions | undefined;
  /** Ways past routers; none when it is left out, and none in Tor mode. */
  readonly nat?: NatOptions | undefined;
  readonly limits?: Partial<NetworkLimits>;
}

export type NetworkEvent = "connected" | "closed" | "refused" | "banned";

export interface Libp2pNetworkModules {
  readonly clock: Clock;
  /** Tor's SOCKS port, or the onion service of this node, is there or is not, and why; told when it changes. */
  readonly onTor?: TorListener;
  /** Told of each connection that comes, goes or is refused, and of each ban: those of an earlier run too, by peer id. */
  readonly onEvent?: (event: NetworkEvent, address: string, reason?: P2pError) => void;
}
