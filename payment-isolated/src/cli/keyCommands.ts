import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { type Command, Option } from "commander";
import { parse } from "yaml";
import { addToken, loadTokens, type Role, removeToken, roles } from "../api/tokens.js";
import { systemClock } from "../clock.js";
import { messageOf, PayoutError } from "../errors.js";
import { readSecret, readText } from "../service/config.js";
import { type HolderOptions, openHolder, withLedger } from "./keyHolder.js";
import { show } from "./output.js";
import { type PassphraseOptions, passphraseOf, withPassphrase } from "./passphrase.js";
import type { CliContext } from "./program.js";
import { untilSignal } from "./signals.js";

async function askPerson(text: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await prompt.question(`${text}\nSign? Type yes: `)) === "yes";
  } finally {
    prompt.close();
  }
}

export function keyCommands(program: Command, context: CliContext): void {
  const { output, globals } = context;
  const key = program.command("key").description("keys of signers");
  withPassphrase(key.command("new <file>").description("make a key file (Web3 v3, as wallet-cli writes it)"))
    .option("--light", "cheap key derivation, for tests")
    .action(async (file: string, given: PassphraseOptions & { light?: boolean }) => {
      if (existsSync(file)) throw new PayoutError("NOT_ALLOWED", `${file} exists`);
      const passphrase = passphraseOf(given);
      if (passphrase.length < 8) throw new PayoutError("USAGE", "the passphrase has fewer than 8 characters");
      const { sealKeystore } = await import("../signers/keystore.js");
      const text = await sealKeystore(randomBytes(32), passphrase, given.light === true);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, text, { mode: 0o600, flag: "wx" });
      show(output, { file, address: (JSON.parse(text) as { address: string }).address });
    });
  withPassphrase(key.command("check <file>").description("open a key file and show its address")).action(
    async (file: string, given: PassphraseOptions) => {
      const { openKeystore } = await import("../signers/keystore.js");
      const { address, privateKey } = await openKeystore(readText(file), passphraseOf(given));
      privateKey.fill(0);
      show(output, { file, address });
    },
  );

  const token = program.command("token").description("tokens of the API");
  const tokensFile = () => join(globals().data, "tokens.json");
  token
    .command("add <name>")
    .description("make a token; it is shown once, only its hash is kept")
    .addOption(new Option("--role <role...>", "what it may do").choices([...roles]).makeOptionMandatory())
    .option("--save <file>", "write the token there instead of showing it")
    .action((name: string, given: { role: Role[]; save?: string }) => {
      mkdirSync(globals().data, { recursive: true, mode: 0o700 });
      const made = addToken(tokensFile(), name, given.role);
      if (given.save === undefined) return show(output, { name, roles: given.role, token: made });
      writeFileSync(given.save, `${made}\n`, { mode: 0o600 });
      chmodSync(given.save, 0o600);
      return show(output, { name, roles: given.role, file: given.save });
    });
  token
    .command("remove <name>")
    .description("forget a token; it takes effect at once")
    .action((name: string) => show(output, { removed: removeToken(tokensFile(), name) }));
  token
    .command("list")
    .description("names and roles")
    .action(() =>
      show(
        output,
        loadTokens(tokensFile()).map(({ name, roles: given }) => ({ name, roles: given })),
      ),
    );

  withPassphrase(
    withLedger(
      program
        .command("signer")
        .description("run a key holder's signer: it builds the bytes again, judges them by its own policy, and asks"),
    ),
  )
    .option("--key <file>", "key file")
    .requiredOption("--policy <file>", "policy (YAML): operator, routers, caps, prompt")
    .requiredOption("--socket <path>", "unix socket to listen on")
    .requiredOption("--journal <dir>", "what was signed")
    .option("--token-file <file>", "token that callers must send")
    .action(
      async (
        given: PassphraseOptions &
          HolderOptions & {
            policy: string;
            socket: string;
            journal: string;
            tokenFile?: string;
          },
      ) => {
        const { SignerDaemon, signerPolicySchema } = await import("../signers/signerDaemon.js");
        const { SignerJournal } = await import("../signers/signerJournal.js");
        const { FileMedium } = await import("../store/journalMedium.js");
        let value: unknown;
        try {
          value = parse(readText(given.policy), { maxAliasCount: 0 });
        } catch (error) {
          if (error instanceof PayoutError) throw error;
          throw new PayoutError("CONFIG_INVALID", `${given.policy} is no YAML`);
        }
        const policy = signerPolicySchema.safeParse(value);
        if (!policy.success)
          throw new PayoutError(
            "CONFIG_INVALID",
            `${given.policy}: ${policy.error.issues[0]?.path.join(".") ?? ""}: ${policy.error.issues[0]?.message ?? ""}`,
          );
        if (policy.data.prompt && !process.stdin.isTTY)
          throw new PayoutError("CONFIG_INVALID", "its policy asks a person, and there is no terminal");
        const holder = await openHolder(given);
        const journal = new SignerJournal(new FileMedium(given.journal));
        await journal.start();
        const daemon = new SignerDaemon({
          key: holder,
          policy: policy.data,
          journal,
          clock: systemClock,
          socket: given.socket,
          token: given.tokenFile === undefined ? undefined : readSecret(given.tokenFile),
          confirm: askPerson,
          log: (text) => output.err(`${new Date().toISOString()} ${text}\n`),
        });
        await daemon.start();
        show(output, { address: holder.address, socket: given.socket });
        await untilSignal();
        await daemon.stop().catch((error: unknown) => output.err(`${messageOf(error)}\n`));
        await holder.close().catch((error: unknown) => output.err(`${messageOf(error)}\n`));
      },
    );
}
