import { u32be } from "../base/bytes.js";
import type { Block } from "../types/body.js";

/** How a numbered transaction looks in a block. */
export interface TransactionCodec {
  encode(transaction: number): Uint8Array;
  /** Undefined for what no honest node made. */
  decode(bytes: Uint8Array): number | undefined;
  /** What a liar fills a block with, to make it another one: of three random bytes. */
  junk(random: readonly [number, number, number]): Uint8Array;
}

/** For the simulator's own state machine, which takes any bytes. */
export const plainTransactions: TransactionCodec = {
  encode: u32be,
  decode: (bytes) => (bytes.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) : undefined),
  junk: (random) => Uint8Array.from(random),
};

/** Transactions that one simulated node holds. They are numbers; like a mempool's journal they survive a crash. */
export class SimPool {
  readonly #pending = new Set<number>();
  readonly #included = new Set<number>();
  readonly #codec: TransactionCodec;

  constructor(codec: TransactionCodec) {
    this.#codec = codec;
  }

  /** False when it is known. */
  add(transaction: number): boolean {
    if (this.#pending.has(transaction) || this.#included.has(transaction)) return false;
    this.#pending.add(transaction);
    return true;
  }

  /** A decided block holds these. */
  include(block: Block): void {
    for (const transaction of transactionsIn(block, this.#codec)) {
      this.#pending.delete(transaction);
      this.#included.add(transaction);
    }
  }

  get pending(): readonly number[] {
    return [...this.#pending];
  }

  /** For the next block, oldest first. */
  get bytes(): Uint8Array[] {
    return this.pending.map((transaction) => this.#codec.encode(transaction));
  }
}

/** Numbers of the transactions in a block, without what liars put there. */
export function transactionsIn(block: Block, codec: TransactionCodec): number[] {
  return block.body.transactions.flatMap((bytes) => codec.decode(bytes) ?? []);
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
  readonly #codec: TransactionCodec;

  constructor(codec: TransactionCodec) {
    this.#codec = codec;
  }

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
    for (const transaction of transactionsIn(block, this.#codec)) {
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
