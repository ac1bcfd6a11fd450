import type {
  AgreementStatus,
  Block,
  CertifiedBlock,
  CommitCertificate,
  Evidence,
  HeightContext,
  Input,
  SkipCertificate,
  StepResult,
} from "@lucid/consensus";

/** The agreement as the driver uses it; `step` is synchronous and is never called from within itself. */
export interface AgreementMachine {
  step(now: number, input: Input): StepResult;
  status(): AgreementStatus | undefined;
  /** A block of the open or the last height, decided or not. */
  block(root: Uint8Array): Block | undefined;
}

export interface BuildRequest {
  readonly height: number;
  readonly slot: number;
  readonly round: number;
  readonly parentCommit: CommitCertificate;
}

export interface ImportResult {
  /** Blocks that became final. */
  readonly imported: number;
  /** What is wrong with the next one; undefined when the turn was over, or the list. */
  readonly fault?: string;
}

/** Makes, checks and commits blocks on the head. */
export interface BlockWork {
  /** What the agreement needs to know about the height after the head. */
  heightContext(): HeightContext;
  /** Undefined when the head has moved on meanwhile. */
  build(request: BuildRequest): Promise<Block | undefined>;
  /** False for a block that breaks a rule; rejects only when this node cannot tell (disk full, damaged database). */
  execute(root: Uint8Array, block: Block): Promise<boolean>;
  /** Writes the block and all that follows from it in one synced batch, then tells the subscribers. */
  commit(root: Uint8Array, block: Block, certificate: CommitCertificate): Promise<void>;
  /**
   * Commits blocks that others have decided, one after the other, until one has a fault or the turn is over; at least one.
   * Rejects as `commit` does. @param isOver ends the turn before its time
   */
  importBlocks(blocks: readonly CertifiedBlock[], isOver?: () => boolean): Promise<ImportResult>;
  /** A final block. */
  blockByRoot(root: Uint8Array): Block | undefined;
  /** Certificate of a final height. */
  commitOf(height: number): CommitCertificate | undefined;
  betterCommit(certificate: CommitCertificate): Promise<void>;
  /** Resolves when it is on disk. */
  addEvidence(evidence: Evidence): Promise<void>;
  addSkip(certificate: SkipCertificate): void;
}
