import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../bundle/cli/main.js", import.meta.url));

export interface ReadyDevnet {
  readonly rpc: string;
  readonly ws: string;
  readonly chainId: number;
  readonly genesisRoot: `0x${string}`;
  readonly accounts: readonly { readonly address: `0x${string}`; readonly privateKey: `0x${string}` }[];
}

/** The real command: `lucid devnet` in a process of its own, with blocks every two seconds, gone at the end. */
export class DevnetProcess {
  readonly ready: ReadyDevnet;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess, ready: ReadyDevnet) {
    this.child = child;
    this.ready = ready;
  }

  static async start(): Promise<DevnetProcess> {
    const args = [MAIN, "devnet", "--json", "--slot-seconds", "2", "--rpc-port", "0"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let errors = "";
    child.stderr.on("data", (data: Buffer) => {
      errors = (errors + data.toString()).slice(-4_000);
    });
    const line = once(createInterface({ input: child.stdout }), "line") as Promise<[string]>;
    const exited = once(child, "exit").then(() => assert.fail(`lucid devnet ended: ${errors}`));
    const [text] = await Promise.race([line, exited]);
    exited.catch(() => {});
    return new DevnetProcess(child, JSON.parse(text) as ReadyDevnet);
  }

  account(index: number): ReadyDevnet["accounts"][number] {
    const account = this.ready.accounts[index];
    assert.ok(account !== undefined);
    return account;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exited = once(this.child, "exit");
    this.child.kill("SIGTERM");
    await exited;
  }
}
