import { readFile } from "node:fs/promises";
import { type Clock, hasCode } from "@lucid/consensus/base";
import { policyHashOf } from "@lucid/storage";
import { NodeError } from "../../errors.js";

/** How often the file is looked for. Milliseconds. */
const LOOK_EVERY = 250;
const MAX_POLICY = 64 * 1024;

export interface PolicyOptions {
  /** Written by whatever admits the session; it may come after the recorder has started. */
  readonly path: string;
  /** `policyTimeoutMs` of the network. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface PolicyModules {
  readonly clock: Clock;
  readonly read?: (path: string) => Promise<string>;
}

/**
 * Waits for the policy of a session and gives its hash for the manifest. What is not there in time denies the session.
 * @throws NodeError SESSION_DENIED; the signal's reason
 */
export async function awaitPolicy(options: PolicyOptions, modules: PolicyModules): Promise<Uint8Array> {
  const { path, timeoutMs, signal } = options;
  const { clock, read = (file: string) => readFile(file, "utf8") } = modules;
  const deadline = clock.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const found = policyIn(await textOf(path, read));
    if (typeof found === "object") return policyHashOf(found);
    const left = deadline - clock.now();
    if (left <= 0) {
      throw new NodeError({
        code: "SESSION_DENIED",
        message: `no policy for this session after ${timeoutMs / 1000} s: ${path} ${found}`,
        meta: { path, timeoutMs },
      });
    }
    await pause(clock, Math.min(LOOK_EVERY, left), signal);
  }
}

function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = clock.setTimer(milliseconds, done);
    signal.addEventListener("abort", done);
  });
}

async function textOf(path: string, read: (path: string) => Promise<string>): Promise<string | undefined> {
  try {
    return await read(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** The policy, or what is wrong with the file; one that is being written is not JSON yet. */
function policyIn(text: string | undefined): object | string {
  if (text === undefined) return "is not there";
  if (text.length > MAX_POLICY) return `is larger than ${MAX_POLICY / 1024} KiB`;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : "is no JSON object";
  } catch {
    return "is not JSON";
  }
}
