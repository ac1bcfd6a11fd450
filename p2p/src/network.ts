import type { P2pError } from "./errors.js";

/** What becomes of a gossiped message: forwarded, forgotten, or held against its sender. */
export type Verdict = "accept" | "ignore" | "reject";

/** Names a connection's other end; opaque, stable while it is connected. */
export type PeerId = string;

export interface Codec<T> {
  encode(value: T): Uint8Array;
  /** Throws on anything that is not exactly one encoded value. */
  decode(bytes: Uint8Array): T;
}

/** A gossip topic. Limits are part of the definition, so that no topic is without them. */
export interface Topic<T> extends Codec<T> {
  readonly name: string;
  readonly maxBytes: number;
  /** Messages that may be under validation at a time; beyond it the newest is dropped. */
  readonly maxQueued: number;
}

/** A request/response protocol. */
export interface Protocol<Q, R> {
  readonly name: string;
  readonly request: Codec<Q>;
  readonly response: Codec<R>;
  readonly maxRequestBytes: number;
  readonly maxResponseBytes: number;
  readonly timeoutMilliseconds: number;
  /** Requests of one peer that are served, on average a second and at once; without it, those of the network's limits. */
  readonly quota?: { readonly rate: number; readonly burst: number };
}

export interface PeerInfo {
  readonly id: PeerId;
  /** host:port or multiaddress, for people. */
  readonly address: string;
  readonly direction: "in" | "out";
  /** Unix milliseconds. */
  readonly connectedAt: number;
}

export interface NetworkCounters {
  readonly received: number;
  readonly accepted: number;
  readonly ignored: number;
  readonly rejected: number;
  /** Validation queue full or peer too slow. */
  readonly dropped: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/**
 * What a node needs of a network, whatever carries it. Nothing is forwarded before its validator said `accept`; a
 * message is delivered at most once; a node never hears its own messages. Every queue behind it is bounded.
 */
export interface ConsensusNetwork {
  start(): Promise<void>;
  /** Idempotent; ends connections, timers and pending requests (these reject with P2P_STOPPED). */
  stop(): Promise<void>;
  peers(): readonly PeerInfo[];
  /**
   * Sends to all peers and returns at once; without peers it does nothing.
   * @throws P2pError P2P_TOO_LARGE
   */
  publish<T>(topic: Topic<T>, message: T): void;
  /**
   * One validator a topic; returns the function that ends it. It is called in the order of arrival and may be called
   * again before it has answered, so that signatures can be checked in batches.
   */
  subscribe<T>(topic: Topic<T>, validate: (message: T, from: PeerId) => Verdict | Promise<Verdict>): () => void;
  /** Serves a protocol; a handler that throws answers with its error's code. */
  handle<Q, R>(protocol: Protocol<Q, R>, serve: (request: Q, from: PeerId) => R | Promise<R>): () => void;
  /** @throws P2pError P2P_PEER_GONE, P2P_TIMEOUT, P2P_BUSY, P2P_UNKNOWN_PROTOCOL, P2P_REMOTE_FAILED, P2P_BAD_FRAME */
  request<Q, R>(peer: PeerId, protocol: Protocol<Q, R>, request: Q): Promise<R>;
  /** Ends the connection to a peer that is of no use; a banned one is refused for a while. */
  drop(peer: PeerId, reason: P2pError, options: { readonly ban: boolean }): void;
  /** Called when a peer comes or goes. */
  onPeer(listener: (peer: PeerInfo, connected: boolean) => void): () => void;
  counters(): NetworkCounters;
}
