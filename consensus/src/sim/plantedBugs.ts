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
import { epochOfSlot, slotAt } from "../slots.js";
import type { Block } from "../types/body.js";
import type { CommitCertificate } from "../types/certificate.js";
import type { ScenarioOptions } from "./scenario.js";
import type { SimNode } from "./simNode.js";

type Plant = Pick<ScenarioOptions, "makeAgreement" | "onRestart">;

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

/** Mistakes that a simulator worth its name must find (consensus.md section 9), and how to make them. */
export const plantedBugs: Readonly<Record<string, Plant>> = {
  quorumHalf: withRules({ isQuorum: (weight, total) => 2 * weight >= total }),
  lockIgnored: withRules({ mayPrevote: () => true }),
  validViewUnproven: withRules({ acceptsProof: () => true }),
  votersOfTheView: { makeAgreement: (options) => new VotersOfTheView(options) },
  nothingPersisted: withDisk(({ disk }) => {
    disk.record = undefined;
    disk.blocks = [];
  }),
  marksWithoutLock: withDisk(({ disk }) => {
    if (disk.record !== undefined) disk.record = { ...disk.record, lock: [], valid: [] };
  }),
};
