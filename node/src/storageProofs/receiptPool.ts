import {
  type ChainConfig,
  ConsensusError,
  checkReceipt,
  pairCredits,
  RELAY_PAIR_BYTES,
  RELAY_UNIT,
  type RelayTask,
  receiptSignature,
  relayedBetween,
  type Tip,
  type Verifier,
} from "@lucid/consensus";
import type { ConsensusNetwork, PeerId, Verdict } from "@lucid/p2p";
import { topics } from "../driver/topics.js";

export interface ReceiptPoolOptions {
  readonly config: ChainConfig;
}

export interface ReceiptPoolModules {
  readonly tip: () => Tip;
  readonly network: ConsensusNetwork;
  readonly verifier: Verifier;
  readonly isOtherFork: (peer: PeerId) => boolean;
}

/** Pairs of nodes whose last receipt is kept; beyond it the newest is dropped. */
const MAX_PAIRS = 4_096;
/** As many as a body holds. */
const MAX_IN_BLOCK = 256;

/** The last relay receipt of each pair of nodes in the open epoch, for the next own block. */
export class ReceiptPool {
  private readonly options: ReceiptPoolOptions;
  private readonly modules: ReceiptPoolModules;
  private readonly held = new Map<string, RelayTask>();
  private unsubscribe: (() => void) | undefined;

  constructor(options: ReceiptPoolOptions, modules: ReceiptPoolModules) {
    this.options = options;
    this.modules = modules;
  }

  start(): void {
    this.unsubscribe = this.modules.network.subscribe(topics.relayReceipt, (task, peer) =>
      this.modules.isOtherFork(peer) ? "ignore" : this.judge(task),
    );
  }

  stop(): void {
    this.unsubscribe?.();
  }

  get size(): number {
    return this.held.size;
  }

  /** An own receipt: kept, and gossiped. */
  add(task: RelayTask): void {
    if (this.judge(task) === "accept") this.modules.network.publish(topics.relayReceipt, task);
  }

  /** For a block on this tip: those that add most. */
  tasksFor({ state }: Tip): RelayTask[] {
    const gains = [...this.held.values()].flatMap((task) => {
      const gain = gainOf(state, task);
      return gain === 0 ? [] : [{ task, gain }];
    });
    gains.sort((a, b) => b.gain - a.gain);
    return gains.slice(0, MAX_IN_BLOCK).map(({ task }) => task);
  }

  /** A block is final: what it held, and what is of an epoch that is over, goes. */
  onHead(): void {
    const { state } = this.modules.tip();
    for (const [name, task] of this.held) if (gainOf(state, task) === 0) this.held.delete(name);
  }

  private judge(task: RelayTask): Verdict {
    const { state } = this.modules.tip();
    const { receipt } = task;
    const name = `${receipt.downloader} ${receipt.server}`;
    const known = this.held.get(name)?.receipt.bytes ?? 0n;
    // Each forwarded receipt is worth a credit: nobody can fill the network with one byte more each time.
    if (receipt.bytes < known + BigInt(RELAY_UNIT) || known >= BigInt(RELAY_PAIR_BYTES)) return "ignore";
    if (gainOf(state, task) === 0) return "ignore";
    if (!this.held.has(name) && this.held.size >= MAX_PAIRS) return "ignore";
    const item = receiptSignature(this.options.config, state, task, state.slot);
    const [signed] = this.modules.verifier.verifyBatch([item]);
    if (signed !== true) return "reject";
    this.held.set(name, task);
    return "accept";
  }
}

/** Credits before the cap that a receipt adds to its pair on a state, thousandths; 0 when it does not count. */
function gainOf(state: Tip["state"], { receipt }: RelayTask): number {
  const before = relayedBetween(state.epoch.relayed, receipt);
  try {
    return pairCredits(checkReceipt(state, receipt, before)) - pairCredits(before);
  } catch (error) {
    if (error instanceof ConsensusError) return 0;
    throw error;
  }
}
