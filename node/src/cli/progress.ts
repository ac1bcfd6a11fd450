import cliProgress from "cli-progress";
import { formatBytes, formatSeconds } from "./format.js";
import type { Output } from "./output.js";

/** A bar of bytes with rate and time left, on stderr, only where a person watches; otherwise it does nothing. */
export interface Progress {
  /** `total` may become known or change on the way; 0 means unknown. */
  update(bytes: number, total?: number): void;
  stop(): void;
}

const silent: Progress = { update: () => undefined, stop: () => undefined };

export function startProgress(output: Output, title: string, total: number): Progress {
  if (output.json || !output.interactive) return silent;
  const startedAt = performance.now();
  let drawnTotal = total;
  const bar = new cliProgress.SingleBar(
    {
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      fps: 8,
      barsize: 24,
      emptyOnZero: true,
      format: (options, parameters) => {
        const seconds = (performance.now() - startedAt) / 1000;
        const rate = seconds > 0 ? parameters.value / seconds : 0;
        const done = formatBytes(parameters.value);
        if (drawnTotal === 0) return `${title}  ${done}  ${formatBytes(rate)}/s  ${formatSeconds(seconds)}`;
        const width = options.barsize ?? 24;
        const filled = Math.round(Math.min(1, parameters.progress) * width);
        const left = rate > 0 ? formatSeconds(Math.max(0, drawnTotal - parameters.value) / rate) : "...";
        const drawn = `${"#".repeat(filled)}${"-".repeat(width - filled)}`;
        return `${title}  [${drawn}]  ${done} of ${formatBytes(drawnTotal)}  ${formatBytes(rate)}/s  ${left} left`;
      },
    },
    cliProgress.Presets.legacy,
  );
  bar.start(Math.max(1, total), 0);
  return {
    update(bytes, newTotal) {
      if (newTotal !== undefined && newTotal !== drawnTotal) {
        drawnTotal = newTotal;
        bar.setTotal(Math.max(1, newTotal));
      }
      bar.update(bytes);
    },
    stop: () => bar.stop(),
  };
}
