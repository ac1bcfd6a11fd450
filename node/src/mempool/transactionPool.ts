import type { Clock } from "@lucid/consensus/base";
import type { KeyValueStore } from "@lucid/storage";
import { NodeError, type NodeErrorCode } from "../errors.js";
import {
  decodeTransaction,
  MAX_TRANSACTION_SIZE,
  type Transaction,
  transactionHash,
} from "../execution/transaction.js";
import { refusal, validateBasic } from "../execution/validateBasic.js";
import { stateRefusal, validateFunds } from "../execution/validateState.js";
import type { Bytes20, Bytes32, Mempool, PooledTransaction, StoredBlock } from "../interfaces.js";
import type { AccountRecord } from "../state/account.js";
import { textOf } from "../state/keys.js";
import { type JournalEntry, MempoolJournal } from "./journal.js";
import { defaultMempoolLimits, type MempoolLimits, poolRefusal } from "./limits.js";
import { PoolIndex } from "./poolIndex.js";
import { outbids, type PoolTransaction, poolTransaction } from "./poolTransaction.js";
import { SenderPool, type SenderPoolOptions } from "./senderPool.js";

export interface TransactionPoolOptions {
  readonly chainId: number;
  /** Gas limit of a block. */
  readonly gasLimit: bigint;
  readonly limits?: Partial<MempoolLimits>;
  readonly senders?: SenderPoolOptions;
}

export interface TransactionPoolModules {
  readonly store: KeyValueStore;
  readonly clock: Clock;
  /** The account at the head. */
  readonly account: (address: Bytes20) => AccountRecord | undefined;
  /** Of the block after the head. */
  readonly nextBaseFee: () => bigint;
  /** Senders of the head block's transactions; undefined: not known, so every account is looked at. */
  readonly sendersOf?: (height: number) => readonly Bytes20[] | undefined;
}

/** Why a transaction left the pool without a request: for the log and the metrics. */
export type DropReason = "included" | "replaced" | "evicted" | "expired" | "invalid";

/** Mempool with a journal: what `add` returned for is on disk, and comes back after a crash until a block holds it. */
export class TransactionPool implements Mempool {
  readonly #options: TransactionPoolOptions;
  readonly #modules: TransactionPoolModules;
  readonly #limits: MempoolLimits;
  readonly #journal: MempoolJournal;
  readonly #senders: SenderPool;
  readonly #index: PoolIndex;
  /** Hash -> add under way, so that the same transaction from two sides is checked once. */
  readonly #adding = new Map<string, Promise<Bytes32>>();
  readonly #listeners = new Set<(transaction: PooledTransaction) => void>();
  readonly #dropListeners = new Set<(transaction: PooledTransaction, reason: DropReason) => void>();
  #stopped = false;

  private constructor(options: TransactionPoolOptions, modules: TransactionPoolModules) {
    this.#options = options;
    this.#modules = modules;
    this.#limits = { ...defaultMempoolLimits, ...options.limits };
    this.#journal = new MempoolJournal(modules.store);
    this.#senders = new SenderPool(options.senders);
    this.#index = new PoolIndex(modules.account);
  }

  /** Takes in what the journal holds; what is no longer valid leaves it. */
  static async open(options: TransactionPoolOptions, modules: TransactionPoolModules): Promise<TransactionPool> {
    const pool = new TransactionPool(options, modules);
    for (const entry of await pool.#journal.load()) pool.#restore(entry);
    return pool;
  }

  get size(): number {
    return this.#index.count;
  }

  get bytes(): number {
    return this.#index.bytes;
  }

  async add(raw: Uint8Array, origin: "local" | "peer"): Promise<Bytes32> {
    if (this.#stopped) throw new NodeError({ code: "MEMPOOL_STOPPED", message: "the mempool was stopped" });
    if (raw.length > MAX_TRANSACTION_SIZE) {
      fail("TX_TOO_LARGE", `${refusal.size}: ${raw.length} bytes, at most ${MAX_TRANSACTION_SIZE}`);
    }
    const hash = transactionHash(raw);
    const name = textOf(hash);
    if (this.#index.get(name) !== undefined) fail("TX_KNOWN", poolRefusal.known);
    const underWay = this.#adding.get(name);
    if (underWay !== undefined) return underWay;
    const adding = this.#admit(raw, hash, origin === "local");
    this.#adding.set(name, adding);
    try {
      return await adding;
    } finally {
      this.#adding.delete(name);
    }
  }

  get(hash: Bytes32): PooledTransaction | undefined {
    return this.#index.get(textOf(hash));
  }

  nextNonce(address: Bytes20): bigint {
    return this.#index.queue(address)?.nextNonce ?? this.#modules.account(address)?.nonce ?? 0n;
  }

  pending(): readonly PooledTransaction[] {
    return this.#index.bestFirst(this.#modules.nextBaseFee());
  }

  content(): { readonly pending: readonly PooledTransaction[]; readonly queued: readonly PooledTransaction[] } {
    return this.#index.content();
  }

  onAdded(listener: (transaction: PooledTransaction) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  onDropped(listener: (transaction: PooledTransaction, reason: DropReason) => void): () => void {
    this.#dropListeners.add(listener);
    return () => void this.#dropListeners.delete(listener);
  }

  async onHead(block: StoredBlock): Promise<void> {
    const included = new Set(block.body.transactions.map((raw) => textOf(transactionHash(raw))));
    const senders = this.#modules.sendersOf?.(block.header.height);
    for (const queue of this.#index.affected(senders)) {
      for (const used of queue.update(this.#modules.account(queue.address))) {
        this.#dropped(used, included.has(textOf(used.hash)) ? "included" : "invalid");
      }
    }
    const oldest = this.#modules.clock.now() - this.#limits.lifetime;
    for (const expired of this.#index.remoteOlderThan(oldest)) this.#drop(expired, "expired");
    await this.#journal.flush();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#senders.stop();
    await Promise.allSettled(this.#adding.values());
    await this.#journal.flush();
  }

  async #admit(raw: Uint8Array, hash: Bytes32, local: boolean): Promise<Bytes32> {
    const transaction = this.#checkBasic(raw);
    const sender = await this.#senders.recover(transaction);
    const entry = { local, addedAt: this.#modules.clock.now(), sequence: this.#journal.nextSequence() };
    const pooled = poolTransaction(transaction, hash, sender, entry);
    const { replaced, evicted } = this.#place(pooled);
    try {
      await this.#journal.append({ ...entry, sender, raw: pooled.raw });
    } catch (error) {
      // Not promised to anybody; what it displaced comes back.
      this.#index.remove(pooled);
      for (const old of [...evicted, ...(replaced === undefined ? [] : [replaced])]) this.#index.set(old);
      throw error;
    }
    if (replaced !== undefined) this.#dropped(replaced, "replaced");
    for (const old of evicted) this.#dropped(old, "evicted");
    for (const listener of this.#listeners) listener(pooled);
    return hash;
  }

  #checkBasic(raw: Uint8Array): Transaction & { readonly to: Bytes20 } {
    // The caller's buffer may be part of a larger one, or change.
    const transaction = decodeTransaction(raw.slice());
    validateBasic(transaction, this.#options);
    const { to, maxFeePerGas } = transaction;
    if (to === undefined) fail("TX_REFUSED", refusal.creation);
    if (maxFeePerGas < this.#limits.priceFloor) {
      const text = `max fee per gas ${maxFeePerGas}, minimum needed ${this.#limits.priceFloor}`;
      fail("TX_UNDERPRICED", `${poolRefusal.underpriced}: ${text}`);
    }
    return { ...transaction, to };
  }

  /** Puts it into the index, or throws and leaves the index as it is. Nothing here waits. */
  #place(pooled: PoolTransaction): { replaced: PoolTransaction | undefined; evicted: PoolTransaction[] } {
    const account = this.#modules.account(pooled.sender);
    const queue = this.#index.queue(pooled.sender);
    const replaced = queue?.at(pooled.nonce);
    this.#checkNonce(pooled, account?.nonce ?? 0n);
    validateFunds(pooled, account);
    const others = queue?.cost(replaced) ?? 0n;
    const balance = account?.balance ?? 0n;
    if (balance < others + pooled.cost) {
      const overdraft = others + pooled.cost - balance;
      fail("TX_FUNDS", `${stateRefusal.funds}: balance ${balance}, queued cost ${others}, overdraft ${overdraft}`);
    }
    if (replaced !== undefined && !outbids(pooled, replaced)) fail("TX_UNDERPRICED", poolRefusal.replacement);
    if (replaced === undefined && (queue?.size ?? 0) >= this.#limits.perSender) {
      fail("MEMPOOL_FULL", `${poolRefusal.perSender}: ${this.#limits.perSender} transactions of this account wait`);
    }
    const evicted = this.#makeRoom(pooled, replaced);
    for (const old of evicted) this.#index.remove(old);
    if (replaced !== undefined) this.#index.remove(replaced);
    this.#index.set(pooled);
    return { replaced, evicted };
  }

  #checkNonce({ nonce }: PoolTransaction, next: bigint): void {
    if (nonce < next) fail("TX_NONCE", `${stateRefusal.nonceLow}: next nonce ${next}, tx nonce ${nonce}`);
    if (nonce - next > BigInt(this.#limits.nonceGap)) {
      fail(
        "TX_NONCE",
        `${poolRefusal.gap}: next nonce ${next}, tx nonce ${nonce}, at most ${this.#limits.nonceGap} ahead`,
      );
    }
  }

  /** Peers' worst transactions that have to go. @throws NodeError MEMPOOL_FULL when this one would be the worst */
  #makeRoom(pooled: PoolTransaction, replaced: PoolTransaction | undefined): PoolTransaction[] {
    const { count, bytes } = this.#limits;
    let overCount = this.#index.count + (replaced === undefined ? 1 : 0) - count;
    let overBytes = this.#index.bytes + pooled.size - (replaced?.size ?? 0) - bytes;
    const evicted: PoolTransaction[] = [];
    if (overCount <= 0 && overBytes <= 0) return evicted;
    for (const worst of this.#index.worstRemoteFirst(pooled.sender)) {
      if (!pooled.local && worst.maxFeePerGas >= pooled.maxFeePerGas) break;
      evicted.push(worst);
      overCount -= 1;
      overBytes -= worst.size;
      if (overCount <= 0 && overBytes <= 0) return evicted;
    }
    fail(
      "MEMPOOL_FULL",
      `${poolRefusal.full}: all transactions in it pay more; send it again later or with a higher fee`,
    );
  }

  #drop(transaction: PoolTransaction, reason: DropReason): void {
    this.#index.remove(transaction);
    this.#dropped(transaction, reason);
  }

  #dropped(transaction: PoolTransaction, reason: DropReason): void {
    this.#index.forget(transaction);
    // If this write fails the entry comes back at the next start and is dropped again.
    this.#journal.remove(transaction.sequence).catch(() => {});
    for (const listener of this.#dropListeners) listener(transaction, reason);
  }

  #restore(entry: JournalEntry): void {
    try {
      const transaction = this.#checkBasic(entry.raw);
      const pooled = poolTransaction(transaction, transactionHash(entry.raw), entry.sender, entry);
      this.#restorePlace(pooled);
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
      this.#journal.remove(entry.sequence).catch(() => {});
    }
  }

  /** Only a used nonce ends an acknowledged transaction; money may come back. */
  #restorePlace(pooled: PoolTransaction): void {
    const account = this.#modules.account(pooled.sender);
    this.#checkNonce(pooled, account?.nonce ?? 0n);
    const known = this.#index.queue(pooled.sender)?.at(pooled.nonce);
    if (known !== undefined) {
      // A replacement whose predecessor's removal did not reach the disk: the later one counts.
      this.#drop(known, "replaced");
    }
    this.#index.set(pooled);
  }
}

function fail(code: NodeErrorCode, message: string): never {
  throw new NodeError({ code, message });
}
