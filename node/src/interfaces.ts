import type { Body, CommitCertificate, Header, Voters } from "@lucid/consensus";

/** Bytes of fixed meaning; lengths are checked where bytes enter the process. */
export type Bytes20 = Uint8Array;
export type Bytes32 = Uint8Array;

/** EIP-4895 shape; amount in gwei. */
export interface Withdrawal {
  readonly index: bigint;
  readonly validatorIndex: bigint;
  readonly address: Bytes20;
  readonly amount: bigint;
}

/** What the EVM sees of a block. */
export interface BlockEnvironment {
  readonly height: number;
  /** Slot start, Unix seconds. */
  readonly timestamp: bigint;
  readonly gasLimit: bigint;
  readonly baseFeePerGas: bigint;
  /** The proposer's operator account. */
  readonly coinbase: Bytes20;
  /** The VRF beacon. */
  readonly prevRandao: Bytes32;
}

/** A call from 0xff..fe outside the gas limit, before the transactions. */
export interface SystemCall {
  readonly to: Bytes20;
  readonly data: Uint8Array;
}

export interface Log {
  readonly address: Bytes20;
  readonly topics: readonly Bytes32[];
  readonly data: Uint8Array;
}

export interface Receipt {
  readonly type: 0 | 1 | 2;
  readonly status: 0 | 1;
  readonly cumulativeGasUsed: bigint;
  readonly gasUsed: bigint;
  readonly effectiveGasPrice: bigint;
  readonly logsBloom: Uint8Array;
  readonly logs: readonly Log[];
}

export interface ExecutionInput {
  readonly env: BlockEnvironment;
  /** Canonical wire bytes (RLP of type 0, or type byte and RLP). */
  readonly transactions: readonly Uint8Array[];
  /** Senders already recovered at admission, by index; missing ones are recovered. */
  readonly senders?: readonly (Bytes20 | undefined)[];
  readonly withdrawals: readonly Withdrawal[];
  readonly systemCalls: readonly SystemCall[];
  /** A contract whose written slots the output names. */
  readonly watch?: Bytes20;
  /**
   * State root of the block before it, which may be a candidate that is decided and will be committed next: who executes the
   * block after it need not wait for the disk. The other candidates beside it are gone then.
   */
  readonly onto?: Bytes32;
}

export interface ExecutionOutput {
  /** Names the candidate for commit and discard. */
  readonly candidate: number;
  readonly stateRoot: Bytes32;
  readonly transactionsRoot: Bytes32;
  readonly receiptsRoot: Bytes32;
  readonly withdrawalsRoot: Bytes32;
  readonly logsBloom: Uint8Array;
  readonly gasUsed: bigint;
  readonly receipts: readonly Receipt[];
  readonly senders: readonly Bytes20[];
  /** All slots of the watched contract that differ from the head: slot 32, value 32, again and again; present when one is watched. */
  readonly written?: Uint8Array;
}

export interface BuildInput extends Omit<ExecutionInput, "transactions" | "senders" | "watch" | "onto"> {
  /** In the order in which they may be included; the builder skips what does not fit or is no longer valid. */
  readonly pending: readonly { readonly raw: Uint8Array; readonly sender: Bytes20 }[];
  /** Targets at or below the block's limits. */
  readonly gasTarget: bigint;
  readonly byteTarget: number;
}

export interface BuildOutput extends ExecutionOutput {
  readonly transactions: readonly Uint8Array[];
}

export type StoreOp =
  | { readonly type: "put"; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: "del"; readonly key: Uint8Array };

/**
 * Executes candidate blocks on the head state without touching it. Candidates build on the head, or on a candidate that is
 * decided (`onto`); deciding one is `commit`, which writes the state and `extraOps` (block, receipts, indexes, consensus state,
 * head pointer) in one synced batch; all other candidates of its height are then gone. Commits come in the order of the blocks.
 */
export interface Executor {
  execute(input: ExecutionInput): Promise<ExecutionOutput>;
  build(input: BuildInput): Promise<BuildOutput>;
  commit(candidate: number, extraOps: readonly StoreOp[]): Promise<void>;
  discard(candidate: number): void;
  stop(): Promise<void>;
}

export interface CallRequest {
  readonly from?: Bytes20;
  readonly to?: Bytes20;
  readonly data?: Uint8Array;
  readonly value?: bigint;
  readonly gas?: bigint;
  readonly gasPrice?: bigint;
  readonly maxFeePerGas?: bigint;
  readonly maxPriorityFeePerGas?: bigint;
  readonly accessList?: readonly AccessListEntry[];
}

/** EIP-2930. */
export interface AccessListEntry {
  readonly address: Bytes20;
  readonly storageKeys: readonly Bytes32[];
}

export interface CallResult {
  readonly status: "success" | "revert" | "halt";
  readonly returnData: Uint8Array;
  readonly gasUsed: bigint;
  /** Opcode-level reason of a halt, for the error text. */
  readonly reason?: string;
}

export interface AccessListResult {
  readonly accessList: readonly AccessListEntry[];
  /** Of the run with this list. */
  readonly result: CallResult;
}

/** Most that a call may take. */
export interface CallLimits {
  readonly gas: bigint;
  readonly milliseconds: number;
}

export interface AccountView {
  readonly nonce: bigint;
  readonly balance: bigint;
  readonly codeHash: Bytes32;
  readonly storageRoot: Bytes32;
}

/** Read side of the state at one height; "pending" is the head with the mempool's nonces and is not here. */
export interface StateReader {
  account(address: Bytes20, height: number): AccountView | undefined;
  code(address: Bytes20, height: number): Uint8Array;
  storage(address: Bytes20, slot: Bytes32, height: number): Uint8Array;
  /** @throws NodeError PRUNED for a height whose state is no longer kept. */
  /** @throws NodeError CALL_TIMEOUT, TX_FUNDS, TX_REFUSED, TX_GAS, TX_FEE beside those of the state */
  call(request: CallRequest, height: number, limits: CallLimits): Promise<CallResult>;
  /**
   * Never more than a block holds.
   * @throws NodeError also CALL_REVERTED (meta.data = what it returned, 0x hex), CALL_HALTED (meta.reason)
   */
  estimateGas(request: CallRequest, height: number, limits: CallLimits): Promise<bigint>;
  /** @throws NodeError also CALL_HALTED for a call whose list does not settle */
  createAccessList(request: CallRequest, height: number, limits: CallLimits): Promise<AccessListResult>;
  proof(
    address: Bytes20,
    slots: readonly Bytes32[],
    height: number,
  ): {
    account: AccountView;
    accountProof: readonly Uint8Array[];
    storage: readonly { slot: Bytes32; value: Uint8Array; proof: readonly Uint8Array[] }[];
  };
}

export interface StoredBlock {
  readonly root: Bytes32;
  readonly header: Header;
  readonly body: Body;
  /** SSZ size of header and body, bytes. */
  readonly size: number;
}

export interface TransactionLocation {
  readonly height: number;
  readonly index: number;
}

export interface LogFilter {
  readonly fromHeight: number;
  readonly toHeight: number;
  readonly addresses: readonly Bytes20[];
  /** Position by position; undefined is a wildcard, several are alternatives. */
  readonly topics: readonly (readonly Bytes32[] | undefined)[];
}

export interface FoundLog extends Log {
  readonly height: number;
  readonly blockRoot: Bytes32;
  readonly transactionIndex: number;
  readonly transactionHash: Bytes32;
  readonly logIndex: number;
}

/** Read side of the chain. A block that is returned is final. */
export interface ChainReader {
  readonly chainId: number;
  readonly genesisRoot: Bytes32;
  head(): StoredBlock;
  earliestHeight(): number;
  blockByHeight(height: number): StoredBlock | undefined;
  blockByRoot(root: Bytes32): StoredBlock | undefined;
  heightOfRoot(root: Bytes32): number | undefined;
  receipts(height: number): readonly Receipt[] | undefined;
  senders(height: number): readonly Bytes20[] | undefined;
  transaction(hash: Bytes32): TransactionLocation | undefined;
  commit(height: number): CommitCertificate | undefined;
  /** The operator account of a block's proposer (JSON-RPC's miner). */
  coinbase(height: number): Bytes20;
  /** The VRF beacon that the EVM saw in a block, `env.prevRandao` (JSON-RPC's mixHash). */
  prevRandao(height: number): Bytes32;
  /**
   * The voters whose hash_tree_root is a header's `activeSetRoot`; portable proofs carry them. Stored once for each set,
   * with the first block that names it. Undefined for a root that no kept header names.
   */
  voters(activeSetRoot: Bytes32): Voters | undefined;
  /** @throws NodeError LOG_LIMIT with a strictly smaller range to retry. */
  logs(filter: LogFilter, limit: number): Promise<readonly FoundLog[]>;
  /** Called after each final block; returns the function that ends the subscription. */
  onBlock(listener: (block: StoredBlock) => void): () => void;
}

export interface PooledTransaction {
  readonly hash: Bytes32;
  readonly raw: Uint8Array;
  readonly sender: Bytes20;
  readonly nonce: bigint;
  readonly to: Bytes20;
  readonly value: bigint;
  readonly gasLimit: bigint;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
  readonly size: number;
}

export interface Mempool {
  /**
   * Checks, journals (synced) and admits; the returned hash is acknowledged and survives kill -9.
   * @throws NodeError with the text that clients look for (nonce too low, insufficient funds, ...).
   */
  add(raw: Uint8Array, origin: "local" | "peer"): Promise<Bytes32>;
  get(hash: Bytes32): PooledTransaction | undefined;
  /** Next nonce of the account, the pool's transactions counted. */
  nextNonce(address: Bytes20): bigint;
  /** Executable transactions, best tip first, nonce order within a sender. */
  pending(): readonly PooledTransaction[];
  content(): { readonly pending: readonly PooledTransaction[]; readonly queued: readonly PooledTransaction[] };
  onAdded(listener: (transaction: PooledTransaction) => void): () => void;
  /** Drops what the block included or made invalid. */
  onHead(block: StoredBlock): Promise<void>;
  stop(): Promise<void>;
}
