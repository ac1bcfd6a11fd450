import type { ChainReader, Mempool, PooledTransaction, StoredBlock } from "../interfaces.js";
import type { NodeView } from "./backend.js";
import type { ChainView } from "./chainView.js";
import { notificationOfText, type PushChannel } from "./context.js";
import { quantityHex, toHex } from "./format/hex.js";
import { formatLog } from "./format/receipt.js";
import { formatTransaction } from "./format/transaction.js";
import { type LogCriteria, matchesLog } from "./logQuery.js";
import { randomId } from "./randomId.js";
import { limitExceeded } from "./rpcError.js";

export type Topic =
  | { readonly kind: "newHeads" }
  | { readonly kind: "logs"; readonly criteria: LogCriteria }
  | { readonly kind: "newPendingTransactions"; readonly full: boolean }
  | { readonly kind: "syncing" };

interface Subscriber {
  readonly id: string;
  readonly topic: Topic;
  readonly channel: PushChannel;
}

export interface HubModules {
  readonly chain: ChainReader;
  readonly mempool: Mempool;
  readonly node: NodeView;
  readonly view: ChainView;
  readonly onDefect?: (method: string, error: unknown) => void;
}

/** Hashes of the newest pooled transactions that a pending filter can still catch up with; older ones it misses. */
const PENDING_RING = 16_384;

/**
 * Listens to the chain and the pool once and tells all subscribers. A block's JSON is written once however many
 * listen; a subscriber whose connection is gone is forgotten.
 */
export class SubscriptionHub {
  private readonly modules: HubModules;
  private readonly maxPerConnection: number;
  private readonly subscribers = new Map<string, Subscriber>();
  private readonly ring: `0x${string}`[] = [];
  private sequence = 0;
  private wasSyncing = false;
  private unlisten: readonly (() => void)[] = [];

  constructor(options: { maxPerConnection: number }, modules: HubModules) {
    this.maxPerConnection = options.maxPerConnection;
    this.modules = modules;
  }

  get size(): number {
    return this.subscribers.size;
  }

  start(): void {
    if (this.unlisten.length > 0) return;
    this.unlisten = [
      this.modules.chain.onBlock((block) => this.guarded(() => this.onBlock(block))),
      this.modules.mempool.onAdded((transaction) => this.guarded(() => this.onPending(transaction))),
    ];
  }

  stop(): void {
    for (const end of this.unlisten) end();
    this.unlisten = [];
    this.subscribers.clear();
  }

  /** @throws RpcError RPC_LIMIT_EXCEEDED at the connection's cap */
  subscribe(topic: Topic, channel: PushChannel): string {
    if (channel.subscriptions.size >= this.maxPerConnection) {
      throw limitExceeded(`too many subscriptions, at most ${this.maxPerConnection} a connection`);
    }
    const id = randomId();
    this.subscribers.set(id, { id, topic, channel });
    channel.subscriptions.set(id, () => this.subscribers.delete(id));
    channel.opened(id);
    return id;
  }

  /** Position after the newest pooled transaction. */
  pendingSequence(): number {
    return this.sequence;
  }

  /** Hashes from a position on, as far back as the ring reaches. */
  pendingSince(sequence: number): readonly `0x${string}`[] {
    const first = Math.max(sequence, this.sequence - PENDING_RING);
    return Array.from({ length: this.sequence - first }, (_, i) => this.ring[(first + i) % PENDING_RING] ?? "0x");
  }

  /** Whoever announces a block must not fail because a subscriber could not be told. */
  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.modules.onDefect?.("eth_subscription", error);
    }
  }

  private onBlock(block: StoredBlock): void {
    let headText: string | undefined;
    for (const subscriber of this.subscribers.values()) {
      if (subscriber.topic.kind === "newHeads") {
        headText ??= JSON.stringify(this.modules.view.header(block));
        this.push(subscriber, headText);
      }
    }
    this.tellLogs(block);
    this.tellSyncing();
  }

  private tellLogs(block: StoredBlock): void {
    const interested = [...this.subscribers.values()].flatMap((subscriber) =>
      subscriber.topic.kind === "logs" ? [{ subscriber, criteria: subscriber.topic.criteria }] : [],
    );
    if (interested.length === 0) return;
    const { height } = block.header;
    const hashes = this.modules.view.transactionHashes(block);
    let logIndex = 0;
    for (const [transactionIndex, receipt] of this.modules.view.receiptsOf(height).entries()) {
      const transactionHash = hashes[transactionIndex];
      for (const log of receipt.logs) {
        const place = { height, blockRoot: block.root, transactionIndex, logIndex: logIndex++ };
        const matching = interested.filter(({ criteria }) => matchesLog(log, criteria));
        if (matching.length === 0 || transactionHash === undefined) continue;
        const text = JSON.stringify(formatLog(log, { ...place, transactionHash }));
        for (const { subscriber } of matching) this.push(subscriber, text);
      }
    }
  }

  private tellSyncing(): void {
    const progress = this.modules.node.syncing();
    if ((progress !== undefined) === this.wasSyncing) return;
    this.wasSyncing = progress !== undefined;
    const text =
      progress === undefined
        ? "false"
        : JSON.stringify({
            syncing: true,
            status: {
              startingBlock: quantityHex(progress.startingHeight),
              currentBlock: quantityHex(progress.currentHeight),
              highestBlock: quantityHex(progress.highestHeight),
            },
          });
    for (const subscriber of this.subscribers.values()) {
      if (subscriber.topic.kind === "syncing") this.push(subscriber, text);
    }
  }

  private onPending(transaction: PooledTransaction): void {
    const hash = toHex(transaction.hash);
    this.ring[this.sequence % PENDING_RING] = hash;
    this.sequence++;
    let fullText: string | undefined;
    for (const subscriber of this.subscribers.values()) {
      if (subscriber.topic.kind !== "newPendingTransactions") continue;
      if (subscriber.topic.full) {
        fullText ??= JSON.stringify(
          formatTransaction(transaction.raw, transaction.hash, transaction.sender, undefined),
        );
        this.push(subscriber, fullText);
      } else {
        this.push(subscriber, `"${hash}"`);
      }
    }
  }

  private push(subscriber: Subscriber, resultText: string): void {
    const alive = subscriber.channel.send(subscriber.id, notificationOfText(subscriber.id, resultText));
    if (!alive) this.subscribers.delete(subscriber.id);
  }
}
