import { Agreement } from "../agreement/agreement.js";
import { type AgreementRules, soundRules } from "../agreement/rules.js";
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

/** Mistakes that a simulator worth its name must find (consensus.md section 9), and how to make them. */
export const plantedBugs: Readonly<Record<string, Plant>> = {
  quorumHalf: withRules({ isQuorum: (weight, total) => 2 * weight >= total }),
  lockIgnored: withRules({ mayPrevote: () => true }),
  validViewUnproven: withRules({ acceptsProof: () => true }),
  nothingPersisted: withDisk(({ disk }) => {
    disk.record = undefined;
    disk.blocks = [];
  }),
  marksWithoutLock: withDisk(({ disk }) => {
    if (disk.record !== undefined) disk.record = { ...disk.record, lock: [], valid: [] };
  }),
};
