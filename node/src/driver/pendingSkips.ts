import { type ConsensusState, SKIP_SLOTS, type SkipCertificate } from "@lucid/consensus";

const MAX_PENDING = 16;

/** Skip certificates that wait for an own block. */
export class PendingSkips {
  private skips: SkipCertificate[] = [];

  /** The oldest makes room. */
  add(certificate: SkipCertificate): void {
    if (this.skips.length >= MAX_PENDING) this.skips.shift();
    this.skips.push(certificate);
  }

  all(): SkipCertificate[] {
    return [...this.skips];
  }

  /** What was counted, or comes too late for the next block. A proposer that lacks a skip leaves it to the next one. */
  onHead(state: ConsensusState): void {
    const counts = ({ height, slot }: SkipCertificate) =>
      slot + SKIP_SLOTS > state.slot &&
      !state.countedSkips.some((counted) => counted.height === height && counted.slot === slot);
    this.skips = this.skips.filter(counts);
  }
}
