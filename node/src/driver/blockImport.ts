import { Body, type CertifiedBlock, type CommitCertificate, headerRoot, type Tip } from "@lucid/consensus";
import { equalBytes } from "@lucid/consensus/base";
import type { AnchorSessions } from "../chain/anchorSessions.js";
import type { Chain } from "../chain/chain.js";
import type { StoredBlock } from "../interfaces.js";
import type { Checkpoint } from "../sync/checkpoint.js";
import type { BlockLookahead } from "./blockLookahead.js";
import type { ImportResult } from "./driverTypes.js";

/** A decided block that was checked and executed. */
export interface ImportedBlock {
  readonly stored: StoredBlock;
  /** What it wrote into LucidAnchors; undefined when the executor does not tell. */
  readonly written: Uint8Array | undefined;
}

/** What a block is checked on. */
export interface Parent {
  readonly tip: Tip;
  /** Of the tip. */
  readonly certificate: CommitCertificate;
}

/**
 * The steps by which a decided block becomes the head. `B` is a block that is being executed, `D` one whose parent was executed,
 * `T` one that was executed itself.
 */
export interface ImportSteps<B, D, T extends ImportedBlock> {
  /** The head. */
  parent(): Parent;
  /** A quorum has decided the height after the parent so. */
  isDecided(parent: Parent, certificate: CommitCertificate): boolean;
  /** Checks it and has it executed. @param senders of its transactions, as far as known */
  begin(root: Uint8Array, entry: CertifiedBlock, parent: Parent, senders?: readonly (Uint8Array | undefined)[]): B;
  /**
   * The block's parent is the head now.
   * @returns also the block as the next one's parent, if that can be told before it is executed
   */
  draw(begun: B): { readonly drawn: D; readonly next: Parent | undefined };
  /** Resolves when it was executed and is as its header says; rejects for a block that is not valid. */
  finish(drawn: D): Promise<T>;
  /** Makes it the head. */
  move(final: T): void;
  /** On disk when it resolves. */
  write(final: T): Promise<void>;
  /** It is on disk: everybody may know. */
  tell(final: T): Promise<void>;
}

export interface BlockImportModules<B, D, T extends ImportedBlock> {
  readonly chain: Pick<Chain, "foresee">;
  readonly sessions: Pick<AnchorSessions, "foresee">;
  readonly lookahead: BlockLookahead | undefined;
  readonly steps: ImportSteps<B, D, T>;
}

/** The next block of a list, being executed, or what is wrong with it. */
type Opened<B> = { readonly begun: B } | { readonly fault: string };

/** Blocks that are given to the disk at a time: what comes while it works is written together, and it stalls at times. */
const MAX_UNWRITTEN = 16;
/** Size of all of them: what a block writes is ten times its own size, or more. */
const UNWRITTEN_BYTES = 2 << 20;

/**
 * Takes blocks that others have decided. While one is executed on the executor's thread, the one after it is checked and waits
 * there for its turn, and the one before it is written, in a synced batch of its own. What a check has to know of blocks that are
 * not on disk yet, it is told from memory.
 */
export class BlockImport<B, D, T extends ImportedBlock> {
  private readonly options: { readonly checkpoint: Checkpoint | undefined };
  private readonly modules: BlockImportModules<B, D, T>;
  private writing: Promise<void> = Promise.resolve();

  constructor(options: BlockImport<B, D, T>["options"], modules: BlockImportModules<B, D, T>) {
    this.options = options;
    this.modules = modules;
  }

  /**
   * One block at least, then until one has a fault or the turn is over. All that were imported are on disk then.
   * @param isOver the driver has other things to do
   * @throws NodeError NODE_FAILED for a decided block that is not valid here; StorageError when one cannot be written
   */
  async run(blocks: readonly CertifiedBlock[], isOver: () => boolean): Promise<ImportResult> {
    this.writing = Promise.resolve();
    try {
      return await this.each(blocks, isOver);
    } finally {
      // A write that failed is the reason, whatever became of the block after it.
      await this.writing;
    }
  }

  private async each(blocks: readonly CertifiedBlock[], isOver: () => boolean): Promise<ImportResult> {
    const { steps } = this.modules;
    let opened = await this.open(blocks, 0, steps.parent());
    const unwritten: { readonly size: number; readonly written: Promise<void> }[] = [];
    let bytes = 0;
    for (let imported = 1; ; imported++) {
      if (opened === undefined) return { imported: imported - 1 };
      if ("fault" in opened) return { imported: imported - 1, fault: opened.fault };
      const { drawn, next } = steps.draw(opened.begun);
      const early = next === undefined || isOver() ? undefined : this.open(blocks, imported, next);
      // Whatever is wrong with the next block, this one is written; who looks at the next one hears of it.
      early?.catch(() => undefined);
      const final = await steps.finish(drawn);
      this.move(final);
      const { size } = final.stored;
      while (unwritten.length >= MAX_UNWRITTEN || (bytes > 0 && bytes + size > UNWRITTEN_BYTES)) {
        const oldest = unwritten.shift();
        await oldest?.written;
        bytes -= oldest?.size ?? bytes;
      }
      this.writing = this.write(final, this.writing);
      // Who waits for it hears of a failure; until then it must not pass for one that nobody has handled.
      this.writing.catch(() => undefined);
      unwritten.push({ size, written: this.writing });
      bytes += size;
      // Nothing tells what it has written but the database.
      if (final.written === undefined) await this.writing;
      if (early === undefined && isOver()) return { imported };
      opened = await (early ?? this.open(blocks, imported, steps.parent()));
    }
  }

  private move(final: T): void {
    const { chain, sessions, steps } = this.modules;
    const { stored, written } = final;
    const { height } = stored.header;
    if (written !== undefined) sessions.foresee(height, written);
    chain.foresee(height, stored.root);
    steps.move(final);
  }

  /** After the one before it, whose failure is the reason of its own. */
  private async write(final: T, before: Promise<void>): Promise<void> {
    const written = this.modules.steps.write(final);
    written.catch(() => undefined);
    await before;
    await written;
    await this.modules.steps.tell(final);
  }

  /** Begins with the block at this place of the list; undefined behind its end. */
  private async open(blocks: readonly CertifiedBlock[], index: number, parent: Parent): Promise<Opened<B> | undefined> {
    const entry = blocks[index];
    if (entry === undefined) return undefined;
    const { lookahead, steps } = this.modules;
    const { checkpoint } = this.options;
    const { block, certificate } = entry;
    const { header } = block;
    const { tip } = parent;
    if (header.height !== tip.header.height + 1 || !equalBytes(header.parentRoot, tip.root)) {
      return { fault: "a block that does not follow on the head" };
    }
    const root = headerRoot(header);
    if (checkpoint?.height === header.height && !equalBytes(checkpoint.root, root)) {
      return { fault: "another block than the trusted checkpoint" };
    }
    lookahead?.prepare(tip, blocks.slice(index));
    const senders = await lookahead?.take(entry);
    const signed = equalBytes(certificate.blockRoot, root) && steps.isDecided(parent, certificate);
    if (!signed) return { fault: "a block without the signatures of a quorum" };
    // The signatures stand for every byte but for those of a body, which the header names.
    if (!equalBytes(Body.hashTreeRoot(block.body), header.bodyRoot)) return { fault: "a body of another block" };
    return { begun: steps.begin(root, entry, parent, senders) };
  }
}
