import type { Clock } from "@lucid/consensus/base";

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(milliseconds, callback) {
    const timer = setTimeout(callback, Math.max(0, milliseconds));
    return { cancel: () => clearTimeout(timer) };
  },
};
