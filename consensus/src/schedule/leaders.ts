import { concatBytes, u32be } from "../base/bytes.js";
import { sha256 } from "../base/hash.js";
import { epochOfSlot } from "../slots.js";
import { NOBODY, type Voter, type VoterSet } from "../types/state.js";
import type { View } from "../types/view.js";

/** Orders that were drawn for the last slots of a set; a pure memo. */
const drawn = new WeakMap<VoterSet, Map<number, number[]>>();
const KEPT_SLOTS = 4;

/**
 * The order in which voters may propose in a slot: primary, first fallback (both by rank), then all others drawn without
 * replacement by weight from SHA-256(seed || slot || i). With fallbacks in rank order, the silent top of the ranking would
 * stop the chain for good (consensus-attacks C5); a draw differs in every slot, with or without blocks.
 * @returns indices in `set.members`, each once
 */
export function proposerOrder(set: VoterSet, slot: number, epochSlots: number): readonly number[] {
  let bySlot = drawn.get(set);
  if (bySlot === undefined) {
    bySlot = new Map();
    drawn.set(set, bySlot);
  }
  let order = bySlot.get(slot);
  if (order === undefined) {
    order = drawOrder(set, slot, epochSlots);
    if (bySlot.size >= KEPT_SLOTS) bySlot.delete(bySlot.keys().next().value ?? slot);
    bySlot.set(slot, order);
  }
  return order;
}

function drawOrder(set: VoterSet, slot: number, epochSlots: number): number[] {
  const order = [set.primaries[slot % epochSlots], set.fallbacks[slot % epochSlots]].filter(
    (index): index is number => index !== undefined && index !== NOBODY,
  );
  const rest = set.members.map((member, index) => ({ index, weight: BigInt(member.weight) }));
  const pool = rest.filter(({ index }) => !order.includes(index));
  let total = pool.reduce((sum, { weight }) => sum + weight, 0n);
  for (let i = 0; pool.length > 0; i++) {
    // 256 bits against a total below 2^34: the bias of the remainder is beyond measure.
    const digest = sha256(concatBytes(set.seed, u32be(slot), u32be(i)));
    let ticket = BigInt(`0x${Buffer.from(digest).toString("hex")}`) % total;
    let position = 0;
    for (; position < pool.length - 1; position++) {
      const weight = pool[position]?.weight ?? 0n;
      if (ticket < weight) break;
      ticket -= weight;
    }
    const [picked] = pool.splice(position, 1);
    if (picked === undefined) break;
    total -= picked.weight;
    order.push(picked.index);
  }
  return order;
}

/** What decides who proposes: fixed for a height. */
export interface ScheduleContext {
  readonly voters: VoterSet;
  readonly nextVoters: VoterSet;
  /** header.slot of the parent. */
  readonly parentSlot: number;
  readonly epochSlots: number;
}

/** The set whose schedule holds in a slot. */
export function scheduleSet(context: ScheduleContext, slot: number): VoterSet {
  const same = epochOfSlot(slot, context.epochSlots) === epochOfSlot(context.parentSlot, context.epochSlots);
  return same ? context.voters : context.nextVoters;
}

/** Who proposes in a view. It may be a voter of the next set only, which proposes without voting. */
export function proposerAt(context: ScheduleContext, view: View): Voter | undefined {
  const set = scheduleSet(context, view.slot);
  // The first two stand in the schedule; the draw of all the others is for when both have failed.
  const early = view.round === 0 ? set.primaries : view.round === 1 ? set.fallbacks : undefined;
  const scheduled = early?.[view.slot % context.epochSlots];
  if (scheduled !== undefined && scheduled !== NOBODY) return set.members[scheduled];
  const order = proposerOrder(set, view.slot, context.epochSlots);
  return set.members[order[view.round % order.length] ?? NOBODY];
}
