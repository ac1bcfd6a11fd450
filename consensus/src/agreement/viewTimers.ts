import { type Params, timeoutOf } from "../params.js";

const NEVER = Number.POSITIVE_INFINITY;

/** The time-outs of one view of a height, as Unix milliseconds; each runs from its own moment on. */
export class ViewTimers {
  /** When the proposal's header must be here. */
  propose = NEVER;
  /** When its body must be here and executed. */
  body = NEVER;
  /** When the step is over, though votes of more than 2/3 are not of one kind. */
  prevote = NEVER;
  precommit = NEVER;
  readonly #params: Params;

  constructor(params: Params) {
    this.#params = params;
  }

  /** A view begins. */
  enter(now: number, round: number): void {
    this.propose = now + timeoutOf(this.#params.proposeTimeout, round);
    this.body = NEVER;
    this.prevote = NEVER;
    this.precommit = NEVER;
  }

  headerArrived(now: number, round: number): void {
    this.body = now + timeoutOf(this.#params.bodyTimeout, round);
  }

  /** Whether the time for the rest of the votes is over; it runs from the first question on. */
  isOver(step: "prevote" | "precommit", now: number, round: number): boolean {
    if (this[step] === NEVER) this[step] = now + timeoutOf(this.#params.voteTimeout, round);
    return now >= this[step];
  }

  /** The clock was set back: what was due in so many milliseconds still is. */
  shift(milliseconds: number): void {
    this.propose += milliseconds;
    this.body += milliseconds;
    this.prevote += milliseconds;
    this.precommit += milliseconds;
  }
}
