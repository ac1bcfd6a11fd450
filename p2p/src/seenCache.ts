/** Remembers the last `capacity` keys; the oldest leaves first. */
export class SeenCache {
  private readonly capacity: number;
  private readonly keys = new Set<string>();

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** True when the key is new. */
  add(key: string): boolean {
    if (this.keys.has(key)) return false;
    this.keys.add(key);
    if (this.keys.size > this.capacity) {
      const oldest = this.keys.values().next();
      if (!oldest.done) this.keys.delete(oldest.value);
    }
    return true;
  }
}
