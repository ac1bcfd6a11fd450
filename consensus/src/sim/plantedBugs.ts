import { Agreement } from "../agreement/agreement.js";
import { type AgreementRules, soundRules } from "../agreement/rules.js";
import type {
  AgreementOptions,
  AgreementStatus,
  Effect,
  HeightContext,
  Input,
  StepResult,
} from "../agreement/types.js";
import { type ScheduleContext, scheduleSet } from "../schedule/leaders.js";
import { epochOfSlot, slotAt } from "../slots.js";
import type { Block } from "../types/body.js";
import type { CommitCertificate } from "../types/certificate.js";
import { NOBODY, type Voter, type VoterSet } from "../types/state.js";
import type { View } from "../types/view.js";
import type { ScenarioOptions } from "./scenario.js";
import type { SimNode } from "./simNode.js";

type Plant = Pick<ScenarioOptions, "makeAgreement" | "onRestart" | "proposerAt">;

function withRules(change: Partial<AgreementRules>): Plant {
  return { makeAgreement: (options) => new Agreement({ ...options, rules: { ...soundRules, ...change } }) };
}

/** Spoils the disk of honest nodes before they start again. */
function withDisk(spoil: (node: SimNode) => void): Plant {
  return {
    onRestart: (node) => {
      if (node.honest) spoil(node);
    },
  };
}

/** Takes the voters from the epoch of the view instead of from the parent's state (consensus-attacks C1). */
class VotersOfTheView extends Agreement {
  readonly #settings: AgreementOptions;
  #machine: Agreement;
  #context: HeightContext | undefined;
  #restored: AgreementOptions["restored"];

  constructor(options: AgreementOptions) {
    super(options);
    this.#settings = options;
    this.#restored = options.restored;
    this.#machine = new Agreement(options);
  }

  override step(now: number, input: Input): StepResult {
    const before = input.type === "height" ? [] : this.#follow(now);
    if (input.type === "height") this.#context = input.context;
    const { effects, wakeAt } = this.#remember(this.#machine.step(now, input));
    return { effects: [...before, ...effects], wakeAt };
  }

  /** Once the height is open over the end of its epoch, the next set takes over in the middle of it. */
  #follow(now: number): readonly Effect[] {
    const context = this.#context;
    if (context === undefined) return [];
    const { epochSlots } = this.#settings.params;
    const epoch = epochOfSlot(slotAt(this.#settings, now), epochSlots);
    if (epoch === epochOfSlot(context.parent.slot, epochSlots)) return [];
    this.#context = undefined;
    const { restored: _, ...rest } = this.#settings;
    const kept = this.#restored;
    const restored = kept && { ...kept, record: { ...kept.record, closedAt: BigInt(now) } };
    this.#machine = new Agreement({ ...rest, ...(restored === undefined ? {} : { restored }) });
    const reopened = { ...context, voters: context.nextVoters };
    return this.#remember(this.#machine.step(now, { type: "height", context: reopened })).effects;
  }

  #remember(result: StepResult): StepResult {
    for (const effect of result.effects) {
      if (effect.type === "persist") this.#restored = { record: effect.record, blocks: effect.blocks };
    }
    return result;
  }

  override block(root: Uint8Array): Block | undefined {
    return this.#machine.block(root);
  }

  override parentCommit(): CommitCertificate | undefined {
    return this.#machine.parentCommit();
  }

  override status(): AgreementStatus | undefined {
    return this.#machine.status();
  }
}

/** Entities that cool down after being primary. */
export const COOLING = 16;

/** Voters in the order in which the schedule first names them, which is their rank, then the others. */
export function rankOrder({ primaries, members }: VoterSet): number[] {
  return [...new Set([...primaries, ...members.keys()])].filter((index) => index !== NOBODY);
}

/** Fallbacks by rank behind those that cool down, as an earlier draft had it (consensus-attacks C5). */
function byRank(context: ScheduleContext, view: View): Voter | undefined {
  const set = scheduleSet(context, view.slot);
  const primary = set.primaries[view.slot % context.epochSlots] ?? NOBODY;
  if (view.round === 0) return set.members[primary];
  const rest = rankOrder(set)
    .slice(COOLING)
    .filter((index) => index !== primary);
  return set.members[rest[(view.round - 1) % rest.length] ?? NOBODY];
}

/** One time-out for header and body together that never grows, as an earlier draft had it (consensus-attacks C7). */
function withFixedTimeouts(options: AgreementOptions): AgreementOptions {
  const flat = { base: 5_000, perRound: 0 };
  return { ...options, params: { ...options.params, proposeTimeout: flat, bodyTimeout: flat } };
}

/** Mistakes that a simulator worth its name must find (consensus.md section 9), and how to make them. */
export const plantedBugs: Readonly<Record<string, Plant>> = {
  quorumHalf: withRules({ isQuorum: (weight, total) => 2 * weight >= total }),
  lockIgnored: withRules({ mayPrevote: () => true }),
  validViewUnproven: withRules({ acceptsProof: () => true }),
  votersOfTheView: { makeAgreement: (options) => new VotersOfTheView(options) },
  timelyBlamed: withRules({ blames: () => true }),
  marksWithoutHeight: withRules({
    comparePositions: (a, b) => a.slot - b.slot || a.round - b.round || a.step - b.step,
  }),
  fixedTimeouts: { makeAgreement: (options) => new Agreement(withFixedTimeouts(options)) },
  fallbacksByRank: { ...withRules({ proposerAt: byRank }), proposerAt: byRank },
  nothingPersisted: withDisk(({ disk }) => {
    disk.record = undefined;
    disk.blocks = [];
  }),
  marksWithoutLock: withDisk(({ disk }) => {
    if (disk.record !== undefined) disk.record = { ...disk.record, lock: [], valid: [] };
  }),
};
