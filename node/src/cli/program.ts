import { Argument, Command, Option } from "commander";
import { type SettingName, settings } from "../config/index.js";
import type { CommandSpec, Handler, OptionSpec } from "./spec.js";
import { globalOptions, specs } from "./specs/index.js";
import { version } from "./version.js";

export interface Invocation {
  readonly spec: CommandSpec;
  readonly arguments: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  /** Names of the options that the command line or a variable gave. */
  readonly given: ReadonlySet<string>;
  readonly settingFlags: Partial<Record<SettingName, unknown>>;
  readonly load: () => Promise<Handler>;
}

function makeOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.summary);
  if (spec.choices !== undefined) option.choices([...spec.choices]);
  if (spec.parse !== undefined) option.argParser(spec.parse);
  if (spec.fallback !== undefined) option.default(spec.fallback);
  if (spec.env !== undefined) option.env(spec.env);
  if (spec.required === true) option.makeOptionMandatory();
  return option;
}

/** The option of a setting. It has no default here: the configuration resolves that, so that the origin stays known. */
function settingOption(name: SettingName): Option {
  const { flag, summary, env, group } = settings[name];
  const option = new Option(flag, `${summary} (${env})`);
  return group === undefined ? option : option.helpGroup(group);
}

function helpText(spec: CommandSpec): string {
  const parts: string[] = [];
  if (spec.examples !== undefined && spec.examples.length > 0) {
    parts.push("", "Examples:", ...spec.examples.flatMap(([command, what]) => [`  ${command}`, `      ${what}`]));
  }
  return parts.join("\n");
}

function addCommand(parent: Command, spec: CommandSpec, invoke: (invocation: Invocation) => Promise<void>): void {
  const command = parent.command(spec.name).summary(spec.summary);
  const summary = `${spec.summary.charAt(0).toUpperCase()}${spec.summary.slice(1)}.`;
  command.description(spec.details === undefined ? summary : `${summary}\n\n${spec.details}`);
  for (const { name, summary: about } of spec.arguments ?? []) command.addArgument(new Argument(name, about));
  for (const option of spec.options ?? []) command.addOption(makeOption(option));
  const settingOptions = (spec.settings ?? []).map((name) => ({ name, option: settingOption(name) }));
  for (const { option } of settingOptions) command.addOption(option);
  command.addHelpText("after", helpText(spec));
  for (const inner of spec.commands ?? []) addCommand(command, inner, invoke);
  const { load } = spec;
  if (load === undefined) return;
  command.action(async () => {
    const options = command.optsWithGlobals();
    const settingFlags: Partial<Record<SettingName, unknown>> = {};
    for (const { name, option } of settingOptions) {
      const attribute = option.attributeName();
      // "--no-x" options are true without being given; only what was given counts as a flag.
      if (command.getOptionValueSource(attribute) === "cli") settingFlags[name] = options[attribute];
    }
    const given = new Set(
      Object.keys(options).filter((name) => command.getOptionValueSourceWithGlobals(name) !== "default"),
    );
    await invoke({ spec, arguments: command.args, options, given, settingFlags, load });
  });
}

/** The whole parser. It never prints errors or ends the process: they are thrown as CommanderError. */
export function buildProgram(invoke: (invocation: Invocation) => Promise<void>): Command {
  const program = new Command("lucid");
  program
    .description(
      "Records, encrypts, stores and proves remote-desktop sessions, and runs a node of the Lucid On-System Data Chain.",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      "after",
      [
        "",
        "Examples:",
        "  lucid devnet                         a network of your own, until Ctrl-C",
        "  lucid init && lucid start --validator  a node with keys of its own",
        "  lucid session put recording.mkv      store a recording",
        "  lucid COMMAND --help                 options and examples of a command",
        "",
        "Settings come from options, then LUCID_* variables, then config.yaml, then defaults.",
      ].join("\n"),
    );
  for (const option of globalOptions) program.addOption(makeOption(option));
  for (const spec of specs) addCommand(program, spec, invoke);
  return program;
}
