/** Runs tasks one after the other; refuses when `capacity` of them wait. */
export class TaskQueue {
  private readonly capacity: number;
  private readonly waiting: (() => Promise<void>)[] = [];
  private running: Promise<void> | undefined;
  private closed = false;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** False when the queue is full or closed: the task will not run. A task must not reject. */
  push(task: () => Promise<void>): boolean {
    if (this.closed || this.waiting.length >= this.capacity) return false;
    this.waiting.push(task);
    this.running ??= this.drain();
    return true;
  }

  /** Drops what waits and settles when the running task has ended. */
  async close(): Promise<void> {
    this.closed = true;
    this.waiting.length = 0;
    await this.running;
  }

  private async drain(): Promise<void> {
    for (let task = this.waiting.shift(); task !== undefined; task = this.waiting.shift()) await task();
    this.running = undefined;
  }
}
