/** Every bound of the JSON-RPC server. Those that an operator may move are settings (config/rpcLimitSettings.ts). */
export interface RpcLimits {
  /** Bytes of one HTTP body or WebSocket message. */
  readonly maxBodyBytes: number;
  /** Nesting of arrays and objects in a request. Nothing that we serve needs more than a tenth of it. */
  readonly maxDepth: number;
  /** Requests in a batch. viem sends up to 1,000, ethers 100. */
  readonly maxBatch: number;
  /** Bytes of one answer, and of the sum of the answers of a batch. */
  readonly maxResponseBytes: number;
  /** Gas that a call may use. */
  readonly callGas: bigint;
  /** Time that a call may run, milliseconds. */
  readonly callMilliseconds: number;
  /** Calls that run at once; the state reader executes them one after the other anyhow. */
  readonly concurrentCalls: number;
  /** Calls that wait for one of those places; further ones are refused with -32005. */
  readonly queuedCalls: number;
  /** Logs in one answer. */
  readonly maxLogs: number;
  /** Blocks that one query for logs may span; 0 is any number. */
  readonly maxLogRange: number;
  /** Blocks in one eth_feeHistory, and storage keys in one eth_getProof (each costs a walk through the trie). */
  readonly maxFeeHistory: number;
  readonly maxProofKeys: number;
  /** Filters of all clients, and of one. */
  readonly maxFilters: number;
  readonly maxFiltersPerClient: number;
  /** A filter that is not polled for so long is dropped, milliseconds (geth: 5 minutes). */
  readonly filterLifetime: number;
  /** Connections of both kinds. */
  readonly maxConnections: number;
  readonly maxWebSockets: number;
  readonly maxSubscriptionsPerConnection: number;
  /** Messages of one WebSocket that are being worked on; reading stops until one is answered. */
  readonly maxPendingPerWebSocket: number;
  /** Bytes of requests and answers that all connections together hold in memory. */
  readonly maxBytesInFlight: number;
  /** Unsent bytes at which a WebSocket's reader counts as slow and is dropped. */
  readonly maxSendBufferBytes: number;
  /** A WebSocket that does not answer a ping within this time is dropped, milliseconds. */
  readonly pingInterval: number;
  /** A client must have sent its whole request by then (slow-loris), milliseconds. */
  readonly requestTimeout: number;
  /** An HTTP connection on which nothing moves for so long is closed, milliseconds. */
  readonly idleTimeout: number;
  /**
   * Cost units a second of one client address, and how many it can save up. A simple call costs 1, about 5 us of a core,
   * so that one address cannot take much more than a core.
   */
  readonly rateLimit: { readonly perSecond: number; readonly burst: number };
  /** Client addresses whose rate is remembered; the longest idle is forgotten first. */
  readonly maxTrackedClients: number;
}

export const DEFAULT_RPC_LIMITS: RpcLimits = {
  maxBodyBytes: 5 * 1024 * 1024,
  maxDepth: 64,
  maxBatch: 1000,
  maxResponseBytes: 32 * 1024 * 1024,
  callGas: 50_000_000n,
  callMilliseconds: 5_000,
  concurrentCalls: 4,
  queuedCalls: 1_024,
  maxLogs: 10_000,
  maxLogRange: 0,
  maxFeeHistory: 1_024,
  maxProofKeys: 256,
  maxFilters: 4_096,
  maxFiltersPerClient: 512,
  filterLifetime: 300_000,
  maxConnections: 1_024,
  maxWebSockets: 256,
  maxSubscriptionsPerConnection: 128,
  maxPendingPerWebSocket: 32,
  maxBytesInFlight: 128 * 1024 * 1024,
  maxSendBufferBytes: 8 * 1024 * 1024,
  pingInterval: 30_000,
  requestTimeout: 15_000,
  idleTimeout: 65_000,
  rateLimit: { perSecond: 200_000, burst: 400_000 },
  maxTrackedClients: 10_000,
};
