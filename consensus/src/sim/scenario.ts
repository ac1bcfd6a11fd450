import type { Agreement } from "../agreement/agreement.js";
import type { AgreementOptions } from "../agreement/types.js";
import type { Signer } from "../crypto/types.js";
import { totalWeight } from "../schedule/quorum.js";
import { ByzantineNode, type Misdeed, misdeeds, SilentNode } from "./byzantine.js";
import type { Fault } from "./faults.js";
import { drawMesh } from "./mesh.js";
import { COOLING, rankOrder } from "./plantedBugs.js";
import { Random } from "./random.js";
import type { SimWeights } from "./simChain.js";
import { SimNode } from "./simNode.js";
import { type Execution, SimWorld, type WorldOptions } from "./simWorld.js";
import { QUIET_SLOTS, TROUBLE_SLOTS, Trouble } from "./trouble.js";

export interface ScenarioOptions {
  readonly seed: number;
  readonly size: number;
  readonly timeline?: boolean;
  /** What may go wrong; everything when absent. */
  readonly faults?: ReadonlySet<Fault>;
  readonly execution?: Execution;
  readonly crypto?: NonNullable<WorldOptions["crypto"]>;
  /** For `runScenarioAsync`. */
  readonly real?: NonNullable<WorldOptions["real"]>;
  /** Planted bugs. */
  readonly makeAgreement?: (options: AgreementOptions) => Agreement;
  readonly proposerAt?: NonNullable<WorldOptions["proposerAt"]>;
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

/** One seed in so many checks what was built, too. */
const CHECKED_SEEDS = 8;
/** Slots of peace after the trouble. */
const PEACE_SLOTS = 5;
/** From this many nodes on the silent top of a ranking could fill all rounds of a slot. */
const RANKED_SIZE = 31;
/** Five slots before the epoch ends (mainnet: 30 slots). */
const EPOCH_EDGE = 25;

/**
 * One seed: a network with strictly less than a third of the weight Byzantine, faults for some slots, then peace. In 40 %
 * of the seeds the adversary hunts: random faults alone find no lock bug. Checks the invariants of the world all along, and
 * that every slot of the late peace has a block.
 */
export function runScenario(options: ScenarioOptions): ScenarioResult {
  const { world, trouble, result } = prepare(options);
  world.runSlots(TROUBLE_SLOTS);
  trouble.end();
  world.runSlots(PEACE_SLOTS);
  return result();
}

/** The same with true executions. */
export async function runScenarioAsync(options: ScenarioOptions): Promise<ScenarioResult> {
  const { world, trouble, result } = prepare(options);
  await world.runSlotsAsync(TROUBLE_SLOTS);
  trouble.end();
  await world.runSlotsAsync(PEACE_SLOTS);
  return result();
}

/** The world as it is when the trouble begins; `result` is asked for when it is over. */
function prepare(options: ScenarioOptions): { world: SimWorld; trouble: Trouble; result: () => ScenarioResult } {
  const plan = new Random(options.seed ^ 0x5eed);
  const setting = drawSetting(options, plan);
  const { base, slowBlocks } = setting;
  const world = makeWorld(options, setting, plan);
  if (options.persists !== undefined) world.persists = options.persists;
  for (const node of world.nodes) {
    node.skew = setting.allowed("skew") ? plan.between(-1000, 1000) : 0;
    const slow = plan.chance(0.1) && setting.allowed("slowExecution");
    node.executionTime = slowBlocks ? plan.between(6_000, 10_000) : plan.between(10, slow ? 3_000 : 300);
  }
  if (setting.mesh) {
    const indices = (honest: boolean) => world.nodes.filter((node) => node.honest === honest).map((node) => node.index);
    world.mesh = drawMesh(indices(true), indices(false), plan);
  }
  const { clockAhead, ...rest } = setting;
  const node = clockAhead ? plan.pick(world.nodes) : undefined;
  const trouble = new Trouble(world, plan, {
    ...rest,
    onRestart: options.onRestart,
    ...(node === undefined ? {} : { clockAhead: node }),
  });
  world.queue.now += base * world.network.config.clock.slotDuration;
  trouble.begin();
  world.start();
  const result = (): ScenarioResult => {
    checkPeace(world, base);
    return {
      seed: options.seed,
      violations: world.violations,
      timeline: world.timeline,
      decisions: world.decisions.length,
      byzantine: setting.byzantine,
    };
  };
  return { world, trouble, result };
}

/** What kind of run a seed is. */
interface Setting {
  /** Liars. */
  readonly byzantine: number;
  readonly hunting: boolean;
  /** The liars say nothing, at the top of the ranking, where they cost most. */
  readonly silentTop: boolean;
  readonly twins: boolean;
  readonly base: number;
  readonly weights: SimWeights | undefined;
  readonly mesh: boolean;
  readonly halts: boolean;
  readonly clockAhead: boolean;
  readonly slowBlocks: boolean;
  readonly allowed: (fault: Fault) => boolean;
}

function drawSetting({ size, faults }: ScenarioOptions, plan: Random): Setting {
  const allowed = (fault: Fault): boolean => faults?.has(fault) ?? true;
  // Equal weights: strictly less than a third.
  const most = Math.ceil(size / 3) - 1;
  // Some faults are about honest nodes alone: whether time-outs grow, and whether an hour ahead is forgotten.
  const slowBlocks = size > 1 && plan.chance(0.03) && allowed("slowBlocks");
  const clockAhead = !slowBlocks && size > 3 && plan.chance(0.04) && allowed("clockAhead");
  const calm = slowBlocks || clockAhead;
  const byzantine = calm || most === 0 || !allowed("byzantine") ? 0 : plan.between(plan.chance(0.8) ? 1 : 0, most);
  const hunting = byzantine > 0 && allowed("hunt") && plan.chance(0.4);
  const silentTop = hunting && size >= RANKED_SIZE && allowed("silentTop") && plan.chance(0.2);
  return {
    byzantine: silentTop ? most : byzantine,
    hunting,
    silentTop,
    // One key on two nodes: both run the true code, and together they are Byzantine.
    twins: byzantine > 0 && !hunting && allowed("twins") && plan.chance(0.2),
    // Some runs begin just before the end of an epoch, so that heights stay open over it and sets change in the trouble.
    base: allowed("epochEdge") && plan.chance(0.4) ? EPOCH_EDGE : 0,
    weights: !calm && !silentTop && allowed("weights") && plan.chance(0.5) ? drawWeights(size, plan) : undefined,
    mesh: size > 4 && allowed("mesh") && plan.chance(0.3),
    halts: !hunting && !calm && allowed("halt") && plan.chance(0.1),
    clockAhead,
    slowBlocks,
    allowed,
  };
}

function makeWorld(options: ScenarioOptions, setting: Setting, plan: Random): SimWorld {
  const { size, seed, timeline, crypto, real, makeAgreement, proposerAt } = options;
  const { weights, hunting, silentTop, twins } = setting;
  const bad = new Set<number>();
  let twin: { readonly index: number; readonly signer: Signer } | undefined;
  const makeNode = (world: SimWorld, index: number, signer: Signer): SimNode => {
    if (bad.size === 0 && setting.byzantine > 0) choose(world, bad, setting, plan);
    if (!bad.has(index)) return new SimNode(world, index, signer);
    if (silentTop) return new SilentNode(world, index, signer);
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
    seed,
    preset: "mainnet",
    makeNode,
    execution: options.execution ?? (seed % CHECKED_SEEDS === 0 ? "once" : "builder"),
    ...(timeline === undefined ? {} : { timeline }),
    ...(weights === undefined ? {} : { weights }),
    ...(crypto === undefined ? {} : { crypto }),
    ...(real === undefined ? {} : { real }),
    ...(makeAgreement === undefined ? {} : { makeAgreement }),
    ...(proposerAt === undefined ? {} : { proposerAt }),
  });
  if (twin !== undefined) {
    const second = new SimNode(world, size, twin.signer);
    world.nodes.push(second);
    for (const node of [second, world.nodes[twin.index]]) if (node !== undefined) node.honest = false;
  }
  return world;
}

/** Where the liars sit: anywhere, or, when they hunt, where they propose soon. */
function choose(world: SimWorld, bad: Set<number>, setting: Setting, plan: Random): void {
  const { base, hunting, silentTop } = setting;
  const { voters } = world.network.genesis.state;
  const { primaries, fallbacks } = voters;
  let order: number[];
  if (silentTop) {
    // The fallbacks by rank, then the primaries of the slots that must have blocks.
    const first = base + TROUBLE_SLOTS + QUIET_SLOTS;
    order = [...rankOrder(voters).slice(COOLING, COOLING + 6), ...primaries.slice(first % primaries.length)];
  } else {
    order = hunting ? [...primaries.slice(base + 1), ...fallbacks.slice(base + 1), ...primaries] : [];
  }
  const nodes =
    order.length > 0
      ? [...new Set(order)].map((index) => voters.members[index]?.node ?? -1)
      : plan.shuffle([...world.network.signers.keys()]);
  for (const node of nodes) {
    if (bad.size >= setting.byzantine) break;
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

/**
 * From the second slot of peace on every slot has a block, nobody is left behind, and no transaction is lost. The liars do
 * not stop lying: among many voters a slot may fall to them alone, once in thousands; two in a row may not.
 */
function checkPeace(world: SimWorld, base: number): void {
  const { slotDuration } = world.network.config.clock;
  const decided = new Set(world.decisions.map(({ slot }) => slot));
  const first = base + TROUBLE_SLOTS + QUIET_SLOTS;
  const many = world.nodes.length >= RANKED_SIZE;
  for (let slot = first; slot < base + TROUBLE_SLOTS + PEACE_SLOTS; slot++) {
    const forgiven = many && (slot === first || decided.has(slot - 1));
    if (!decided.has(slot) && !forgiven) world.broken(`slot ${slot} in peace has no block`);
  }
  const heights = world.nodes.filter((node) => node.honest && node.alive).map((node) => node.height);
  if (Math.max(...heights) - Math.min(...heights) > 1) {
    world.broken(`a node stayed behind: heights ${heights.join(" ")} after ${world.elapsed / slotDuration} slots`);
  }
  const healed = (base + TROUBLE_SLOTS) * slotDuration;
  for (const transaction of world.transactions.lost(healed, first)) {
    world.broken(`transaction ${transaction} was admitted and is in no block`);
  }
}
