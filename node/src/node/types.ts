import type { Clock } from "@lucid/consensus/base";
import type { NodeConfig } from "../config/index.js";

export interface NodeOptions {
  readonly config: NodeConfig;
  /**
   * The validator's BLS secret key, 32 bytes, already decrypted: whoever asks for the passphrase (the command line)
   * opens the keystore, the node never sees a passphrase. Needed when `config.validator` is set.
   */
  readonly blsSecretKey?: Uint8Array;
}

/** What tests replace. */
export interface NodeModules {
  readonly clock?: Clock;
  /** Ends a start that takes long: fetching a snapshot. */
  readonly signal?: AbortSignal;
}

export interface RunningNode {
  readonly chainId: number;
  /** 0x and 64 hex digits. */
  readonly genesisRoot: `0x${string}`;
  /** SHA-256 of the validator's BLS key, 0x hex; undefined without a validator key. */
  readonly nodeId: `0x${string}` | undefined;
  /** http://host:port, undefined when RPC is off. */
  readonly rpcUrl: string | undefined;
  readonly wsUrl: string | undefined;
  /** Base of /metrics, /livez and /readyz, undefined when off. */
  readonly metricsUrl: string | undefined;
  /** Unix socket of the local API. */
  readonly socketPath: string;
  /** Multiaddress that other nodes dial, with the peer id; undefined when not listening. */
  readonly p2pAddress: string | undefined;
  /** Settles when the node has stopped by itself after a fatal error (with that error) or by `stop` (without). */
  readonly stopped: Promise<Error | undefined>;
  /** Idempotent; drains, closes in reverse order of start, releases the lock. */
  stop(): Promise<void>;
}
