import { EARLY_TOLERANCE, type Header } from "@lucid/consensus";
import type { Clock } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";

/**
 * A block that is final began its slot in the past: a clock that says otherwise is wrong, and a node that voted by it
 * would vote for slots that are long over. Before the first block a clock may be ahead of nothing, and genesis may lie in
 * the future.
 * @throws NodeError CLOCK_OFF
 */
export function checkClock(clock: Clock, head: Header): void {
  const behind = Number(head.timestamp) * 1000 - clock.now();
  if (head.height === 0 || behind <= EARLY_TOLERANCE) return;
  throw new NodeError({
    code: "CLOCK_OFF",
    message: `the clock of this machine is ${Math.round(behind / 1000)} s behind the last block that it stored`,
  });
}
