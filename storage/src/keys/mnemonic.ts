import {
  generateMnemonic as generate,
  mnemonicToSeedWebcrypto,
  mnemonicToEntropy as toEntropy,
  entropyToMnemonic as toWords,
} from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { StorageError } from "../errors.js";

export type MnemonicLength = 12 | 15 | 18 | 21 | 24;

const known = new Set(wordlist);
const lengths: readonly number[] = [12, 15, 18, 21, 24];

/** A new BIP-39 mnemonic from the system's random source. */
export function generateMnemonic(words: MnemonicLength = 24): string {
  return generate(wordlist, (words / 3) * 32);
}

/**
 * The mnemonic as BIP-39 hashes it: lower case, NFKD, one space between words.
 * The errors say where, never what: no word reaches a log.
 * @throws StorageError MNEMONIC_WORD_COUNT, MNEMONIC_UNKNOWN_WORD, MNEMONIC_CHECKSUM
 */
export function parseMnemonic(text: string): string {
  const words = text
    .normalize("NFKD")
    .trim()
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== "");
  if (!lengths.includes(words.length)) {
    throw new StorageError({
      code: "MNEMONIC_WORD_COUNT",
      message: `a mnemonic has 12, 15, 18, 21 or 24 words, not ${words.length}`,
      meta: { words: words.length },
    });
  }
  const unknown = words.findIndex((word) => !known.has(word));
  if (unknown >= 0) {
    throw new StorageError({
      code: "MNEMONIC_UNKNOWN_WORD",
      message: `word ${unknown + 1} of the mnemonic is not in the word list; check its spelling`,
      meta: { position: unknown + 1 },
    });
  }
  const mnemonic = words.join(" ");
  try {
    toEntropy(mnemonic, wordlist).fill(0);
  } catch {
    // The cause is dropped: its text could quote words.
    throw new StorageError({
      code: "MNEMONIC_CHECKSUM",
      message: "the words of the mnemonic do not belong together; a word is wrong or two are swapped",
    });
  }
  return mnemonic;
}

/** Entropy of a mnemonic, 16 to 32 bytes: what a keystore keeps. @throws as parseMnemonic */
export function mnemonicToEntropy(text: string): Uint8Array {
  return toEntropy(parseMnemonic(text), wordlist);
}

/** @throws StorageError KEY_INVALID unless 16, 20, 24, 28 or 32 bytes */
export function entropyToMnemonic(entropy: Uint8Array): string {
  if (entropy.length < 16 || entropy.length > 32 || entropy.length % 4 !== 0) {
    throw new StorageError({
      code: "KEY_INVALID",
      message: `entropy of a mnemonic has 16, 20, 24, 28 or 32 bytes, not ${entropy.length}`,
    });
  }
  return toWords(entropy, wordlist);
}

/**
 * BIP-39 seed, 64 bytes. @param passphrase BIP-39's "25th word", not the passphrase of a keystore
 * @throws as parseMnemonic
 */
export async function mnemonicToSeed(text: string, passphrase = ""): Promise<Uint8Array> {
  return mnemonicToSeedWebcrypto(parseMnemonic(text), passphrase);
}
