import type { Agreement } from "../agreement/agreement.js";
import { rootKey } from "../agreement/tally.js";
import type { AgreementOptions, Effect, GossipMessage, Input } from "../agreement/types.js";
import { equalBytes } from "../base/bytes.js";
import { forkVersionAt } from "../config.js";
import { nodeIdOf } from "../crypto/signing.js";
import type { Signer } from "../crypto/types.js";
import { EARLY_TOLERANCE } from "../params.js";
import { heightContext } from "../transition/heightContext.js";
import type { Tip } from "../transition/types.js";
import type { Block } from "../types/body.js";
import { type CommitCertificate, NO_CERTIFICATE, type SkipCertificate } from "../types/certificate.js";
import type { Evidence } from "../types/evidence.js";
import { viewKey } from "../types/view.js";
import type { VoterRecord } from "../types/voterRecord.js";
import type { NodeExecution } from "./execution.js";
import type { ExecutedBlock, SimWorld } from "./simWorld.js";
import { SimPool } from "./transactions.js";

/** A message between nodes: gossip, a transaction, or an input that answers a request. */
export type SimMessage =
  | { readonly gossip: GossipMessage }
  | { readonly transaction: number }
  | { readonly input: Input };

export interface Decided {
  readonly block: Block;
  readonly certificate: CommitCertificate;
  readonly tip: Tip;
}

/** What survives a crash. */
export interface SimDisk {
  record: VoterRecord | undefined;
  blocks: readonly Block[];
  chain: Decided[];
  readonly pool: SimPool;
}

/** Turns a gossip message into the input that receives it. */
export function inputOf(source: number, gossip: GossipMessage): Input {
  switch (gossip.topic) {
    case "proposal":
      return { type: "proposal", source, proposal: gossip.message };
    case "body":
      return { type: "body", source, body: gossip.message };
    case "vote":
      return { type: "votes", votes: [{ source, vote: gossip.message }] };
    case "commit":
      return { type: "commit", source, certificate: gossip.message };
    case "lock":
      return { type: "certificate", source, certificate: gossip.message };
  }
}

/** Evidence of one node counts once, whatever it shows. */
function sameEvidence(a: Evidence, b: Evidence): boolean {
  return equalBytes(a.nodeId, b.nodeId);
}

/**
 * One validator of the simulation: the agreement, a disk, and the duties of a driver. Its clock may be off. Byzantine
 * nodes derive from it and bend what goes out.
 */
export class SimNode {
  readonly index: number;
  readonly signer: Signer;
  readonly nodeId: Uint8Array;
  readonly disk: SimDisk;
  /** A true one, in a world that has them. */
  readonly execution: NodeExecution | undefined;
  /** Milliseconds by which its clock is ahead. */
  skew = 0;
  alive = false;
  honest = true;
  /** Milliseconds from `build` or `execute` to the answer. */
  executionTime = 50;
  agreement: Agreement | undefined;
  protected readonly world: SimWorld;
  /** Counts starts: what was scheduled for an earlier life is void. */
  #life = 0;
  #executed = new Map<string, ExecutedBlock>();
  #skips: SkipCertificate[] = [];
  #evidence: Evidence[] = [];
  #wake = Number.POSITIVE_INFINITY;
  /** When the agreement wants the next tick, on the world's clock. */
  #wanted = Number.POSITIVE_INFINITY;
  /** Whether the clock was last said to be near the others' (`world.clockOffset`). */
  #trusted = true;
  /** viewKey of the last vote. */
  #voted = 0;
  /** Gossip that has come; over a mesh each message is taken once, as gossipsub does. */
  #seen = new WeakSet<object>();
  /** The gossip that is being taken, to be forwarded once it is accepted. */
  #taking: { readonly from: number; readonly gossip: GossipMessage } | undefined;

  constructor(world: SimWorld, index: number, signer: Signer) {
    this.world = world;
    this.index = index;
    this.signer = signer;
    this.nodeId = nodeIdOf(signer.publicKey);
    this.disk = { record: undefined, blocks: [], chain: [], pool: new SimPool(world.codec) };
    this.execution = world.real?.open(index);
  }

  get now(): number {
    return this.world.queue.now + this.skew;
  }

  get tip(): Tip {
    return this.disk.chain.at(-1)?.tip ?? this.world.network.genesis;
  }

  get height(): number {
    return this.tip.state.height;
  }

  protected options(): AgreementOptions {
    const { config } = this.world.network;
    const { record, blocks } = this.disk;
    return {
      params: config.params,
      genesisRoot: config.genesisRoot,
      genesisTime: config.clock.genesisTime,
      slotDuration: config.clock.slotDuration,
      forkVersionAt: (slot) => forkVersionAt(config, slot),
      verifier: this.world.verifier,
      signer: this.signer,
      startedAt: this.now,
      ...(record === undefined ? {} : { restored: { record, blocks } }),
    };
  }

  start(): void {
    if (this.alive) return;
    this.alive = true;
    this.#life++;
    this.#executed = new Map();
    this.#skips = [];
    this.#evidence = [];
    this.#wake = Number.POSITIVE_INFINITY;
    this.#seen = new WeakSet();
    this.world.forgets(this);
    this.#trusted = true;
    this.agreement = this.world.makeAgreement(this.options());
    this.checkClock();
    this.#openHeight();
  }

  /** Power off: nothing but the disk remains. */
  crash(): void {
    this.alive = false;
    this.#life++;
    this.agreement = undefined;
    this.execution?.crash();
  }

  /** A clean stop. */
  stop(): void {
    this.input({ type: "close" });
    this.crash();
  }

  /** Runs `run` after `delay` milliseconds, unless the node has crashed by then. */
  protected later(delay: number, run: () => void): void {
    const life = this.#life;
    this.world.queue.at(this.world.queue.now + delay, () => {
      if (this.alive && this.#life === life) run();
    });
  }

  #openHeight(): void {
    const certificate = this.disk.chain.at(-1)?.certificate ?? NO_CERTIFICATE;
    this.input({ type: "height", context: heightContext(this.world.network.config, this.tip, certificate) });
    // Who missed them hears of them now; a mempool does the same when it meets a peer.
    for (const transaction of this.disk.pool.pending) this.#toPeers({ transaction });
  }

  /** Tells the agreement whether the clock is near the others', when that changes: what the driver's clock watch does. */
  checkClock(): void {
    const offset = this.world.clockOffset(this);
    const trusted = Math.abs(offset) <= EARLY_TOLERANCE;
    if (trusted === this.#trusted) return;
    this.#trusted = trusted;
    this.input({ type: "clock", trusted, offset });
  }

  /** The clock is set to another time; after that it runs on from there. */
  setClock(skew: number): void {
    this.skew = skew;
    this.#wake = Number.POSITIVE_INFINITY;
    this.input({ type: "tick" });
  }

  receive(from: number, message: SimMessage): void {
    if (!this.alive) return;
    if ("transaction" in message) {
      this.admit(message.transaction);
    } else if ("input" in message) {
      this.input(message.input);
    } else {
      const { gossip } = message;
      if (this.world.mesh !== undefined) {
        if (this.#seen.has(gossip.message)) return;
        this.#seen.add(gossip.message);
      }
      this.#taking = { from, gossip };
      this.input(inputOf(from, gossip));
      this.#taking = undefined;
    }
  }

  /** Takes a transaction into the pool, and tells the others of a new one. */
  admit(transaction: number): void {
    if (this.disk.pool.add(transaction)) this.#toPeers({ transaction });
  }

  #toPeers(message: SimMessage, but?: number): void {
    for (const peer of this.world.peersOf(this.index)) {
      if (peer !== but) this.world.send(this.index, peer, message);
    }
  }

  /** Passes on what it has accepted. */
  protected forward(from: number, gossip: GossipMessage): void {
    this.#toPeers({ gossip }, from);
  }

  input(input: Input): void {
    if (!this.alive || this.agreement === undefined) return;
    const life = this.#life;
    const { effects, wakeAt } = this.agreement.step(this.now, input);
    for (const effect of effects) {
      this.carryOut(effect);
      if (!this.alive || this.#life !== life) return;
    }
    this.world.afterStep(this);
    this.#wanted = wakeAt - this.skew;
    if (this.#wanted < this.#wake) this.#sleep();
  }

  /** One pending wake-up, at the earliest time asked for; what has become later is slept on when it fires. */
  #sleep(): void {
    const at = this.#wanted;
    this.#wake = at;
    if (at === Number.POSITIVE_INFINITY) return;
    this.later(at - this.world.queue.now, () => {
      if (this.#wake !== at) return;
      if (this.#wanted > this.world.queue.now) {
        this.#sleep();
        return;
      }
      this.#wake = Number.POSITIVE_INFINITY;
      this.input({ type: "tick" });
    });
  }

  protected carryOut(effect: Effect): void {
    const { world } = this;
    switch (effect.type) {
      case "persist":
        if (world.persists(this)) {
          this.disk.record = effect.record;
          this.disk.blocks = effect.blocks;
        }
        return;
      case "broadcast":
        world.signed(this, effect.gossip);
        if (effect.gossip.topic === "vote") this.#voted = viewKey(effect.gossip.message.vote);
        this.broadcast(effect.gossip);
        return;
      case "build":
        this.build(effect);
        return;
      case "execute":
        this.#execute(effect.root, effect.block);
        return;
      case "fetch":
        world.fetch(this, effect.height, effect.root);
        return;
      case "decide":
        this.#decide(effect.root, effect.block, effect.certificate);
        return;
      case "betterCommit":
        this.#replaceCommit(effect.certificate);
        return;
      case "exchange": {
        const peers = world.peersOf(this.index);
        if (peers.length === 0) return;
        world.send(this.index, world.random.pick(peers), {
          input: { type: "votesRequest", source: this.index, request: effect.request },
        });
        return;
      }
      case "respond":
        world.send(this.index, Number(effect.source), {
          input: { type: "votesResponse", source: this.index, response: effect.response },
        });
        return;
      case "catchUp":
        this.#catchUp(Number(effect.source), effect.height);
        return;
      case "behind":
        return;
      case "evidence":
        this.#evidence.push(effect.evidence);
        return;
      case "skip":
        world.blamed(this, effect.certificate);
        this.#skips.push(effect.certificate);
        return;
      case "verdict":
        world.judged(this, Number(effect.source), effect);
        if (effect.outcome === "accept") this.#hear();
        if (effect.outcome === "accept" && world.mesh !== undefined && this.#taking?.from === effect.source) {
          this.forward(this.#taking.from, this.#taking.gossip);
        }
        return;
      case "halt":
        world.halted(this, effect.code, effect.detail);
        this.crash();
        return;
    }
  }

  /** An honest proposal was accepted: in time, if this node has not yet voted in its view. */
  #hear(): void {
    const gossip = this.#taking?.gossip;
    if (!this.honest || gossip?.topic !== "proposal" || !this.world.isHonestProposal(gossip.message)) return;
    const { proposal } = gossip.message;
    // Who listens has perhaps made up its mind already, and signs it later.
    const active = this.agreement?.status()?.signing === "active";
    if (active && viewKey(proposal) > this.#voted) this.world.heardInTime(this, proposal);
  }

  protected broadcast(gossip: GossipMessage): void {
    this.#seen.add(gossip.message);
    this.#toPeers({ gossip });
  }

  protected transactions(): Uint8Array[] {
    return this.disk.pool.bytes;
  }

  protected build(effect: Effect & { readonly type: "build" }): void {
    const { slot, round, parentCommit, height } = effect;
    this.later(this.executionTime, () => {
      if (height !== this.height + 1) return;
      const tasks = { storage: [], relay: [], beacons: this.world.beaconsFor(this.tip, slot) };
      const inputs = { parentCommit, skips: this.#skips.slice(-16), evidence: this.#evidence.slice(-16), tasks };
      this.world.build(this, { slot, round }, inputs, this.transactions(), (built) => {
        if (built !== undefined) {
          this.#executed.set(rootKey(built.tip.root), built);
          this.world.built(built.tip);
        }
        this.input({ type: "built", slot, round, ...(built === undefined ? {} : { block: built.block }) });
      });
    });
  }

  #execute(root: Uint8Array, block: Block): void {
    this.later(this.executionTime, () => {
      this.world.check(this, block, (executed) => {
        if (executed !== undefined) this.#executed.set(rootKey(root), executed);
        this.input({ type: "executed", root, valid: executed !== undefined });
      });
    });
  }

  #decide(root: Uint8Array, block: Block, certificate: CommitCertificate): void {
    const executed = this.#executed.get(rootKey(root));
    if (executed === undefined) {
      this.world.broken(`node ${this.index} decided a block that it has not executed`);
      return;
    }
    this.world.commit(this, executed);
    this.disk.chain.push({ block, certificate, tip: executed.tip });
    this.#executed.clear();
    this.#evidence = this.#evidence.filter((held) => !block.body.evidence.some((other) => sameEvidence(held, other)));
    this.#skips = this.#skips.filter((held) => !block.body.skips.some((other) => other.slot === held.slot));
    this.disk.pool.include(block);
    this.world.decided(this, certificate, block);
    this.later(0, () => this.#openHeight());
  }

  #replaceCommit(certificate: CommitCertificate): void {
    const last = this.disk.chain.at(-1);
    if (last !== undefined && last.tip.state.height === certificate.height) {
      this.disk.chain[this.disk.chain.length - 1] = { ...last, certificate };
    }
  }

  /** Blocks and certificates of the height that the peer is at, and the next ones. */
  #catchUp(peer: number, height: number): void {
    for (const { block, certificate } of this.disk.chain.slice(height - 1, height + 2)) {
      this.world.send(this.index, peer, { input: { type: "block", source: this.index, block } });
      this.world.send(this.index, peer, { input: { type: "commit", source: this.index, certificate } });
    }
  }

  /** A block that this node holds, decided or not. */
  blockOf(height: number, root: Uint8Array): Block | undefined {
    return this.agreement?.block(root) ?? this.disk.chain[height - 1]?.block;
  }
}
