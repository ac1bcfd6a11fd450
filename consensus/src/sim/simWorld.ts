import { BitArray } from "@chainsafe/ssz";
import { Agreement } from "../agreement/agreement.js";
import type { AgreementRules } from "../agreement/rules.js";
import { rootKey } from "../agreement/tally.js";
import type { AgreementOptions, Effect, GossipMessage } from "../agreement/types.js";
import { equalBytes, toHex } from "../base/bytes.js";
import { forkVersionAt } from "../config.js";
import { beaconSigningRoot } from "../crypto/signing.js";
import { StandInSigner, StandInVerifier } from "../crypto/standIn.js";
import type { Signer, Verifier } from "../crypto/types.js";
import type { Params } from "../params.js";
import { isBlocking, totalWeight } from "../schedule/quorum.js";
import { beaconRoot } from "../transition/bookings.js";
import { isJailed } from "../transition/registry.js";
import type { BlockPlan, Tip } from "../transition/types.js";
import { type Block, Block as BlockType } from "../types/body.js";
import type { CommitCertificate, SkipCertificate } from "../types/certificate.js";
import { headerRoot } from "../types/header.js";
import { ConsensusState } from "../types/state.js";
import type { BeaconTask } from "../types/task.js";
import { sameVote, stepOfKind, type Vote } from "../types/vote.js";
import { EventQueue } from "./eventQueue.js";
import type { RealExecution } from "./execution.js";
import { Random } from "./random.js";
import {
  type SimBlock,
  type SimInputs,
  type SimNetwork,
  type SimWeights,
  simBuild,
  simCheck,
  simCheckPlan,
  simComplete,
  simNetwork,
  simPlan,
  simVerify,
  standInNetwork,
} from "./simChain.js";
import { type SimMessage, SimNode } from "./simNode.js";
import { plainTransactions, type TransactionCodec, TransactionRecord } from "./transactions.js";

export type Execution = "builder" | "once" | "each";

/** A block that one node has executed; with a true execution the plan names what is to be committed. */
export interface ExecutedBlock extends SimBlock {
  readonly plan?: BlockPlan;
}

/** How messages travel: milliseconds of delay, or undefined for a lost one. */
export type Link = (from: number, to: number, message: SimMessage) => number | undefined;

export interface WorldOptions {
  readonly size: number;
  readonly seed: number;
  readonly preset?: Params["preset"];
  readonly slotDuration?: number;
  /** Sets to start with; equal weights when absent. */
  readonly weights?: SimWeights;
  /** Real BLS instead of the stand-ins. */
  readonly crypto?: { readonly verifier: Verifier; readonly signerOf: (seed: Uint8Array) => Signer };
  /** Replaces the agreement, for planted bugs. */
  readonly makeAgreement?: (options: AgreementOptions) => Agreement;
  readonly proposerAt?: AgreementRules["proposerAt"];
  readonly makeNode?: (world: SimWorld, index: number, signer: Signer) => SimNode;
  /** Keep a readable history of what happened. */
  readonly timeline?: boolean;
  /**
   * Who executes: "builder" takes the builder's result for everybody and checks only what no honest builder made, "once"
   * checks each block once for all (the default), "each" lets every node check for itself, from a state decoded anew.
   */
  readonly execution?: Execution;
  /** Every node executes for itself, on this; such a world runs by `runSlotsAsync`. */
  readonly real?: RealExecution;
}

/**
 * N validators on one virtual clock and one seeded random source. It checks the invariants of agreement as things happen:
 * whatever breaks one is in `violations`, and a seed without violations is a passed test.
 */
export class SimWorld {
  readonly queue = new EventQueue();
  readonly random: Random;
  readonly network: SimNetwork;
  readonly verifier: Verifier;
  readonly nodes: SimNode[] = [];
  readonly violations: string[] = [];
  readonly timeline: string[] = [];
  /** Who heard of an honest primary's proposal before voting in its view, by height and slot. */
  readonly #heard = new Map<string, Set<number>>();
  readonly #honestProposals = new WeakSet<object>();
  /** All votes that honest nodes signed, by node and position. */
  readonly #signed = new Map<string, Vote>();
  readonly #decidedRoots = new Map<number, Uint8Array>();
  readonly #checked = new Map<string, Tip | undefined>();
  readonly #options: WorldOptions;
  readonly #others: (readonly number[])[] = [];
  /** Highest decided height, and the slot of each height's deciding view as first decided. */
  readonly decisions: { readonly height: number; readonly slot: number; readonly time: number }[] = [];
  link: Link;
  /** Neighbours of each node when gossip travels over several hops; undefined when everybody is connected to everybody. */
  mesh: readonly (readonly number[])[] | undefined;
  /** Nodes that nobody reaches. */
  readonly cut = new Set<number>();
  readonly codec: TransactionCodec;
  readonly transactions: TransactionRecord;
  readonly real: RealExecution | undefined;
  /** Executions under way, for which time stands still. */
  #work: Promise<void>[] = [];
  persists: (node: SimNode) => boolean = () => true;
  onDecided: ((node: SimNode, certificate: CommitCertificate) => void) | undefined;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.random = new Random(options.seed);
    this.verifier = options.crypto?.verifier ?? new StandInVerifier();
    this.real = options.real;
    this.codec = options.real?.transactions ?? plainTransactions;
    this.transactions = new TransactionRecord(this.codec);
    const { size, preset = "mainnet", slotDuration, weights, crypto, real } = options;
    const signerOf = crypto?.signerOf ?? ((seed: Uint8Array) => new StandInSigner(seed));
    this.network =
      crypto === undefined && real === undefined
        ? standInNetwork(size, preset, slotDuration, weights)
        : simNetwork(size, preset, this.verifier, signerOf, slotDuration, weights, real?.genesisStateRoot);
    const { proposerAt } = options;
    if (proposerAt !== undefined) this.network = { ...this.network, config: { ...this.network.config, proposerAt } };
    this.queue.now = this.network.config.clock.genesisTime;
    this.link = () => this.random.between(20, 200);
    this.network.signers.forEach((signer, index) => {
      this.nodes.push(options.makeNode?.(this, index, signer) ?? new SimNode(this, index, signer));
    });
  }

  makeAgreement(options: AgreementOptions): Agreement {
    return this.#options.makeAgreement?.(options) ?? new Agreement(options);
  }

  start(): void {
    for (const node of this.nodes) node.start();
  }

  /** Milliseconds since genesis. */
  get elapsed(): number {
    return this.queue.now - this.network.config.clock.genesisTime;
  }

  runSlots(count: number): void {
    this.queue.runUntil(this.queue.now + count * this.network.config.clock.slotDuration);
  }

  /** As `runSlots`, waiting for executions. */
  async runSlotsAsync(count: number): Promise<void> {
    const end = this.queue.now + count * this.network.config.clock.slotDuration;
    await this.queue.runUntilAsync(end, async () => {
      while (this.#work.length > 0) await Promise.all(this.#work.splice(0));
    });
  }

  note(text: string): void {
    if (this.#options.timeline === true) {
      const { slotDuration } = this.network.config.clock;
      const slot = Math.floor(this.elapsed / slotDuration);
      this.timeline.push(`${slot}+${((this.elapsed % slotDuration) / 1000).toFixed(2)}s ${text}`);
    }
  }

  broken(what: string): void {
    this.note(`BROKEN ${what}`);
    this.violations.push(what);
  }

  /** To whom a node sends its gossip. */
  peersOf(index: number): readonly number[] {
    if (this.mesh !== undefined) return this.mesh[index] ?? [];
    let others = this.#others[index];
    if (others === undefined || others.length !== this.nodes.length - 1) {
      others = this.nodes.map((node) => node.index).filter((other) => other !== index);
      this.#others[index] = others;
    }
    return others;
  }

  /** Milliseconds by which its clock is behind the median of those it is connected to; 0 without peers. */
  clockOffset(node: SimNode): number {
    if (this.cut.has(node.index)) return 0;
    const skews = this.nodes
      .filter((other) => other !== node && other.alive && !this.cut.has(other.index))
      .map((other) => other.skew)
      .sort((a, b) => a - b);
    const median = skews[skews.length >> 1];
    return median === undefined ? 0 : median - node.skew;
  }

  /** An honest node that is up admits a new transaction. */
  submit(node: SimNode): void {
    node.admit(this.transactions.admit(this.elapsed));
  }

  send(from: number, to: number, message: SimMessage): void {
    const delay = this.link(from, to, message);
    if (delay === undefined) return;
    this.queue.at(this.queue.now + delay, () => this.nodes[to]?.receive(from, message));
  }

  /** Asks all that are up, the nearest answers. */
  fetch(node: SimNode, height: number, root: Uint8Array): void {
    for (const peer of this.random.shuffle(this.nodes)) {
      if (peer === node || !peer.alive) continue;
      const block = peer.blockOf(height, root);
      if (block === undefined || rootKey(headerRoot(block.header)) !== rootKey(root)) continue;
      const message: SimMessage = { input: { type: "block", source: peer.index, block } };
      const there = this.link(node.index, peer.index, message);
      if (there === undefined) continue;
      this.queue.at(this.queue.now + there, () => this.send(peer.index, node.index, message));
      return;
    }
  }

  /** A block that was built in this world by the true code: its check gives the same, which other runs and unit tests show. */
  built(tip: Tip): void {
    if (this.#options.execution === "builder") this.#remember(tip.root, tip);
  }

  #remember(root: Uint8Array, tip: Tip | undefined): void {
    if (this.#checked.size > 64) this.#checked.delete(this.#checked.keys().next().value ?? "");
    this.#checked.set(rootKey(root), tip);
  }

  /** A block on the node's head; `then` is called at once, or with a true execution when that is done. */
  build(
    node: SimNode,
    view: { readonly slot: number; readonly round: number },
    inputs: SimInputs,
    transactions: readonly Uint8Array[],
    then: (built: ExecutedBlock | undefined) => void,
  ): void {
    const { network, verifier } = this;
    const { tip, signer, execution } = node;
    if (execution === undefined) {
      then(simBuild(network, tip, signer, view, inputs, transactions, verifier));
      return;
    }
    const plan = simPlan(network, tip, signer, view, inputs);
    if (plan === undefined) {
      then(undefined);
      return;
    }
    const finish = async (): Promise<void> => {
      const outcome = await execution.execute(plan, transactions);
      const built = outcome && simComplete(network, tip, plan, transactions, outcome, verifier);
      then(built && { ...built, plan });
    };
    this.#work.push(finish());
  }

  /** Checks somebody's block on the node's head; undefined when it is not valid. */
  check(node: SimNode, block: Block, then: (executed: ExecutedBlock | undefined) => void): void {
    const { tip, execution } = node;
    if (execution === undefined) {
      const after = this.#checkOnce(tip, block);
      then(after && { block, tip: after });
      return;
    }
    const { network, verifier } = this;
    const plan = simCheckPlan(network, tip, block, verifier);
    if (plan === undefined) {
      then(undefined);
      return;
    }
    const finish = async (): Promise<void> => {
      const outcome = await execution.execute(plan, block.body.transactions);
      const after = outcome && simVerify(network, tip, block, plan, outcome, verifier);
      then(after && { block, tip: after, plan });
    };
    this.#work.push(finish());
  }

  /** The node has decided the block. */
  commit({ execution }: SimNode, { plan, block }: ExecutedBlock): void {
    if (execution !== undefined && plan !== undefined) {
      this.#work.push(execution.commit(plan, block.body.transactions));
    }
  }

  /** Deterministic in the block, whose header names the parent: one node's result is everybody's, unless told otherwise. */
  #checkOnce(tip: Tip, block: Block): Tip | undefined {
    if (!equalBytes(block.header.parentRoot, tip.root)) return undefined;
    if (this.#options.execution === "each") return this.#checkAlone(tip, block);
    const root = headerRoot(block.header);
    const key = rootKey(root);
    if (!this.#checked.has(key)) this.#remember(root, simCheck(this.network, tip, block, this.verifier));
    return this.#checked.get(key);
  }

  /** As a node would that has just started: nothing remembered that another had computed. */
  #checkAlone(tip: Tip, block: Block): Tip | undefined {
    const state = ConsensusState.deserialize(ConsensusState.serialize(tip.state));
    const after = simCheck(this.network, { ...tip, state }, BlockType.clone(block), this.verifier);
    return after === undefined ? undefined : { ...after, header: block.header };
  }

  /** The beacons of the slot before, of all that are up: what gossip would have brought the proposer. */
  beaconsFor(tip: Tip, slot: number): BeaconTask[] {
    const { config } = this.network;
    const of = slot - 1;
    const { state } = tip;
    const blocks = [...state.recentBlocks, { height: state.height, slot: state.slot, root: tip.root }];
    const root = of > 0 ? beaconRoot(blocks, of) : undefined;
    if (root === undefined) return [];
    const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, of) };
    const message = beaconSigningRoot({ slot: of, blockRoot: root }, context);
    const nodes = BitArray.fromBitLen(state.nodes.length);
    const signatures: Uint8Array[] = [];
    for (const node of this.nodes) {
      const entry = state.nodes[node.index];
      if (!node.alive || entry === undefined || isJailed(entry, state.epoch.epoch) || nodes.get(node.index)) continue;
      nodes.set(node.index, true);
      signatures.push(node.signer.sign(message));
    }
    return signatures.length === 0 ? [] : [{ slot: of, nodes, signature: this.verifier.aggregate(signatures) }];
  }

  /** No honest node signs two different things at one position. */
  signed(node: SimNode, gossip: GossipMessage): void {
    if (gossip.topic === "proposal" && node.honest) this.#honestProposals.add(gossip.message);
    if (gossip.topic === "proposal") {
      const { slot, round, height } = gossip.message.proposal;
      this.note(`node ${node.index} proposes height ${height} in (${slot}, ${round})`);
    }
    if (!node.honest || gossip.topic !== "vote") return;
    const { vote } = gossip.message;
    const key = `${node.index}:${vote.height}:${vote.slot}:${vote.round}:${stepOfKind(vote.kind)}`;
    const other = this.#signed.get(key);
    if (other !== undefined && !sameVote(other, vote)) this.broken(`honest node ${node.index} signed twice, ${key}`);
    this.#signed.set(key, vote);
    this.note(
      `node ${node.index} votes kind ${vote.kind} in (${vote.slot}, ${vote.round}) ${toHex(vote.blockRoot).slice(2, 10)}`,
    );
  }

  isHonestProposal(message: object): boolean {
    return this.#honestProposals.has(message);
  }

  heardInTime(node: SimNode, { height, slot, round }: { height: number; slot: number; round: number }): void {
    if (round !== 0) return;
    const key = `${height}:${slot}`;
    const heard = this.#heard.get(key) ?? new Set<number>();
    this.#heard.set(key, heard.add(node.index));
  }

  /** A node has lost its memory. */
  forgets(node: SimNode): void {
    for (const heard of this.#heard.values()) heard.delete(node.index);
  }

  /** An honest primary whose proposal reached more than a third in time is not blamed. */
  blamed(node: SimNode, { height, slot }: SkipCertificate): void {
    const heard = this.#heard.get(`${height}:${slot}`);
    if (heard === undefined || height !== node.height + 1) return;
    const { voters } = node.tip.state;
    const weight = voters.members.reduce((sum, member) => sum + (heard.has(member.node) ? member.weight : 0), 0);
    if (isBlocking(weight, totalWeight(voters))) {
      this.broken(`the honest primary of slot ${slot} is blamed, whom nodes ${[...heard].join(" ")} heard in time`);
    }
  }

  /** No two nodes decide different blocks at a height; no honest node is jailed. */
  decided(node: SimNode, certificate: CommitCertificate, block: Block): void {
    const { height, slot, blockRoot } = certificate;
    const known = this.#decidedRoots.get(height);
    if (known === undefined) {
      this.#decidedRoots.set(height, blockRoot);
      this.decisions.push({ height, slot, time: this.elapsed });
      const { proposer } = block.header;
      const honest = this.nodes.some((other) => other.honest && equalBytes(other.nodeId, proposer));
      for (const transaction of this.transactions.decided(block, honest)) {
        this.broken(`transaction ${transaction} is in the chain twice`);
      }
    } else if (rootKey(known) !== rootKey(blockRoot)) {
      this.broken(`two blocks decided at height ${height}`);
    }
    this.note(`node ${node.index} decides height ${height} in slot ${slot} ${toHex(blockRoot).slice(2, 10)}`);
    const { nodes, epoch } = node.tip.state;
    for (const other of known === undefined ? this.nodes : []) {
      const entry = nodes[other.index];
      if (other.honest && entry !== undefined && isJailed(entry, epoch.epoch)) {
        this.broken(`honest node ${other.index} is jailed at height ${height}`);
      }
    }
    this.onDecided?.(node, certificate);
  }

  /** An honest node's message is never rejected. */
  judged(node: SimNode, source: number, verdict: Effect & { readonly type: "verdict" }): void {
    if (verdict.outcome === "reject" && this.nodes[source]?.honest === true) {
      this.broken(`node ${node.index} rejects a message of honest node ${source}: ${verdict.code}`);
    }
  }

  halted(node: SimNode, code: string, detail: string): void {
    if (node.honest) this.broken(`honest node ${node.index} halted: ${code}, ${detail}`);
  }

  afterStep(_node: SimNode): void {}

  /** Lowest head among honest nodes that are up. */
  lowestHeight(): number {
    return Math.min(...this.nodes.filter((node) => node.honest && node.alive).map((node) => node.height));
  }
}
