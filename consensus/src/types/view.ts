/**
 * A view is one attempt at deciding a height: the r-th proposer of a slot. Views are ordered as pairs. (0, 0) stands for
 * "none": slot 0 belongs to genesis and is never voted in.
 */
export interface View {
  readonly slot: number;
  readonly round: number;
}

export const NO_VIEW: View = { slot: 0, round: 0 };

/** Negative, zero or positive. */
export function compareViews(a: View, b: View): number {
  return a.slot !== b.slot ? a.slot - b.slot : a.round - b.round;
}

export function isNoView(view: View): boolean {
  return view.slot === 0;
}

/** Rounds beyond this are refused: with growing time-outs no slot reaches ten. */
export const MAX_ROUND = 1023;

/** Orders like the view; a safe integer as slot < 2^32 and round <= MAX_ROUND. */
export function viewKey(view: View): number {
  return view.slot * (MAX_ROUND + 1) + view.round;
}
