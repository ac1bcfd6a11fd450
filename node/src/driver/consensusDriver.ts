import { setImmediate } from "node:timers/promises";
import {
  type CertifiedBlock,
  type Effect,
  type GossipMessage,
  type HeightVotesResponse,
  headerRoot,
  type Input,
  type SignedVote,
  type Source,
} from "@lucid/consensus";
import { type Clock, type Timer, toHex } from "@lucid/consensus/base";
import { type ConsensusNetwork, P2pError, type PeerId, type Topic } from "@lucid/p2p";
import { NodeError } from "../errors.js";
import type { Logger } from "../node/logging.js";
import type { AgreementMachine, BlockWork, ImportResult } from "./driverTypes.js";
import { GossipSources, peerOf, sourceOf } from "./gossipSources.js";
import { InputQueue } from "./inputQueue.js";
import { protocols, topics } from "./topics.js";
import type { VoterStore } from "./voterStore.js";

export interface DriverModules {
  readonly agreement: AgreementMachine;
  readonly work: BlockWork;
  readonly network: ConsensusNetwork;
  /** None for a follower: it signs nothing and has nothing to remember. */
  readonly voterStore: VoterStore | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The node cannot go on: the disk is full, the database is damaged, or the network decided what we find invalid. */
  readonly onFatal: (error: NodeError) => void;
  /** A peer is ahead; somebody should fetch blocks from it. */
  readonly onBehind: (peer: PeerId | undefined, height: number) => void;
  /** A peer that lives under another fork version: what it signs says nothing here, and is no fault of its. */
  readonly isOtherFork: (peer: PeerId) => boolean;
}

/** Inputs from peers that may wait; two steps of 256 voters and everything else fit several times. */
const MAX_INPUTS = 4_096;
/** Votes that are verified together: 256 good ones in four parts cost a tenth more than in one, and 64 bad ones 0.4 s. */
export const VOTES_AT_ONCE = 64;
/** Milliseconds of importing blocks after which another input that waits has its turn. */
const IMPORT_TURN = 1_000;
/** The same when none waits: as long, blocks that were imported stay in memory. */
const LONGEST_IMPORT_TURN = 5_000;
const NO_VOTES: HeightVotesResponse = { proposals: [], votes: [], certificates: [], commits: [] };

/** Blocks that others have decided, in the queue between the agreement's inputs: one thing at a time changes the head. */
interface ImportTurn {
  readonly type: "import";
  readonly blocks: readonly CertifiedBlock[];
  readonly settle: (result: ImportResult) => void;
}

type Votes = readonly { readonly source: Source; readonly vote: SignedVote }[];

/**
 * The one place where the agreement's effects happen. Inputs are taken one after the other; the effects of a step are
 * carried out in their order, and a `persist` is on disk before the next one starts. Building, executing and fetching
 * take long and come back as inputs.
 */
export class ConsensusDriver {
  private readonly modules: DriverModules;
  private readonly queue = new InputQueue<Input | ImportTurn>(MAX_INPUTS);
  /** Turns that have been asked for and have not come. */
  private readonly turns = new Set<ImportTurn>();
  private readonly sources: GossipSources;
  private readonly responses = new Map<Source, (response: HeightVotesResponse) => void>();
  private readonly fetching = new Set<string>();
  private readonly unsubscribe: (() => void)[] = [];
  private timer: Timer | undefined;
  private tickQueued = false;
  private running: Promise<void> | undefined;
  private stepping = false;
  /** Builds and executions under way. */
  private tasks = 0;
  private closing = false;
  private failed = false;

  constructor(modules: DriverModules) {
    this.modules = modules;
    this.sources = new GossipSources(MAX_INPUTS, modules.clock);
  }

  start(): void {
    if (this.running !== undefined) return;
    this.listen();
    this.queue.push({ type: "clock", trusted: true, offset: 0 });
    this.queue.push({ type: "height", context: this.modules.work.heightContext() });
    this.running = this.run();
  }

  /** Signs nothing more, notes the clean stop on disk, then ends. Idempotent. */
  async stop(): Promise<void> {
    if (!this.closing) {
      this.closing = true;
      for (const end of this.unsubscribe.splice(0)) end();
      if (this.failed) this.queue.close();
      else this.queue.push({ type: "close" });
    }
    await this.running;
  }

  /** An input from another part of the node; those of peers may be dropped when too many wait. */
  offer(input: Input): boolean {
    return this.queue.offer(input);
  }

  /** Commits blocks that others have decided, when it is their turn; none when the driver stops before. Never rejects. */
  importBlocks(blocks: readonly CertifiedBlock[]): Promise<ImportResult> {
    return new Promise((settle) => {
      if (this.closing || this.failed) return settle({ imported: 0 });
      const turn: ImportTurn = { type: "import", blocks, settle };
      this.turns.add(turn);
      this.queue.push(turn);
    });
  }

  /** Inputs that wait, for metrics. */
  get backlog(): number {
    return this.queue.length;
  }

  /** True while an input waits or an effect is being carried out; nothing but time or a message moves an idle one. */
  get busy(): boolean {
    return this.queue.length > 0 || this.stepping || this.tasks > 0;
  }

  private async run(): Promise<void> {
    try {
      for (;;) {
        const inputs = await this.queue.take();
        if (inputs.length === 0) return;
        this.stepping = true;
        for (const input of mergeVotes(inputs)) {
          if (input.type === "import") await this.import(input);
          else if (input.type === "votes") await this.stepVotes(input.votes);
          else if (await this.step(input)) return;
        }
        this.stepping = false;
      }
    } catch (cause) {
      this.fail(cause);
    } finally {
      this.stepping = false;
      this.timer?.cancel();
      this.queue.close();
      this.sources.close();
      for (const { settle } of this.turns) settle({ imported: 0 });
      this.turns.clear();
    }
  }

  /** The agreement hears of the last of the new heights only: it would open the others in vain. */
  private async import(turn: ImportTurn): Promise<void> {
    const since = performance.now();
    const isOver = (): boolean => {
      const limit = this.queue.length > 0 ? IMPORT_TURN : LONGEST_IMPORT_TURN;
      return this.closing || performance.now() - since > limit;
    };
    const result = await this.modules.work.importBlocks(turn.blocks, isOver);
    this.turns.delete(turn);
    if (result.imported > 0) await this.step({ type: "height", context: this.modules.work.heightContext() });
    turn.settle(result);
  }

  /** In parts, with a turn of the event loop between two, and without those of peers that a part before has found out. */
  private async stepVotes(votes: Votes): Promise<void> {
    for (let at = 0; at < votes.length; at += VOTES_AT_ONCE) {
      if (at > 0) await setImmediate();
      const worth: Votes[number][] = [];
      for (const each of votes.slice(at, at + VOTES_AT_ONCE)) {
        if (this.sources.isSpoilt(each.source)) this.sources.settle(each.source, "ignore");
        else worth.push(each);
      }
      if (worth.length > 0) await this.step({ type: "votes", votes: worth });
    }
  }

  /** True when this was the last step. */
  private async step(input: Input): Promise<boolean> {
    if (input.type === "tick") this.tickQueued = false;
    const { effects, wakeAt } = this.modules.agreement.step(this.modules.clock.now(), input);
    for (const effect of effects) await this.carryOut(effect);
    // A question about another height has no answer of its own; without one the asker would wait for its time limit.
    if (input.type === "votesRequest") this.respond(input.source, NO_VOTES);
    if (input.type === "close") return true;
    this.schedule(wakeAt);
    return false;
  }

  private schedule(wakeAt: number): void {
    this.timer?.cancel();
    this.timer = undefined;
    if (this.tickQueued || wakeAt === Number.POSITIVE_INFINITY) return;
    this.timer = this.modules.clock.setTimer(Math.max(0, wakeAt - this.modules.clock.now()), () => {
      this.tickQueued = true;
      this.queue.push({ type: "tick" });
    });
  }

  private async carryOut(effect: Effect): Promise<void> {
    const { work, voterStore, logger } = this.modules;
    switch (effect.type) {
      case "persist": {
        const blocks = effect.blocks.map((block) => ({ root: headerRoot(block.header), block }));
        await voterStore?.persist(effect.record, blocks);
        return;
      }
      case "broadcast":
        this.broadcast(effect.gossip);
        return;
      case "build": {
        const { slot, round } = effect;
        this.background(async () => {
          const block = await work.build(effect);
          this.queue.push(block === undefined ? { type: "built", slot, round } : { type: "built", slot, round, block });
        });
        return;
      }
      case "execute":
        this.background(async () => {
          const valid = await work.execute(effect.root, effect.block);
          this.queue.push({ type: "executed", root: effect.root, valid });
        });
        return;
      case "decide":
        await work.commit(effect.root, effect.block, effect.certificate);
        this.queue.push({ type: "height", context: work.heightContext() });
        return;
      case "betterCommit":
        await work.betterCommit(effect.certificate);
        return;
      case "fetch":
        void this.fetch(effect.root);
        return;
      case "exchange":
        void this.exchange(effect.request);
        return;
      case "respond":
        this.respond(effect.source, effect.response);
        return;
      case "catchUp":
        void this.announceCommit(effect.source, effect.height);
        return;
      case "behind":
        this.modules.onBehind(peerOf(effect.source), effect.height);
        return;
      case "evidence":
        await work.addEvidence(effect.evidence);
        return;
      case "skip":
        work.addSkip(effect.certificate);
        return;
      case "verdict":
        if (this.sources.settle(effect.source, effect.outcome)) this.ban(effect.source);
        if (effect.outcome === "reject") logger.debug({ rule: effect.code }, "message of a peer rejected");
        return;
      case "halt":
        logger.error({ code: effect.code, detail: effect.detail }, "signing stopped");
        throw new NodeError({
          code: effect.code === "TWIN" ? "VALIDATOR_TWIN" : "NODE_FAILED",
          message: effect.detail,
        });
    }
  }

  /** Work whose failure means that the node cannot tell right from wrong any more. */
  private background(task: () => Promise<void>): void {
    this.tasks++;
    task()
      .catch((error: unknown) => {
        if (!this.closing) this.fail(error);
      })
      .finally(() => {
        this.tasks--;
      });
  }

  private fail(cause: unknown): void {
    if (this.failed) return;
    this.failed = true;
    this.queue.close();
    if (cause instanceof NodeError && cause.code === "VALIDATOR_TWIN") {
      this.modules.onFatal(cause);
      return;
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.modules.onFatal(new NodeError({ code: "NODE_FAILED", message: `consensus stopped: ${reason}`, cause }));
  }

  private broadcast(gossip: GossipMessage): void {
    const { network } = this.modules;
    if (gossip.topic === "proposal") network.publish(topics.proposal, gossip.message);
    else if (gossip.topic === "body") network.publish(topics.body, gossip.message);
    else if (gossip.topic === "vote") network.publish(topics.vote, gossip.message);
    else if (gossip.topic === "commit") network.publish(topics.commit, gossip.message);
    else network.publish(topics.lock, gossip.message);
  }

  private listen(): void {
    const { network, work } = this.modules;
    const take = <T>(topic: Topic<T>, toInput: (source: string, message: T) => Input): void => {
      const end = network.subscribe(topic, (message, peer) => {
        if (this.modules.isOtherFork(peer)) return "ignore";
        const { source, verdict } = this.sources.open(peer);
        if (!this.queue.offer(toInput(source, message))) this.sources.settle(source, "ignore");
        return verdict;
      });
      this.unsubscribe.push(end);
    };
    take(topics.proposal, (source, proposal) => ({ type: "proposal", source, proposal }));
    take(topics.body, (source, body) => ({ type: "body", source, body }));
    take(topics.vote, (source, vote) => ({ type: "votes", votes: [{ source, vote }] }));
    take(topics.commit, (source, certificate) => ({ type: "commit", source, certificate }));
    take(topics.lock, (source, certificate) => ({ type: "certificate", source, certificate }));
    this.unsubscribe.push(
      network.handle(protocols.blockByRoot, (root) => this.modules.agreement.block(root) ?? work.blockByRoot(root)),
      network.handle(protocols.heightVotes, (request, peer) => this.answerVotes(request, peer)),
      network.handle(protocols.announceCommit, (certificate, peer) => {
        const { source } = this.sources.open(peer);
        if (!this.queue.offer({ type: "commit", source, certificate })) this.sources.settle(source, "ignore");
        return undefined;
      }),
    );
  }

  private answerVotes(
    request: Extract<Input, { type: "votesRequest" }>["request"],
    peer: PeerId,
  ): Promise<HeightVotesResponse> {
    const source = sourceOf("votes", peer);
    return new Promise((resolve, reject) => {
      const busy = () => reject(new NodeError({ code: "LOCAL_BUSY", message: "too many requests for votes" }));
      // One question a peer at a time; a second one takes the place of the first.
      this.respond(source, NO_VOTES);
      this.responses.set(source, resolve);
      if (!this.queue.offer({ type: "votesRequest", source, request })) {
        this.responses.delete(source);
        busy();
      }
    });
  }

  private respond(source: Source, response: HeightVotesResponse): void {
    this.responses.get(source)?.(response);
    this.responses.delete(source);
  }

  /** Asks peer after peer; the agreement asks again while it lacks the block. */
  private async fetch(root: Uint8Array): Promise<void> {
    const name = toHex(root);
    if (this.fetching.has(name)) return;
    this.fetching.add(name);
    try {
      for (const peer of this.modules.network.peers()) {
        const block = await this.ask(() => this.modules.network.request(peer.id, protocols.blockByRoot, root));
        if (block === undefined || toHex(headerRoot(block.header)) !== name) continue;
        this.queue.push({ type: "block", source: sourceOf("fetch", peer.id), block });
        return;
      }
    } finally {
      this.fetching.delete(name);
    }
  }

  private async exchange(request: Extract<Effect, { type: "exchange" }>["request"]): Promise<void> {
    const { network, isOtherFork } = this.modules;
    const peers = network.peers().filter(({ id }) => !isOtherFork(id));
    const peer = peers[Math.floor(Math.random() * peers.length)];
    if (peer === undefined) return;
    const response = await this.ask(() => network.request(peer.id, protocols.heightVotes, request));
    if (response === undefined) return;
    const source = sourceOf("exchange", peer.id);
    const { votes } = response;
    this.queue.offer({ type: "votesResponse", source, response: { ...response, votes: [] } });
    // As those of gossip: in parts, and with somebody to blame.
    if (votes.length > 0) this.queue.offer({ type: "votes", votes: votes.map((vote) => ({ source, vote })) });
  }

  private ban(source: Source): void {
    const peer = peerOf(source);
    if (peer === undefined) return;
    const reason = new P2pError({ code: "P2P_BAD_FRAME", message: `${peer} passes on too much that is not valid` });
    this.modules.network.drop(peer, reason, { ban: true });
  }

  private async announceCommit(source: Source, height: number): Promise<void> {
    const peer = peerOf(source);
    const certificate = this.modules.work.commitOf(height);
    if (peer === undefined || certificate === undefined) return;
    await this.ask(() => this.modules.network.request(peer, protocols.announceCommit, certificate));
  }

  /** A peer that does not answer is no news: what is missing is asked for again. */
  private async ask<T>(request: () => Promise<T>): Promise<T | undefined> {
    try {
      return await request();
    } catch (error) {
      this.modules.logger.debug({ error }, "a peer did not answer");
      return undefined;
    }
  }
}

/** Votes that came in one after the other are verified as one batch. */
function mergeVotes(inputs: readonly (Input | ImportTurn)[]): (Input | ImportTurn)[] {
  const merged: (Input | ImportTurn)[] = [];
  let votes: Votes[number][] | undefined;
  for (const input of inputs) {
    if (input.type !== "votes") {
      votes = undefined;
      merged.push(input);
    } else if (votes === undefined) {
      votes = [...input.votes];
      merged.push({ type: "votes", votes });
    } else votes.push(...input.votes);
  }
  return merged;
}
