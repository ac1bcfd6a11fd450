/** The one key of a person: in a file, or in a Ledger. */
import type { Command } from "commander";
import { PayoutError } from "../errors.js";
import { readText } from "../service/config.js";
import type { LedgerSigner } from "../signers/ledgerSigner.js";
import type { PayoutSigner } from "../signers/signer.js";
import { type PassphraseOptions, passphraseOf } from "./passphrase.js";

export interface HolderOptions {
  readonly key?: string;
  readonly ledger?: string;
  readonly ledgerPath?: string;
}

export function withLedger(command: Command): Command {
  return command
    .option("--ledger <where>", "a Ledger instead of a key file: usb, or the URL of a Speculos")
    .option("--ledger-path <path>", "account on the Ledger", "44'/195'/0'/0/0");
}

/** The Ledger that is named; undefined when it is a key file. @throws PayoutError USAGE */
async function ledgerOf(given: HolderOptions): Promise<LedgerSigner | undefined> {
  if ((given.key === undefined) === (given.ledger === undefined))
    throw new PayoutError("USAGE", "give --key FILE, or --ledger");
  if (given.ledger === undefined) return undefined;
  const { openLedger } = await import("../signers/ledgerTransport.js");
  const { LedgerSigner } = await import("../signers/ledgerSigner.js");
  return LedgerSigner.open("signer", await openLedger(given.ledger), given.ledgerPath);
}

export async function openHolder(given: PassphraseOptions & HolderOptions): Promise<PayoutSigner> {
  const ledger = await ledgerOf(given);
  if (ledger !== undefined) return ledger;
  const { openKeystore } = await import("../signers/keystore.js");
  const { VaultSigner } = await import("../signers/vaultSigner.js");
  const { privateKey } = await openKeystore(readText(given.key ?? ""), passphraseOf(given));
  return new VaultSigner("signer", privateKey);
}

/** A signature over the digest of a signer file. */
export async function signDigestAs(
  given: PassphraseOptions & HolderOptions,
  digest: string,
): Promise<{ readonly address: string; readonly signature: string }> {
  const ledger = await ledgerOf(given);
  if (ledger !== undefined) {
    try {
      return { address: ledger.address, signature: await ledger.signDigest(digest) };
    } finally {
      await ledger.close();
    }
  }
  const { openKeystore } = await import("../signers/keystore.js");
  const { signDigest } = await import("../rotation/signerFile.js");
  const { privateKey, address } = await openKeystore(readText(given.key ?? ""), passphraseOf(given));
  try {
    return { address, signature: signDigest(digest, privateKey) };
  } finally {
    privateKey.fill(0);
  }
}
