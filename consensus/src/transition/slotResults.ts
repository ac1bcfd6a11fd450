import { proposerAt, proposerOrder, type ScheduleContext, scheduleSet } from "../schedule/leaders.js";
import type { CommitCertificate } from "../types/certificate.js";
import type { Header } from "../types/header.js";

/** How a slot ended, for the collection `leader_schedule`. */
export type SlotReason =
  /** The primary's block was decided in the slot. */
  | "primary"
  /** A fallback's block was. */
  | "timeout_fallback"
  /** A block of an earlier slot was finished in it. */
  | "carried"
  /** Nothing was decided. */
  | "empty";

export interface SlotResult {
  readonly slot: number;
  /** Entities: poolId, or nodeId of a node without a pool. */
  readonly primary: Uint8Array | undefined;
  /** In the order of rounds; at most the first eight. */
  readonly fallbacks: readonly Uint8Array[];
  /** Entity of the decided block's proposer. */
  readonly winner: Uint8Array | undefined;
  readonly reason: SlotReason;
}

/** A record of 256 voters for each slot would be long, and nobody gets that far. */
const SHOWN_FALLBACKS = 8;

/**
 * What became of the slots that a height was open in: from `firstSlot` to the slot of the view that decided it.
 * @param schedule of the height; @param certificate the one that the next block carries, so that all nodes agree
 */
export function slotResults(
  schedule: ScheduleContext,
  firstSlot: number,
  header: Header,
  certificate: CommitCertificate,
): SlotResult[] {
  const results: SlotResult[] = [];
  for (let slot = firstSlot; slot <= certificate.slot; slot++) {
    const set = scheduleSet(schedule, slot);
    const order = proposerOrder(set, slot, schedule.epochSlots);
    const entities = order.slice(0, SHOWN_FALLBACKS + 1).flatMap((index) => set.members[index]?.entity ?? []);
    const [primary, ...fallbacks] = entities;
    const decided = slot === certificate.slot;
    const winner = decided ? proposerAt(schedule, header)?.entity : undefined;
    results.push({ slot, primary, fallbacks, winner, reason: decided ? reasonOf(header, certificate) : "empty" });
  }
  return results;
}

function reasonOf(header: Header, certificate: CommitCertificate): SlotReason {
  if (header.slot < certificate.slot) return "carried";
  return header.round === 0 ? "primary" : "timeout_fallback";
}
