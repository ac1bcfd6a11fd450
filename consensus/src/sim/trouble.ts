import { proposerAt } from "../schedule/leaders.js";
import { openSchedule } from "../transition/votersOf.js";
import { Step, stepOfKind, VoteKind } from "../types/vote.js";
import { ByzantineNode } from "./byzantine.js";
import type { Fault } from "./faults.js";
import { drawMesh } from "./mesh.js";
import type { Random } from "./random.js";
import type { SimMessage, SimNode } from "./simNode.js";
import type { SimWorld } from "./simWorld.js";

/** Slots of trouble. */
export const TROUBLE_SLOTS = 8;

/** Slots of peace before each slot must have a block. */
export const QUIET_SLOTS = 2;

/** What is fixed about a scenario before it begins. */
export interface TroublePlan {
  /** Whether the adversary hunts. */
  readonly hunting: boolean;
  /** The slot in which the run begins. */
  readonly base: number;
  /** A node whose clock shall jump ahead, alone, and come back. */
  readonly clockAhead?: SimNode;
  /** More than a third goes down over the end of the epoch. */
  readonly halts: boolean;
  readonly allowed: (fault: Fault) => boolean;
  readonly onRestart: ((node: SimNode) => void) | undefined;
}

/** Network faults, crashes, and in hunts the adaptive adversary. */
export class Trouble {
  readonly #world: SimWorld;
  readonly #plan: Random;
  readonly #setting: TroublePlan;
  #active = true;
  /** In a hunt, the few that see the honest votes of the hunted slots. */
  #chosen = new Set<number>();
  #hideStep: Step = Step.Precommit;
  #huntedSlot = 0;

  constructor(world: SimWorld, plan: Random, setting: TroublePlan) {
    this.#world = world;
    this.#plan = plan;
    this.#setting = setting;
  }

  begin(): void {
    const { random } = this.#world;
    const loss =
      this.#plan.chance(this.#setting.hunting ? 0.9 : 0.5) || !this.#setting.allowed("loss")
        ? 0
        : this.#plan.unit() * 0.3;
    const slow = this.#plan.chance(0.3) && this.#setting.allowed("delay") ? 6_000 : 600;
    const doubled = this.#plan.chance(0.3) && this.#setting.allowed("duplicate");
    this.#world.link = (from, to, message) => {
      if (
        this.#world.cut.has(from) !== this.#world.cut.has(to) ||
        (this.#world.cut.has(from) && this.#world.cut.has(to))
      )
        return undefined;
      if (random.chance(loss) || this.#hides(from, to, message)) return undefined;
      if (doubled && random.chance(0.1)) this.#again(to, from, message);
      return random.between(10, slow);
    };
    this.#world.onDecided = (node) => this.#onDecided(node);
    const { base } = this.#setting;
    for (let slot = 1; slot < TROUBLE_SLOTS; slot++) this.#planSlot(base + slot);
    this.#planTransactions();
    if (this.#setting.halts) this.#planHalt();
    if (this.#setting.clockAhead !== undefined) this.#planClock(this.#setting.clockAhead);
  }

  /** Users send one now and then, to whoever is up. */
  #planTransactions(): void {
    const plan = this.#plan;
    for (let count = plan.between(1, 6); count > 0; count--) {
      this.#at(this.#setting.base + plan.below(TROUBLE_SLOTS), plan.below(120_000), () => {
        const up = this.#world.nodes.filter((node) => node.honest && node.alive);
        if (up.length > 0) this.#world.submit(this.#plan.pick(up));
      });
    }
  }

  /** The chain stops for want of a quorum, over the end of the epoch if the run begins near it, and goes on by itself. */
  #planHalt(): void {
    const plan = this.#plan;
    const { nodes } = this.#world;
    const down = plan.shuffle(nodes).slice(0, plan.between(Math.ceil(nodes.length / 3), nodes.length));
    const from = this.#setting.base + plan.between(1, 4);
    for (const node of down) {
      this.#at(from, plan.below(100_000), () => node.crash());
      this.#at(from + plan.between(1, 3), plan.below(100_000), () => this.#restart(node));
    }
  }

  /** Alone with a clock that is minutes or an hour ahead a node signs views to come; then the clock is set right. */
  #planClock(node: SimNode): void {
    const plan = this.#plan;
    const { cut, network } = this.#world;
    const { skew } = node;
    const slot = this.#setting.base + plan.between(1, TROUBLE_SLOTS - 2);
    const start = plan.below(60_000);
    this.#at(slot, start, () => {
      cut.add(node.index);
      node.checkClock();
      node.setClock(skew + plan.between(12, 30) * network.config.clock.slotDuration);
    });
    this.#at(slot, start + plan.between(10_000, 60_000), () => {
      node.setClock(skew);
      cut.delete(node.index);
      node.checkClock();
    });
  }

  end(): void {
    const { random } = this.#world;
    this.#active = false;
    this.#world.cut.clear();
    this.#world.link = () => random.between(10, 300);
    for (const node of this.#world.nodes) this.#restart(node);
    if (this.#setting.clockAhead !== undefined) this.#needEverybody(this.#setting.clockAhead);
  }

  /** Just less than a third stays away for the rest of the peace: whoever cannot vote stops the chain. */
  #needEverybody(node: SimNode): void {
    const { queue, nodes, network } = this.#world;
    const others = nodes.filter((other) => other !== node);
    const away = this.#plan.shuffle(others).slice(0, Math.ceil(nodes.length / 3) - 1);
    queue.at(queue.now + (QUIET_SLOTS - 0.1) * network.config.clock.slotDuration, () => {
      for (const other of away) other.crash();
      // The mesh may be in two without them; gossip grafts other links then.
      const left = nodes.filter(({ alive, honest }) => alive && honest).map(({ index }) => index);
      if (this.#world.mesh !== undefined) this.#world.mesh = drawMesh(left, [], this.#plan);
    });
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
    this.#setting.onRestart?.(node);
    node.start();
  }

  #planSlot(slot: number): void {
    const plan = this.#plan;
    const { nodes } = this.#world;
    if (this.#setting.hunting) this.#at(slot, 0, () => this.#hunt(slot));
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
    const chaos = this.#setting.hunting ? 0.05 : 0.3;
    if (plan.chance(chaos) && this.#setting.allowed("crash")) {
      const node = plan.pick(nodes);
      const from = plan.below(110_000);
      this.#at(slot, from, () => node.crash());
      this.#at(slot, from + plan.between(100, 150_000), () => this.#restart(node));
    }
    if (plan.chance(chaos) && this.#setting.allowed("partition")) {
      const side = plan.shuffle(nodes).slice(0, plan.between(1, nodes.length));
      const from = plan.below(60_000);
      this.#at(slot, from, () => {
        for (const node of side) this.#world.cut.add(node.index);
      });
      this.#at(slot, from + plan.between(1_000, 200_000), () => {
        for (const node of side) this.#world.cut.delete(node.index);
      });
    }
  }

  /** The honest votes of one step reach a chosen few, in the first rounds of this slot. */
  #hunt(slot: number): void {
    const plan = this.#plan;
    this.#chosen = new Set();
    // Once a decider is out of the way the rest must be left to disagree with it.
    if (this.#world.cut.size > 0 || !plan.chance(this.#byzantineLeads(slot + 1) ? 0.9 : 0.3)) return;
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
    if ("transaction" in message) return false;
    const { gossip } = message;
    if (gossip.topic === "commit") return !toChosen;
    if (gossip.topic !== "vote" || this.#world.nodes[from]?.honest === false) return false;
    const { vote } = gossip.message;
    if (vote.slot !== this.#huntedSlot || stepOfKind(vote.kind) !== this.#hideStep) return false;
    return !toChosen && (vote.kind === VoteKind.Precommit || vote.kind === VoteKind.Prevote);
  }

  /** Whoever decides first in a hunt is cut off at once, and others crash just then. */
  #onDecided(node: SimNode): void {
    if (!this.#active || !this.#setting.hunting || !node.honest || !this.#chosen.has(node.index)) return;
    const plan = this.#plan;
    const { queue, nodes, network } = this.#world;
    const { slotDuration } = network.config.clock;
    this.#world.cut.add(node.index);
    queue.at(queue.now + plan.between(1, 3) * slotDuration, () => this.#world.cut.delete(node.index));
    if (!plan.chance(0.6)) return;
    const others = nodes.filter((other) => other.honest && other.alive && other !== node);
    for (const victim of plan.shuffle(others).slice(0, plan.between(1, others.length))) {
      queue.at(queue.now + 1, () => victim.crash());
      queue.at(queue.now + plan.between(500, 40_000), () => this.#restart(victim));
    }
  }
}
