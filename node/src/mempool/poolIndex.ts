import { equalBytes } from "@lucid/consensus/base";
import type { Bytes20 } from "../interfaces.js";
import type { AccountRecord } from "../state/account.js";
import { textOf } from "../state/keys.js";
import { bestFirst } from "./ordering.js";
import type { PoolTransaction } from "./poolTransaction.js";
import { SenderQueue } from "./senderQueue.js";

/** A sender's queue with its address. */
export class AccountQueue extends SenderQueue {
  readonly address: Bytes20;

  constructor(address: Bytes20, account: AccountRecord | undefined) {
    super(account);
    this.address = address;
  }
}

/** The pool's transactions by hash and by sender. */
export class PoolIndex {
  readonly #account: (address: Bytes20) => AccountRecord | undefined;
  readonly #byHash = new Map<string, PoolTransaction>();
  readonly #bySender = new Map<string, AccountQueue>();
  #bytes = 0;
  /** Counts what came and went. */
  #changes = 0;
  #victims: readonly PoolTransaction[] = [];
  #victimsMadeAt = -Infinity;
  #best: { readonly baseFee: bigint; readonly list: PoolTransaction[] } | undefined;

  constructor(account: (address: Bytes20) => AccountRecord | undefined) {
    this.#account = account;
  }

  get count(): number {
    return this.#byHash.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(hashText: string): PoolTransaction | undefined {
    return this.#byHash.get(hashText);
  }

  queue(address: Bytes20): AccountQueue | undefined {
    return this.#bySender.get(textOf(address));
  }

  set(transaction: PoolTransaction): void {
    const name = textOf(transaction.sender);
    let queue = this.#bySender.get(name);
    if (queue === undefined) {
      queue = new AccountQueue(transaction.sender, this.#account(transaction.sender));
      this.#bySender.set(name, queue);
    }
    queue.set(transaction);
    this.#byHash.set(textOf(transaction.hash), transaction);
    this.#bytes += transaction.size;
    this.#changes += 1;
    this.#best = undefined;
  }

  remove(transaction: PoolTransaction): void {
    this.#bySender.get(textOf(transaction.sender))?.remove(transaction);
    this.forget(transaction);
  }

  /** For one that its queue has let go already. */
  forget(transaction: PoolTransaction): void {
    const hash = textOf(transaction.hash);
    if (this.#byHash.get(hash) !== transaction) return;
    this.#byHash.delete(hash);
    this.#bytes -= transaction.size;
    this.#changes += 1;
    this.#best = undefined;
    const name = textOf(transaction.sender);
    if (this.#bySender.get(name)?.size === 0) this.#bySender.delete(name);
  }

  bestFirst(baseFee: bigint): readonly PoolTransaction[] {
    if (this.#best?.baseFee !== baseFee) this.#best = { baseFee, list: bestFirst(this.#bySender.values(), baseFee) };
    return this.#best.list;
  }

  content(): { pending: PoolTransaction[]; queued: PoolTransaction[] } {
    const pending: PoolTransaction[] = [];
    const queued: PoolTransaction[] = [];
    for (const queue of this.#bySender.values()) {
      queue.transactions.forEach((transaction, i) => {
        (i < queue.runnable ? pending : queued).push(transaction);
      });
    }
    return { pending, queued };
  }

  /**
   * Queues whose account a block may have changed: its senders', and those that wait for money, since only a sender
   * loses money but anybody may get some.
   */
  affected(senders: readonly Bytes20[] | undefined): AccountQueue[] {
    this.#best = undefined;
    if (senders === undefined) return [...this.#bySender.values()];
    const names = new Set(senders.map(textOf));
    return [...this.#bySender]
      .filter(([name, queue]) => names.has(name) || queue.runnable < queue.size)
      .map(([, queue]) => queue);
  }

  remoteOlderThan(time: number): PoolTransaction[] {
    return [...this.#byHash.values()].filter(({ local, addedAt }) => !local && addedAt < time);
  }

  /**
   * Peers' transactions of other senders, what can best be missed first: queued before runnable, low fees first, later
   * nonces first. The order is made anew after a 64th of the pool has changed: sorting a full pool for each transaction
   * of a flood would cost more than the flood.
   */
  *worstRemoteFirst(except: Bytes20): Generator<PoolTransaction> {
    const fresh = this.#changes - this.#victimsMadeAt <= this.count / 64;
    if (!fresh) this.#makeVictims();
    const given = new Set<PoolTransaction>();
    yield* this.#victimsBut(except, given);
    if (this.#changes === this.#victimsMadeAt) return;
    this.#makeVictims();
    yield* this.#victimsBut(except, given);
  }

  *#victimsBut(except: Bytes20, given: Set<PoolTransaction>): Generator<PoolTransaction> {
    for (const victim of this.#victims) {
      if (given.has(victim) || equalBytes(victim.sender, except)) continue;
      if (this.#byHash.get(textOf(victim.hash)) !== victim) continue;
      given.add(victim);
      yield victim;
    }
  }

  #makeVictims(): void {
    const { pending, queued } = this.content();
    const ordered = [queued, pending].map((part) =>
      part
        .filter(({ local }) => !local)
        .sort((a, b) => compare(a.maxFeePerGas, b.maxFeePerGas) || compare(b.nonce, a.nonce)),
    );
    this.#victims = ordered.flat();
    this.#victimsMadeAt = this.#changes;
  }
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
