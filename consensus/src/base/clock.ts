/** Time as an argument: nodes run on the system's clock, tests and the simulator on a virtual one. */
export interface Clock {
  /** Unix time, milliseconds. */
  now(): number;
  /** Calls back once, not before `milliseconds` from now; never within this call. */
  setTimer(milliseconds: number, callback: () => void): Timer;
}

export interface Timer {
  /** Idempotent; after it the callback does not run. */
  cancel(): void;
}

interface PendingTimer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that moves only when it is told to. Timers of one instant fire in the order in which they were set. */
export class VirtualClock implements Clock {
  private time: number;
  private order = 0;
  private readonly timers = new Set<PendingTimer>();

  constructor(startMilliseconds: number) {
    this.time = startMilliseconds;
  }

  now(): number {
    return this.time;
  }

  setTimer(milliseconds: number, callback: () => void): Timer {
    const timer = { at: this.time + Math.max(0, milliseconds), order: this.order++, callback };
    this.timers.add(timer);
    return { cancel: () => void this.timers.delete(timer) };
  }

  /** Unix milliseconds of the next timer, undefined without one. */
  nextTimer(): number | undefined {
    return this.earliest()?.at;
  }

  /** Moves to `milliseconds` (never back), firing what falls due on the way, each at its own instant. */
  advanceTo(milliseconds: number): void {
    for (let next = this.earliest(); next !== undefined && next.at <= milliseconds; next = this.earliest()) {
      this.timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.callback();
    }
    this.time = Math.max(this.time, milliseconds);
  }

  private earliest(): PendingTimer | undefined {
    let best: PendingTimer | undefined;
    for (const timer of this.timers) {
      if (best === undefined || timer.at < best.at || (timer.at === best.at && timer.order < best.order)) best = timer;
    }
    return best;
  }
}
