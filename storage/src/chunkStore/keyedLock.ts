/** Runs actions under the same key one after the other, under different keys side by side. */
export class KeyedLock {
  private readonly tails = new Map<string, Promise<unknown>>();

  async run<T>(key: string, action: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve();
    // What went before may have failed; that is its caller's affair.
    const own = before.then(action, action);
    this.tails.set(key, own);
    try {
      return await own;
    } finally {
      if (this.tails.get(key) === own) this.tails.delete(key);
    }
  }
}

/** At most `width` actions at a time and `depth` waiting; `tryRun` answers undefined instead of waiting longer. */
export class Gate {
  private readonly width: number;
  private readonly depth: number;
  private active = 0;
  private readonly queue: (() => void)[] = [];

  constructor(width: number, depth: number) {
    this.width = width;
    this.depth = depth;
  }

  get waiting(): number {
    return this.queue.length;
  }

  get running(): number {
    return this.active;
  }

  tryRun<T>(action: () => Promise<T>): Promise<T> | undefined {
    if (this.active >= this.width && this.queue.length >= this.depth) return undefined;
    return this.run(action);
  }

  private async run<T>(action: () => Promise<T>): Promise<T> {
    if (this.active >= this.width) await new Promise<void>((resolve) => this.queue.push(resolve));
    else this.active++;
    try {
      return await action();
    } finally {
      // The place goes straight to the next in line, so that nobody can step in between.
      const next = this.queue.shift();
      if (next === undefined) this.active--;
      else next();
    }
  }
}
