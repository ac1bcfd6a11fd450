import type { PeerId } from "./network.js";

/** A protocol whose bytes are read and written as they come, for what is too large to be one message. */
export interface StreamProtocol {
  readonly name: string;
  /** Streams that one peer, and all together, may have open with us. */
  readonly streamsPerPeer: number;
  readonly streams: number;
  /** Streams of one peer, on average and at once. */
  readonly rate: number;
  readonly burst: number;
  /** Longest time that a read or a write may stand still, milliseconds. */
  readonly idleMilliseconds: number;
  /** Slowest pace of a peer, bytes a second: a read of n bytes has idleMilliseconds and n / pace in all. */
  readonly pace: number;
}

/** One stream of a StreamProtocol. Whoever opened or was handed it must `finish` or `abort` it. */
export interface ByteChannel {
  readonly peer: PeerId;
  /**
   * Fills `into`; the peer is slowed down to the pace of the reader.
   * @throws P2pError P2P_TIMEOUT, P2P_PEER_GONE (also when the peer ends early)
   */
  read(into: Uint8Array): Promise<void>;
  /**
   * Hands the bytes over at the pace of the peer. They may change once it has resolved (they are encrypted by then), not after
   * it has failed.
   * @throws P2pError P2P_TIMEOUT, P2P_PEER_GONE
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Says that what was asked for follows. */
  accept(): Promise<void>;
  /** Says why it does not, and ends the stream. */
  refuse(code: string): Promise<void>;
  /**
   * Waits for one of the two; a refusal ends the stream. @param milliseconds how long the peer may think; idleMilliseconds unless given
   * @throws P2pError P2P_BUSY, P2P_REMOTE_FAILED (meta.remote is the peer's code), P2P_BAD_FRAME, P2P_TIMEOUT, P2P_PEER_GONE
   */
  accepted(milliseconds?: number): Promise<void>;
  /** All has been written, and is on its way. */
  finish(): Promise<void>;
  /** Ends it at once. Idempotent, and nothing after `finish`. */
  abort(): void;
}

/** A network that carries streams of bytes. */
export interface StreamNetwork {
  /** Serves a protocol; returns the function that ends it. A handler that throws refuses with its error's code. */
  handleStream(protocol: StreamProtocol, serve: (channel: ByteChannel) => Promise<void>): () => void;
  /**
   * Opens a stream, and a connection first where there is none and the peer's address is known or can be found.
   * @throws P2pError P2P_PEER_GONE, P2P_TIMEOUT, P2P_BUSY, P2P_UNKNOWN_PROTOCOL
   */
  openStream(peer: PeerId, protocol: StreamProtocol, signal?: AbortSignal): Promise<ByteChannel>;
}
