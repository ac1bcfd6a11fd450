import type { SettingName } from "../config/index.js";
import type { CommandContext } from "./commandContext.js";

/** Checks and converts the text of an option or argument; throws commander's InvalidArgumentError. */
export type ValueParser = (text: string) => unknown;

export interface OptionSpec {
  /** As commander writes it: "-o, --out <file>". */
  readonly flags: string;
  readonly summary: string;
  readonly parse?: ValueParser;
  /** Shown in the help; handlers get it when the option is absent. */
  readonly fallback?: string | number | boolean;
  readonly choices?: readonly string[];
  /** The command does not run without it. */
  readonly required?: true;
  /** LUCID_* variable that stands in when the option is absent. */
  readonly env?: string;
}

export interface ArgumentSpec {
  /** As commander writes it: "<file>", "[id]", "[command...]". */
  readonly name: string;
  readonly summary: string;
}

export type Handler = (context: CommandContext) => Promise<number | undefined>;

/** One command: parser, help, completion and docs/cli.md all come from this. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** More paragraphs for the help page. */
  readonly details?: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  /** Settings of the configuration that this command takes as options. */
  readonly settings?: readonly SettingName[];
  readonly examples?: readonly (readonly [command: string, what: string])[];
  /** Loads the handler only when it is called, so that --help answers at once. */
  readonly load?: () => Promise<Handler>;
  readonly commands?: readonly CommandSpec[];
}
