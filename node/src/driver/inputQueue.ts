/** Waits for the next of many inputs; bounded for what comes from outside. */
export class InputQueue<T> {
  private readonly capacity: number;
  private items: T[] = [];
  private wake: (() => void) | undefined;
  private closed = false;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get length(): number {
    return this.items.length;
  }

  /** From peers: false when there is no room, and the input is dropped. */
  offer(item: T): boolean {
    if (this.closed || this.items.length >= this.capacity) return false;
    this.push(item);
    return true;
  }

  /** From inside: never dropped; there are as many as effects under way. */
  push(item: T): void {
    if (this.closed) return;
    this.items.push(item);
    this.wake?.();
  }

  /** All that has come in, in order; empty when the queue was closed. */
  async take(): Promise<readonly T[]> {
    while (this.items.length === 0 && !this.closed) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = undefined;
    }
    const taken = this.items;
    this.items = [];
    return taken;
  }

  close(): void {
    this.closed = true;
    this.items = [];
    this.wake?.();
  }
}
