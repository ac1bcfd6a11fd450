/**
 * Virtual time: what is due, earliest first; at equal times in the order of scheduling. A binary heap in parallel arrays,
 * whose numbers are compared without touching the events: with hundreds of nodes tens of thousands are under way.
 */
export class EventQueue {
  now = 0;
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #runs: (() => void)[] = [];
  #order = 0;

  /** Runs `run` at `time`, or at once if that has passed. */
  at(time: number, run: () => void): void {
    this.#rise(Math.max(time, this.now), this.#order++, run);
  }

  /** Runs everything up to and including `end`. */
  runUntil(end: number): void {
    for (;;) {
      const time = this.#times[0];
      const run = this.#runs[0];
      if (time === undefined || run === undefined || time > end) break;
      this.#pop();
      this.now = time;
      run();
    }
    this.now = end;
  }

  /** The same for events that start work of its own: time goes on when `settled` has resolved. */
  async runUntilAsync(end: number, settled: () => Promise<void>): Promise<void> {
    for (;;) {
      const time = this.#times[0];
      const run = this.#runs[0];
      if (time === undefined || run === undefined || time > end) break;
      this.#pop();
      this.now = time;
      run();
      await settled();
    }
    this.now = end;
  }

  #rise(time: number, order: number, run: () => void): void {
    let i = this.#times.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = this.#times[parent] ?? 0;
      // The newest of all comes after those of the same time.
      if (above <= time) break;
      this.#move(parent, i);
      i = parent;
    }
    this.#times[i] = time;
    this.#orders[i] = order;
    this.#runs[i] = run;
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from] ?? 0;
    this.#orders[to] = this.#orders[from] ?? 0;
    this.#runs[to] = this.#runs[from] ?? nothing;
  }

  #before(a: number, b: number): boolean {
    const timeA = this.#times[a] ?? 0;
    const timeB = this.#times[b] ?? 0;
    return timeA !== timeB ? timeA < timeB : (this.#orders[a] ?? 0) < (this.#orders[b] ?? 0);
  }

  #pop(): void {
    const time = this.#times.pop() ?? 0;
    const order = this.#orders.pop() ?? 0;
    const run = this.#runs.pop() ?? nothing;
    const size = this.#times.length;
    if (size === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#before(child + 1, child)) child++;
      const below = this.#times[child] ?? 0;
      if (below > time || (below === time && (this.#orders[child] ?? 0) > order)) break;
      this.#move(child, i);
      i = child;
    }
    this.#times[i] = time;
    this.#orders[i] = order;
    this.#runs[i] = run;
  }
}

function nothing(): void {}
