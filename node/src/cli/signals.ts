import { NodeError } from "../errors.js";

/** Time for an orderly end after the first signal, milliseconds (design goal: a node stops within 10 s). */
const GRACE_MS = 10_000;

export interface Interruption {
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Which signal it was, once there was one. */
  received(): NodeJS.Signals | undefined;
  /** Work that must finish after the signal may take longer than the usual grace (a recording being closed). */
  allowLongStop(): void;
  dispose(): void;
}

/**
 * First SIGINT or SIGTERM: `signal` aborts and the command ends in order. A second one, or ten seconds without an end:
 * the process exits at once, which loses nothing that was acknowledged.
 */
export function watchSignals(
  target: NodeJS.EventEmitter,
  forced: (signal: NodeJS.Signals, why: "again" | "late") => void,
): Interruption {
  const controller = new AbortController();
  let first: NodeJS.Signals | undefined;
  let deadline: NodeJS.Timeout | undefined;
  let long = false;
  const handlers = (["SIGINT", "SIGTERM"] as const).map((name) => {
    const handler = (): void => {
      if (first !== undefined) {
        forced(name, "again");
        return;
      }
      first = name;
      if (!long) {
        deadline = setTimeout(() => forced(name, "late"), GRACE_MS);
        deadline.unref();
      }
      controller.abort(interrupted(name));
    };
    target.on(name, handler);
    return () => target.off(name, handler);
  });
  return {
    signal: controller.signal,
    received: () => first,
    allowLongStop() {
      long = true;
      clearTimeout(deadline);
    },
    dispose() {
      clearTimeout(deadline);
      for (const off of handlers) off();
    },
  };
}

export function interrupted(name: string): NodeError {
  return new NodeError({ code: "INTERRUPTED", message: `ended by ${name}` });
}

/** Resolves when the signal aborts; at once if it has. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
