import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openDevnet } from "../../src/cli/devnet/network.js";

const entry = fileURLToPath(new URL("../../bundle/cli/main.js", import.meta.url));

/** A data directory of a devnet with one validator, in `folder`. */
export async function benchDevnet(folder: string, slotSeconds: number): Promise<string> {
  const { nodes } = await openDevnet({ folder, validators: 1, slotSeconds });
  return nodes[0] ?? folder;
}

/** A `lucid start` of its own process, as an operator runs it. */
export interface NodeProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly rpc: string;
  /** From spawn to the line that says that RPC serves and blocks are imported, milliseconds. */
  readonly readyMs: number;
  end(signal: NodeJS.Signals): Promise<void>;
}

export async function startNodeProcess(data: string): Promise<NodeProcess> {
  const started = performance.now();
  const args = ["start", "--validator", "--data", data, "--rpc-port", "0", "--metrics-port", "0", "--json"];
  const child = spawn(process.execPath, [entry, ...args, "--log-level", "silent"], {
    env: { ...process.env, LUCID_PASSPHRASE: "lucid-devnet" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const [text] = (await Promise.race([once(lines, "line"), once(child, "exit")])) as [unknown];
  const readyMs = performance.now() - started;
  const { rpc, pid } = JSON.parse(String(text)) as { rpc: string; pid: number };
  return {
    child,
    pid,
    rpc,
    readyMs,
    async end(signal) {
      const exit = once(child, "exit");
      child.kill(signal);
      await exit;
    },
  };
}

/** Height of the head, over JSON-RPC. */
export async function headOf(rpc: string): Promise<number> {
  const response = await fetch(rpc, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_blockNumber", params: [] }),
  });
  const { result } = (await response.json()) as { result: string };
  return Number(result);
}

/** Resolves with the time at which the head was above `height`, milliseconds of `performance.now`. */
export async function above(rpc: string, height: number): Promise<number> {
  while ((await headOf(rpc)) <= height) await new Promise((resolve) => setTimeout(resolve, 25));
  return performance.now();
}
