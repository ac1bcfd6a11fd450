/**
 * Bounds of the plain transport. Each is small enough that all of them together, with `peers` hostile peers, stay
 * under 300 MB, and large enough that two full blocks fit.
 */
export const transportLimits = {
  /** Connections, both directions. */
  peers: 32,
  /** A frame, bytes: the largest message is a body (2 MiB and its proofs) or 64 blocks by range in parts. */
  frame: 4 * 1024 * 1024,
  /** Bytes that may wait for one slow peer before gossip to it is dropped. */
  outbound: 8 * 1024 * 1024,
  /** Requests of ours that one peer may leave unanswered, and of one peer that we serve at a time. */
  requests: 32,
  /** Gossip messages that are remembered so that they are not delivered twice. */
  seen: 16_384,
  /** Rejected messages after which a peer is disconnected. */
  rejects: 16,
  /** Milliseconds for the two hello frames. */
  handshake: 5_000,
  /** Milliseconds to the first and the longest wait before dialling again. */
  redialFirst: 100,
  redialLongest: 5_000,
} as const;

export type TransportLimits = { readonly [K in keyof typeof transportLimits]: number };
