import {
  assignedTo,
  type ChainConfig,
  type ChallengeSet,
  type ConsensusState,
  nodeIndex,
  type Tip,
} from "@lucid/consensus";
import type { ChainReader, StoredBlock } from "../interfaces.js";
import type { SessionRoots } from "./sessionRoots.js";

export interface ChallengeLogModules {
  readonly config: ChainConfig;
  readonly chain: Pick<ChainReader, "onBlock">;
  readonly tip: () => Tip;
  readonly roots: SessionRoots;
}

/** Challenges that were a node's to answer, in the last epochs, and how many it answered in time. */
export interface AnswerFigures {
  readonly due: number;
  readonly answered: number;
  /** Height of the block whose challenges were the first that are counted. */
  readonly since: number;
  /** Height of the block with the last challenge that it missed; 0 for none. */
  readonly lastMissed: number;
}

interface Figures {
  due: number;
  answered: number;
  lastMissed: number;
}

/** Epochs that are counted; what is older is forgotten. */
const KEPT_EPOCHS = 24;
/** A challenge's answers are all in when so many blocks have followed its own. */
const CLOSED_AFTER = 2;

/**
 * Who answered which challenge. The chain books answers only; who was silent shows to whoever knows the chunk's root, as nodes
 * that keep chunks do. In memory: after a start it begins anew.
 */
export class ChallengeLog {
  private readonly modules: ChallengeLogModules;
  private readonly epochs = new Map<number, { readonly since: number; readonly byNode: Map<number, Figures> }>();
  private before: ConsensusState;
  private endBlocks: (() => void) | undefined;
  private unknownChunks = 0;

  constructor(modules: ChallengeLogModules) {
    this.modules = modules;
    this.before = modules.tip().state;
  }

  start(): void {
    this.endBlocks = this.modules.chain.onBlock((block) => this.note(block));
  }

  stop(): void {
    this.endBlocks?.();
  }

  /** Challenges on chunks whose roots this node did not know. */
  get unknown(): number {
    return this.unknownChunks;
  }

  /** Undefined for a stranger, and before anything was asked of it. */
  figures(nodeId: Uint8Array): AnswerFigures | undefined {
    const node = nodeIndex(this.modules.tip().state, nodeId);
    const sum: Figures = { due: 0, answered: 0, lastMissed: 0 };
    let since = Number.POSITIVE_INFINITY;
    for (const epoch of this.epochs.values()) {
      const own = node === undefined ? undefined : epoch.byNode.get(node);
      if (own === undefined) continue;
      sum.due += own.due;
      sum.answered += own.answered;
      sum.lastMissed = Math.max(sum.lastMissed, own.lastMissed);
      since = Math.min(since, epoch.since);
    }
    return sum.due === 0 ? undefined : { ...sum, since };
  }

  /** Challenges of all nodes that were seen to be missed. */
  missed(): number {
    let missed = 0;
    for (const { byNode } of this.epochs.values()) {
      for (const { due, answered } of byNode.values()) missed += due - answered;
    }
    return missed;
  }

  private note({ header, body }: StoredBlock): void {
    const parent = this.before;
    this.before = this.modules.tip().state;
    if (parent.height !== header.height - 1) return;
    const set = parent.challenges.find(({ height }) => height === header.height - CLOSED_AFTER);
    if (set === undefined) return;
    const last = new Map<number, number[]>();
    for (const { height, challenge, node } of body.tasks.storage) {
      if (height === set.height) last.set(challenge, [...(last.get(challenge) ?? []), node]);
    }
    this.close(set, parent, last);
  }

  private close(set: ChallengeSet, state: ConsensusState, last: ReadonlyMap<number, readonly number[]>): void {
    const { roots, config } = this.modules;
    const epoch = this.epochs.get(set.epoch) ?? { since: set.height, byNode: new Map<number, Figures>() };
    this.epochs.set(set.epoch, epoch);
    for (const old of this.epochs.keys()) if (old <= set.epoch - KEPT_EPOCHS) this.epochs.delete(old);
    for (const [number, item] of set.items.entries()) {
      const root = roots.rootAt(item.session, item.chunk);
      if (root === undefined) {
        this.unknownChunks++;
        continue;
      }
      const answered = new Set([...item.answered, ...(last.get(number) ?? [])]);
      for (const { node } of assignedTo(state, set.epoch, item, root, config.params)) {
        const figures = epoch.byNode.get(node) ?? { due: 0, answered: 0, lastMissed: 0 };
        epoch.byNode.set(node, figures);
        figures.due++;
        if (answered.has(node)) figures.answered++;
        else figures.lastMissed = set.height;
      }
    }
  }
}
