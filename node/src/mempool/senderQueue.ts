import type { AccountRecord } from "../state/account.js";
import type { PoolTransaction } from "./poolTransaction.js";

/** The pool's transactions of one account, by nonce, and how many of them could run one after the other now. */
export class SenderQueue {
  readonly #byNonce = new Map<bigint, PoolTransaction>();
  #sorted: PoolTransaction[] = [];
  #nonce = 0n;
  #balance = 0n;
  #runnable = 0;

  constructor(account: AccountRecord | undefined) {
    this.update(account);
  }

  get size(): number {
    return this.#sorted.length;
  }

  /** Ascending nonces. */
  get transactions(): readonly PoolTransaction[] {
    return this.#sorted;
  }

  /** The first so many transactions have consecutive nonces from the account's, and the account can pay for them. */
  get runnable(): number {
    return this.#runnable;
  }

  /** Nonce after the last consecutive transaction, whether or not the account can pay for all. */
  get nextNonce(): bigint {
    let next = this.#nonce;
    for (const { nonce } of this.#sorted) {
      if (nonce === next) next += 1n;
      else if (nonce > next) break;
    }
    return next;
  }

  get last(): PoolTransaction | undefined {
    return this.#sorted.at(-1);
  }

  at(nonce: bigint): PoolTransaction | undefined {
    return this.#byNonce.get(nonce);
  }

  /** What the transactions can cost together, `except` left out. */
  cost(except?: PoolTransaction): bigint {
    let sum = 0n;
    for (const transaction of this.#sorted) if (transaction !== except) sum += transaction.cost;
    return sum;
  }

  /** Adds or replaces the one with the same nonce. */
  set(transaction: PoolTransaction): void {
    this.#byNonce.set(transaction.nonce, transaction);
    this.#rebuild();
  }

  remove(transaction: PoolTransaction): void {
    if (this.#byNonce.get(transaction.nonce) !== transaction) return;
    this.#byNonce.delete(transaction.nonce);
    this.#rebuild();
  }

  /** Takes the account as it is after a block; returns the transactions whose nonce is used. */
  update(account: AccountRecord | undefined): PoolTransaction[] {
    this.#nonce = account?.nonce ?? 0n;
    this.#balance = account?.balance ?? 0n;
    const used = this.#sorted.filter(({ nonce }) => nonce < this.#nonce);
    for (const { nonce } of used) this.#byNonce.delete(nonce);
    this.#rebuild();
    return used;
  }

  #rebuild(): void {
    this.#sorted = [...this.#byNonce.values()].sort((a, b) => (a.nonce < b.nonce ? -1 : 1));
    let next = this.#nonce;
    let left = this.#balance;
    this.#runnable = 0;
    for (const { nonce, cost } of this.#sorted) {
      if (nonce !== next || cost > left) break;
      next += 1n;
      left -= cost;
      this.#runnable += 1;
    }
  }
}
