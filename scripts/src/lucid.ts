/** The command `lucid` as a user of it: child processes, JSON on stdout, nothing imported from the node. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ScriptError } from "./errors.js";
import { repositoryRoot } from "./suites.js";

export const entry = join(repositoryRoot, "node/dist/bundle/cli/main.js");
/** Longest time for one command, milliseconds. */
const LIMIT_MS = 30 * 60_000;

export interface LucidOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Gets what the command says on stderr, line by line. */
  readonly onNote?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Words before the command: where it runs. */
  readonly prefix?: readonly string[];
}

function start(args: readonly string[], options: LucidOptions): ChildProcess {
  const [program = process.execPath, ...words] = [...(options.prefix ?? []), process.execPath, entry, ...args];
  return spawn(program, words, {
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    // Ctrl-C is for whoever started the children, who then ends them in order.
    detached: true,
  });
}

function failed(args: readonly string[], how: string): ScriptError {
  return new ScriptError({ code: "COMMAND_FAILED", message: `lucid ${args.join(" ")} ${how}` });
}

/** The text of the error line that `--json` prints. */
function errorText(stderr: string): string {
  const last = stderr.trimEnd().split("\n").at(-1) ?? "";
  try {
    const { error } = JSON.parse(last) as { error: { code: string; message: string; fix: string } };
    return `${error.message}; ${error.fix} [${error.code}]`;
  } catch {
    return last;
  }
}

/** Runs a command to its end. @returns the JSON that it printed @throws ScriptError COMMAND_FAILED with its own words */
export async function lucid(args: readonly string[], options: LucidOptions = {}): Promise<unknown> {
  const child = start([...args, "--json"], options);
  const limit = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  const onAbort = () => child.kill("SIGTERM");
  options.signal?.addEventListener("abort", onAbort, { once: true });
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (part: Buffer) => {
    stdout += part.toString("utf8");
  });
  child.stderr?.on("data", (part: Buffer) => {
    stderr += part.toString("utf8");
  });
  const { code, signal } = await ended(child);
  clearTimeout(limit);
  options.signal?.removeEventListener("abort", onAbort);
  if (code !== 0) throw failed(args, `ended with ${signal ?? `exit code ${code}`}: ${errorText(stderr)}`);
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
}

function ended(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}

export interface ReadyDevnet {
  readonly rpc: string;
  readonly ws: string;
  readonly chainId: number;
  readonly genesisRoot: string;
  readonly validators: readonly {
    readonly nodeId: string;
    readonly rpc: string;
    readonly pid: number;
    readonly data: string;
  }[];
  readonly accounts: readonly { readonly address: string; readonly privateKey: string }[];
}

/** A command that goes on until `stop`. */
export interface Running {
  readonly pid: number;
  /** Ends it with SIGTERM and waits until it is gone. */
  stop(): Promise<void>;
}

export type RunningDevnet = ReadyDevnet & Running;

/** What `lucid start --json` prints, as far as it is of interest here. */
export interface ReadyNode {
  readonly rpc: string;
  readonly pid: number;
}

/** @throws ScriptError COMMAND_FAILED when it ends before it is ready */
async function startLasting<T>(command: readonly string[], options: LucidOptions): Promise<T & Running> {
  const child = start([...command, "--json"], options);
  let stderr = "";
  child.stderr?.on("data", (part: Buffer) => {
    stderr = (stderr + part.toString("utf8")).slice(-10_000);
  });
  const end = ended(child);
  const { stdout, pid } = child;
  if (stdout === null || pid === undefined) throw failed(command, "could not be started");
  const line = new Promise<string>((resolve) => createInterface({ input: stdout }).once("line", resolve));
  const first = await Promise.race([line, end]);
  if (typeof first !== "string") throw failed(command, `ended with exit code ${first.code}: ${errorText(stderr)}`);
  return {
    ...(JSON.parse(first) as T),
    pid,
    async stop() {
      child.kill("SIGTERM");
      await end;
    },
  };
}

/** @throws ScriptError COMMAND_FAILED when it ends before it is ready */
export function startDevnet(args: readonly string[], options: LucidOptions = {}): Promise<RunningDevnet> {
  return startLasting<ReadyDevnet>(["devnet", ...args], options);
}

/** A node of a data directory. @throws ScriptError COMMAND_FAILED when it ends before it is ready */
export function startNode(args: readonly string[], options: LucidOptions = {}): Promise<ReadyNode & Running> {
  return startLasting<ReadyNode>(["start", ...args], options);
}
