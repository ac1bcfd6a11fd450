import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ScriptError } from "../errors.js";
import { entry } from "../lucid.js";

const STOP_MS = 15_000;

export interface LabNodeOptions {
  readonly name: string;
  readonly data: string;
  /** After "lucid": start or bootnode with its options. */
  readonly args: readonly string[];
  readonly passphrase: string;
  readonly logPath: string;
  /** Words before the command, for a namespace. */
  readonly prefix?: readonly string[];
  /** Options of Node.js. */
  readonly nodeArgs?: readonly string[];
}

/** The line that a node prints when it is ready. */
export interface LabReady {
  readonly nodeId?: string;
  readonly rpc?: string;
  readonly metrics?: string;
  readonly p2p?: string;
  readonly peerId?: string;
  readonly pid: number;
}

const alive = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

/** One `lucid` process on a machine of the lab, or on this one. */
export class LabNode {
  readonly name: string;
  readonly data: string;
  readonly logPath: string;
  private readonly child: ChildProcess;
  private readonly exited: Promise<string>;
  private readonly line: Promise<string>;

  constructor(options: LabNodeOptions) {
    this.name = options.name;
    this.data = options.data;
    this.logPath = options.logPath;
    const log = openSync(options.logPath, "a", 0o600);
    const words = [
      ...(options.prefix ?? []),
      process.execPath,
      ...(options.nodeArgs ?? []),
      entry,
      ...options.args,
      "--data",
      options.data,
      "--json",
    ];
    const [program = process.execPath, ...args] = words;
    // The channel ends the node when this process is gone, however it went; Ctrl-C is for this process alone.
    this.child = spawn(program, args, {
      env: { ...process.env, LUCID_PASSPHRASE: options.passphrase },
      stdio: ["ignore", "pipe", log, "ipc"],
      detached: true,
    });
    closeSync(log);
    alive.add(this.child);
    this.exited = new Promise((resolve) => {
      this.child.once("error", (error) => resolve(error.message));
      this.child.once("exit", (code, signal) => {
        alive.delete(this.child);
        resolve(signal ?? `exit code ${code}`);
      });
    });
    const { stdout } = this.child;
    this.line = new Promise((resolve) => {
      if (stdout !== null) createInterface({ input: stdout }).once("line", resolve);
    });
  }

  /** Of the node itself: `ip netns exec` becomes the program that it starts. */
  get pid(): number {
    return this.child.pid ?? -1;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** @throws ScriptError COMMAND_FAILED with the end of its log when it ends before it is ready */
  async ready(): Promise<LabReady> {
    const first = await Promise.race([this.line, this.exited.then((how) => ({ how }))]);
    if (typeof first === "string") return JSON.parse(first) as LabReady;
    const message = `${this.name} ended (${first.how}) before it was ready:\n${this.lastWords()}`;
    throw new ScriptError({ code: "COMMAND_FAILED", message });
  }

  lastWords(): string {
    return readFileSync(this.logPath, "utf8").trimEnd().split("\n").slice(-3).join("\n").slice(-1_500);
  }

  /** JSON-RPC over the node's own socket, which reaches into every namespace. @throws ScriptError COMMAND_FAILED */
  rpc<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    return socketRpc<T>(join(this.data, "node.sock"), method, params);
  }

  async height(): Promise<number> {
    return Number(await this.rpc<string>("eth_blockNumber"));
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    if (!this.running) return;
    this.child.kill("SIGKILL");
    await this.exited;
  }

  /** SIGTERM, later SIGKILL; resolves when it is gone. */
  async stop(): Promise<void> {
    if (!this.running) return;
    this.child.kill("SIGTERM");
    const force = setTimeout(() => this.child.kill("SIGKILL"), STOP_MS);
    await this.exited;
    clearTimeout(force);
  }
}

/** One call over a unix socket. */
export function socketRpc<T>(socketPath: string, method: string, params: readonly unknown[]): Promise<T> {
  const failed = (why: string, cause?: unknown): ScriptError =>
    new ScriptError({ code: "COMMAND_FAILED", message: `${method} at ${socketPath}: ${why}`, cause });
  return new Promise((resolve, reject) => {
    const call = request(
      { socketPath, path: "/", method: "POST", headers: { "content-type": "application/json" }, timeout: 20_000 },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (part: string) => {
          text += part;
        });
        answer.once("error", (error) => reject(failed(error.message, error)));
        answer.once("end", () => {
          try {
            const { result, error } = JSON.parse(text) as { result: T; error?: { message: string } };
            if (error === undefined) resolve(result);
            else reject(failed(error.message));
          } catch (cause) {
            reject(failed("the answer is no JSON", cause));
          }
        });
      },
    );
    call.once("timeout", () => call.destroy(failed("no answer in time")));
    call.once("error", (error) => reject(error instanceof ScriptError ? error : failed(error.message, error)));
    call.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
  });
}
