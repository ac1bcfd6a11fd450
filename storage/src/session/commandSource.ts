import { type ChildProcess, spawn } from "node:child_process";
import type { Clock, Timer } from "@lucid/consensus/base";
import { StorageError } from "../errors.js";

export interface RecordedCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Where its standard error goes; default: this process' own. */
  readonly stderr?: "inherit" | "ignore" | undefined;
}

export interface CommandOptions {
  readonly clock: Clock;
  /** Asks the command to end (SIGINT); what it still writes is kept. */
  readonly stop: AbortSignal;
  /** The pipeline gives up: the command is killed and its output dropped. */
  readonly abort: AbortSignal;
  /** How often in a row a command may die before its first byte; then the recording ends. Default 5. */
  readonly maxFailures?: number | undefined;
  /** Milliseconds before a command that died is started again; doubles with each failure in a row, at most 30 s. Default 500. */
  readonly restartPause?: number | undefined;
  /** Milliseconds that a command has to end after SIGINT before it gets SIGTERM, and SIGKILL after as many again. Default 10,000. */
  readonly stopTimeout?: number | undefined;
  /** The command died at `diedAt` and gave its first byte again at `backAt` (Unix milliseconds), after `offset` bytes. */
  readonly onGap: (gap: { offset: number; diedAt: number; backAt: number }) => Promise<void>;
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The command could not be started. */
  readonly error?: Error;
}

const MAX_PAUSE = 30_000;

/**
 * What a command writes to its standard output. Ends when the command ends with status 0, or after a stop; a command that
 * dies is started again, and what was missed meanwhile is a gap. Nothing is read while the consumer does not ask, so the pipe
 * fills and the command waits.
 * @throws StorageError RECORD_COMMAND when it cannot be started at all, or gives nothing at the first `maxFailures` starts
 */
export async function* commandOutput(
  command: RecordedCommand,
  options: CommandOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { clock, stop, abort, maxFailures = 5, restartPause = 500 } = options;
  let offset = 0;
  let failures = 0;
  let diedAt: number | undefined;
  while (!stop.aborted && !abort.aborted) {
    const child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: command.env,
      stdio: ["ignore", "pipe", command.stderr ?? "inherit"],
      // A process group of its own: Ctrl-C reaches it once, through us, and reaches what it has started.
      detached: true,
    });
    const ended = endingOf(child);
    const stopper = new Stopper(child, options);
    try {
      for await (const data of child.stdout ?? []) {
        if (diedAt !== undefined) {
          await options.onGap({ offset, diedAt, backAt: clock.now() });
          diedAt = undefined;
        }
        failures = 0;
        offset += (data as Buffer).length;
        yield data as Buffer;
      }
    } finally {
      // Also when the consumer has had enough or the pipe broke.
      if (child.exitCode === null && child.signalCode === null && !stop.aborted) stopper.kill("SIGTERM");
    }
    const ending = await ended;
    stopper.dispose();
    if (stop.aborted || abort.aborted || ending.code === 0) return;
    failures++;
    if (failures >= maxFailures || ending.error !== undefined) {
      if (offset > 0) return await lastGap(options, offset, diedAt ?? clock.now());
      throw cannotRun(command, ending);
    }
    diedAt ??= clock.now();
    await pause(Math.min(MAX_PAUSE, restartPause * 2 ** (failures - 1)), clock, [stop, abort]);
  }
  if (diedAt !== undefined) await lastGap(options, offset, diedAt);
}

/** The recording ends while its command is down: the gap goes to the end. */
async function lastGap(options: CommandOptions, offset: number, diedAt: number): Promise<void> {
  await options.onGap({ offset, diedAt, backAt: options.clock.now() });
}

function endingOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, signal: null, error }));
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}

/** Passes a stop on to the command's process group: SIGINT, then SIGTERM, then SIGKILL. An abort is SIGKILL at once. */
class Stopper {
  private readonly child: ChildProcess;
  private readonly options: CommandOptions;
  private timer: Timer | undefined;

  constructor(child: ChildProcess, options: CommandOptions) {
    this.child = child;
    this.options = options;
    options.stop.addEventListener("abort", this.onStop, { once: true });
    options.abort.addEventListener("abort", this.onAbort, { once: true });
    if (options.stop.aborted) this.onStop();
    if (options.abort.aborted) this.onAbort();
  }

  kill(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }

  dispose(): void {
    this.timer?.cancel();
    this.options.stop.removeEventListener("abort", this.onStop);
    this.options.abort.removeEventListener("abort", this.onAbort);
  }

  private readonly onStop = () => this.escalate(["SIGINT", "SIGTERM", "SIGKILL"]);

  private readonly onAbort = () => {
    this.kill("SIGKILL");
    this.child.stdout?.destroy();
  };

  private escalate(signals: readonly NodeJS.Signals[]): void {
    const [signal, ...harder] = signals;
    if (signal === undefined) return;
    this.kill(signal);
    const { clock, stopTimeout = 10_000 } = this.options;
    this.timer = clock.setTimer(stopTimeout, () => this.escalate(harder));
  }
}

function pause(milliseconds: number, clock: Clock, signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      timer.cancel();
      for (const signal of signals) signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = clock.setTimer(milliseconds, done);
    for (const signal of signals) signal.addEventListener("abort", done, { once: true });
  });
}

function cannotRun({ file }: RecordedCommand, { code, signal, error }: Ending): StorageError {
  const how =
    error === undefined
      ? code === null
        ? `was ended by ${signal}`
        : `ended with status ${code}`
      : "cannot be started";
  return new StorageError({
    code: "RECORD_COMMAND",
    message: `${file} ${how} and wrote nothing; run it without lucid to see why`,
    meta: { file, status: code ?? undefined, signal: signal ?? undefined },
    cause: error,
  });
}
