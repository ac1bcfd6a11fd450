import type { AccountRecord } from "../state/account.js";
import type { PoolTransaction } from "./poolTransaction.js";

/** The pool's transactions of one account, by nonce, and how many of them could run one after the other now. */
export class SenderQueue {
  readonly #byNonce = new Map<bigint, PoolTransaction>();
  #sorted: PoolTransaction[] = [];
  #nonce = 0n;
  #balance = 0n;
  #runnable = 0;
  /** Cost of the runnable ones, and of all. */
  #runnableCost = 0n;
  #totalCost = 0n;

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
    let next = this.#nonce + BigInt(this.#runnable);
    while (this.#byNonce.has(next)) next += 1n;
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
    return this.#totalCost - (except?.cost ?? 0n);
  }

  /** Adds or replaces the one with the same nonce. */
  set(transaction: PoolTransaction): void {
    const { last } = this;
    this.#byNonce.set(transaction.nonce, transaction);
    // Wallets and tests send nonce after nonce; sorting a thousand for each would add up.
    if (last === undefined || transaction.nonce > last.nonce) {
      this.#sorted.push(transaction);
      this.#totalCost += transaction.cost;
      this.#extendRunnable();
    } else this.#rebuild();
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
    this.#totalCost = this.#sorted.reduce((sum, { cost }) => sum + cost, 0n);
    this.#runnable = 0;
    this.#runnableCost = 0n;
    this.#extendRunnable();
  }

  #extendRunnable(): void {
    for (let next = this.#sorted[this.#runnable]; next !== undefined; next = this.#sorted[this.#runnable]) {
      if (next.nonce !== this.#nonce + BigInt(this.#runnable)) return;
      if (this.#runnableCost + next.cost > this.#balance) return;
      this.#runnableCost += next.cost;
      this.#runnable += 1;
    }
  }
}
