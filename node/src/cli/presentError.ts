import { CodedError, ExitCode } from "@lucid/consensus/base";
import { CommanderError } from "commander";
import { lookUpCode } from "./errorTables.js";

/** An error as a person or a script sees it. */
export interface PresentedError {
  readonly code: string;
  /** What happened, without the fix. */
  readonly message: string;
  readonly fix: string;
  readonly exitCode: number;
  readonly meta: Readonly<Record<string, string | number | boolean>>;
}

interface SystemMeaning {
  readonly code: string;
  readonly say: (place: string) => string;
  /** Instead of the code's own. */
  readonly fix?: string;
}

/** Errors of the operating system that have an everyday cause. */
const SYSTEM: Readonly<Record<string, SystemMeaning>> = {
  ENOENT: { code: "FILE_MISSING", say: (place) => `${place} does not exist` },
  ENOTDIR: { code: "FILE_MISSING", say: (place) => `a part of the path of ${place} is not a folder` },
  EISDIR: { code: "FILE_UNREADABLE", say: (place) => `${place} is a folder, not a file`, fix: "name a file" },
  EACCES: { code: "FILE_UNREADABLE", say: (place) => `this user may not use ${place}` },
  EPERM: { code: "FILE_UNREADABLE", say: (place) => `this user may not use ${place}` },
  EROFS: { code: "FILE_UNREADABLE", say: (place) => `${place} is on a read-only file system` },
  EEXIST: { code: "FILE_EXISTS", say: (place) => `${place} exists already` },
  ENOSPC: { code: "DISK_FULL", say: (place) => `the disk is full, ${place} could not be written` },
  EDQUOT: { code: "DISK_FULL", say: (place) => `the disk quota is used up, ${place} could not be written` },
  EADDRINUSE: { code: "PORT_IN_USE", say: (place) => `${place} is in use by another program` },
  ECONNREFUSED: { code: "NODE_UNREACHABLE", say: (place) => `no node answers at ${place}` },
  ECONNRESET: { code: "NODE_UNREACHABLE", say: (place) => `the node at ${place} closed the connection` },
  EPIPE: { code: "NODE_UNREACHABLE", say: (place) => `the node at ${place} closed the connection` },
  EMFILE: { code: "INTERNAL", say: () => "this process may open no more files (raise ulimit -n)" },
};

interface SystemError extends Error {
  readonly code: string;
  readonly syscall?: unknown;
  readonly path?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
}

function isSystemError(error: Error): error is SystemError {
  return "code" in error && typeof error.code === "string" && "syscall" in error;
}

/** Walks the causes for the operating system's word, which says more than the wrapper (Level and fetch wrap it). */
function systemError(error: unknown): SystemError | undefined {
  for (let inner = error, depth = 0; inner instanceof Error && depth < 5; inner = inner.cause, depth++) {
    if (isSystemError(inner) && SYSTEM[inner.code] !== undefined) return inner;
  }
  return undefined;
}

function placeOf(error: SystemError): string {
  if (typeof error.path === "string") return error.path;
  if (typeof error.port === "number") {
    return typeof error.address === "string" ? `port ${error.port} of ${error.address}` : `port ${error.port}`;
  }
  return "a file";
}

function lookUp(className: string, code: string): { fix: string; exitCode: number } {
  return (
    lookUpCode(className, code) ?? {
      fix: "Run again with --debug and report what it prints.",
      exitCode: ExitCode.Internal,
    }
  );
}

/** First letter small unless the word is a name or an abbreviation. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}

function withoutStop(text: string): string {
  return text
    .trim()
    .replace(/\s*\n\s*/g, " ")
    .replace(/[.;]+$/, "");
}

/** `commandPath` is what the advice for a wrong command line names: "lucid session get". */
export function presentError(error: unknown, commandPath = "lucid"): PresentedError {
  if (error instanceof CommanderError) return presentUsage(error, commandPath);
  if (error instanceof CodedError) {
    const info = lookUp(error.name, error.code);
    const { meta, message } = error.toObject();
    const { fix, ...rest } = meta;
    return {
      code: error.code,
      message: withoutStop(message),
      fix: withoutStop(typeof fix === "string" ? fix : info.fix),
      exitCode: info.exitCode,
      meta: rest,
    };
  }
  const system = systemError(error);
  const meaning = system === undefined ? undefined : SYSTEM[system.code];
  if (system !== undefined && meaning !== undefined) {
    const info = lookUp("NodeError", meaning.code);
    return {
      code: meaning.code,
      message: meaning.say(placeOf(system)),
      fix: meaning.fix ?? withoutStop(info.fix),
      exitCode: info.exitCode,
      meta: {},
    };
  }
  const info = lookUp("NodeError", "INTERNAL");
  const text = error instanceof Error ? error.message : String(error);
  return {
    code: "INTERNAL",
    message: `unexpected failure (${withoutStop(text) || "without a text"})`,
    fix: withoutStop(info.fix),
    exitCode: info.exitCode,
    meta: {},
  };
}

/** Commander's two-line texts as one sentence. */
function presentUsage(error: CommanderError, commandPath: string): PresentedError {
  const [first = "", hint] = error.message.replace(/^error: /, "").split("\n");
  const guess = /^\(Did you mean (.+)\?\)$/.exec(hint ?? "")?.[1];
  return {
    code: "USAGE",
    message: withoutStop(first.replaceAll("'", '"'))
      .replace(". Expected ", ", expected ")
      .replace(/ is invalid\. (\w)/, (_, letter: string) => ` is invalid: ${letter.toLowerCase()}`),
    fix: guess === undefined ? `see ${commandPath} --help` : `did you mean ${guess}?`,
    exitCode: ExitCode.Usage,
    meta: {},
  };
}

/** One line: what happened; what to do [CODE]. */
export function errorLine(presented: PresentedError): string {
  const { message, fix, code } = presented;
  // A message that gives the advice itself needs no second one.
  const advice = message.includes(";") || fix === "" ? "" : `; ${lowerFirst(fix)}`;
  return `${message}${advice} [${code}]`;
}
