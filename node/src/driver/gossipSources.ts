import type { Outcome, Source } from "@lucid/consensus";
import type { PeerId, Verdict } from "@lucid/p2p";

/** A name for what came from a peer; the peer can be read out of it. */
export function sourceOf(name: string, peer: PeerId): string {
  return `${name}@${peer}`;
}

export function peerOf(source: Source): PeerId | undefined {
  const text = String(source);
  const at = text.indexOf("@");
  return at < 0 ? undefined : text.slice(at + 1);
}

/**
 * Messages whose verdict is due. A message that the agreement has not judged when `capacity` newer ones have come is
 * ignored, so that nothing waits for ever.
 */
export class GossipSources {
  private readonly capacity: number;
  private readonly pending = new Map<Source, (verdict: Verdict) => void>();
  private next = 1;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** A name for the message, and the promise of its verdict. */
  open(peer: PeerId): { readonly source: string; readonly verdict: Promise<Verdict> } {
    const source = sourceOf(String(this.next++), peer);
    const verdict = new Promise<Verdict>((settle) => this.pending.set(source, settle));
    if (this.pending.size > this.capacity) {
      const oldest = this.pending.keys().next();
      if (!oldest.done) this.settle(oldest.value, "ignore");
    }
    return { source, verdict };
  }

  settle(source: Source, outcome: Outcome): void {
    this.pending.get(source)?.(outcome);
    this.pending.delete(source);
  }

  close(): void {
    for (const settle of this.pending.values()) settle("ignore");
    this.pending.clear();
  }
}
