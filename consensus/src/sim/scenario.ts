import type { Agreement } from "../agreement/agreement.js";
import type { AgreementOptions } from "../agreement/types.js";
import type { Signer } from "../crypto/types.js";
import { proposerAt } from "../schedule/leaders.js";
import { totalWeight } from "../schedule/quorum.js";
import { openSchedule } from "../transition/votersOf.js";
import { Step, stepOfKind, VoteKind } from "../types/vote.js";
import { ByzantineNode, type Misdeed, misdeeds } from "./byzantine.js";
import type { Fault } from "./faults.js";
import { Random } from "./random.js";
import type { SimWeights } from "./simChain.js";
import { type SimMessage, SimNode } from "./simNode.js";
import { SimWorld, type WorldOptions } from "./simWorld.js";

export interface ScenarioOptions {
  readonly seed: number;
  readonly size: number;
  readonly timeline?: boolean;
  /** What may go wrong; everything when absent. */
  readonly faults?: ReadonlySet<Fault>;
  readonly separateExecution?: boolean;
  readonly crypto?: NonNullable<WorldOptions["crypto"]>;
  /** Planted bugs. */
  readonly makeAgreement?: (options: AgreementOptions) => Agreement;
  /** Spoils what a node writes or reads back; true keeps the sound behaviour. */
  readonly persists?: (node: SimNode) => boolean;
  readonly onRestart?: (node: SimNode) => void;
}

export interface ScenarioResult {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly timeline: readonly string[];
  readonly decisions: number;
  readonly byzantine: number;
}

/** Slots of trouble, and of peace after them. */
const TROUBLE_SLOTS = 8;
const PEACE_SLOTS = 5;
/** Five slots before the epoch ends (mainnet: 30 slots). */
const EPOCH_EDGE = 25;

/**
 * One seed: a network with strictly less than a third of the weight Byzantine, faults for some slots, then peace. In 40 %
 * of the seeds the adversary hunts: random faults alone find no lock bug. Checks the invariants of the world all along, and
 * that every slot of the late peace has a block.
 */
export function runScenario(options: ScenarioOptions): ScenarioResult {
  const plan = new Random(options.seed ^ 0x5eed);
  const { size } = options;
  // Equal weights: strictly less than a third.
  const most = Math.ceil(size / 3) - 1;
  const allowed = (fault: Fault): boolean => options.faults?.has(fault) ?? true;
  const byzantine = most === 0 || !allowed("byzantine") ? 0 : plan.between(plan.chance(0.8) ? 1 : 0, most);
  const hunting = byzantine > 0 && allowed("hunt") && plan.chance(0.4);
  // One key on two nodes: both run the true code, and together they are Byzantine.
  const twins = byzantine > 0 && !hunting && allowed("twins") && plan.chance(0.2);
  // Some runs begin just before the end of an epoch, so that heights stay open over it and sets change in the trouble.
  const base = allowed("epochEdge") && plan.chance(0.4) ? EPOCH_EDGE : 0;
  const weights = allowed("weights") && plan.chance(0.5) ? drawWeights(size, plan) : undefined;
  let twin: { readonly index: number; readonly signer: Signer } | undefined;
  const bad = new Set<number>();
  const makeNode = (world: SimWorld, index: number, signer: Signer): SimNode => {
    if (bad.size === 0 && byzantine > 0) choose(world, bad, byzantine, plan, hunting, base);
    if (!bad.has(index)) return new SimNode(world, index, signer);
    if (twins && twin === undefined) {
      twin = { index, signer };
      return new SimNode(world, index, signer);
    }
    const deeds = hunting
      ? (["doubleVote", "staleLock", "equivocate"] as Misdeed[])
      : plan.shuffle(misdeeds).slice(0, plan.between(1, 3));
    return new ByzantineNode(world, index, signer, deeds);
  };
  const world = new SimWorld({
    size,
    seed: options.seed,
    preset: "mainnet",
    makeNode,
    ...(options.timeline === undefined ? {} : { timeline: options.timeline }),
    ...(options.separateExecution === undefined ? {} : { separateExecution: options.separateExecution }),
    ...(weights === undefined ? {} : { weights }),
    ...(options.crypto === undefined ? {} : { crypto: options.crypto }),
    ...(options.makeAgreement === undefined ? {} : { makeAgreement: options.makeAgreement }),
  });
  if (twin !== undefined) {
    const second = new SimNode(world, size, twin.signer);
    world.nodes.push(second);
    for (const node of [second, world.nodes[twin.index]]) if (node !== undefined) node.honest = false;
  }
  if (options.persists !== undefined) world.persists = options.persists;
  for (const node of world.nodes) {
    node.skew = allowed("skew") ? plan.between(-1000, 1000) : 0;
    node.executionTime = plan.between(10, plan.chance(0.1) && allowed("slowExecution") ? 3_000 : 300);
  }
  const trouble = new Trouble(world, plan, hunting, base, options.onRestart);
  world.queue.now += base * world.network.config.clock.slotDuration;
  trouble.allowed = allowed;
  trouble.begin();
  world.start();
  world.runSlots(TROUBLE_SLOTS);
  trouble.end();
  world.runSlots(PEACE_SLOTS);
  checkPeace(world, base);
  return {
    seed: options.seed,
    violations: world.violations,
    timeline: world.timeline,
    decisions: world.decisions.length,
    byzantine,
  };
}

/** Hunters sit where they propose soon: at the top of the schedule. */
function choose(world: SimWorld, bad: Set<number>, count: number, plan: Random, hunting: boolean, base: number): void {
  const { voters } = world.network.genesis.state;
  const top = [
    ...new Set([...voters.primaries.slice(base + 1), ...voters.fallbacks.slice(base + 1), ...voters.primaries]),
  ];
  const nodes = hunting
    ? top.map((index) => voters.members[index]?.node ?? -1)
    : plan.shuffle([...world.network.signers.keys()]);
  for (const node of nodes) {
    if (bad.size >= count) break;
    if (world.network.signers[node] !== undefined && staysBelowThird(world, new Set([...bad, node]))) bad.add(node);
  }
}

/** Strictly less than a third of the weight, in both sets. */
function staysBelowThird(world: SimWorld, bad: ReadonlySet<number>): boolean {
  const { voters, nextVoters } = world.network.genesis.state;
  return [voters, nextVoters].every((set) => {
    const weight = set.members.reduce((sum, member) => sum + (bad.has(member.node) ? member.weight : 0), 0);
    return 3 * weight < totalWeight(set);
  });
}

/** Weights from 5 to 10, drawn anew for the next set; rarely a node is in one of the sets only. */
function drawWeights(size: number, plan: Random): SimWeights {
  const draw = (): number[] => Array.from({ length: size }, () => (plan.chance(0.05) ? 0 : plan.between(5, 10)));
  const voters = draw();
  const nextVoters = draw();
  // The first node is in both, so no set is empty.
  return { voters: [7, ...voters.slice(1)], nextVoters: [7, ...nextVoters.slice(1)] };
}

/** From the second slot of peace on every slot has a block, and nobody is left behind. */
function checkPeace(world: SimWorld, base: number): void {
  const { slotDuration } = world.network.config.clock;
  const decided = new Set(world.decisions.map(({ slot }) => slot));
  // A Byzantine primary may still cost its own slot's rounds, but not the slot.
  for (let slot = base + TROUBLE_SLOTS + 2; slot < base + TROUBLE_SLOTS + PEACE_SLOTS; slot++) {
    if (!decided.has(slot)) world.broken(`slot ${slot} in peace has no block`);
  }
  const heights = world.nodes.filter((node) => node.honest && node.alive).map((node) => node.height);
  if (Math.max(...heights) - Math.min(...heights) > 1) {
    world.broken(`a node stayed behind: heights ${heights.join(" ")} after ${world.elapsed / slotDuration} slots`);
  }
}

/** Network faults, crashes, and in hunts the adaptive adversary. */
class Trouble {
  readonly #world: SimWorld;
  readonly #plan: Random;
  readonly #hunting: boolean;
  /** The slot in which the run begins. */
  readonly #base: number;
  readonly #onRestart: ((node: SimNode) => void) | undefined;
  #active = true;
  /** Nodes cut off from the others. */
  readonly #cut = new Set<number>();
  /** In a hunt, the few that see the honest votes of the hunted slots. */
  #chosen = new Set<number>();
  #hideStep: Step = Step.Precommit;
  #huntedSlot = 0;
  allowed: (fault: Fault) => boolean = () => true;

  constructor(
    world: SimWorld,
    plan: Random,
    hunting: boolean,
    base: number,
    onRestart: ((node: SimNode) => void) | undefined,
  ) {
    this.#base = base;
    this.#world = world;
    this.#plan = plan;
    this.#hunting = hunting;
    this.#onRestart = onRestart;
  }

  begin(): void {
    const { random } = this.#world;
    const loss = this.#plan.chance(this.#hunting ? 0.9 : 0.5) || !this.allowed("loss") ? 0 : this.#plan.unit() * 0.3;
    const slow = this.#plan.chance(0.3) && this.allowed("delay") ? 6_000 : 600;
    const doubled = this.#plan.chance(0.3) && this.allowed("duplicate");
    this.#world.link = (from, to, message) => {
      if (this.#cut.has(from) !== this.#cut.has(to) || (this.#cut.has(from) && this.#cut.has(to))) return undefined;
      if (random.chance(loss) || this.#hides(from, to, message)) return undefined;
      if (doubled && random.chance(0.1)) this.#again(to, from, message);
      return random.between(10, slow);
    };
    this.#world.onDecided = (node) => this.#onDecided(node);
    for (let slot = 1; slot < TROUBLE_SLOTS; slot++) this.#planSlot(this.#base + slot);
  }

  end(): void {
    const { random } = this.#world;
    this.#active = false;
    this.#cut.clear();
    this.#world.link = () => random.between(10, 300);
    for (const node of this.#world.nodes) this.#restart(node);
  }

  #again(to: number, from: number, message: SimMessage): void {
    const { queue, random, nodes } = this.#world;
    queue.at(queue.now + random.between(10, 4_000), () => nodes[to]?.receive(from, message));
  }

  #at(slot: number, milliseconds: number, run: () => void): void {
    const { clock } = this.#world.network.config;
    this.#world.queue.at(clock.genesisTime + slot * clock.slotDuration + milliseconds, () => {
      if (this.#active) run();
    });
  }

  #restart(node: SimNode): void {
    if (node.alive) return;
    this.#onRestart?.(node);
    node.start();
  }

  #planSlot(slot: number): void {
    const plan = this.#plan;
    const { nodes } = this.#world;
    if (this.#hunting) this.#at(slot, 0, () => this.#hunt(slot));
    for (const node of nodes) {
      if (!(node instanceof ByzantineNode)) continue;
      if (node.deeds.has("amnesia") && plan.chance(0.4)) {
        this.#at(slot, plan.below(100_000), () => {
          node.crash();
          node.disk.record = undefined;
          node.disk.blocks = [];
          node.start();
        });
      }
    }
    const chaos = this.#hunting ? 0.05 : 0.3;
    if (plan.chance(chaos) && this.allowed("crash")) {
      const node = plan.pick(nodes);
      const from = plan.below(110_000);
      this.#at(slot, from, () => node.crash());
      this.#at(slot, from + plan.between(100, 150_000), () => this.#restart(node));
    }
    if (plan.chance(chaos) && this.allowed("partition")) {
      const side = plan.shuffle(nodes).slice(0, plan.between(1, nodes.length));
      const from = plan.below(60_000);
      this.#at(slot, from, () => {
        for (const node of side) this.#cut.add(node.index);
      });
      this.#at(slot, from + plan.between(1_000, 200_000), () => {
        for (const node of side) this.#cut.delete(node.index);
      });
    }
  }

  /** The honest votes of one step reach a chosen few, in the first rounds of this slot. */
  #hunt(slot: number): void {
    const plan = this.#plan;
    this.#chosen = new Set();
    // Once a decider is out of the way the rest must be left to disagree with it.
    if (this.#cut.size > 0 || !plan.chance(this.#byzantineLeads(slot + 1) ? 0.9 : 0.3)) return;
    this.#huntedSlot = slot;
    this.#hideStep = plan.chance(0.7) ? Step.Precommit : Step.Prevote;
    const honest = this.#world.nodes.filter((node) => node.honest);
    for (const node of plan.shuffle(honest).slice(0, plan.chance(0.8) ? 1 : 2)) this.#chosen.add(node.index);
  }

  /** Whether the next slot's primary is one of the adversary's. */
  #byzantineLeads(slot: number): boolean {
    const { nodes, network } = this.#world;
    const [first] = nodes;
    const schedule = first && openSchedule(first.tip.state, network.config.params.epochSlots);
    const primary = schedule && proposerAt(schedule, { slot, round: 0 });
    return nodes[primary?.node ?? -1]?.honest === false;
  }

  #hides(from: number, to: number, message: SimMessage): boolean {
    if (this.#chosen.size === 0) return false;
    // The adversary's own nodes stay at the old height, too.
    const toChosen = this.#chosen.has(to);
    if ("input" in message) return message.input.type === "votesResponse" && !toChosen;
    const { gossip } = message;
    if (gossip.topic === "commit") return !toChosen;
    if (gossip.topic !== "vote" || this.#world.nodes[from]?.honest === false) return false;
    const { vote } = gossip.message;
    if (vote.slot !== this.#huntedSlot || stepOfKind(vote.kind) !== this.#hideStep) return false;
    return !toChosen && (vote.kind === VoteKind.Precommit || vote.kind === VoteKind.Prevote);
  }

  /** Whoever decides first in a hunt is cut off at once, and others crash just then. */
  #onDecided(node: SimNode): void {
    if (!this.#active || !this.#hunting || !node.honest || !this.#chosen.has(node.index)) return;
    const plan = this.#plan;
    const { queue, nodes, network } = this.#world;
    const { slotDuration } = network.config.clock;
    this.#cut.add(node.index);
    queue.at(queue.now + plan.between(1, 3) * slotDuration, () => this.#cut.delete(node.index));
    if (!plan.chance(0.6)) return;
    const others = nodes.filter((other) => other.honest && other.alive && other !== node);
    for (const victim of plan.shuffle(others).slice(0, plan.between(1, others.length))) {
      queue.at(queue.now + 1, () => victim.crash());
      queue.at(queue.now + plan.between(500, 40_000), () => this.#restart(victim));
    }
  }
}
