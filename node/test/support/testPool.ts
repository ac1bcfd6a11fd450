import { compareBytes, toHex } from "@lucid/consensus/base";
import { NodeError } from "../../src/errors.js";
import { recoverSender } from "../../src/execution/sender.js";
import { decodeTransaction, transactionHash } from "../../src/execution/transaction.js";
import type { Mempool, PooledTransaction, StateReader, StoredBlock } from "../../src/interfaces.js";

/** A pool in memory: nonce order, no caps, no journal. */
export class TestPool implements Mempool {
  private readonly state: StateReader;
  private readonly headHeight: () => number;
  private readonly transactions = new Map<string, PooledTransaction>();
  private readonly listeners = new Set<(transaction: PooledTransaction) => void>();

  constructor(state: StateReader, headHeight: () => number) {
    this.state = state;
    this.headHeight = headHeight;
  }

  async add(raw: Uint8Array): Promise<Uint8Array> {
    const transaction = decodeTransaction(raw);
    const sender = recoverSender(transaction);
    const { to } = transaction;
    if (to === undefined) throw new NodeError({ code: "TX_REFUSED", message: "contract creation is not allowed" });
    if (transaction.nonce < this.stateNonce(sender)) {
      throw new NodeError({ code: "TX_NONCE", message: "nonce too low" });
    }
    const hash = transactionHash(raw);
    const pooled = { ...transaction, hash, raw, sender, to, size: raw.length };
    this.transactions.set(toHex(hash), pooled);
    for (const listener of this.listeners) listener(pooled);
    return hash;
  }

  get(hash: Uint8Array): PooledTransaction | undefined {
    return this.transactions.get(toHex(hash));
  }

  nextNonce(address: Uint8Array): bigint {
    let nonce = this.stateNonce(address);
    const own = this.content().pending.filter((one) => compareBytes(one.sender, address) === 0);
    for (const one of own) if (one.nonce === nonce) nonce++;
    return nonce;
  }

  pending(): readonly PooledTransaction[] {
    return this.content().pending;
  }

  content(): { pending: readonly PooledTransaction[]; queued: readonly PooledTransaction[] } {
    const sorted = [...this.transactions.values()].sort(
      (a, b) => compareBytes(a.sender, b.sender) || Number(a.nonce - b.nonce),
    );
    const pending: PooledTransaction[] = [];
    const queued: PooledTransaction[] = [];
    const next = new Map<string, bigint>();
    for (const one of sorted) {
      const sender = toHex(one.sender);
      const expected = next.get(sender) ?? this.stateNonce(one.sender);
      (one.nonce === expected ? pending : queued).push(one);
      if (one.nonce === expected) next.set(sender, expected + 1n);
    }
    return { pending, queued };
  }

  onAdded(listener: (transaction: PooledTransaction) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async onHead(_block: StoredBlock): Promise<void> {
    for (const [hash, one] of this.transactions) {
      if (one.nonce < this.stateNonce(one.sender)) this.transactions.delete(hash);
    }
  }

  async stop(): Promise<void> {}

  private stateNonce(address: Uint8Array): bigint {
    return this.state.account(address, this.headHeight())?.nonce ?? 0n;
  }
}
