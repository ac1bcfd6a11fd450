import { setImmediate } from "node:timers/promises";
import { equalBytes } from "@lucid/consensus/base";
import type { ChainReader } from "../interfaces.js";

/** Headers read before the event loop gets a turn. */
const SLICE = 64;

/**
 * Heights of the headers that name other voters than the one before them. It reads each header once in its life and
 * remembers one number for each change, of which an epoch has at most one.
 */
export class SetChanges {
  private readonly chain: ChainReader;
  private readonly heights: number[] = [];
  private scanned = 0;
  private lastRoot: Uint8Array | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(modules: { chain: ChainReader }) {
    this.chain = modules.chain;
  }

  /** Changes below `height`, ascending: what lies between where the chain begins here and the voters of that height. */
  async upTo(height: number): Promise<readonly number[]> {
    // Two scans at once would count changes twice.
    this.running = this.running.then(() => this.scan(height));
    await this.running;
    return this.heights.filter((change) => change < height);
  }

  private async scan(height: number): Promise<void> {
    if (this.lastRoot === undefined) {
      // Genesis, or the block of the snapshot with which this chain began: the proof's checkpoint.
      this.scanned = this.chain.earliestHeight();
      this.lastRoot = this.chain.blockByHeight(this.scanned)?.header.activeSetRoot;
    }
    while (this.scanned < height - 1) {
      const root = this.chain.blockByHeight(this.scanned + 1)?.header.activeSetRoot;
      if (root === undefined) return;
      this.scanned++;
      if (this.lastRoot === undefined || !equalBytes(root, this.lastRoot)) this.heights.push(this.scanned);
      this.lastRoot = root;
      if (this.scanned % SLICE === 0) await setImmediate();
    }
  }
}
