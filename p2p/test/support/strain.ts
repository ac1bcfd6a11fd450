import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Most memory that an attack may cost the process that plays both sides, MB. */
const MEMORY = 150;
/** Longest turn of the event loop, milliseconds of processor time: unlike the clock it does not depend on other programs. */
const TURN = 1_000;

/** What the victim goes through while an attack runs. */
export class Strain {
  private readonly before = process.memoryUsage();
  private longest = 0;
  private cpu = process.cpuUsage();
  private readonly timer = setInterval(() => this.turn(), 1);

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
  }
}

/** Most that the database of known peers may take on the disk, bytes. */
const DISK = 10_000_000;

/** The files of the database in this folder. */
export function checkDisk(folder: string): void {
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  assert.ok(bytes < DISK, `${bytes} bytes on the disk`);
}
