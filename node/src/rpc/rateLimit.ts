interface Bucket {
  units: number;
  /** Milliseconds of the clock at which `units` was right. */
  at: number;
}

export interface RateLimiterOptions {
  readonly perSecond: number;
  readonly burst: number;
  readonly maxTrackedClients: number;
}

/** A token bucket per client. Clients are forgotten longest-idle first, so the table is bounded. */
export class RateLimiter {
  private readonly options: RateLimiterOptions;
  private readonly now: () => number;
  private readonly buckets = new Map<string, Bucket>();

  /** @param now milliseconds; a step back in time gives nobody anything */
  constructor(options: RateLimiterOptions, modules: { now: () => number }) {
    this.options = options;
    this.now = modules.now;
  }

  get size(): number {
    return this.buckets.size;
  }

  /** Takes `cost` units; false, and nothing taken, when fewer are left. */
  allow(client: string, cost: number): boolean {
    const { perSecond, burst } = this.options;
    const now = this.now();
    const known = this.buckets.get(client);
    const elapsed = known === undefined ? 0 : Math.max(0, now - known.at) / 1000;
    const units = known === undefined ? burst : Math.min(burst, known.units + elapsed * perSecond);
    const allowed = units >= cost;
    // Re-inserting keeps the map in order of last use, which makes the first key the longest idle.
    this.buckets.delete(client);
    this.buckets.set(client, { units: allowed ? units - cost : units, at: now });
    if (this.buckets.size > this.options.maxTrackedClients) this.forgetOldest();
    return allowed;
  }

  private forgetOldest(): void {
    const oldest = this.buckets.keys().next();
    if (oldest.done !== true) this.buckets.delete(oldest.value);
  }
}

/**
 * What counts as one client: an IPv4 address, or the /64 of an IPv6 one, since whoever holds one address there holds
 * 2^64 of them.
 */
export function clientKey(address: string | undefined): string {
  if (address === undefined) return "unknown";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("%", 1)[0]?.split("::", 2) ?? [];
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - front.length - back.length }, () => "0");
  return [...front, ...zeros, ...back].slice(0, 4).join(":").toLowerCase() + "::/64";
}
