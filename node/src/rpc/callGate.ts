import { limitExceeded } from "./rpcError.js";

/**
 * Lets a few calls execute at once and a bounded number wait; more than that are refused at once, so that a flood of
 * eth_call costs the flooder an error and not everybody's memory.
 */
export class CallGate {
  private readonly concurrent: number;
  private readonly queueLimit: number;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(options: { concurrent: number; queued: number }) {
    this.concurrent = options.concurrent;
    this.queueLimit = options.queued;
  }

  get depth(): number {
    return this.waiting.length;
  }

  /** @throws RpcError RPC_LIMIT_EXCEEDED when too many wait already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.concurrent) {
      if (this.waiting.length >= this.queueLimit) throw limitExceeded("too many calls are waiting, try again later");
      // Whoever leaves hands its place over, so `running` stays as it is.
      await new Promise<void>((resume) => this.waiting.push(resume));
    } else {
      this.running++;
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running--;
      else next();
    }
  }
}
