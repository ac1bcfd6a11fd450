import type { Writable } from "node:stream";

export interface OutputOptions {
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly json: boolean;
}

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";
const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

/** Colours belong on a terminal only, and not when the person said no (https://no-color.org). */
export function wantsColour(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "") return false;
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/** JSON text in which bigint is a decimal string and bytes are hex; one line. */
export function toJsonLine(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "bigint") return inner.toString();
    if (inner instanceof Uint8Array) return `0x${Buffer.from(inner).toString("hex")}`;
    return inner;
  });
}

/** Everything that a command prints goes through here: text for people, one JSON value for machines. */
export class Output {
  readonly json: boolean;
  /** True when a person watches the diagnostics, so that progress may be drawn. */
  readonly interactive: boolean;
  private readonly options: OutputOptions;

  constructor(options: OutputOptions) {
    this.options = options;
    this.json = options.json;
    this.interactive = options.stderr.isTTY === true && options.env["TERM"] !== "dumb";
  }

  /** A line of the result; silent in JSON mode. */
  line(text = ""): void {
    if (!this.json) this.options.stdout.write(`${text}\n`);
  }

  /** A line about what happens, on stderr so that results can be piped; silent in JSON mode. */
  note(text: string): void {
    if (!this.json) this.options.stderr.write(`${text}\n`);
  }

  /** A line that must be seen in both modes, on stderr. */
  warn(text: string): void {
    this.options.stderr.write(`${this.paint("yellow", "warning:", this.options.stderr)} ${text}\n`);
  }

  /** The result for machines; silent in text mode. */
  data(value: unknown): void {
    if (this.json) this.options.stdout.write(`${toJsonLine(value)}\n`);
  }

  style(style: Style, text: string): string {
    return this.paint(style, text, this.options.stdout);
  }

  /** Name and value in two columns. */
  fields(rows: readonly (readonly [string, string])[]): void {
    const width = Math.max(0, ...rows.map(([name]) => name.length));
    for (const [name, value] of rows) this.line(`${this.style("dim", name.padEnd(width))}  ${value}`);
  }

  /** A table with a heading; columns are as wide as their widest cell. */
  table(heading: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = heading.map((title, column) =>
      Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
    );
    const format = (row: readonly string[]): string =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd();
    this.line(this.style("dim", format(heading)));
    for (const row of rows) this.line(format(row));
  }

  private paint(style: Style, text: string, stream: { readonly isTTY?: boolean }): string {
    if (!wantsColour(stream, this.options.env)) return text;
    const [on, off] = CODES[style];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  }
}
