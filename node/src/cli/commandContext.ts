import type { ResolvedConfig, SettingName } from "../config/index.js";
import { NodeError } from "../errors.js";
import type { Output } from "./output.js";
import type { Terminal } from "./prompt.js";
import type { Interruption } from "./signals.js";

export type Environment = Readonly<Record<string, string | undefined>>;

/** All that a handler gets. Handlers have no other way to the outside than these and the file system. */
export interface CommandContext {
  readonly output: Output;
  readonly terminal: Terminal;
  readonly env: Environment;
  readonly interruption: Interruption;
  readonly arguments: readonly string[];
  readonly options: OptionReader;
  /** Settings that were given as options; everything else of the configuration comes from `config`. */
  readonly settingFlags: Partial<Record<SettingName, unknown>>;
  /** Flag, variable, file, default; reads config.yaml of the data directory (or --config). */
  config(): Promise<ResolvedConfig & { readonly filePath: string | undefined }>;
}

/** Options by name with the type that the specification's parser gave them. */
export class OptionReader {
  private readonly values: Readonly<Record<string, unknown>>;

  private readonly named: ReadonlySet<string>;

  /** @param named options that were given, not taken from a default */
  constructor(values: Readonly<Record<string, unknown>>, named: ReadonlySet<string>) {
    this.values = values;
    this.named = named;
  }

  given(name: string): boolean {
    return this.named.has(name);
  }

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === "string" ? value : undefined;
  }

  number(name: string): number | undefined {
    const value = this.values[name];
    return typeof value === "number" ? value : undefined;
  }

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  value(name: string): unknown {
    return this.values[name];
  }
}

/** The positional argument; commander has made sure that required ones are there. */
export function argument(context: CommandContext, index: number): string {
  const value = context.arguments[index];
  if (value === undefined) throw new NodeError({ code: "USAGE", message: "an argument is missing" });
  return value;
}
