/** Collects and prints the results of checks: `ok NAME` or `not ok NAME reason`. */
export class Report {
  passed = 0;
  failed = 0;
  readonly figures: Record<string, string | number> = {};

  /** Runs a check; it fails by throwing, or by returning a reason. */
  async check(name: string, run: () => Promise<string | undefined>): Promise<boolean> {
    let reason: string | undefined;
    try {
      reason = await run();
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    if (reason === undefined) {
      this.passed++;
      process.stdout.write(`ok ${name}\n`);
      return true;
    }
    this.failed++;
    process.stdout.write(`not ok ${name} ${reason.replaceAll("\n", "\n  ")}\n`);
    return false;
  }

  /** Last lines: the figures as JSON, then the counts. */
  finish(): void {
    process.stdout.write(`${JSON.stringify({ ok: this.failed === 0, ...this.figures })}\n`);
    process.stdout.write(`${this.passed} passed, ${this.failed} failed, 0 skipped\n`);
    process.exitCode = this.failed === 0 ? 0 : 1;
  }
}
