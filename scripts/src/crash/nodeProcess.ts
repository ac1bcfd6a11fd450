import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ScriptError } from "../errors.js";
import { repositoryRoot } from "../suites.js";

const entry = join(repositoryRoot, "node/dist/bundle/cli/main.js");

/** The line that `lucid start --json` prints when it is ready. */
export interface ReadyNode {
  readonly rpc: string;
  readonly genesisRoot: `0x${string}`;
  readonly socket: string;
  readonly p2p: string;
}

export interface NodeProcessOptions {
  readonly data: string;
  readonly passphrase: string;
  readonly logPath: string;
}

/** A `lucid start` of its own process, to be killed without warning. */
export class NodeProcess {
  private readonly child: ChildProcess;
  private readonly options: NodeProcessOptions;
  private readonly started = performance.now();
  private readonly exited: Promise<number | null>;

  constructor(options: NodeProcessOptions) {
    this.options = options;
    const log = openSync(options.logPath, "a", 0o600);
    const args = ["start", "--json", "--validator", "--data", options.data, "--log-format", "json"];
    const ports = ["--rpc-port", "0", "--metrics-port", "0", "--p2p-listen", "/ip4/127.0.0.1/tcp/0"];
    this.child = spawn(process.execPath, [entry, ...args, ...ports], {
      env: { ...process.env, LUCID_PASSPHRASE: options.passphrase },
      stdio: ["ignore", "pipe", log],
    });
    closeSync(log);
    this.exited = new Promise((resolve) => this.child.once("exit", (code) => resolve(code)));
  }

  /** Milliseconds since the process was started. */
  get age(): number {
    return performance.now() - this.started;
  }

  /** @throws ScriptError COMMAND_FAILED with the last lines of the log when it ends or is not ready in time */
  async ready(milliseconds: number): Promise<ReadyNode> {
    const { stdout } = this.child;
    if (stdout === null) throw new ScriptError({ code: "COMMAND_FAILED", message: "lucid start could not be started" });
    const lines = createInterface({ input: stdout });
    const line = new Promise<string>((resolve) => lines.once("line", resolve));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), milliseconds);
    });
    const first = await Promise.race([line, late, this.exited]);
    clearTimeout(timer);
    if (typeof first === "string") return JSON.parse(first) as ReadyNode;
    const how = first === undefined ? `was not ready within ${milliseconds} ms` : `ended with exit code ${first}`;
    const log = (await readFile(this.options.logPath, "utf8")).trimEnd().split("\n").slice(-5).join("\n");
    throw new ScriptError({ code: "COMMAND_FAILED", message: `lucid start ${how}:\n${log}` });
  }

  /** SIGKILL; resolves when the kernel has let go of everything. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
  }

  /** SIGTERM; resolves with the exit code. */
  async stop(): Promise<number | null> {
    this.child.kill("SIGTERM");
    return this.exited;
  }
}
