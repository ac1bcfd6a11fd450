import { z } from "zod";

/** One setting: its name in the file, its option, its variable, its type and its default. */
export interface Setting<T> {
  /** Dotted path in config.yaml. */
  readonly key: string;
  /** Option as commander writes it. */
  readonly flag: string;
  readonly env: string;
  readonly summary: string;
  readonly fallback: T;
  /** Reads the text of an option or a variable, or the value of the YAML file. */
  readonly schema: z.ZodType<T>;
  /** False for what the file cannot hold because it says where the file is. */
  readonly inFile: boolean;
  /** Heading in the help, for options of which there are many. */
  readonly group?: string;
}

/** On or off, as people write it in an option, a variable or the file. */
export const flagValue = z.union(
  [z.boolean(), z.enum(["true", "false", "1", "0"]).transform((v) => v === "true" || v === "1")],
  {
    error: "must be true or false",
  },
);

export function setting<T>(definition: Omit<Setting<T>, "inFile"> & { inFile?: boolean }): Setting<T> {
  return { inFile: true, ...definition };
}

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** Bytes of "64 GiB", "500MB" or "1048576"; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(text);
  if (match === null) return undefined;
  const unit = UNITS[(match[2] === undefined || match[2] === "" ? "B" : match[2]).toUpperCase()];
  const bytes = unit === undefined ? Number.NaN : Math.floor(Number(match[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A number of YAML, or the text of an option; undefined for what `read` does not take or is out of range. */
function bounded(
  [minimum, maximum]: readonly [number, number],
  read: (text: string) => number | undefined,
  message: string,
): z.ZodType<number> {
  return z.union([z.number(), z.string()], { error: message }).transform((value, context) => {
    const number = typeof value === "number" ? value : read(value);
    if (number !== undefined && Number.isSafeInteger(number) && number >= minimum && number <= maximum) return number;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
}

export const size = bounded([0, Number.MAX_SAFE_INTEGER], parseSize, "must be a size such as 500MB or 64GiB");

export function sizeBetween(minimum: number, maximum: number): z.ZodType<number> {
  return bounded([minimum, maximum], parseSize, `must be a size from ${sizeText(minimum)} to ${sizeText(maximum)}`);
}

/** A whole number; digits may be grouped by _. */
export function count(minimum: number, maximum: number): z.ZodType<number> {
  const read = (text: string) => (/^\d+(_\d+)*$/.test(text.trim()) ? Number(text.replaceAll("_", "")) : undefined);
  return bounded([minimum, maximum], read, `must be a whole number from ${minimum} to ${maximum}`);
}

function sizeText(bytes: number): string {
  return bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20}MiB` : `${bytes / 2 ** 10}KiB`;
}
