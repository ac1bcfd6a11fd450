/** What an error code means to the person who sees it. One entry per code; docs/errors.md is generated from these. */
export interface ErrorInfo {
  /** One sentence: what happened. */
  readonly summary: string;
  /** One sentence: what to do about it. */
  readonly fix: string;
  /** Exit status of the command line when this error ends it. */
  readonly exitCode: ExitCode;
}

/** Exit statuses of every command; documented in docs/cli.md. */
export const ExitCode = {
  Ok: 0,
  /** A defect or an unexpected failure. */
  Internal: 1,
  /** Unknown option, missing argument. */
  Usage: 2,
  /** Configuration, data directory, port or environment. */
  Environment: 3,
  /** Input that is damaged, lies or does not verify. */
  BadInput: 4,
  /** The thing asked for does not exist. */
  NotFound: 5,
  /** The node or a peer cannot be reached or did not answer in time. */
  Unreachable: 6,
  /** No space: disk, quota or queue. */
  NoSpace: 7,
  /** Wrong passphrase, mnemonic or key, or no permission. */
  Secret: 8,
  /** Ended by SIGINT (128 + 2). */
  Interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export type ErrorMeta = Readonly<Record<string, string | number | bigint | boolean | undefined>>;

export interface CodedErrorOptions<C extends string> {
  readonly code: C;
  readonly message: string;
  readonly meta?: ErrorMeta | undefined;
  readonly cause?: unknown;
}

/**
 * Base class of every error that our code throws. Callers compare `code`, never the text or the class.
 * Each package derives one class and keeps one table of codes beside it.
 */
export class CodedError<C extends string = string> extends Error {
  readonly code: C;
  readonly meta: ErrorMeta;

  constructor(options: CodedErrorOptions<C>) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.meta = options.meta ?? {};
  }

  /** For structured logs and JSON output: no stack, bigint as decimal text. */
  toObject(): { code: C; message: string; meta: Record<string, string | number | boolean> } {
    const meta: Record<string, string | number | boolean> = {};
    for (const [key, value] of Object.entries(this.meta)) {
      if (value !== undefined) meta[key] = typeof value === "bigint" ? value.toString() : value;
    }
    return { code: this.code, message: this.message, meta };
  }
}

/** True for errors of ours and for Node's and Level's coded errors with exactly this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
