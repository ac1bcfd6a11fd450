import type { NatOptions } from "@lucid/p2p";
import type { RpcLimits } from "../rpc/limits.js";
import type { TorConfig } from "./torSettings.js";

/** Settings of a node, resolved; every field has a default, so that an empty configuration file is a valid one. */
export interface NodeConfig {
  /** Absolute path of the data directory. */
  readonly dataDir: string;
  /** Vote and propose with the key in keys/bls.json. */
  readonly validator: boolean;
  readonly rpc: {
    readonly enabled: boolean;
    readonly host: string;
    /** 0 takes a free port. HTTP and WebSocket share it. */
    readonly port: number;
    /** Names of the method groups that are switched on. */
    readonly modules: readonly string[];
    /** Origins that a browser may call from; "*" is any. */
    readonly corsOrigins: readonly string[];
    /** Host headers that are answered. */
    readonly allowedHosts: readonly string[];
    readonly limits: RpcLimits;
  };
  readonly metrics: {
    readonly enabled: boolean;
    readonly host: string;
    /** Serves /metrics, /livez and /readyz. 0 takes a free port. */
    readonly port: number;
  };
  readonly p2p: {
    /** Multiaddresses on which other nodes are let in; none lets nobody in. */
    readonly listen: readonly string[];
    /** Multiaddresses that others are told instead of those. */
    readonly announce: readonly string[];
    /** Multiaddresses of nodes to keep a connection to. */
    readonly peers: readonly string[];
    /** Multiaddresses, with the peer id, of nodes between which and this one gossip always passes. */
    readonly directPeers?: readonly string[];
    /** Multiaddresses of bootstrap nodes, for finding others. */
    readonly bootnodes: readonly string[];
    /** Look for peers beyond those of the configuration. */
    readonly discovery: boolean;
    /** Connections in both directions. */
    readonly maxPeers: number;
    /** Ways past routers. */
    readonly nat?: NatOptions | undefined;
    /** Tor, where it is used. */
    readonly tor?: TorConfig | undefined;
  };
  readonly log: {
    readonly level: "trace" | "debug" | "info" | "warn" | "error" | "silent";
    readonly format: "pretty" | "json";
  };
  readonly chunks: {
    /** Bytes of ciphertext that the node keeps at most. */
    readonly quota: number;
  };
  readonly chain: {
    /** Keep the state history of every block instead of the last two epochs. */
    readonly archive: boolean;
    /** "HEIGHT:ROOT" of a final block that is trusted; empty: that of the network's file, if it has one. */
    readonly checkpoint: string;
    /** Make a snapshot of the state each day of the chain. */
    readonly snapshots: boolean;
  };
}
