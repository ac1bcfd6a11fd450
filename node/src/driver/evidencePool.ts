import {
  type ChainConfig,
  ConsensusError,
  checkEvidence,
  decodeSsz,
  Evidence,
  evidenceCounts,
  type SignedVote,
  type Tip,
  type Verifier,
} from "@lucid/consensus";
import { concatBytes, equalBytes, toHex } from "@lucid/consensus/base";
import type { ConsensusNetwork, Verdict } from "@lucid/p2p";
import { type BatchOp, type KeyValueStore, namespaces, prefixRange } from "@lucid/storage";
import type { Logger } from "../node/logging.js";
import { EVIDENCE_BYTES, topics } from "./topics.js";

export interface EvidencePoolOptions {
  readonly config: ChainConfig;
  /** Of this validator. */
  readonly nodeId: Uint8Array | undefined;
}

export interface EvidencePoolModules {
  /** The head with the state after it. */
  readonly tip: () => Tip;
  readonly network: ConsensusNetwork;
  readonly store: KeyValueStore;
  readonly verifier: Verifier;
  readonly logger: Logger;
  /** Votes with this node's own signature that somebody else holds against it. */
  readonly onOwnVotes: (votes: readonly SignedVote[]) => void;
}

/** One for each accused node: the first settles all its offences up to then. */
const MAX_ACCUSED = 64;
/** As many as a body holds. */
const MAX_IN_BLOCK = 16;

/**
 * Proofs that a node signed two things for one position, until a block carries them: found by the own agreement or
 * gossiped, kept on disk, told again after each block that left them out, since gossip brings a message once only and
 * the next proposer may not have been there.
 */
export class EvidencePool {
  private readonly options: EvidencePoolOptions;
  private readonly modules: EvidencePoolModules;
  private readonly held = new Map<string, Evidence>();
  private unsubscribe: (() => void) | undefined;

  constructor(options: EvidencePoolOptions, modules: EvidencePoolModules) {
    this.options = options;
    this.modules = modules;
  }

  /** Takes up what the last run left; what does not count (any more) is removed. */
  async start(): Promise<void> {
    const { store } = this.modules;
    const gone: BatchOp[] = [];
    for await (const [key, value] of store.entries(prefixRange(Uint8Array.of(namespaces.evidence)))) {
      const evidence = this.restored(value);
      if (evidence === undefined) gone.push({ type: "del", key });
      else this.held.set(toHex(evidence.nodeId), evidence);
    }
    if (gone.length > 0) await store.batch(gone, { sync: false });
    this.unsubscribe = this.modules.network.subscribe(topics.evidence, (evidence) => this.receive(evidence));
  }

  stop(): void {
    this.unsubscribe?.();
  }

  /** For the next own block. */
  pending(): Evidence[] {
    return [...this.held.values()].slice(0, MAX_IN_BLOCK);
  }

  get size(): number {
    return this.held.size;
  }

  /** Found by the own agreement: on disk when this resolves, and gossiped. */
  async add(evidence: Evidence): Promise<void> {
    if ((await this.take(evidence)) === "accept") this.modules.network.publish(topics.evidence, evidence);
  }

  /** Operations for the batch of the block after which `state` is the state: what is settled is forgotten. */
  settledOps({ state }: Pick<Tip, "state">): BatchOp[] {
    const ops: BatchOp[] = [];
    for (const [name, evidence] of this.held) {
      if (evidenceCounts(state, evidence)) continue;
      this.held.delete(name);
      ops.push({ type: "del", key: keyOf(evidence.nodeId) });
    }
    return ops;
  }

  /** A block is final: what it left out is told again. */
  tellAgain(): void {
    for (const evidence of this.pending()) this.modules.network.publish(topics.evidence, evidence);
  }

  private async receive(evidence: Evidence): Promise<Verdict> {
    const verdict = await this.take(evidence);
    const { nodeId } = this.options;
    if (verdict === "accept" && nodeId !== undefined && equalBytes(nodeId, evidence.nodeId)) {
      this.modules.onOwnVotes(evidence.votes.map(({ message, signature }) => ({ vote: message, voter: 0, signature })));
    }
    return verdict;
  }

  private async take(evidence: Evidence): Promise<Verdict> {
    const name = toHex(evidence.nodeId);
    const known = this.held.get(name);
    // The same from a peer while the own find is being written: gossip must go on, or nobody behind this node hears of it.
    if (known !== undefined) return Evidence.equals(known, evidence) ? "accept" : "ignore";
    if (this.held.size >= MAX_ACCUSED) return "ignore";
    const { config } = this.options;
    const { tip, verifier, store, logger } = this.modules;
    try {
      if (!checkEvidence(config, tip().state, evidence, verifier)) return "ignore";
    } catch (error) {
      if (error instanceof ConsensusError) return "reject";
      throw error;
    }
    this.held.set(name, evidence);
    const height = (evidence.votes[0] ?? evidence.proposals[0])?.message.height;
    logger.warn({ nodeId: name, height }, "a node signed two things for one position; it will be jailed");
    const value = Evidence.serialize(evidence);
    await store.batch([{ type: "put", key: keyOf(evidence.nodeId), value }], { sync: true });
    return "accept";
  }

  private restored(value: Uint8Array): Evidence | undefined {
    const { tip, verifier } = this.modules;
    try {
      const evidence = decodeSsz(Evidence, value, EVIDENCE_BYTES);
      return checkEvidence(this.options.config, tip().state, evidence, verifier) ? evidence : undefined;
    } catch (error) {
      if (error instanceof ConsensusError) return undefined;
      throw error;
    }
  }
}

function keyOf(nodeId: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(namespaces.evidence), nodeId);
}
