import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { type CliOptions, type CliResult, finished, lucid, startLucid } from "./harness.js";

interface Ready {
  readonly ready: boolean;
  readonly rpc: string;
  readonly ws: string;
  readonly metrics: string;
  readonly pid: number;
}

export interface StartedNode {
  readonly child: ChildProcess;
  readonly line: Ready;
  readonly end: Promise<CliResult>;
}

/** A `lucid start` that is ready. */
export async function startNode(
  data: string,
  extra: readonly string[] = [],
  options: CliOptions = {},
): Promise<StartedNode> {
  const args = ["start", "--data", data, "--rpc-port", "0", "--metrics-port", "0", "--log-level", "warn", "--json"];
  const child = startLucid([...args, ...extra], options);
  const end = finished(child);
  const first = new Promise<string>((resolve) =>
    createInterface({ input: child.stdout ?? process.stdin }).once("line", resolve),
  );
  const text = await Promise.race([first, end]);
  assert.ok(typeof text === "string", typeof text === "string" ? "" : text.stderr);
  return { child, line: JSON.parse(text) as Ready, end };
}

/** A private devnet of one node, with the harness's passphrase. */
export async function initNode(data: string, extra: readonly string[] = []): Promise<void> {
  const init = await lucid(["init", "--data", data, "--yes", "--json", ...extra]);
  assert.equal(init.code, 0, init.stderr);
}
