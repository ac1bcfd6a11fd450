import { toHex } from "@lucid/consensus/base";
import {
  type Account,
  dataPaths,
  deriveAccount,
  deriveIndexKey,
  deriveOwnerKey,
  formatAddress,
  loadAccount,
  loadOwner,
  mnemonicToSeed,
  readAccountAddress,
} from "@lucid/storage";
import type { Hex, PrivateKeyAccount } from "viem";
import { NodeError } from "../../errors.js";
import type { CommandContext } from "../commandContext.js";
import { passphrase } from "../secrets.js";

/** The keys that session commands need, opened. */
export interface Owner {
  /** From it comes the key of every session. */
  readonly ownerKey: Uint8Array;
  /** Of the titles and tags. */
  readonly indexKey: Uint8Array;
  readonly account: PrivateKeyAccount;
  /** 20 bytes. */
  readonly address: Uint8Array;
}

/** Opens both keystores with one passphrase. @throws StorageError KEYSTORE_PASSPHRASE, IO_NOT_FOUND */
export async function openOwner(context: CommandContext, dataDir: string): Promise<Owner> {
  const secret = await passphrase(context);
  const paths = dataPaths(dataDir);
  const [mnemonic, account] = await Promise.all([
    loadOwner(paths.ownerKey, secret),
    loadAccount(paths.accountKey, secret),
  ]);
  return await ownerOf(await mnemonicToSeed(mnemonic), account);
}

/** The keys that the recovery words alone give: the account is the first one of the seed. */
export async function ownerOfWords(mnemonic: string): Promise<Owner> {
  const seed = await mnemonicToSeed(mnemonic);
  return await ownerOf(seed, deriveAccount(seed));
}

/** Wipes the seed. */
async function ownerOf(seed: Uint8Array, account: Pick<Account, "privateKey" | "address">): Promise<Owner> {
  const ownerKey = deriveOwnerKey(seed);
  const indexKey = deriveIndexKey(seed);
  seed.fill(0);
  const { privateKeyToAccount } = await import("viem/accounts");
  return { ownerKey, indexKey, account: privateKeyToAccount(toHex(account.privateKey)), address: account.address };
}

/** The address in the account's keystore; needs no passphrase. */
export async function ownerAddress(dataDir: string): Promise<Hex> {
  const address = await readAccountAddress(dataPaths(dataDir).accountKey);
  if (address === undefined) {
    throw new NodeError({
      code: "FILE_UNREADABLE",
      message: `${dataPaths(dataDir).accountKey} names no address`,
      meta: { fix: "make the keystore again with lucid account import" },
    });
  }
  return formatAddress(address);
}
