import { readFile } from "node:fs/promises";
import { resolve as resolvePath } from "node:path";
import { NodeError } from "../errors.js";
import type { CommandContext } from "./commandContext.js";
import { ask, isInteractive } from "./prompt.js";

/** Shortest passphrase for new keystores, characters. */
const MIN_LENGTH = 8;

/** First line of a file, without its end. */
export async function firstLine(path: string): Promise<string> {
  const text = await readFile(resolvePath(path), "utf8");
  return (text.split("\n")[0] ?? "").replace(/\r$/, "");
}

/** From --passphrase-file or LUCID_PASSPHRASE; undefined when it must be asked for. */
export async function givenPassphrase(context: CommandContext): Promise<string | undefined> {
  const file = context.options.text("passphraseFile");
  if (file !== undefined) {
    const line = await firstLine(file);
    if (line === "") throw new NodeError({ code: "PASSPHRASE_MISSING", message: `the first line of ${file} is empty` });
    return line;
  }
  const fromEnvironment = context.env["LUCID_PASSPHRASE"];
  return fromEnvironment === undefined || fromEnvironment === "" ? undefined : fromEnvironment;
}

/** The passphrase that opens the keys. @throws NodeError PASSPHRASE_MISSING when nothing gives it. */
export async function passphrase(context: CommandContext, question = "Passphrase of the keys: "): Promise<string> {
  const given = await givenPassphrase(context);
  if (given !== undefined) return given;
  if (!isInteractive(context.terminal)) {
    throw new NodeError({
      code: "PASSPHRASE_MISSING",
      message: "the keys need their passphrase and there is no terminal to ask on",
    });
  }
  return await ask(context.terminal, question, {
    hidden: true,
    instead: "set LUCID_PASSPHRASE or give --passphrase-file",
  });
}

/** A passphrase for new keys: given, or asked for twice. @throws NodeError PASSPHRASE_WEAK, PASSPHRASE_MISSING */
export async function newPassphrase(context: CommandContext): Promise<string> {
  const given = await givenPassphrase(context);
  if (given !== undefined) return strong(given);
  if (!isInteractive(context.terminal)) {
    throw new NodeError({
      code: "PASSPHRASE_MISSING",
      message: "new keys need a passphrase and there is no terminal to ask on",
    });
  }
  const options = { hidden: true, instead: "set LUCID_PASSPHRASE or give --passphrase-file" };
  for (;;) {
    const first = await ask(context.terminal, `New passphrase (at least ${MIN_LENGTH} characters): `, options);
    if (first.length < MIN_LENGTH) {
      context.output.note("That is too short.");
      continue;
    }
    if ((await ask(context.terminal, "The same again: ", options)) === first) return first;
    context.output.note("The two differ.");
  }
}

function strong(text: string): string {
  if (text.length < MIN_LENGTH) {
    throw new NodeError({ code: "PASSPHRASE_WEAK", message: `the passphrase has fewer than ${MIN_LENGTH} characters` });
  }
  return text;
}
