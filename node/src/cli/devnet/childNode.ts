import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { NodeError } from "../../errors.js";

/** Longest wait for a node to become ready, milliseconds; the goal is 5 s, slow machines get more. */
const READY_MS = 60_000;
/** Time for the orderly end of a node before it is killed, milliseconds. */
const STOP_MS = 10_000;

export interface ReadyLine {
  readonly nodeId: string;
  readonly chainId: number;
  readonly genesisRoot: string;
  readonly rpc: string;
  readonly ws: string;
  readonly pid: number;
  readonly data: string;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A `lucid start` of its own process, as a person would run it. */
export interface ChildNode {
  readonly pid: number;
  readonly logPath: string;
  /** Rejects with DEVNET_FAILED and the node's own words when it ends before it is ready. */
  readonly ready: Promise<ReadyLine>;
  readonly exit: Promise<ChildExit>;
  /** SIGTERM, after ten seconds SIGKILL; resolves when the process is gone. */
  stop(): Promise<ChildExit>;
}

export interface ChildOptions {
  readonly name: string;
  /** Arguments after "lucid". */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Gets what the process writes to stderr. */
  readonly logPath: string;
}

function isReadyLine(value: unknown): value is ReadyLine {
  return typeof value === "object" && value !== null && "ready" in value && value.ready === true;
}

/** What the process said last: the message of its error. */
function lastWords(logPath: string): string {
  const last = readFileSync(logPath, "utf8").trimEnd().split("\n").at(-1) ?? "";
  try {
    const value: unknown = JSON.parse(last);
    if (typeof value === "object" && value !== null && "error" in value) {
      const { error } = value;
      if (typeof error === "object" && error !== null && "message" in error) return String(error.message);
    }
  } catch {
    // A log line of another kind is shown as it is.
  }
  return last.slice(0, 500);
}

export function startChildNode(options: ChildOptions): ChildNode {
  const entry = process.argv[1];
  if (entry === undefined) throw new NodeError({ code: "INTERNAL", message: "the path of this program is unknown" });
  const log = openSync(options.logPath, "a", 0o600);
  // A process group of its own: Ctrl-C reaches the supervisor only, which then stops the nodes in order. The channel
  // tells the node when the supervisor was killed, so that no node is left behind.
  const child = spawn(process.execPath, [...process.execArgv, entry, ...options.args], {
    env: options.env,
    stdio: ["ignore", "pipe", log, "ipc"],
    detached: true,
  });
  closeSync(log);
  const { pid, stdout } = child;
  if (pid === undefined || stdout === null) {
    throw new NodeError({ code: "DEVNET_FAILED", message: `${options.name} could not be started` });
  }
  const exit = new Promise<ChildExit>((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
  const ready = new Promise<ReadyLine>((resolve, reject) => {
    const late = setTimeout(() => {
      reject(failure(options, `was not ready within ${READY_MS / 1000} s`));
    }, READY_MS);
    const lines = createInterface({ input: stdout });
    lines.on("line", (line) => {
      let value: unknown;
      try {
        value = JSON.parse(line);
      } catch {
        return;
      }
      if (isReadyLine(value)) {
        clearTimeout(late);
        resolve(value);
      }
    });
    void exit.then(({ code, signal }) => {
      clearTimeout(late);
      reject(
        failure(options, `ended (${signal ?? `exit code ${code}`}) before it was ready: ${lastWords(options.logPath)}`),
      );
    });
  });
  // Whoever does not wait for it must not be ended by it.
  ready.catch(() => undefined);
  return {
    pid,
    logPath: options.logPath,
    ready,
    exit,
    async stop() {
      child.kill("SIGTERM");
      const kill = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      const result = await exit;
      clearTimeout(kill);
      return result;
    },
  };
}

function failure({ name, logPath }: ChildOptions, what: string): NodeError {
  return new NodeError({ code: "DEVNET_FAILED", message: `${name} ${what}`, meta: { fix: `read its log ${logPath}` } });
}
