/** What `npm run bench` gives a benchmark, and what the benchmarks of all packages share. */
export interface BenchContext {
  readonly json: boolean;
  readonly args: readonly string[];
  log(line: string): void;
}

/** A file in <package>/bench exports one as `bench`. */
export interface Bench {
  readonly name: string;
  readonly summary: string;
  run(context: BenchContext): Promise<Record<string, number | string | boolean>>;
}

/** Value of `--name VALUE` as a number. */
export function numberOption(args: readonly string[], name: string, otherwise: number): number {
  const at = args.indexOf(`--${name}`);
  const value = at < 0 ? Number.NaN : Number(args[at + 1]);
  return Number.isFinite(value) && value > 0 ? value : otherwise;
}

export function textOption(args: readonly string[], name: string, otherwise: string): string {
  const at = args.indexOf(`--${name}`);
  return (at < 0 ? undefined : args[at + 1]) ?? otherwise;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

export function round(value: number, digits = 2): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
