import { ExitCode, messageOf, PayoutError } from "../errors.js";

export interface Output {
  readonly json: boolean;
  out(text: string): void;
  err(text: string): void;
}

/** A result: one JSON line with --json, else indented lines for people. */
export function show(output: Output, value: unknown): void {
  if (typeof value === "string") output.out(value.endsWith("\n") ? value : `${value}\n`);
  else if (output.json) output.out(`${JSON.stringify(value)}\n`);
  else output.out(`${lines(value, "").join("\n")}\n`);
}

function lines(value: unknown, indent: string): string[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return [`${indent}(none)`];
    return value.flatMap((item) => {
      if (typeof item !== "object" || item === null) return [`${indent}- ${String(item)}`];
      const inner = lines(item, `${indent}  `);
      return [`${indent}- ${(inner[0] ?? "").trimStart()}`, ...inner.slice(1)];
    });
  }
  if (typeof value !== "object" || value === null) return [`${indent}${String(value)}`];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (inner === undefined) return [];
    if (typeof inner !== "object" || inner === null) return [`${indent}${key}: ${String(inner)}`];
    return [`${indent}${key}:`, ...lines(inner, `${indent}  `)];
  });
}

/** One sentence and the fix on stderr, never a stack; gives the exit code. */
export function showError(output: Output, error: unknown): number {
  if (!(error instanceof PayoutError)) {
    output.err(
      output.json
        ? `${JSON.stringify({ error: { code: "INTERNAL", message: messageOf(error), exitCode: 1 } })}\n`
        : `lucid-payout: internal error: ${messageOf(error)}\n`,
    );
    return ExitCode.Internal;
  }
  const { fix, exitCode } = error.info;
  output.err(
    output.json
      ? `${JSON.stringify({ error: { code: error.code, message: error.message, fix, exitCode } })}\n`
      : `lucid-payout: ${error.message} (${error.code})\n${fix}\n`,
  );
  return exitCode;
}
