import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The real entry point, run as a person's shell would. */
export const entry = fileURLToPath(new URL("../../../bundle/cli/main.js", import.meta.url));

/** Public test words; they open nothing of value. */
export const JUNK_WORDS = "test test test test test test test test test test test junk";
export const PASSPHRASE = "correct horse battery";

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  readonly nodeArgs?: readonly string[];
  /** Runs it as this user and group; the superuser only can. */
  readonly uid?: number;
}

/** Only what a test gives reaches the command: variables of the machine must not change results. */
function environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = "", HOME = "" } = process.env;
  return { PATH, HOME, LUCID_PASSPHRASE: PASSPHRASE, ...extra };
}

export function startLucid(args: readonly string[], options: CliOptions = {}): ChildProcess {
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), entry, ...args], {
    env: environment(options.env),
    cwd: options.cwd,
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(options.input ?? "");
  return child;
}

export function finished(child: ChildProcess): Promise<CliResult> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on("data", (part: Buffer) => stdout.push(part));
  child.stderr?.on("data", (part: Buffer) => stderr.push(part));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve({
        code,
        signal,
        stdout: Buffer.concat(stdout).toString("utf8"),
        stderr: Buffer.concat(stderr).toString("utf8"),
      });
    });
  });
}

export function lucid(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return finished(startLucid(args, options));
}

/** A folder of its own for one test, with the function that removes it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "lucid-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
