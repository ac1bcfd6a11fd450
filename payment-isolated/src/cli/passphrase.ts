import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { PayoutError } from "../errors.js";
import { readSecret } from "../service/config.js";

export interface PassphraseOptions {
  readonly passphraseFile?: string;
  readonly passphraseFd?: string;
}

/** From a file or an open descriptor; never from the environment or the command line, which others can read. */
export function passphraseOf(options: PassphraseOptions): string {
  if (options.passphraseFile !== undefined) return readSecret(options.passphraseFile);
  if (options.passphraseFd !== undefined && /^\d+$/.test(options.passphraseFd)) {
    try {
      return readFileSync(Number(options.passphraseFd), "utf8").split(/\r?\n/)[0] ?? "";
    } catch {
      throw new PayoutError("FILE_UNREADABLE", `descriptor ${options.passphraseFd} cannot be read`);
    }
  }
  throw new PayoutError("USAGE", "give --passphrase-file or --passphrase-fd");
}

export function withPassphrase(command: Command): Command {
  return command
    .option("--passphrase-file <file>", "file whose first line opens the key")
    .option("--passphrase-fd <n>", "open descriptor to read it from");
}
