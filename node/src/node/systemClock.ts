import type { Clock, Timer } from "@lucid/consensus/base";

/** setTimeout takes at most this; a longer wait (a genesis weeks ahead) is cut into several. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** The machine's clock. Timers follow the wall clock, so that a slot starts when the clock says so, even after a step. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  setTimer(milliseconds: number, callback: () => void): Timer {
    const due = Date.now() + milliseconds;
    let handle = setTimeout(fire, Math.min(Math.max(0, milliseconds), LONGEST_TIMEOUT));
    function fire(): void {
      const rest = due - Date.now();
      // Node's timers run on the monotonic clock and may fire a millisecond early by the wall clock.
      if (rest > 0) handle = setTimeout(fire, Math.min(rest, LONGEST_TIMEOUT));
      else callback();
    }
    return { cancel: () => clearTimeout(handle) };
  }
}
