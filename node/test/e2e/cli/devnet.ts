import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { finished, lucid, startLucid } from "./harness.js";

/** The line of `lucid devnet --json`. */
export interface DevnetLine {
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

export interface TestDevnet {
  readonly line: DevnetLine;
  /** Folder of the devnet. */
  readonly folder: string;
  readonly process: ChildProcess;
  /** Data directory of its only validator, which also holds the keys of the first test account. */
  readonly data: string;
  /** A command on that data directory. */
  lucid(args: readonly string[], input?: string | Uint8Array): ReturnType<typeof lucid>;
  start(args: readonly string[]): ChildProcess;
  stop(): Promise<{ readonly code: number | null }>;
}

export const DEVNET_ENV = { LUCID_PASSPHRASE: "lucid-devnet" } as const;

export async function startTestDevnet(folder: string): Promise<TestDevnet> {
  const args = ["devnet", "--data", folder, "--rpc-port", "0", "--slot-seconds", "2", "--json"];
  const child = startLucid(args);
  const end = finished(child);
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const first = new Promise<string>((resolve) => lines.once("line", resolve));
  const text = await Promise.race([first, end]);
  assert.ok(typeof text === "string", typeof text === "string" ? "" : `devnet ended: ${text.stderr}`);
  const line = JSON.parse(text) as DevnetLine;
  const data = line.validators[0]?.data ?? join(folder, "node1");
  const env = { ...DEVNET_ENV, LUCID_DATA: data };
  return {
    line,
    folder,
    process: child,
    data,
    lucid: (words, input) => lucid(words, { env, ...(input === undefined ? {} : { input }) }),
    start: (words) => startLucid(words, { env }),
    async stop() {
      child.kill("SIGTERM");
      return await end;
    },
  };
}
