import {
  type BeaconTask,
  type Block,
  type BlockPlan,
  baseOf,
  type CertifiedBlock,
  type ChainConfig,
  type CommitCertificate,
  ConsensusError,
  ConsensusState,
  checkAdopted,
  checkBlock,
  completeBlock,
  type Evidence,
  type ExecutionOutcome,
  forkVersionAt,
  type HeightContext,
  heightContext,
  isCommitCertificate,
  nodeIdOf,
  PROOF_EPOCHS,
  planBlock,
  type RelayTask,
  recoverTip,
  type Signer,
  type SkipCertificate,
  type StorageTask,
  type Tip,
  type Verifier,
  verifyBlock,
  vrfMessage,
} from "@lucid/consensus";
import { equalBytes, hasCode, toHex } from "@lucid/consensus/base";
import type { BatchOp, KeyValueStore } from "@lucid/storage";
import type { AnchorSessions } from "../chain/anchorSessions.js";
import { storedBlock } from "../chain/blockStore.js";
import type { Chain } from "../chain/chain.js";
import { NodeError } from "../errors.js";
import { transactionHash } from "../execution/index.js";
import type { BuildOutput, ExecutionOutput, Executor, Mempool } from "../interfaces.js";
import type { Logger } from "../node/logging.js";
import { ANCHORS_ADDRESS } from "../proof/sessionEvent.js";
import { recordOps } from "../records/blockRecords.js";
import { RecordStore } from "../records/recordStore.js";
import type { Checkpoint } from "../sync/checkpoint.js";
import { BlockImport, type ImportedBlock } from "./blockImport.js";
import type { BlockLookahead } from "./blockLookahead.js";
import type { BlockWork, BuildRequest, ImportResult } from "./driverTypes.js";
import type { EvidencePool } from "./evidencePool.js";
import { PendingSkips } from "./pendingSkips.js";
import { registryEvents } from "./registryEvents.js";

export interface BlockProcessorOptions {
  readonly config: ChainConfig;
  /** Absent: a follower, which builds nothing. */
  readonly signer?: Signer | undefined;
  /** A final block that is trusted: a chain that has another one at its height is not followed. */
  readonly checkpoint?: Checkpoint | undefined;
  /** Keeps the proofs of storage answers in all blocks, instead of those of two epochs. */
  readonly archive?: boolean;
}

export interface BlockProcessorModules {
  readonly chain: Chain;
  readonly store: KeyValueStore;
  readonly executor: Executor;
  readonly mempool: Mempool;
  readonly verifier: Verifier;
  readonly logger: Logger;
  readonly evidence: EvidencePool;
  /** Sessions in the state after the final block of a height: challenges are drawn from them. */
  readonly sessions: Pick<AnchorSessions, "at" | "foresee">;
  /** Storage answers and relay receipts that a block on this tip may include. */
  readonly proofs?: (tip: Tip) => { readonly storage: StorageTask[]; readonly relay: RelayTask[] };
  /** Absent: imported blocks are checked one by one. */
  readonly lookahead?: BlockLookahead;
  /** Uptime beacons that a block of this slot may include. */
  readonly beacons?: (tip: Tip, slot: number) => BeaconTask[];
  /** Operations of other parts that belong into the batch of a block (the voter's old blocks). */
  readonly extraOps?: (height: number) => readonly BatchOp[];
}

/** A block that was executed on the head and may be committed. */
interface Candidate {
  readonly root: Uint8Array;
  readonly block: Block;
  /** What it was built on. */
  readonly base: Tip;
  readonly plan: BlockPlan;
  readonly execution: ExecutionOutput;
  readonly state: ConsensusState;
  readonly hashes: readonly Uint8Array[];
}

/** A block that is decided, with everything that goes into its batch beside the EVM state. */
interface Final extends ImportedBlock {
  readonly candidate: Candidate;
  readonly certificate: CommitCertificate;
  readonly ops: readonly BatchOp[];
}

/** Views of a height that are remembered; the executor holds as many. */
const MAX_CANDIDATES = 16;

/**
 * Makes and checks blocks on the head, and makes them final. Building and checking go through the same functions of the
 * consensus library and the same executor, so they cannot disagree.
 */
export class BlockProcessor implements BlockWork {
  private readonly options: BlockProcessorOptions;
  private readonly modules: BlockProcessorModules;
  private readonly records: RecordStore;
  private readonly blockImport: BlockImport<Final>;
  private readonly candidates = new Map<string, Candidate>();
  private readonly skips = new PendingSkips();
  /** The head with the state after it, as the chain has it. */
  private current: Tip;
  private certificate: CommitCertificate;
  /** Slot of the certificate that its block carries. */
  private parentSince: number;
  /** The last own block needed a fallback or a later round: be modest once. */
  private halved = false;

  constructor(options: BlockProcessorOptions, modules: BlockProcessorModules) {
    this.options = options;
    this.modules = modules;
    this.records = new RecordStore(modules.store);
    const { chain } = modules;
    const head = chain.head();
    const state = chain.blocks.decodedState();
    if (state === undefined) throw new NodeError({ code: "CHAIN_CORRUPT", message: "the consensus state is missing" });
    this.current = { header: head.header, root: head.root, state };
    if (!equalBytes(ConsensusState.hashTreeRoot(this.current.state), head.header.consensusRoot)) {
      throw new NodeError({ code: "CHAIN_CORRUPT", message: "the consensus state is not that of the head" });
    }
    checkAdopted(options.config, this.current, modules.verifier);
    this.certificate = chain.commit(head.header.height) ?? head.body.parentCommit;
    this.parentSince = head.body.parentCommit.slot;
    const { sessions, lookahead } = modules;
    this.blockImport = new BlockImport<Final>(
      { checkpoint: options.checkpoint },
      {
        chain,
        sessions,
        lookahead,
        steps: {
          head: () => this.current,
          isDecided: (decided) => this.isDecided(decided),
          finalise: (root, entry, senders) => this.finalise(root, entry.block, entry.certificate, senders),
          write: (final) => this.write(final),
          move: (final) => this.move(final),
          tell: (final) => this.tell(final),
        },
      },
    );
  }

  /** The head with the state after it, as the rules see it: a recovery may start here. */
  get tip(): Tip {
    return recoverTip(this.options.config, this.current);
  }

  heightContext(): HeightContext {
    return heightContext(this.options.config, this.current, this.certificate);
  }

  async build(request: BuildRequest): Promise<Block | undefined> {
    const { signer, config } = this.options;
    const head = this.current;
    const tip = baseOf(config, head, request.slot);
    if (signer === undefined || request.height !== tip.header.height + 1) return undefined;
    const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, request.slot) };
    const inputs = {
      slot: request.slot,
      round: request.round,
      proposer: nodeIdOf(signer.publicKey),
      vrfProof: signer.sign(vrfMessage(context, tip.state.mix, request.slot)),
      tasks: {
        ...(this.modules.proofs?.(tip) ?? { storage: [], relay: [] }),
        beacons: this.modules.beacons?.(tip, request.slot) ?? [],
      },
      parentCommit: request.parentCommit,
      skips: this.skips.all(),
      evidence: this.modules.evidence.pending(),
    };
    const plan = planBlock(config, tip, inputs, this.modules.sessions.at(tip.header.height));
    const share = this.halved ? 2 : 1;
    const { environment: env, withdrawals, systemCalls } = plan;
    let execution: BuildOutput;
    try {
      execution = await this.modules.executor.build({
        env,
        withdrawals,
        systemCalls,
        pending: this.modules.mempool.pending(),
        gasTarget: env.gasLimit / BigInt(share),
        byteTarget: Math.floor(plan.transactionBytes / share),
      });
    } catch (error) {
      // The head moved on while this waited for its turn: the block is of no use any more.
      if (this.current !== head && hasCode(error, "BLOCK_INVALID")) return undefined;
      throw error;
    }
    const { block, state } = completeBlock(
      config,
      tip,
      plan,
      [...execution.transactions],
      outcomeOf(execution),
      this.modules.verifier,
    );
    const { root } = storedBlock(block);
    if (this.current !== head) return undefined;
    this.remember({
      root,
      block,
      base: tip,
      plan,
      execution,
      state,
      hashes: execution.transactions.map(transactionHash),
    });
    return block;
  }

  execute(root: Uint8Array, block: Block): Promise<boolean> {
    return this.check(root, block, false);
  }

  /**
   * @param certified a quorum has signed it: proofs of storage, which are pruned from old blocks, may be missing
   * @param senders of its transactions, as far as they are known
   */
  private async check(
    root: Uint8Array,
    block: Block,
    certified: boolean,
    senders: readonly (Uint8Array | undefined)[] = [],
  ): Promise<boolean> {
    const { config } = this.options;
    const head = this.current;
    const tip = baseOf(config, head, block.header.slot);
    if (this.candidates.has(toHex(root))) return true;
    try {
      const sessions = this.modules.sessions.at(tip.header.height);
      const plan = checkBlock(config, tip, block, this.modules.verifier, { sessions, certified });
      const hashes = block.body.transactions.map(transactionHash);
      const execution = await this.modules.executor.execute({
        env: plan.environment,
        transactions: block.body.transactions,
        senders: hashes.map((hash, index) => senders[index] ?? this.modules.mempool.get(hash)?.sender),
        withdrawals: plan.withdrawals,
        systemCalls: plan.systemCalls,
        watch: ANCHORS_ADDRESS,
      });
      if (this.current !== head) return false;
      const { state } = verifyBlock(config, tip, block, plan, outcomeOf(execution), this.modules.verifier);
      this.remember({ root, block, base: tip, plan, execution, state, hashes });
      return true;
    } catch (error) {
      if (!(error instanceof ConsensusError) && !hasCode(error, "BLOCK_INVALID")) throw error;
      this.modules.logger.warn({ error, height: block.header.height, root: toHex(root) }, "a block is not valid");
      return false;
    }
  }

  async commit(root: Uint8Array, block: Block, certificate: CommitCertificate): Promise<void> {
    const final = await this.finalise(root, block, certificate);
    await this.write(final);
    this.move(final);
    await this.tell(final);
  }

  /** The decided block as it will be written. */
  private async finalise(
    root: Uint8Array,
    block: Block,
    certificate: CommitCertificate,
    senders?: readonly (Uint8Array | undefined)[],
  ): Promise<Final> {
    // Decided by others before this node had executed it.
    if (!this.candidates.has(toHex(root)) && !(await this.check(root, block, true, senders))) {
      throw new NodeError({
        code: "NODE_FAILED",
        message: `the network decided block ${toHex(root)}, which is not valid here`,
      });
    }
    const candidate = this.candidates.get(toHex(root));
    if (candidate === undefined)
      throw new NodeError({ code: "NODE_FAILED", message: "the decided block was not kept" });
    const stored = storedBlock(candidate.block);
    const { height } = stored.header;
    const { blocks } = this.modules.chain;
    const ops = blocks.finalOps({
      block: stored,
      receipts: candidate.execution.receipts,
      transactionHashes: candidate.hashes,
      senders: candidate.execution.senders,
      coinbase: candidate.plan.environment.coinbase,
      prevRandao: candidate.plan.environment.prevRandao,
      commit: certificate,
      voters: candidate.state.voters.members,
      consensusState: ConsensusState.serialize(candidate.state),
    });
    const extra = [...this.modules.evidence.settledOps(candidate), ...(this.modules.extraOps?.(height) ?? [])];
    const all = [...ops, ...this.recordOps(candidate), ...this.pruneOps(height), ...extra];
    return { candidate, stored, certificate, ops: all, written: candidate.execution.written };
  }

  /** On disk when it resolves. */
  private write({ candidate, ops }: Final): Promise<void> {
    return this.modules.executor.commit(candidate.execution.candidate, ops);
  }

  /** What comes next is built and checked on this block. */
  private move({ candidate, stored, certificate }: Final): void {
    const { state, root } = candidate;
    this.current = { header: stored.header, root, state };
    this.parentSince = stored.body.parentCommit.slot;
    checkAdopted(this.options.config, this.current, this.modules.verifier);
    this.certificate = certificate;
    this.candidates.clear();
    this.skips.onHead(state);
    const own =
      this.options.signer !== undefined && equalBytes(stored.header.proposer, nodeIdOf(this.options.signer.publicKey));
    if (own) this.halved = certificate.round > 0;
  }

  /** It is on disk: everybody may know. */
  private async tell({ candidate, stored, certificate }: Final): Promise<void> {
    this.modules.chain.adopt(stored);
    await this.modules.mempool.onHead(stored);
    this.modules.evidence.tellAgain();
    this.modules.logger.info(
      {
        height: stored.header.height,
        slot: stored.header.slot,
        round: certificate.round,
        transactions: candidate.hashes.length,
        gas: Number(stored.header.gasUsed),
        root: toHex(stored.root),
      },
      "block is final",
    );
  }

  importBlocks(blocks: readonly CertifiedBlock[]): Promise<ImportResult> {
    return this.blockImport.run(blocks);
  }

  private isDecided(certificate: CommitCertificate): boolean {
    const { config } = this.options;
    const signing = {
      genesisRoot: config.genesisRoot,
      forkVersionAt: (slot: number) => forkVersionAt(config, slot),
      verifier: this.modules.verifier,
    };
    return isCommitCertificate(this.heightContext(), signing, certificate);
  }

  blockByRoot(root: Uint8Array): Block | undefined {
    return this.modules.chain.blockByRoot(root);
  }

  commitOf(height: number): CommitCertificate | undefined {
    return this.modules.chain.commit(height);
  }

  async betterCommit(certificate: CommitCertificate): Promise<void> {
    const { chain, store } = this.modules;
    if (certificate.height !== this.current.header.height) return;
    await store.batch([chain.blocks.commitOp(certificate)], { sync: true });
    this.certificate = certificate;
  }

  addEvidence(evidence: Evidence): Promise<void> {
    return this.modules.evidence.add(evidence);
  }

  addSkip(certificate: SkipCertificate): void {
    this.skips.add(certificate);
  }

  /** One block a block loses its proofs of storage: the one that so many are on top of that two epochs have passed. */
  private pruneOps(height: number): BatchOp[] {
    const old = height - PROOF_EPOCHS * this.options.config.params.epochSlots;
    return old < 1 || this.options.archive === true ? [] : this.modules.chain.blocks.pruneProofsOps(old);
  }

  private recordOps({ block, base, plan, state }: Candidate): BatchOp[] {
    const { parentSince } = this;
    return recordOps(this.records, this.options.config, { block, plan, state, tip: base, parentSince });
  }

  private remember(candidate: Candidate): void {
    this.candidates.set(toHex(candidate.root), candidate);
    if (this.candidates.size <= MAX_CANDIDATES) return;
    const [oldest] = this.candidates;
    if (oldest === undefined) return;
    this.candidates.delete(oldest[0]);
    this.modules.executor.discard(oldest[1].execution.candidate);
  }
}

function outcomeOf(execution: ExecutionOutput): ExecutionOutcome {
  const { stateRoot, transactionsRoot, receiptsRoot, withdrawalsRoot, logsBloom, gasUsed } = execution;
  const registry = registryEvents(execution.receipts);
  return { stateRoot, transactionsRoot, receiptsRoot, withdrawalsRoot, logsBloom, gasUsed, registry };
}
