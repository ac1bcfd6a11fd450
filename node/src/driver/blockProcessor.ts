import {
  type BeaconTask,
  type Block,
  baseOf,
  type CertifiedBlock,
  type ChainConfig,
  type CommitCertificate,
  ConsensusError,
  ConsensusState,
  checkAdopted,
  completeBlock,
  type Evidence,
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
  vrfMessage,
} from "@lucid/consensus";
import { equalBytes, hasCode, toHex } from "@lucid/consensus/base";
import type { BatchOp, KeyValueStore } from "@lucid/storage";
import type { AnchorSessions } from "../chain/anchorSessions.js";
import { storedBlock } from "../chain/blockStore.js";
import type { Chain } from "../chain/chain.js";
import { NodeError } from "../errors.js";
import { transactionHash } from "../execution/index.js";
import type { BuildOutput, Executor, Mempool } from "../interfaces.js";
import type { Logger } from "../node/logging.js";
import { recordOps } from "../records/blockRecords.js";
import { RecordStore } from "../records/recordStore.js";
import type { Checkpoint } from "../sync/checkpoint.js";
import {
  type Begun,
  BlockExecution,
  type Candidate,
  type CheckOptions,
  type Drawn,
  outcomeOf,
} from "./blockExecution.js";
import { BlockImport, type ImportedBlock, type Parent } from "./blockImport.js";
import type { BlockLookahead } from "./blockLookahead.js";
import type { BlockWork, BuildRequest, ImportResult } from "./driverTypes.js";
import type { EvidencePool } from "./evidencePool.js";
import { PendingSkips } from "./pendingSkips.js";
import { mayHaveRegistryEvents } from "./registryEvents.js";

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
  readonly sessions: Pick<AnchorSessions, "at" | "foresee" | "settle">;
  /** Storage answers and relay receipts that a block on this tip may include. */
  readonly proofs?: (tip: Tip) => { readonly storage: StorageTask[]; readonly relay: RelayTask[] };
  /** Absent: imported blocks are checked one by one. */
  readonly lookahead?: BlockLookahead;
  /** Uptime beacons that a block of this slot may include. */
  readonly beacons?: (tip: Tip, slot: number) => BeaconTask[];
  /** Operations of other parts that belong into the batch of a block (the voter's old blocks). */
  readonly extraOps?: (height: number) => readonly BatchOp[];
}

/** A decided block that others have made, being executed, or executed before it was decided. */
interface Decided<T> {
  readonly root: Uint8Array;
  readonly certificate: CommitCertificate;
  readonly begun: T | Candidate;
}

/** A block that is decided. */
interface Final extends ImportedBlock {
  readonly candidate: Candidate;
  readonly certificate: CommitCertificate;
  /** Slot of the certificate that its parent carries. */
  readonly parentSince: number;
}

/** Views of a height that are remembered; the executor holds as many. */
const MAX_CANDIDATES = 16;
/** A longer list of blocks is not what the network decides at the moment. */
const LIVE_BLOCKS = 8;

/**
 * Makes and checks blocks on the head, and makes them final. Building and checking go through the same functions of the
 * consensus library and the same executor, so they cannot disagree.
 */
export class BlockProcessor implements BlockWork {
  private readonly options: BlockProcessorOptions;
  private readonly modules: BlockProcessorModules;
  private readonly execution: BlockExecution;
  private readonly records: RecordStore;
  private readonly blockImport: BlockImport<Decided<Begun>, Decided<Drawn>, Final>;
  private readonly candidates = new Map<string, Candidate>();
  private readonly skips = new PendingSkips();
  /** What the next block is built and checked on: the head, or the block that is about to become it. */
  private current: Tip;
  /** The head with the state after it, as the chain has it. */
  private published: Tip;
  private certificate: CommitCertificate;
  /** Slot of the certificate that its block carries. */
  private parentSince: number;
  /** Blocks are imported in bulk: each of them is news for nobody, and the sync tells how far it is. */
  private catchingUp = false;
  /** The last own block needed a fallback or a later round: be modest once. */
  private halved = false;

  constructor(options: BlockProcessorOptions, modules: BlockProcessorModules) {
    this.options = options;
    this.modules = modules;
    this.execution = new BlockExecution({ config: options.config }, modules);
    this.records = new RecordStore(modules.store);
    const { chain } = modules;
    const head = chain.head();
    const state = chain.blocks.decodedState();
    if (state === undefined) throw new NodeError({ code: "CHAIN_CORRUPT", message: "the consensus state is missing" });
    this.current = { header: head.header, root: head.root, state };
    this.published = this.current;
    if (!equalBytes(ConsensusState.hashTreeRoot(this.current.state), head.header.consensusRoot)) {
      throw new NodeError({ code: "CHAIN_CORRUPT", message: "the consensus state is not that of the head" });
    }
    checkAdopted(options.config, this.current, modules.verifier);
    this.certificate = chain.commit(head.header.height) ?? head.body.parentCommit;
    this.parentSince = head.body.parentCommit.slot;
    const { sessions, lookahead } = modules;
    this.blockImport = new BlockImport<Decided<Begun>, Decided<Drawn>, Final>(
      { checkpoint: options.checkpoint },
      {
        chain,
        sessions,
        lookahead,
        steps: {
          parent: () => this.parent,
          isDecided: (parent, decided) => this.isDecided(parent, decided),
          begin: (root, entry, parent, senders) => this.beginDecided(root, entry, parent, senders),
          draw: (begun) => this.drawDecided(begun),
          finish: (drawn) => this.finishDecided(drawn),
          write: (final) => this.write(final),
          move: (final) => this.move(final),
          tell: (final) => this.tell(final),
        },
      },
    );
  }

  /** The head with the state after it, as the rules see it: a recovery may start here. */
  get tip(): Tip {
    return recoverTip(this.options.config, this.published);
  }

  heightContext(): HeightContext {
    return heightContext(this.options.config, this.current, this.certificate);
  }

  private get parent(): Parent {
    return { tip: this.current, certificate: this.certificate };
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

  async execute(root: Uint8Array, block: Block): Promise<boolean> {
    if (this.candidates.has(toHex(root))) return true;
    try {
      const begun = this.execution.begin(root, block, this.current, { certified: false });
      return (await this.finish(this.execution.draw(begun))) !== undefined;
    } catch (error) {
      this.demandVerdict(error, root, block);
      return false;
    }
  }

  /** Undefined when the head has moved on meanwhile. @throws ConsensusError, NodeError BLOCK_INVALID */
  private async finish(drawn: Drawn): Promise<Candidate | undefined> {
    const candidate = await this.execution.finish(drawn);
    if (!equalBytes(this.current.root, drawn.block.header.parentRoot)) return undefined;
    this.remember(candidate);
    return candidate;
  }

  /** Passes on an error that says nothing about the block. */
  private demandVerdict(error: unknown, root: Uint8Array, { header }: Block): void {
    if (!(error instanceof ConsensusError) && !hasCode(error, "BLOCK_INVALID")) throw error;
    this.modules.logger.warn({ error, height: header.height, root: toHex(root) }, "a block is not valid");
  }

  async commit(root: Uint8Array, block: Block, certificate: CommitCertificate): Promise<void> {
    this.catchingUp = false;
    const { drawn } = this.drawDecided(this.beginDecided(root, { block, certificate }, this.parent));
    const final = await this.finishDecided(drawn);
    await this.write(final);
    this.move(final);
    await this.tell(final);
  }

  /** @throws NodeError NODE_FAILED for a block that is not valid here */
  private beginDecided(
    root: Uint8Array,
    { block, certificate }: CertifiedBlock,
    { tip }: Parent,
    senders?: CheckOptions["senders"],
  ): Decided<Begun> {
    const known = this.candidates.get(toHex(root));
    if (known !== undefined) return { root, certificate, begun: known };
    try {
      // Decided by others before this node had executed it.
      return { root, certificate, begun: this.execution.begin(root, block, tip, { certified: true, senders }) };
    } catch (error) {
      this.demandVerdict(error, root, block);
      throw decidedOtherwise(root);
    }
  }

  /** The state after a block is known before its execution unless nodes register in it; its header is what a quorum signed. */
  private drawDecided({ root, certificate, begun }: Decided<Begun>): {
    drawn: Decided<Drawn>;
    next: Parent | undefined;
  } {
    const drawn = "state" in begun ? begun : this.execution.draw(begun);
    const { header } = drawn.block;
    const known = "state" in drawn || !mayHaveRegistryEvents(header.logsBloom);
    const { state } = "state" in drawn ? drawn : drawn.plan;
    return {
      drawn: { root, certificate, begun: drawn },
      next: known ? { tip: { header, root, state }, certificate } : undefined,
    };
  }

  /** The decided block as it will be written. @throws NodeError NODE_FAILED for one that is not valid here */
  private async finishDecided({ root, certificate, begun }: Decided<Drawn>): Promise<Final> {
    const candidate = "state" in begun ? begun : await this.finishValid(root, begun);
    const stored = storedBlock(candidate.block);
    return { candidate, stored, certificate, written: candidate.execution.written, parentSince: this.parentSince };
  }

  private async finishValid(root: Uint8Array, drawn: Drawn): Promise<Candidate> {
    try {
      const candidate = await this.finish(drawn);
      if (candidate !== undefined) return candidate;
    } catch (error) {
      this.demandVerdict(error, root, drawn.block);
    }
    throw decidedOtherwise(root);
  }

  /** On disk when it resolves. */
  private write(final: Final): Promise<void> {
    return this.modules.executor.commit(final.candidate.execution.candidate, this.ops(final));
  }

  /** Everything that goes into the block's batch beside the EVM state. */
  private ops(final: Final): BatchOp[] {
    const { candidate, stored, certificate } = final;
    const { height } = stored.header;
    const { evidence, chain, extraOps } = this.modules;
    const ops = chain.blocks.finalOps({
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
    const extra = [...evidence.settledOps(candidate), ...(extraOps?.(height) ?? [])];
    return [...ops, ...this.recordOps(final), ...this.pruneOps(height), ...extra];
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
    this.published = { header: stored.header, root: candidate.root, state: candidate.state };
    this.modules.sessions.settle(stored.header.height);
    this.modules.chain.adopt(stored);
    await this.modules.mempool.onHead(stored);
    this.modules.evidence.tellAgain();
    this.modules.logger[this.catchingUp ? "debug" : "info"](
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

  importBlocks(blocks: readonly CertifiedBlock[], isOver: () => boolean = () => false): Promise<ImportResult> {
    this.catchingUp = blocks.length > LIVE_BLOCKS;
    return this.blockImport.run(blocks, isOver);
  }

  private isDecided(parent: Parent, certificate: CommitCertificate): boolean {
    const { config } = this.options;
    const signing = {
      genesisRoot: config.genesisRoot,
      forkVersionAt: (slot: number) => forkVersionAt(config, slot),
      verifier: this.modules.verifier,
    };
    return isCommitCertificate(heightContext(config, parent.tip, parent.certificate), signing, certificate);
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

  private recordOps({ candidate, parentSince }: Final): BatchOp[] {
    const { block, base, plan, state } = candidate;
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

function decidedOtherwise(root: Uint8Array): NodeError {
  return new NodeError({
    code: "NODE_FAILED",
    message: `the network decided block ${toHex(root)}, which is not valid here`,
  });
}
