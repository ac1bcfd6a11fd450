interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs `commit` on groups: what is added while one group is being committed makes up the next one. So a slow disk is asked
 * to sync once for many items and not once for each. Groups come one after the other, items in the order in which they were
 * added. The number of waiting items is bounded by whoever adds them and waits.
 */
export class GroupCommit<T> {
  private readonly commit: (items: readonly T[]) => Promise<void>;
  private waiting: Waiting<T>[] = [];
  private running: Promise<void> | undefined;

  constructor(commit: (items: readonly T[]) => Promise<void>) {
    this.commit = commit;
  }

  /** Resolves when the item's group is committed; rejects with the error of its group. */
  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.running ??= this.run();
    });
  }

  private async run(): Promise<void> {
    // What is added within the same turn goes along.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        await this.commit(group.map(({ item }) => item));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.running = undefined;
  }
}
