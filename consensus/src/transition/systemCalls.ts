import { concatBytes, fromHex, u32be } from "../base/bytes.js";
import type { ConsensusState, NodeEntry } from "../types/state.js";
import type { EligibilityChange } from "./eligibility.js";
import type { SystemCall } from "./types.js";

/*
 * Calls of NodeRegistry, encoded here: two functions over arrays of fixed-size tuples need no ABI library. A test of the
 * node compares address, selectors and encoding with the contract's ABI.
 */

const NODE_REGISTRY = fromHex("0000000000000000000000000000000000001003");
/** recordEligibility((bytes32,address,bool)[]) */
const RECORD_ELIGIBILITY = fromHex("8dd2babc");
/** burnBonds((bytes32,address)[]) */
const BURN_BONDS = fromHex("22d49a99");

/** Nodes that the block jails. Entries are replaced, never changed, so most comparisons are of references. */
export function jailedBetween(before: ConsensusState, after: ConsensusState): readonly NodeEntry[] {
  return before.nodes.flatMap((old, index) => {
    const node = after.nodes[index];
    return node !== undefined && node !== old && node.jailedUntil > old.jailedUntil ? [node] : [];
  });
}

/** What the registry is told before the block's transactions: changed votes in governance, and whose bonds burn. */
export function systemCallsOf(eligibility: readonly EligibilityChange[], jailed: readonly NodeEntry[]): SystemCall[] {
  const calls: SystemCall[] = [];
  if (eligibility.length > 0) {
    const tuples = eligibility.map(({ nodeId, operator, eligible }) => [nodeId, word(operator), numberWord(+eligible)]);
    calls.push({ to: NODE_REGISTRY, data: encodeCall(RECORD_ELIGIBILITY, tuples) });
  }
  if (jailed.length > 0) {
    const tuples = jailed.map(({ nodeId, operator }) => [nodeId, word(operator)]);
    calls.push({ to: NODE_REGISTRY, data: encodeCall(BURN_BONDS, tuples) });
  }
  return calls;
}

/** A call whose one argument is an array of tuples of words. */
function encodeCall(selector: Uint8Array, tuples: readonly (readonly Uint8Array[])[]): Uint8Array {
  return concatBytes(selector, numberWord(32), numberWord(tuples.length), ...tuples.flat());
}

function word(bytes: Uint8Array): Uint8Array {
  return concatBytes(new Uint8Array(32 - bytes.length), bytes);
}

function numberWord(value: number): Uint8Array {
  return word(u32be(value));
}
