interface Event {
  readonly time: number;
  readonly order: number;
  readonly run: () => void;
}

/** Virtual time: what is due, earliest first; at equal times in the order of scheduling. A binary heap. */
export class EventQueue {
  now = 0;
  readonly #heap: Event[] = [];
  #order = 0;

  /** Runs `run` at `time`, or at once if that has passed. */
  at(time: number, run: () => void): void {
    const event = { time: Math.max(time, this.now), order: this.#order++, run };
    const heap = this.#heap;
    heap.push(event);
    let i = heap.length - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !before(event, above)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = event;
  }

  /** Runs everything up to and including `end`. */
  runUntil(end: number): void {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.time > end) break;
      this.#pop();
      this.now = first.time;
      first.run();
    }
    this.now = end;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      const left = heap[child];
      const right = heap[child + 1];
      if (left === undefined) break;
      let smaller = left;
      if (right !== undefined && before(right, left)) {
        child++;
        smaller = right;
      }
      if (!before(smaller, last)) break;
      heap[i] = smaller;
      i = child;
    }
    heap[i] = last;
  }
}

function before(a: Event, b: Event): boolean {
  return a.time !== b.time ? a.time < b.time : a.order < b.order;
}
