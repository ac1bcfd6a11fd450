import { NodeError } from "../errors.js";

/** At most `running` holders at a time; up to `waiting` more queue in order, others are refused. */
export class Slots {
  private readonly running: number;
  private readonly waiting: number;
  private held = 0;
  private readonly queue: (() => void)[] = [];

  constructor(running: number, waiting: number) {
    this.running = running;
    this.waiting = waiting;
  }

  /** Resolves with the function that gives the slot back (idempotent). @throws NodeError LOCAL_BUSY */
  async acquire(): Promise<() => void> {
    if (this.held < this.running) this.held++;
    else {
      if (this.queue.length >= this.waiting) {
        throw new NodeError({
          code: "LOCAL_BUSY",
          message: `${this.running + this.waiting} chunks are being stored already`,
        });
      }
      await new Promise<void>((resolve) => this.queue.push(resolve));
    }
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.queue.shift();
      // A slot that goes to the next in the queue stays held.
      if (next === undefined) this.held--;
      else next();
    };
  }
}
