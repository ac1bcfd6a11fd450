import { readFile } from "node:fs/promises";
import { resolve as resolvePath } from "node:path";
import { generateMnemonic, parseMnemonic } from "@lucid/storage";
import { NodeError } from "../errors.js";
import type { CommandContext } from "./commandContext.js";
import { ask, isInteractive } from "./prompt.js";

/** How often the words may be typed wrong. */
const TRIES = 3;

export interface Words {
  readonly mnemonic: string;
  /** True when this run made them, so that they must be shown. */
  readonly fresh: boolean;
}

/** Those of --mnemonic-file, else new ones. @throws NodeError NOT_INTERACTIVE; StorageError for words that are none */
export async function recoveryWords(context: CommandContext): Promise<Words> {
  const file = context.options.text("mnemonicFile");
  if (file !== undefined) return { mnemonic: parseMnemonic(await readFile(resolvePath(file), "utf8")), fresh: false };
  if (!context.options.flag("yes") && !isInteractive(context.terminal)) {
    throw new NodeError({
      code: "NOT_INTERACTIVE",
      message: "there is no terminal to show the recovery words on and to ask them back",
      meta: { fix: "give --yes (the words are printed) or --mnemonic-file FILE" },
    });
  }
  return { mnemonic: generateMnemonic(24), fresh: true };
}

/** Has the words typed back. @throws NodeError WORDS_DIFFER after three wrong tries */
export async function confirmWords(context: CommandContext, mnemonic: string): Promise<void> {
  const { output, terminal } = context;
  await ask(terminal, "\nWrite the words down on paper. Press Enter when done; the screen is cleared. ", {
    instead: "give --yes",
  });
  const clear = (): void => {
    if (output.interactive) terminal.stderr.write("\u001b[2J\u001b[3J\u001b[H");
  };
  clear();
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const typed = await ask(terminal, "Type all words back, in order: ", { instead: "give --yes" });
    if (typed.trim().toLowerCase().split(/\s+/).join(" ") === mnemonic) {
      // What was typed is on the screen too.
      clear();
      return;
    }
    if (attempt < TRIES) output.note(wrongWord(typed, mnemonic));
  }
  throw new NodeError({ code: "WORDS_DIFFER", message: "the words typed back are not the words shown" });
}

/** Says where the typed words go wrong, not what would be right. */
function wrongWord(typed: string, mnemonic: string): string {
  const given = typed.trim().toLowerCase().split(/\s+/);
  const right = mnemonic.split(" ");
  const at = right.findIndex((word, index) => given[index] !== word);
  return at === -1 ? `There are ${right.length} words, not ${given.length}.` : `Word ${at + 1} is not what was shown.`;
}
