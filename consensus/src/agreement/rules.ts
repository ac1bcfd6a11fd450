import { equalBytes } from "../base/bytes.js";
import { proposerAt, type ScheduleContext } from "../schedule/leaders.js";
import { isQuorum } from "../schedule/quorum.js";
import type { PrevoteCertificate } from "../types/certificate.js";
import type { Voter } from "../types/state.js";
import { compareViews, isNoView, type View } from "../types/view.js";

/**
 * The judgements that agreement's safety and liveness hang on. A node always runs `soundRules`; the simulator puts wrong
 * ones in their place, one at a time, to show that it finds such a bug.
 */
export interface AgreementRules {
  /** Whether this much of the weight decides. */
  isQuorum(weight: number, total: number): boolean;
  /** Whether a voter with this lock may prevote the block of a proposal with this valid view. */
  mayPrevote(lock: PrevoteCertificate | undefined, blockRoot: Uint8Array, validView: View): boolean;
  /** Whether a proposal may claim a valid view, given that its certificate verifies or not. */
  acceptsProof(verifies: boolean): boolean;
  /** Whether a nil precommit blames the proposer, given that no proposal of its came in time or one did. */
  blames(absent: boolean): boolean;
  proposerAt(context: ScheduleContext, view: View): Voter | undefined;
  /** The order in which one node signs: negative, zero or positive. */
  comparePositions(a: Position, b: Position): number;
}

/** A place in that order. */
export interface Position {
  readonly height: number;
  readonly slot: number;
  readonly round: number;
  readonly step: number;
}

export const soundRules: AgreementRules = {
  isQuorum,
  mayPrevote: (lock, blockRoot, validView) =>
    lock === undefined ||
    equalBytes(lock.blockRoot, blockRoot) ||
    (!isNoView(validView) && compareViews(validView, lock) >= 0),
  acceptsProof: (verifies) => verifies,
  blames: (absent) => absent,
  proposerAt,
  comparePositions: (a, b) => a.height - b.height || a.slot - b.slot || a.round - b.round || a.step - b.step,
};
