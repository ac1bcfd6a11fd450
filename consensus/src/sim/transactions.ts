import { u32be } from "../base/bytes.js";
import type { Block } from "../types/body.js";

/** Transactions that one simulated node holds. They are numbers; like a mempool's journal they survive a crash. */
export class SimPool {
  readonly #pending = new Set<number>();
  readonly #included = new Set<number>();

  /** False when it is known. */
  add(transaction: number): boolean {
    if (this.#pending.has(transaction) || this.#included.has(transaction)) return false;
    this.#pending.add(transaction);
    return true;
  }

  /** A decided block holds these. */
  include(block: Block): void {
    for (const transaction of transactionsIn(block)) {
      this.#pending.delete(transaction);
      this.#included.add(transaction);
    }
  }

  get pending(): readonly number[] {
    return [...this.#pending];
  }

  /** For the next block, oldest first. */
  get bytes(): Uint8Array[] {
    return this.pending.map(u32be);
  }
}

/** Numbers of the transactions in a block; what liars put there has another length. */
export function transactionsIn(block: Block): number[] {
  return block.body.transactions.flatMap((bytes) =>
    bytes.length === 4 ? [new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0)] : [],
  );
}

interface Decided {
  readonly block: Block;
  readonly honest: boolean;
}

/** What honest nodes admitted, and what became of it. */
export class TransactionRecord {
  readonly #admitted = new Map<number, number>();
  readonly #included = new Set<number>();
  readonly #blocks: Decided[] = [];
  #next = 1;

  /** A new transaction, admitted at `time`. */
  admit(time: number): number {
    const transaction = this.#next++;
    this.#admitted.set(transaction, time);
    return transaction;
  }

  /** The next height's block. Returns what it holds a second time. */
  decided(block: Block, honest: boolean): number[] {
    this.#blocks.push({ block, honest });
    const twice: number[] = [];
    for (const transaction of transactionsIn(block)) {
      if (this.#included.has(transaction)) twice.push(transaction);
      this.#included.add(transaction);
    }
    return twice;
  }

  /**
   * Transactions that are in no block though they should be: admitted before `healed`, and an honest proposer's block of
   * `slot` or later was decided, long enough after it to have heard of them.
   */
  lost(healed: number, slot: number): number[] {
    if (!this.#blocks.some(({ block, honest }) => honest && block.header.slot >= slot)) return [];
    return [...this.#admitted].flatMap(([transaction, time]) =>
      time < healed && !this.#included.has(transaction) ? [transaction] : [],
    );
  }
}
