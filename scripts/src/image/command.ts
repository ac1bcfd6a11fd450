import { spawn } from "node:child_process";
import { ScriptError } from "../errors.js";

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

export interface CommandOptions {
  readonly cwd?: string;
  /** Milliseconds, then SIGKILL. */
  readonly timeout?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Most output that is kept of one program, characters; the last of it. */
const KEPT = 4_000_000;

/** Runs a program without a shell and waits for it; a failure is a result, not an error. */
export function tryCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    const limit = setTimeout(() => child.kill("SIGKILL"), options.timeout ?? 60_000);
    const finish = (code: number): void => {
      clearTimeout(limit);
      resolve({ code, stdout, stderr, milliseconds: performance.now() - started });
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout = (stdout + text).slice(-KEPT);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-KEPT);
    });
    child.once("error", (error) => {
      stderr += error.message;
      finish(127);
    });
    child.once("close", (code, signal) => finish(code ?? (signal === null ? 1 : 137)));
  });
}

/** The same, for a program that must succeed. @throws ScriptError COMMAND_FAILED with the last lines that it printed. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const result = await tryCommand(command, args, options);
  if (result.code === 0) return result;
  const said = `${result.stdout}\n${result.stderr}`.trim().split("\n").slice(-12).join("\n");
  throw new ScriptError({
    code: "COMMAND_FAILED",
    message: `${command} ${args.slice(0, 3).join(" ")} ended with ${result.code}: ${said}`,
  });
}
