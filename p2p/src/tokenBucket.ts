/** Allows `rate` units a second on average and `burst` at once. */
export class TokenBucket {
  private readonly rate: number;
  private readonly burst: number;
  private tokens: number;
  private at: number;

  /** @param now Unix milliseconds. */
  constructor(limit: { readonly rate: number; readonly burst: number }, now: number) {
    this.rate = limit.rate;
    this.burst = limit.burst;
    this.tokens = limit.burst;
    this.at = now;
  }

  /** Takes `amount` if it is there. */
  take(amount: number, now: number): boolean {
    this.refill(now);
    if (this.tokens < amount) return false;
    this.tokens -= amount;
    return true;
  }

  /** Takes `amount` in any case, into debt if need be, or gives it back where it is negative; returns the milliseconds after which the debt is paid. */
  spend(amount: number, now: number): number {
    this.refill(now);
    this.tokens -= amount;
    return this.tokens >= 0 ? 0 : Math.ceil((-this.tokens / this.rate) * 1000);
  }

  /** What may be taken at once; less than nothing while there is a debt. */
  left(now: number): number {
    this.refill(now);
    return this.tokens;
  }

  private refill(now: number): void {
    const elapsed = Math.max(0, now - this.at);
    this.at = now;
    this.tokens = Math.min(this.burst, this.tokens + (elapsed / 1000) * this.rate);
  }
}

/** So many at once, and so many a minute. */
export function perMinute(count: number): { readonly rate: number; readonly burst: number } {
  return { rate: count / 60, burst: count };
}
