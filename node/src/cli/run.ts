import { readFile } from "node:fs/promises";
import { join, resolve as resolvePath } from "node:path";
import { ExitCode, hasCode } from "@lucid/consensus/base";
import { CommanderError } from "commander";
import { resolveConfig, settings } from "../config/index.js";
import { NodeError } from "../errors.js";
import { type CommandContext, OptionReader } from "./commandContext.js";
import { Output, toJsonLine, wantsColour } from "./output.js";
import { buildProgram, type Invocation } from "./program.js";
import { type Interruption, watchSignals } from "./signals.js";
import { specs } from "./specs/index.js";

/** Reads config.yaml if there is one; only a file that was named must exist. */
async function configFile(context: {
  named: string | undefined;
  dataDir: string;
}): Promise<{ path: string; text: string } | undefined> {
  const path = resolvePath(context.named ?? join(context.dataDir, "config.yaml"));
  try {
    return { path, text: await readFile(path, "utf8") };
  } catch (error) {
    if (context.named === undefined && (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR"))) return undefined;
    throw error;
  }
}

function makeContext(invocation: Invocation, interruption: Interruption): CommandContext {
  const options = new OptionReader(invocation.options, invocation.given);
  const { env, stdin, stdout, stderr } = process;
  return {
    output: new Output({ stdout, stderr, env, json: options.flag("json") }),
    terminal: { stdin, stderr },
    env,
    interruption,
    arguments: invocation.arguments,
    options,
    settingFlags: invocation.settingFlags,
    async config() {
      // The data directory says where the file is, so it is resolved first and without the file.
      const flags = invocation.settingFlags;
      const { dataDir } = resolveConfig({
        flags: { dataDir: flags.dataDir },
        env: onlyData(env),
        file: undefined,
      }).values;
      const file = await configFile({ named: options.text("config"), dataDir });
      return { ...resolveConfig({ flags, env, file }), filePath: file?.path };
    },
  };
}

function onlyData(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return { [settings.dataDir.env]: env[settings.dataDir.env] };
}

/** True when the arguments ask for JSON; needed for errors that the parser itself finds. */
function wantsJson(args: readonly string[]): boolean {
  return beforeDashes(args).includes("--json");
}

/** Our own arguments, without those of a command that is to be recorded. */
function beforeDashes(args: readonly string[]): readonly string[] {
  const end = args.indexOf("--");
  return end === -1 ? args : args.slice(0, end);
}

/** The command that the arguments name, as far as it exists. */
function commandPath(args: readonly string[]): string {
  let level = specs;
  let path = "lucid";
  for (const word of beforeDashes(args).filter((arg) => !arg.startsWith("-"))) {
    const found = level.find((spec) => spec.name === word);
    if (found === undefined) break;
    path += ` ${word}`;
    level = found.commands ?? [];
  }
  return path;
}

async function report(error: unknown, args: readonly string[]): Promise<number> {
  // Loaded when needed: the tables pull in every package.
  const { errorLine, presentError } = await import("./presentError.js");
  const presented = presentError(error, commandPath(args));
  if (wantsJson(args)) {
    process.stderr.write(`${toJsonLine({ error: presented })}\n`);
  } else {
    const label = wantsColour(process.stderr, process.env) ? "\u001b[31merror:\u001b[39m" : "error:";
    process.stderr.write(`${label} ${errorLine(presented)}\n`);
  }
  if (beforeDashes(args).includes("--debug") && error instanceof Error) process.stderr.write(`${stackOf(error)}\n`);
  return presented.exitCode;
}

function stackOf(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\ncaused by ${stackOf(error.cause)}` : own;
}

/** Runs one command line and returns its exit code; never throws. */
export async function runCli(args: readonly string[]): Promise<number> {
  let exitCode: number = ExitCode.Ok;
  // A reader that closes the pipe early (`lucid ... | head`) is no error.
  process.stdout.on("error", (error) => {
    if (hasCode(error, "EPIPE")) process.exit(ExitCode.Ok);
  });
  const program = buildProgram(async (invocation) => {
    const interruption = watchSignals(process, (signal, why) => {
      const text =
        why === "again" ? `second ${signal}, leaving at once` : "the work did not end within 10 s, leaving now";
      process.stderr.write(`${text}\n`);
      process.exit(ExitCode.Interrupted);
    });
    try {
      const handler = await invocation.load();
      exitCode = (await handler(makeContext(invocation, interruption))) ?? ExitCode.Ok;
    } finally {
      interruption.dispose();
    }
  });
  quiet(program);
  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.Ok;
    if (
      error instanceof CommanderError &&
      (error.code === "commander.help" || error.code === "commander.executeSubCommandAsync")
    ) {
      const fix = `see ${commandPath(args)} --help`;
      return await report(new NodeError({ code: "USAGE", message: "a command is missing", meta: { fix } }), args);
    }
    return await report(error, args);
  }
}

/** Errors come to us as exceptions instead of being printed; help still goes to stdout. */
function quiet(command: ReturnType<typeof buildProgram>): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  for (const inner of command.commands) quiet(inner);
}
