/** What runs contracts below the emulated chain: an EVM, or a few maps that behave the same for the contracts in use. */
export interface LedgerLog {
  /** 20 bytes in hex, as receipts show it. */
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
}

export interface Execution {
  readonly ok: boolean;
  readonly result: "SUCCESS" | "REVERT" | "OUT_OF_ENERGY";
  /** Returned bytes or revert data, hex. */
  readonly data: string;
  readonly logs: readonly LedgerLog[];
  readonly energy: number;
}

export interface BlockContext {
  readonly number: number;
  /** Seconds, as contracts see it. */
  readonly timestamp: number;
}

export interface Ledger {
  /** Runs and keeps the changes when it succeeds; addresses are 20 bytes in hex. */
  execute(caller: string, contract: string, data: string, block: BlockContext, energyLimit: number): Promise<Execution>;
  /** Runs and keeps nothing. */
  call(caller: string, contract: string, data: string, block: BlockContext): Promise<Execution>;
  isContract(address: string): Promise<boolean>;
  /** A state to come back to when blocks roll back. */
  mark(): Promise<unknown>;
  restore(mark: unknown): Promise<void>;
}
