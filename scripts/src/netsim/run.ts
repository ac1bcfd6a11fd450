import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ScriptError } from "../errors.js";
import type { Lab } from "./lab.js";
import { LabNode, type LabNodeOptions } from "./labNode.js";

/** Of all keystores of a simulated network. */
export const PASSPHRASE = "lucid-netsim";

export interface RunOptions {
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
  /** Keep data directories and logs. */
  readonly keep: boolean;
}

/** One scenario's folder, nodes and waiting; everything ends with it. */
export class Run {
  readonly folder: string;
  readonly say: (text: string) => void;
  readonly nodes: LabNode[] = [];
  private readonly options: RunOptions;
  private readonly started = performance.now();

  private constructor(options: RunOptions, folder: string) {
    this.options = options;
    this.folder = folder;
    this.say = options.say;
  }

  /** Runs a scenario and removes all that it made, whatever happens. */
  static async within<T>(options: RunOptions, scenario: (run: Run) => Promise<T>): Promise<T> {
    const run = new Run(options, await mkdtemp(join(tmpdir(), "lucidsim-")));
    try {
      return await scenario(run);
    } catch (error) {
      for (const node of run.nodes.filter(({ running }) => !running)) {
        options.say(`${node.name} has ended; its last words:\n${node.lastWords()}`);
      }
      throw error;
    } finally {
      await Promise.all(run.nodes.map((node) => node.stop()));
      if (options.keep) options.say(`kept: ${run.folder}`);
      else await rm(run.folder, { recursive: true, force: true });
    }
  }

  get seconds(): number {
    return Math.round((performance.now() - this.started) / 1000);
  }

  get signal(): AbortSignal {
    return this.options.signal;
  }

  /** Starts a node; it is stopped at the end. */
  start(options: Omit<LabNodeOptions, "passphrase" | "logPath" | "prefix"> & { readonly lab?: Lab }): LabNode {
    const { lab, ...rest } = options;
    const node = new LabNode({
      ...rest,
      passphrase: PASSPHRASE,
      logPath: join(this.folder, `${options.name}.log`),
      ...(lab === undefined ? {} : { prefix: lab.prefix(options.name) }),
    });
    this.nodes.push(node);
    return node;
  }

  async sleep(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.signal });
  }

  /** Waits for what happens in other processes. @throws ScriptError NETSIM_FAILED after `seconds` */
  async until<T>(what: string, seconds: number, look: () => Promise<T | undefined | false>): Promise<T> {
    const end = performance.now() + seconds * 1000;
    let last: unknown;
    for (;;) {
      this.signal.throwIfAborted();
      try {
        const found = await look();
        if (found !== undefined && found !== false) return found;
      } catch (error) {
        last = error;
      }
      if (performance.now() > end) {
        const why = last instanceof Error ? ` (${last.message})` : "";
        throw new ScriptError({ code: "NETSIM_FAILED", message: `waited ${seconds} s for: ${what}${why}` });
      }
      await this.sleep(100);
    }
  }
}

/** @throws ScriptError NETSIM_FAILED */
export function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new ScriptError({ code: "NETSIM_FAILED", message: what });
}

/** What was measured, if all claims hold. @throws ScriptError NETSIM_FAILED with those that do not, and what was measured */
export function judged<T extends object>(measured: T, claims: readonly (readonly [holds: boolean, what: string])[]): T {
  const failed = claims.filter(([holds]) => !holds).map(([, what]) => what);
  if (failed.length === 0) return measured;
  const meta = { measured: JSON.stringify(measured) };
  throw new ScriptError({ code: "NETSIM_FAILED", message: failed.join("; "), meta });
}
