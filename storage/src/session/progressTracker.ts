import type { StagedChunk } from "./sessionRecord.js";
import type { SessionProgress } from "./sessionTypes.js";

/** Counts what the stages of a session report and tells the caller after each step. */
export class ProgressTracker {
  private state: SessionProgress;
  private readonly report: ((progress: SessionProgress) => void) | undefined;

  constructor(bytesTotal: number | undefined, report?: (progress: SessionProgress) => void) {
    this.report = report;
    this.state = {
      phase: "reading",
      bytesRead: 0,
      bytesTotal,
      chunksAcknowledged: 0,
      bytesStored: 0,
      chunksDelivered: 0,
      gaps: 0,
    };
  }

  /** What an earlier run did: the counts start there. */
  adopted(chunks: readonly StagedChunk[]): void {
    this.update({
      phase: "reading",
      bytesRead: chunks.reduce((sum, chunk) => sum + chunk.plainSize, 0),
      chunksAcknowledged: chunks.length,
      bytesStored: chunks.reduce((sum, chunk) => sum + chunk.size, 0),
      chunksDelivered: chunks.filter((chunk) => chunk.delivered).length,
    });
  }

  /** `bytes` of the source were compared with what is staged. */
  checked(bytes: number): void {
    this.update({ phase: "checking", bytesRead: bytes });
  }

  read(bytes: number): void {
    this.update({ bytesRead: this.state.bytesRead + bytes });
  }

  acknowledged(chunk: StagedChunk): void {
    this.update({
      chunksAcknowledged: this.state.chunksAcknowledged + 1,
      bytesStored: this.state.bytesStored + chunk.size,
    });
  }

  delivered(): void {
    const { bytesRead, bytesTotal } = this.state;
    this.update({
      chunksDelivered: this.state.chunksDelivered + 1,
      phase: bytesRead === bytesTotal ? "delivering" : this.state.phase,
    });
  }

  gaps(count: number): void {
    if (count !== this.state.gaps) this.update({ gaps: count });
  }

  done(): void {
    this.update({ phase: "done" });
  }

  private update(change: Partial<SessionProgress>): void {
    this.state = { ...this.state, ...change };
    this.report?.(this.state);
  }
}
