import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { NodeError } from "../errors.js";

export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** True when questions can be asked: both ends are a person's terminal. */
export function isInteractive(terminal: Terminal): boolean {
  return terminal.stdin.isTTY === true && terminal.stderr.isTTY === true;
}

/**
 * Asks on the terminal; questions go to stderr, so that stdout stays clean. `hidden` echoes nothing.
 * @throws NodeError NOT_INTERACTIVE without a terminal; `instead` names the option to give; INTERRUPTED on Ctrl-C.
 */
export async function ask(
  terminal: Terminal,
  question: string,
  options: { readonly hidden?: boolean; readonly instead: string },
): Promise<string> {
  if (!isInteractive(terminal)) {
    throw new NodeError({
      code: "NOT_INTERACTIVE",
      message: `there is no terminal to ask "${question.trim().replace(/[:?]$/, "")}"`,
      meta: { fix: options.instead },
    });
  }
  const muted = new Writable({ write: (_chunk, _encoding, done) => done() });
  if (options.hidden === true) terminal.stderr.write(question);
  const readline = createInterface({
    input: terminal.stdin,
    output: options.hidden === true ? muted : terminal.stderr,
    terminal: true,
    historySize: 0,
  });
  const controller = new AbortController();
  readline.on("SIGINT", () => controller.abort());
  // End of input (Ctrl-D) leaves a question unanswered for ever otherwise.
  readline.on("close", () => controller.abort());
  try {
    return await readline.question(options.hidden === true ? "" : question, { signal: controller.signal });
  } catch (cause) {
    throw new NodeError({ code: "INTERRUPTED", message: "the question was not answered", cause });
  } finally {
    readline.close();
    if (options.hidden === true) terminal.stderr.write("\n");
  }
}
