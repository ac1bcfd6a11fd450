import {
  assignedTo,
  type ChainConfig,
  type Challenge,
  type ChallengeSet,
  challengedLeaf,
  forkVersionAt,
  nodeIndex,
  type Signer,
  StorageProof,
  type StorageTask,
  storageSigningRoot,
  type Tip,
} from "@lucid/consensus";
import { equalBytes, hasCode, toHex } from "@lucid/consensus/base";
import type { ChunkStore } from "@lucid/storage";
import type { ChainReader } from "../interfaces.js";
import type { ChunkHasher } from "../localApi/chunkHasher.js";
import type { Logger } from "../node/logging.js";
import type { AnswerPool } from "./answerPool.js";
import type { SessionRoots } from "./sessionRoots.js";

export interface ChallengeDutyOptions {
  readonly config: ChainConfig;
  readonly nodeId: Uint8Array;
  readonly signer: Signer;
}

export interface ChallengeDutyModules {
  readonly tip: () => Tip;
  readonly chain: Pick<ChainReader, "onBlock">;
  readonly chunks: ChunkStore;
  readonly hasher: ChunkHasher;
  readonly roots: SessionRoots;
  readonly answers: AnswerPool;
  readonly logger: Logger;
}

/** Blobs that are read and hashed at a time: each is in memory meanwhile. */
const WIDTH = 2;

/**
 * Answers the challenges on chunks that belong to this node, after each block: reads the blob, takes leaf and path from it in
 * a worker thread, signs and gossips. What cannot be answered at once (a chunk on its way, a session whose list is not known
 * yet) is tried again with the next block, while it still counts.
 */
export class ChallengeDuty {
  private readonly options: ChallengeDutyOptions;
  private readonly modules: ChallengeDutyModules;
  private readonly counts = { answered: 0, lacking: 0, damaged: 0 };
  private endBlocks: (() => void) | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(options: ChallengeDutyOptions, modules: ChallengeDutyModules) {
    this.options = options;
    this.modules = modules;
  }

  start(): void {
    this.endBlocks = this.modules.chain.onBlock(() => this.trigger());
    this.trigger();
  }

  /** Idempotent; waits for the answer that is being made. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.endBlocks?.();
    await this.running;
  }

  /** True while answers are being made. */
  get busy(): boolean {
    return this.running !== undefined;
  }

  /** Since the start: answers made; attempts for which the chunk was not here, or was not what it should be. */
  counters(): Readonly<ChallengeDuty["counts"]> {
    return { ...this.counts };
  }

  private trigger(): void {
    if (this.stopped) return;
    if (this.running !== undefined) {
      this.again = true;
      return;
    }
    this.running = this.answerAll()
      .catch((error: unknown) => {
        if (!this.stopped) this.modules.logger.warn({ error }, "storage challenges could not be answered");
      })
      .finally(() => {
        this.running = undefined;
        if (!this.again) return;
        this.again = false;
        this.trigger();
      });
  }

  private async answerAll(): Promise<void> {
    const { state } = this.modules.tip();
    const node = nodeIndex(state, this.options.nodeId);
    if (node === undefined) return;
    // The older ones first: for them the next block is the last.
    const open = state.challenges.flatMap((set) => set.items.map((item, number) => ({ set, item, number })));
    const next = async (): Promise<void> => {
      for (let each = open.shift(); each !== undefined && !this.stopped; each = open.shift()) {
        const { set, item, number } = each;
        const answered = item.answered.includes(node);
        if (answered || this.modules.answers.has({ height: set.height, challenge: number, node })) continue;
        await this.answer(node, set, item, number);
      }
    };
    await Promise.all(Array.from({ length: WIDTH }, next));
  }

  private async answer(node: number, set: ChallengeSet, item: Challenge, number: number): Promise<void> {
    const { roots, chunks, logger, answers } = this.modules;
    const root = roots.rootAt(item.session, item.chunk);
    if (root === undefined || !this.isMine(node, set, item, root)) return;
    if (!chunks.has(root)) {
      this.counts.lacking++;
      return;
    }
    try {
      const task = await this.prove(node, set, item, number, root);
      if (task !== undefined && !this.stopped && answers.add(task)) this.counts.answered++;
    } catch (error) {
      if (hasCode(error, "DRIVER_STOPPED")) return;
      this.counts.lacking++;
      logger.warn({ error, root: toHex(root) }, "a chunk that was asked for could not be read");
    }
  }

  private isMine(node: number, set: ChallengeSet, item: Challenge, root: Uint8Array): boolean {
    const { state } = this.modules.tip();
    const assigned = assignedTo(state, set.epoch, item, root, this.options.config.params);
    return assigned.some((each) => each.node === node);
  }

  /** Undefined when the chunk on the disk is not the one that its root names; it is looked at and repaired. */
  private async prove(
    node: number,
    set: ChallengeSet,
    item: Challenge,
    number: number,
    root: Uint8Array,
  ): Promise<StorageTask | undefined> {
    const { chunks, hasher, roots } = this.modules;
    const blob = await chunks.read(root, { verify: false });
    const { length } = blob;
    const found = await hasher.leafProof(blob, challengedLeaf(set.seed, number, length));
    if (!equalBytes(found.root, root)) {
      this.counts.damaged++;
      await chunks.verify(root);
      return undefined;
    }
    const list = roots.all(item.session);
    if (list === undefined) return undefined;
    const chunkPath = await hasher.sessionPath(list, item.chunk);
    const proof: StorageProof = { leaf: found.leaf, leafPath: [...found.path], chunkPath: [...chunkPath] };
    const answer = {
      node,
      height: set.height,
      challenge: number,
      blobLength: BigInt(length),
      proofRoot: StorageProof.hashTreeRoot(proof),
    };
    const { config, signer } = this.options;
    const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, set.slot) };
    return { ...answer, signature: signer.sign(storageSigningRoot(answer, context)), proof: [proof] };
  }
}
