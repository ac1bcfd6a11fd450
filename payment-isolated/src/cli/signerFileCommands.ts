/** What signers of the epoch before do with the signer file before the service takes it; needs no running service. */
import { renameSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import type { SignerSet } from "../domain/documents.js";
import { PayoutError } from "../errors.js";
import { acceptSignerFile, addSignature, readSignerFile } from "../rotation/signerFile.js";
import { loadConfig, readText } from "../service/config.js";
import { type HolderOptions, signDigestAs, withLedger } from "./keyHolder.js";
import { show } from "./output.js";
import { type PassphraseOptions, withPassphrase } from "./passphrase.js";
import type { CliContext } from "./program.js";

/** The set of an earlier file, or that of the configuration (epoch 0). */
function setBefore(previous: string | undefined, config: SignerSet): SignerSet {
  if (previous === undefined) return config;
  const { epoch, signers, threshold } = readSignerFile(readText(previous));
  return { epoch, signers, threshold };
}

export function signerFileCommands(program: Command, context: CliContext): void {
  const { output, globals } = context;
  const signers = program.command("signers").description("the file by which the signers of payouts change");
  withPassphrase(
    withLedger(
      signers
        .command("sign <file>")
        .description("look at the new signers, and add a signature over their digest to the file")
        .option("--key <file>", "key file of a signer of the epoch before"),
    ),
  ).action(async (file: string, given: PassphraseOptions & HolderOptions) => {
    const text = readText(file);
    const { digest } = readSignerFile(text);
    const { address, signature } = await signDigestAs(given, digest);
    const signed = addSignature(text, signature);
    writeFileSync(`${file}.new`, JSON.stringify(signed), { mode: 0o644 });
    renameSync(`${file}.new`, file);
    const { epoch, signers: set, signatures } = signed;
    show(output, { file, by: address, epoch, signers: set, digest, signatures: signatures.length });
  });
  signers
    .command("check <file>")
    .description("judge a signed file as the service does, against the configuration and nothing else")
    .option("--after <file>", "signer file of the epoch before (default: epoch 0, in the configuration)")
    .action((file: string, given: { after?: string }) => {
      const { engine } = loadConfig(globals().config);
      const before = setBefore(given.after, engine.operator.signers);
      const { set, file: accepted } = acceptSignerFile(readText(file), before, engine.governanceChainId);
      if (accepted.payoutEpochLength === undefined)
        throw new PayoutError("BAD_ROTATION", "the file does not say how long a payout period is");
      show(output, { ok: true, ...set, digest: accepted.digest, payoutEpochLength: accepted.payoutEpochLength });
    });
}
