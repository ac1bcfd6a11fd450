import { BitArray } from "@chainsafe/ssz";
import type { Effect, GossipMessage } from "../agreement/types.js";
import { forkVersionAt } from "../config.js";
import { proposalSigningRoot, type SigningContext, voteSigningRoot } from "../crypto/signing.js";
import type { Signer } from "../crypto/types.js";
import { proposerAt } from "../schedule/leaders.js";
import { openSchedule } from "../transition/votersOf.js";
import type { Block } from "../types/body.js";
import type { PrevoteCertificate } from "../types/certificate.js";
import { headerRoot } from "../types/header.js";
import { ZERO_ROOT, ZERO_SIGNATURE } from "../types/ssz.js";
import { NO_VIEW, type View } from "../types/view.js";
import { isNilKind, type SignedVote, Step, stepOfKind, VoteKind } from "../types/vote.js";
import { SimNode } from "./simNode.js";
import type { SimWorld } from "./simWorld.js";

/** What a Byzantine node does beside what the protocol asks of it. */
export const misdeeds = [
  /** Two proposals in one view, each to some. */
  "equivocate",
  /** Two different votes in one view and step, each to some. */
  "doubleVote",
  /** Often no vote at all. */
  "withhold",
  /** Each message only to some. */
  "selective",
  /** Votes for whatever is proposed, lock or not, and proposes fresh blocks with a false valid view. */
  "staleLock",
  /** Forgets everything, then starts again. */
  "amnesia",
  /** Proposes blocks whose execution gives other roots. */
  "invalidBlock",
  /** Proposes headers whose bodies never come. */
  "noBody",
] as const;
export type Misdeed = (typeof misdeeds)[number];

/** A validator that lies. It runs the true agreement for what it needs to know, and bends what goes out. */
export class ByzantineNode extends SimNode {
  readonly deeds: ReadonlySet<Misdeed>;
  /** Own blocks of earlier views of the open height, to be pushed again with a false valid view. */
  #fresh: { readonly height: number; readonly view: View; readonly block: Block }[] = [];

  constructor(world: SimWorld, index: number, signer: Signer, deeds: readonly Misdeed[]) {
    super(world, index, signer);
    this.deeds = new Set(deeds);
    this.honest = false;
  }

  #context(slot: number): SigningContext {
    const { config } = this.world.network;
    return { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, slot) };
  }

  #some(): number[] {
    const others = this.world.nodes.map((node) => node.index).filter((index) => index !== this.index);
    return this.world.random.shuffle(others).slice(0, this.world.random.below(others.length + 1));
  }

  #sendTo(peers: readonly number[], gossip: GossipMessage): void {
    for (const peer of peers) this.world.send(this.index, peer, { gossip });
  }

  #everybody(): number[] {
    return this.world.nodes.map((node) => node.index).filter((index) => index !== this.index);
  }

  #voterIndex(): number {
    return this.tip.state.voters.members.findIndex((member) => member.node === this.index);
  }

  #vote(kind: VoteKind, height: number, view: View, blockRoot: Uint8Array): SignedVote {
    const vote = { kind, height, slot: view.slot, round: view.round, blockRoot };
    const signature = this.signer.sign(voteSigningRoot(vote, this.#context(view.slot)));
    return { vote, voter: this.#voterIndex(), signature };
  }

  protected override carryOut(effect: Effect): void {
    // It never halts for a twin or for what it finds invalid, and never remembers what it promised.
    if (effect.type === "halt") return;
    super.carryOut(effect);
  }

  protected override forward(from: number, gossip: GossipMessage): void {
    if (this.deeds.has("selective") && this.world.random.chance(0.5)) return;
    super.forward(from, gossip);
  }

  protected override broadcast(gossip: GossipMessage): void {
    const { random } = this.world;
    if (gossip.topic === "vote") {
      this.#broadcastVote(gossip.message);
      return;
    }
    // What its own agreement would carry on, it replaces: a fresh block in the face of everybody's lock.
    if (this.deeds.has("staleLock") && random.chance(0.8)) {
      if (gossip.topic === "body") return;
      if (gossip.topic === "proposal") {
        const { slot, round } = gossip.message.proposal;
        this.pushStale({ slot, round });
        return;
      }
    }
    if (gossip.topic === "body" && this.deeds.has("noBody") && random.chance(0.7)) return;
    if (gossip.topic === "proposal" && this.deeds.has("equivocate") && random.chance(0.7)) {
      this.#equivocate(gossip);
      return;
    }
    this.#sendTo(this.deeds.has("selective") && random.chance(0.5) ? this.#some() : this.#everybody(), gossip);
  }

  #broadcastVote(signed: SignedVote): void {
    const { random } = this.world;
    if (this.deeds.has("withhold") && random.chance(0.5)) return;
    const { vote } = signed;
    if (!this.deeds.has("doubleVote") || random.chance(0.3)) {
      this.#sendTo(this.deeds.has("selective") ? this.#some() : this.#everybody(), { topic: "vote", message: signed });
      return;
    }
    const first = new Set(this.#some());
    const rest = this.#everybody().filter((peer) => !first.has(peer));
    const prevote = stepOfKind(vote.kind) === Step.Prevote;
    const nil = prevote ? VoteKind.PrevoteNil : VoteKind.PrecommitNil;
    const other = isNilKind(vote.kind)
      ? this.#vote(
          prevote ? VoteKind.Prevote : VoteKind.Precommit,
          vote.height,
          vote,
          this.#someRoot() ?? vote.blockRoot,
        )
      : this.#vote(nil, vote.height, vote, ZERO_ROOT);
    this.#sendTo([...first], { topic: "vote", message: signed });
    if (isNilKind(other.vote.kind) || !isZero(other.vote.blockRoot)) {
      this.#sendTo(rest, { topic: "vote", message: other });
    }
  }

  #someRoot(): Uint8Array | undefined {
    const mine = this.#fresh.filter(({ height }) => height === this.height + 1);
    return mine.length === 0 ? undefined : headerRoot(this.world.random.pick(mine).block.header);
  }

  #equivocate(gossip: GossipMessage & { readonly topic: "proposal" }): void {
    const { slot, round } = gossip.message.proposal;
    const first = new Set(this.#some());
    const rest = this.#everybody().filter((peer) => !first.has(peer));
    this.#sendTo([...first], gossip);
    this.#freshBlock({ slot, round }, (block) => {
      if (block !== undefined) this.#push(rest, block, { slot, round }, undefined);
    });
  }

  /** A new block for a view in which this node proposes. */
  #freshBlock(view: View, then: (block: Block | undefined) => void): void {
    const { random, codec } = this.world;
    const certificate = this.agreement?.parentCommit();
    if (certificate === undefined) {
      then(undefined);
      return;
    }
    const inputs = {
      parentCommit: certificate,
      skips: [],
      evidence: [],
      tasks: { storage: [], relay: [], beacons: [] },
    };
    const mark = codec.junk([random.below(256), random.below(256), random.below(256)]);
    this.world.build(this, view, inputs, [mark], (built) => {
      if (built !== undefined) {
        this.#fresh = [...this.#fresh, { height: this.height + 1, view, block: built.block }].slice(-16);
      }
      then(built?.block);
    });
  }

  #push(peers: readonly number[], block: Block, view: View, valid: PrevoteCertificate | undefined): void {
    const { slot: validSlot, round: validRound } = valid ?? NO_VIEW;
    const proposal = { height: block.header.height, ...view, validSlot, validRound, header: block.header };
    const signature = this.signer.sign(proposalSigningRoot(proposal, this.#context(view.slot)));
    this.world.note(
      `BYZANTINE node ${this.index} pushes ${Buffer.from(headerRoot(block.header)).toString("hex").slice(0, 8)} in (${view.slot}, ${view.round}), valid (${validSlot}, ${validRound})`,
    );
    const signed = { proposal, signature, validCertificate: valid === undefined ? [] : [valid] };
    this.#sendTo(peers, { topic: "proposal", message: signed });
    this.#sendTo(peers, { topic: "body", message: { blockRoot: headerRoot(block.header), body: block.body } });
  }

  /** Its turn: push a fresh block past everybody's lock, perhaps dressed as an earlier one with a false proof. */
  private pushStale(view: View): void {
    const older = this.world.random.chance(0.6) ? this.#earlierTurn(view) : undefined;
    if (older === undefined) {
      this.#pushFresh(view);
      return;
    }
    this.#freshBlock(older, (carried) => {
      if (carried === undefined) {
        this.#pushFresh(view);
        return;
      }
      const blockRoot = headerRoot(carried.header);
      const voters = this.tip.state.voters.members.length;
      const lie = {
        height: carried.header.height,
        slot: older.slot,
        round: older.slot === view.slot ? view.round - 1 : 99,
        blockRoot,
        signers: BitArray.fromBoolArray(new Array<boolean>(voters).fill(true)),
        signature: ZERO_SIGNATURE,
      };
      this.#push(this.#everybody(), carried, view, lie);
      this.voteFor(view, blockRoot);
    });
  }

  #pushFresh(view: View): void {
    this.#freshBlock(view, (block) => {
      if (block === undefined) return;
      this.#push(this.#everybody(), block, view, undefined);
      this.voteFor(view, headerRoot(block.header));
    });
  }

  /** An earlier view of the height, real or not, in which this node was to propose. */
  #earlierTurn(view: View): View | undefined {
    const schedule = openSchedule(this.tip.state, this.world.network.config.params.epochSlots);
    const first = (this.agreement?.parentCommit()?.slot ?? 0) + 1;
    for (let slot = view.slot; slot >= Math.max(first, view.slot - 1); slot--) {
      const rounds = slot === view.slot ? view.round : 8;
      for (let round = 0; round < rounds; round++) {
        if (proposerAt(schedule, { slot, round })?.node === this.index) return { slot, round };
      }
    }
    return undefined;
  }

  /** Both votes for a block, whatever was voted before. */
  private voteFor(view: View, root: Uint8Array): void {
    for (const kind of [VoteKind.Prevote, VoteKind.Precommit]) {
      this.#sendTo(this.#everybody(), { topic: "vote", message: this.#vote(kind, this.height + 1, view, root) });
    }
  }

  protected override build(effect: Effect & { readonly type: "build" }): void {
    if (!this.deeds.has("invalidBlock") || this.world.random.chance(0.4)) {
      super.build(effect);
      return;
    }
    const { slot, round } = effect;
    this.#freshBlock({ slot, round }, (block) => {
      if (block === undefined) return;
      const header = { ...block.header, stateRoot: new Uint8Array(32).fill(0xbb) };
      this.#push(this.#everybody(), { ...block, header }, { slot, round }, undefined);
    });
  }

  override blockOf(height: number, root: Uint8Array): Block | undefined {
    const own = this.#fresh.find(({ block }) => Buffer.compare(headerRoot(block.header), root) === 0);
    if (this.deeds.has("noBody") && this.world.random.chance(0.5)) return undefined;
    return own?.block ?? super.blockOf(height, root);
  }
}

/** A liar that says nothing at all. */
export class SilentNode extends SimNode {
  override honest = false;

  override start(): void {}
}

function isZero(root: Uint8Array): boolean {
  return root.every((byte) => byte === 0);
}
