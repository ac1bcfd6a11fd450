import {
  answerSignature,
  type ChainConfig,
  ConsensusError,
  challengeOf,
  isAssigned,
  provenRoot,
  type StorageTask,
  type Tip,
  type Verifier,
} from "@lucid/consensus";
import type { ConsensusNetwork, PeerId, Verdict } from "@lucid/p2p";
import { topics } from "../driver/topics.js";

export interface AnswerPoolOptions {
  readonly config: ChainConfig;
}

export interface AnswerPoolModules {
  /** The head with the state after it. */
  readonly tip: () => Tip;
  readonly network: ConsensusNetwork;
  /** The one that blocks are checked with: what it has verified once costs nothing in a block. */
  readonly verifier: Verifier;
  readonly isOtherFork: (peer: PeerId) => boolean;
}

interface EarlyAnswer {
  readonly task: StorageTask;
  readonly settle: (verdict: Verdict) => void;
}

/** Answers to challenges of the block after the head, which this node does not have yet. */
const MAX_EARLY = 256;

/**
 * Answers to open challenges, verified, for the next own block. Bounded by the rules: at most one for each assigned node and
 * challenge of two blocks.
 */
export class AnswerPool {
  private readonly options: AnswerPoolOptions;
  private readonly modules: AnswerPoolModules;
  private readonly held = new Map<string, StorageTask>();
  private readonly early: EarlyAnswer[] = [];
  private unsubscribe: (() => void) | undefined;
  private rejected = 0;

  constructor(options: AnswerPoolOptions, modules: AnswerPoolModules) {
    this.options = options;
    this.modules = modules;
  }

  start(): void {
    this.unsubscribe = this.modules.network.subscribe(topics.storageAnswer, (task, peer) =>
      this.modules.isOtherFork(peer) ? "ignore" : this.receive(task),
    );
  }

  stop(): void {
    this.unsubscribe?.();
    for (const { settle } of this.early.splice(0)) settle("ignore");
  }

  get size(): number {
    return this.held.size;
  }

  /** Answers of peers that were wrong. */
  get wrong(): number {
    return this.rejected;
  }

  has(task: Pick<StorageTask, "height" | "challenge" | "node">): boolean {
    return this.held.has(nameOf(task));
  }

  /** An own answer: kept, and gossiped. False when the rules do not take it (any more). */
  add(task: StorageTask): boolean {
    if (this.judge(task) !== "accept") return false;
    this.modules.network.publish(topics.storageAnswer, task);
    return true;
  }

  /** For a block on this tip. */
  tasksFor({ state }: Tip): StorageTask[] {
    return [...this.held.values()].filter((task) => counts(state, task));
  }

  /** A block is final: what it held or made too old goes, what came before it is looked at. */
  onHead(): void {
    const { state } = this.modules.tip();
    for (const [name, task] of this.held) if (!counts(state, task)) this.held.delete(name);
    for (const { task, settle } of this.early.splice(0)) settle(this.judge(task));
  }

  private receive(task: StorageTask): Verdict | Promise<Verdict> {
    // Nodes learn of a block within a second of each other; gossip does not bring a message twice.
    if (task.height !== this.modules.tip().header.height + 1) return this.judge(task);
    return new Promise((settle) => {
      if (this.early.length >= MAX_EARLY) this.early.shift()?.settle("ignore");
      this.early.push({ task, settle });
    });
  }

  private judge(task: StorageTask): Verdict {
    if (this.has(task)) return "ignore";
    const { config } = this.options;
    const { state } = this.modules.tip();
    let answered: ReturnType<typeof challengeOf>;
    try {
      answered = challengeOf(state, task);
    } catch (error) {
      // Too late, answered already, or of a node that was jailed meanwhile: no fault.
      if (error instanceof ConsensusError) return "ignore";
      throw error;
    }
    try {
      const root = provenRoot(task, answered);
      if (!isAssigned(config, state, task, answered, root)) return "ignore";
    } catch (error) {
      if (error instanceof ConsensusError) return this.reject();
      throw error;
    }
    const [signed] = this.modules.verifier.verifyBatch([answerSignature(config, task, answered)]);
    if (signed !== true) return this.reject();
    this.held.set(nameOf(task), task);
    return "accept";
  }

  private reject(): Verdict {
    this.rejected++;
    return "reject";
  }
}

function counts(state: Tip["state"], task: StorageTask): boolean {
  try {
    challengeOf(state, task);
    return true;
  } catch (error) {
    if (error instanceof ConsensusError) return false;
    throw error;
  }
}

function nameOf({ height, challenge, node }: Pick<StorageTask, "height" | "challenge" | "node">): string {
  return `${height} ${challenge} ${node}`;
}
