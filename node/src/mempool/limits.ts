export interface MempoolLimits {
  /** Transactions, all senders. */
  readonly count: number;
  /** Their bytes. */
  readonly bytes: number;
  readonly perSender: number;
  /** How far a nonce may be ahead of the account's. */
  readonly nonceGap: number;
  /** Least maxFeePerGas, wei: the base fee never falls below it. */
  readonly priceFloor: bigint;
  /** Milliseconds after which a peer's transaction goes; local ones stay. */
  readonly lifetime: number;
}

export const defaultMempoolLimits: MempoolLimits = {
  count: 8_192,
  bytes: 32 << 20,
  perSender: 1_024,
  nonceGap: 1_024,
  priceFloor: 1_000_000_000n,
  lifetime: 3 * 60 * 60 * 1000,
};

/** Texts that clients look for; never changed. */
export const poolRefusal = {
  known: "already known",
  replacement: "replacement transaction underpriced",
  underpriced: "transaction underpriced",
  full: "txpool is full",
  perSender: "account limit exceeded",
  gap: "nonce too high",
} as const;
