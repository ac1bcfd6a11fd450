import { type Logger as PinoLogger, pino } from "pino";
import type { NodeConfig } from "../config/index.js";

export type LogLevel = NodeConfig["log"]["level"];

/** One message and what belongs to it; never secrets. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Logging {
  /** Logger of a module; the same name gives the same logger. */
  module(name: string): Logger;
  /** Level of one module, or of all with "*"; takes effect at once. False for a module that does not exist. */
  setLevel(module: string, level: LogLevel): boolean;
  levels(): Readonly<Record<string, string>>;
  flush(): void;
}

/** Names under which a secret could be logged by mistake, at the top and one level down. */
const SECRET_NAMES = [
  "passphrase",
  "password",
  "mnemonic",
  "seed",
  "privateKey",
  "secretKey",
  "blsSecretKey",
  "sessionKey",
  "authorization",
];
export const redactedPaths: readonly string[] = SECRET_NAMES.flatMap((name) => [name, `*.${name}`]);

const LEVEL_NAMES: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};
const NOT_SHOWN = new Set(["level", "time", "pid", "hostname", "module", "msg"]);

/** `05:12:44.120 info  chain  block is final  height=12 ...`; a line that is not JSON goes through as it is. */
export function prettyLine(line: string): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const time = new Date(Number(entry["time"])).toISOString().slice(11, 23);
  const level = (LEVEL_NAMES[Number(entry["level"])] ?? "?").padEnd(5);
  const fields = Object.entries(entry)
    .filter(([name]) => !NOT_SHOWN.has(name))
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return `${[`${time} ${level} ${String(entry["module"] ?? "").padEnd(9)} ${String(entry["msg"] ?? "")}`, ...fields].join("  ")}\n`;
}

/** Logs go to stderr: stdout belongs to the command's result. */
export function createLogging(options: NodeConfig["log"], write?: (line: string) => void): Logging {
  const target = write ?? ((line: string) => void process.stderr.write(line));
  const stream = { write: options.format === "pretty" ? (line: string) => target(prettyLine(line)) : target };
  const root: PinoLogger = pino(
    {
      level: options.level,
      base: null,
      redact: { paths: [...redactedPaths], censor: "[redacted]" },
      serializers: { error: describeError },
    },
    stream,
  );
  const modules = new Map<string, PinoLogger>();
  return {
    module(name) {
      const existing = modules.get(name);
      if (existing !== undefined) return existing;
      const child: PinoLogger = root.child({ module: name });
      modules.set(name, child);
      return child;
    },
    setLevel(name, level) {
      if (name === "*") {
        root.level = level;
        for (const child of modules.values()) child.level = level;
        return true;
      }
      const child = modules.get(name);
      if (child !== undefined) child.level = level;
      return child !== undefined;
    },
    levels: () => Object.fromEntries([...modules].map(([name, child]) => [name, child.level])),
    flush: () => root.flush(),
  };
}

/** Code, text and causes, for logs; stacks only of defects. */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return {
    ...(code === undefined ? { stack: error.stack } : { code }),
    message: error.message,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
