import { BitArray } from "@chainsafe/ssz";
import { ELIGIBILITY_EARNED, ELIGIBILITY_UPTIME, type Params } from "../params.js";
import type { ConsensusState } from "../types/state.js";
import { isJailed, isRetired } from "./registry.js";

/** One change of a vote in governance, for the system call to NodeRegistry. */
export interface EligibilityChange {
  readonly nodeId: Uint8Array;
  readonly operator: Uint8Array;
  readonly eligible: boolean;
}

/** A system call has room for this many; the rest waits for the next boundary. */
const MAX_CHANGES = 256;

/** Accepted beacons and the blocks there were since the node joined, over the days that are kept. */
export function uptimeOf(state: ConsensusState, index: number): { readonly beacons: number; readonly blocks: number } {
  const node = state.nodes[index];
  let beacons = 0;
  let blocks = 0;
  for (const day of state.uptime) {
    if (node === undefined || day.day < node.joinedDay) continue;
    beacons += day.beacons[index] ?? 0;
    blocks += day.blocks - (day.day === node.joinedDay ? node.joinedDayBlocks : 0);
  }
  return { beacons, blocks };
}

/** Marks who may vote in governance: 80 % uptime, 1 LUCID earned, a minimum age. Returns what changed. */
export function updateEligibility(draft: ConsensusState, params: Params): EligibilityChange[] {
  const { epoch } = draft.epoch;
  const changes: EligibilityChange[] = [];
  const eligible = new BitArray(draft.eligible.uint8Array.slice(), draft.eligible.bitLen);
  draft.nodes.forEach((node, index) => {
    // Genesis nodes are as old as the chain, whose epochs are counted from WINDOW_EPOCHS on.
    const age = epoch + 1 - Math.max(node.joinedEpoch, params.windowEpochs);
    const { beacons, blocks } = uptimeOf(draft, index);
    const now =
      !isRetired(node) &&
      !isJailed(node, epoch) &&
      age >= params.eligibilityAge &&
      blocks > 0 &&
      beacons * 100 >= blocks * ELIGIBILITY_UPTIME &&
      (draft.earned[index] ?? 0) >= ELIGIBILITY_EARNED;
    if (now === eligible.get(index) || changes.length >= MAX_CHANGES) return;
    eligible.set(index, now);
    changes.push({ nodeId: node.nodeId, operator: node.operator, eligible: now });
  });
  draft.eligible = eligible;
  return changes;
}
