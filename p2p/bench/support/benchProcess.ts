import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

interface Question {
  readonly number: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly number: number;
  readonly result?: unknown;
  readonly failure?: string;
}

/** What a process has used since it started; all of its threads. */
export interface ProcessUse {
  readonly cpuSeconds: number;
  /** Resident memory now and at its highest, MB. */
  readonly rssMB: number;
  readonly peakMB: number;
}

/** A process that plays one part of a benchmark and does what it is told (`serveBench`). */
export class BenchProcess {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, { resolve(result: unknown): void; reject(error: unknown): void }>();
  private next = 0;

  /** @param module URL of the compiled module that calls `serveBench` */
  constructor(module: string) {
    this.child = fork(new URL(module), { serialization: "advanced" });
    this.child.on("message", (answer: Answer) => {
      const waiting = this.waiting.get(answer.number);
      this.waiting.delete(answer.number);
      if (answer.failure === undefined) waiting?.resolve(answer.result);
      else waiting?.reject(new RangeError(answer.failure));
    });
    this.child.once("exit", (code, signal) => {
      for (const { reject } of this.waiting.values()) reject(new RangeError(`a process ended: ${code ?? signal}`));
    });
  }

  /** Rejects with what the other process threw. */
  ask<R>(name: string, argument?: unknown): Promise<R> {
    const number = this.next++;
    const question: Question = { number, name, argument };
    return new Promise<R>((resolve, reject) => {
      this.waiting.set(number, { resolve: (result) => resolve(result as R), reject });
      this.child.send(question);
    });
  }

  async use(): Promise<ProcessUse> {
    const cpuSeconds = await this.ask<number>("cpuSeconds");
    const status = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
    const megabytes = (field: string): number =>
      (Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0) * 1024) / 1e6;
    return { cpuSeconds, rssMB: megabytes("VmRSS"), peakMB: megabytes("VmHWM") };
  }

  /** Lets it finish what it is doing; it ends by itself when nobody talks to it any more. */
  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, "exit");
    this.child.disconnect();
    await exit;
  }
}

/** Answers the questions of the process that started this one; runs `onEnd` and exits when that one is done with it. */
export function serveBench(
  commands: Readonly<Record<string, (argument: never) => unknown>>,
  onEnd: () => Promise<void> = async () => undefined,
): void {
  const all: Readonly<Record<string, (argument: never) => unknown>> = {
    cpuSeconds() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
    ...commands,
  };
  process.on("message", async ({ number, name, argument }: Question) => {
    try {
      const result = await all[name]?.(argument as never);
      process.send?.({ number, result } satisfies Answer);
    } catch (error) {
      process.send?.({ number, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.once("disconnect", () => void onEnd().finally(() => process.exit()));
}
