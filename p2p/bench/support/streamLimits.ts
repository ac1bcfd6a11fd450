import { performance } from "node:perf_hooks";
import { BenchProcess } from "./benchProcess.js";

const worker = new URL("./streamWorker.js", import.meta.url).href;

/** One way to move bytes from a process to another one on this machine. */
export interface StreamFigure {
  readonly kind: "tcp" | "sealed" | "stock" | "own";
  readonly what: string;
  readonly megabytesPerSecond: number;
  /** Milliseconds of processor for a megabyte, at each end. */
  readonly sender: number;
  readonly receiver: number;
}

/** Bytes before the measurement. */
const WARM = 64e6;

const kinds = [
  ["tcp", "TCP alone"],
  ["sealed", "TCP, ChaCha20-Poly1305 of node:crypto in frames of 65,519 bytes"],
  ["stock", "libp2p with TCP, Noise and yamux as they come"],
  ["own", "a stream of our network"],
] as const;

/**
 * What one stream costs at most: nothing that goes over libp2p is cheaper. Each kind runs between two new processes, whose code
 * has been compiled by some megabytes before they are measured.
 */
export async function streamLimits(megabytes: number, only?: string): Promise<StreamFigure[]> {
  const figures: StreamFigure[] = [];
  for (const [kind, what] of kinds) {
    if (only !== undefined && only !== kind) continue;
    const [receiver, sender] = [new BenchProcess(worker), new BenchProcess(worker)];
    try {
      const bytes = megabytes * 1e6;
      const address = await receiver.ask<string>("listen", { kind, bytes: WARM + bytes });
      await sender.ask("connect", { kind, bytes, address });
      await sender.ask("send", WARM);
      const before = [(await sender.use()).cpuSeconds, (await receiver.use()).cpuSeconds];
      const started = performance.now();
      await Promise.all([sender.ask("send", bytes), receiver.ask("received")]);
      const seconds = (performance.now() - started) / 1000;
      const after = [(await sender.use()).cpuSeconds, (await receiver.use()).cpuSeconds];
      const cost = (end: number): number => (((after[end] ?? 0) - (before[end] ?? 0)) * 1000) / megabytes;
      figures.push({ kind, what, megabytesPerSecond: megabytes / seconds, sender: cost(0), receiver: cost(1) });
    } finally {
      await Promise.all([receiver.end(), sender.end()]);
    }
  }
  return figures;
}
