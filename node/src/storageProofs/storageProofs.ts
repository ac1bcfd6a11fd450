import type { ChainConfig, RelayTask, Signer, StorageTask, Tip, Verifier } from "@lucid/consensus";
import type { ConsensusNetwork, PeerId } from "@lucid/p2p";
import type { ChunkStore } from "@lucid/storage";
import type { ChainReader } from "../interfaces.js";
import type { ChunkHasher } from "../localApi/chunkHasher.js";
import type { Logger } from "../node/logging.js";
import type { ReplicationStore } from "../replication/replicationStore.js";
import { AnswerPool } from "./answerPool.js";
import { ChallengeDuty } from "./challengeDuty.js";
import { type AnswerFigures, ChallengeLog } from "./challengeLog.js";
import { ReceiptPool } from "./receiptPool.js";
import { RelayDuty } from "./relayDuty.js";
import { SessionRoots } from "./sessionRoots.js";

export interface StorageProofsOptions {
  readonly config: ChainConfig;
  /** Undefined without a validator key: the node answers nothing and looks at what others answer. */
  readonly signer: Signer | undefined;
  readonly nodeId: Uint8Array | undefined;
}

export interface StorageProofsModules {
  readonly tip: () => Tip;
  readonly chain: Pick<ChainReader, "onBlock">;
  readonly network: ConsensusNetwork;
  /** The one that blocks are checked with. */
  readonly verifier: Verifier;
  readonly isOtherFork: (peer: PeerId) => boolean;
  readonly logger: Logger;
}

export interface CustodyParts {
  readonly chunks: ChunkStore;
  readonly hasher: ChunkHasher;
  readonly store: ReplicationStore;
}

export interface ProofCounters {
  /** Verified answers and receipts that wait for a block. */
  readonly pendingAnswers: number;
  readonly pendingReceipts: number;
  /** Answers of peers that were wrong. */
  readonly wrongAnswers: number;
  /** Own answers; attempts without the chunk, or with a damaged one. */
  readonly answered: number;
  readonly lacking: number;
  readonly damaged: number;
  /** Challenges that nodes were seen to miss in the last epochs. */
  readonly missed: number;
}

/** Everything of a node that has to do with proofs of storage and of relayed bytes. */
export class StorageProofs {
  private readonly options: StorageProofsOptions;
  private readonly modules: StorageProofsModules;
  private readonly answers: AnswerPool;
  private readonly receipts: ReceiptPool;
  private duty: ChallengeDuty | undefined;
  private log: ChallengeLog | undefined;
  private relay: RelayDuty | undefined;
  private endBlocks: (() => void) | undefined;

  constructor(options: StorageProofsOptions, modules: StorageProofsModules) {
    const { tip, network, verifier, isOtherFork } = modules;
    this.options = options;
    this.modules = modules;
    this.answers = new AnswerPool({ config: options.config }, { tip, network, verifier, isOtherFork });
    this.receipts = new ReceiptPool({ config: options.config }, { tip, network, verifier, isOtherFork });
  }

  /** Collects what others send. */
  start(): void {
    this.answers.start();
    this.receipts.start();
    this.endBlocks = this.modules.chain.onBlock(() => {
      this.answers.onHead();
      this.receipts.onHead();
    });
  }

  /** Begins to answer for the chunks that are here, and to watch who answers. */
  startDuties({ chunks, hasher, store }: CustodyParts): void {
    const { config, signer, nodeId } = this.options;
    const { tip, chain, logger } = this.modules;
    const roots = new SessionRoots(store);
    this.log = new ChallengeLog({ config, chain, tip, roots });
    this.log.start();
    if (signer === undefined || nodeId === undefined) return;
    const options = { config, signer, nodeId };
    this.duty = new ChallengeDuty(options, { tip, chain, chunks, hasher, roots, answers: this.answers, logger });
    this.duty.start();
    this.relay = new RelayDuty(options, { tip, chain, receipts: this.receipts });
    this.relay.start();
  }

  /** Idempotent. Before the chunk store and the hashing thread are closed. */
  async stopDuties(): Promise<void> {
    this.log?.stop();
    this.relay?.stop();
    await this.duty?.stop();
  }

  stop(): void {
    this.endBlocks?.();
    this.answers.stop();
    this.receipts.stop();
  }

  /** True while own answers are being made. */
  get busy(): boolean {
    return this.duty?.busy === true;
  }

  /** For an own block on this tip. */
  tasksFor(tip: Tip): { readonly storage: StorageTask[]; readonly relay: RelayTask[] } {
    return { storage: this.answers.tasksFor(tip), relay: this.receipts.tasksFor(tip) };
  }

  /** A verified chunk came from the node with this registry index. */
  received(server: number, bytes: number): void {
    this.relay?.received(server, bytes);
  }

  /** How a node answered its challenges of the last epochs, as far as it was seen here since the start. */
  figures(nodeId: Uint8Array): AnswerFigures | undefined {
    return this.log?.figures(nodeId);
  }

  counters(): ProofCounters {
    const { answered = 0, lacking = 0, damaged = 0 } = this.duty?.counters() ?? {};
    return {
      pendingAnswers: this.answers.size,
      pendingReceipts: this.receipts.size,
      wrongAnswers: this.answers.wrong,
      answered,
      lacking,
      damaged,
      missed: this.log?.missed() ?? 0,
    };
  }
}
