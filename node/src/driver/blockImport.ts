import { Body, type CertifiedBlock, type CommitCertificate, headerRoot, type Tip } from "@lucid/consensus";
import { equalBytes } from "@lucid/consensus/base";
import type { AnchorSessions } from "../chain/anchorSessions.js";
import type { Chain } from "../chain/chain.js";
import type { StoredBlock, WrittenSlot } from "../interfaces.js";
import type { Checkpoint } from "../sync/checkpoint.js";
import type { BlockLookahead } from "./blockLookahead.js";
import type { ImportResult } from "./driverTypes.js";

/** A decided block that was checked and executed. */
export interface ImportedBlock {
  readonly stored: StoredBlock;
  /** What it wrote into LucidAnchors; undefined when the executor does not tell. */
  readonly written: readonly WrittenSlot[] | undefined;
}

/** The steps by which a decided block becomes the head. */
export interface ImportSteps<T extends ImportedBlock> {
  /** What the next block is checked on. */
  head(): Tip;
  /** A quorum has decided the height after the head so. */
  isDecided(certificate: CommitCertificate): boolean;
  /** Checks and executes it; rejects for a block that is not valid. @param senders of its transactions, as far as known */
  finalise(root: Uint8Array, entry: CertifiedBlock, senders?: readonly (Uint8Array | undefined)[]): Promise<T>;
  /** Makes it what the next block is checked on. */
  move(final: T): void;
  /** On disk when it resolves. */
  write(final: T): Promise<void>;
  /** It is on disk: everybody may know. */
  tell(final: T): Promise<void>;
}

export interface BlockImportModules<T extends ImportedBlock> {
  readonly chain: Pick<Chain, "foresee">;
  readonly sessions: Pick<AnchorSessions, "foresee">;
  readonly lookahead: BlockLookahead | undefined;
  readonly steps: ImportSteps<T>;
}

/** Milliseconds of importing before other inputs of the driver have their turn. */
const TURN = 250;

/**
 * Takes blocks that others have decided. Each is written in a synced batch of its own, while the next one is checked on this
 * thread and then executed on the executor's: what a check has to know of the block before, it is told from memory.
 */
export class BlockImport<T extends ImportedBlock> {
  private readonly options: { readonly checkpoint: Checkpoint | undefined };
  private readonly modules: BlockImportModules<T>;
  private writing: Promise<void> = Promise.resolve();

  constructor(options: BlockImport<T>["options"], modules: BlockImportModules<T>) {
    this.options = options;
    this.modules = modules;
  }

  /**
   * One block at least, then until one has a fault or the turn is over. All that were imported are on disk then.
   * @throws NodeError NODE_FAILED for a decided block that is not valid here; StorageError when one cannot be written
   */
  async run(blocks: readonly CertifiedBlock[]): Promise<ImportResult> {
    this.writing = Promise.resolve();
    try {
      return await this.each(blocks);
    } finally {
      // A write that failed is the reason, whatever became of the block after it.
      await this.writing;
    }
  }

  private async each(blocks: readonly CertifiedBlock[]): Promise<ImportResult> {
    const { lookahead, steps } = this.modules;
    const { checkpoint } = this.options;
    const end = performance.now() + TURN;
    let imported = 0;
    for (const [index, entry] of blocks.entries()) {
      const { block, certificate } = entry;
      if (imported > 0 && performance.now() >= end) break;
      const { header } = block;
      const head = steps.head();
      if (header.height !== head.header.height + 1 || !equalBytes(header.parentRoot, head.root)) {
        return { imported, fault: "a block that does not follow on the head" };
      }
      const root = headerRoot(header);
      if (checkpoint?.height === header.height && !equalBytes(checkpoint.root, root)) {
        return { imported, fault: "another block than the trusted checkpoint" };
      }
      lookahead?.prepare(head, blocks.slice(index));
      const senders = await lookahead?.take(entry);
      const signed = equalBytes(certificate.blockRoot, root) && steps.isDecided(certificate);
      if (!signed) return { imported, fault: "a block without the signatures of a quorum" };
      // The signatures stand for every byte but for those of a body, which the header names.
      if (!equalBytes(Body.hashTreeRoot(block.body), header.bodyRoot))
        return { imported, fault: "a body of another block" };
      await this.take(await steps.finalise(root, entry, senders));
      imported++;
    }
    return { imported };
  }

  private async take(final: T): Promise<void> {
    const { steps, sessions, chain } = this.modules;
    const { stored, written } = final;
    // One at a time: what is foreseen is the block on top of what is on disk.
    await this.writing;
    if (written !== undefined) sessions.foresee(stored.header.height, written);
    chain.foresee(stored.header.height, stored.root);
    steps.move(final);
    this.writing = steps.write(final).then(() => steps.tell(final));
    // Who waits for it hears of a failure; until then it must not pass for one that nobody has handled.
    this.writing.catch(() => undefined);
    if (written === undefined) await this.writing;
  }
}
