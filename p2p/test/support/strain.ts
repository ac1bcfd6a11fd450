import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Most memory that an attack may cost the process that plays both sides, MB. */
const MEMORY = 150;
/** Longest turn of the event loop, milliseconds of processor time: unlike the clock it does not depend on other programs. */
const TURN = 1_000;
/** Most that an attack may leave on the disk, bytes. */
const DISK = 10_000_000;

/** What the victim goes through while an attack runs. */
export class Strain {
  private readonly before = process.memoryUsage();
  private readonly folder: string | undefined;
  private readonly stored: number;
  private longest = 0;
  private cpu = process.cpuUsage();
  private readonly timer = setInterval(() => this.turn(), 1);

  /** @param folder all that the victim keeps on the disk */
  constructor(folder?: string) {
    this.folder = folder;
    this.stored = sizeOf(folder);
  }

  private turn(): void {
    const { user, system } = process.cpuUsage(this.cpu);
    this.cpu = process.cpuUsage();
    this.longest = Math.max(this.longest, (user + system) / 1000);
  }

  check(): void {
    this.turn();
    clearInterval(this.timer);
    const { heapUsed, external } = process.memoryUsage();
    const grown = (heapUsed + external - this.before.heapUsed - this.before.external) / 1e6;
    assert.ok(grown < MEMORY, `memory grew by ${grown.toFixed(0)} MB`);
    assert.ok(this.longest < TURN, `a turn of the event loop took ${this.longest.toFixed(0)} ms`);
    const written = sizeOf(this.folder) - this.stored;
    assert.ok(written < DISK, `${written} bytes more on the disk`);
  }
}

/** Bytes of all files in a folder; those that go away meanwhile do not count. */
function sizeOf(folder: string | undefined): number {
  if (folder === undefined || !existsSync(folder)) return 0;
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => {
    return sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0);
  }, 0);
}
