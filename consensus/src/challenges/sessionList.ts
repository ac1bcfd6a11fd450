/** What LucidAnchors says about all sessions; the names are the contract's. */
export interface AnchorLedger {
  /** Sessions ever registered; also the number of the last, the first being 1. */
  readonly count: number;
  /** Chunks of all sessions ever registered; the number behind that of the newest chunk. */
  readonly totalChunks: number;
  /** The oldest session whose time is not over, and the number of its first chunk. */
  readonly firstNumber: number;
  readonly firstChunk: number;
}

/** What a challenge needs to know of a session. */
export interface ListedSession {
  readonly merkleRoot: Uint8Array;
  /** With the manifest's parts. */
  readonly chunkCount: number;
  /** Number of its first chunk among those of all sessions. */
  readonly firstChunk: number;
  /** Unix seconds. */
  readonly registeredAt: number;
  readonly paidUntil: number;
}

/**
 * The sessions of the chain as they stand in the state after the block that a new one builds on. A node reads them from the
 * storage of LucidAnchors. All methods are synchronous and give the same answers on every node.
 */
export interface SessionList {
  ledger(): AnchorLedger;
  /** Number of a session's first chunk; asked for a few sessions of each search. */
  firstChunk(number: number): number;
  session(number: number): ListedSession;
}

/** A chain without LucidAnchors: nothing is challenged. */
export const NO_SESSIONS: SessionList = {
  ledger: () => ({ count: 0, totalChunks: 0, firstNumber: 1, firstChunk: 0 }),
  firstChunk: () => 0,
  session: () => ({ merkleRoot: new Uint8Array(32), chunkCount: 0, firstChunk: 0, registeredAt: 0, paidUntil: 0 }),
};
