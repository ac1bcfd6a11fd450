import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { LabNode, LabReady } from "./labNode.js";

const MB = 1e6;

/** Figures of one node at one moment. */
export interface Sample {
  /** Seconds since the start of the measurement. */
  readonly at: number;
  /** MB. */
  readonly resident: number;
  readonly heap: number;
  readonly files: number;
  /** Milliseconds, 99 of 100 turns of the event loop since the last sample are shorter. */
  readonly lag: number;
  /** MB of the data directory. */
  readonly disk: number;
  /** Bytes to and from peers since the node's start. */
  readonly sent: number;
  readonly received: number;
  /** Seconds of processor time since the node's start. */
  readonly cpu: number;
}

export function folderBytes(folder: string): number {
  let sum = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // LevelDB and the socket come and go while we look.
    if (entry.isDirectory()) sum += folderBytes(path);
    else if (existsSync(path)) sum += statSync(path).size;
  }
  return sum;
}

/** Reads /metrics, /proc and the data directory. */
export async function sample(node: LabNode, { metrics }: LabReady, started: number): Promise<Sample> {
  const text = metrics === undefined ? "" : await (await fetch(`${metrics}/metrics`)).text();
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1] ?? Number.NaN);
  return {
    at: (performance.now() - started) / 1000,
    resident: residentOf(node.pid),
    heap: value("nodejs_heap_size_used_bytes") / MB,
    files: readdirSync(`/proc/${node.pid}/fd`).length,
    lag: value("nodejs_eventloop_lag_p99_seconds") * 1000,
    disk: folderBytes(node.data) / MB,
    sent: value("lucid_p2p_sent_bytes_total"),
    received: value("lucid_p2p_received_bytes_total"),
    cpu: value("process_cpu_seconds_total"),
  };
}

/** MB in memory of a process. */
export function residentOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return (Number(kilobytes ?? 0) * 1024) / MB;
}

/** Least squares: growth of y with each unit of x. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const over = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  const under = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  return under === 0 ? 0 : over / under;
}

export function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
