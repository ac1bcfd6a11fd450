import type { Clock } from "@lucid/consensus/base";
import type { PeerId } from "@lucid/p2p";

/** How long a peer is left alone after it failed, milliseconds; doubled each time. */
const FIRST = 2_000;
const LONGEST = 300_000;
const KEPT = 1_024;

/** Peers that failed a moment ago: without it each chunk would wait for the same dead node again. */
export class PeerRest {
  private readonly clock: Clock;
  private readonly resting = new Map<PeerId, { readonly until: number; readonly wait: number }>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  failed(peer: PeerId): void {
    const before = this.resting.get(peer)?.wait ?? FIRST / 2;
    const wait = Math.min(2 * before, LONGEST);
    this.resting.delete(peer);
    this.resting.set(peer, { until: this.clock.now() + wait, wait });
    if (this.resting.size > KEPT) this.resting.delete(this.resting.keys().next().value ?? peer);
  }

  worked(peer: PeerId): void {
    this.resting.delete(peer);
  }

  isResting(peer: PeerId): boolean {
    return (this.resting.get(peer)?.until ?? 0) > this.clock.now();
  }

  /** When the first of them may be asked again, milliseconds from now; undefined when none rests. */
  next(): number | undefined {
    const now = this.clock.now();
    const waits = [...this.resting.values()].map(({ until }) => until - now).filter((wait) => wait > 0);
    return waits.length === 0 ? undefined : Math.min(...waits);
  }
}
