import { toHex } from "@lucid/consensus/base";
import {
  dataPaths,
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
  const seed = await mnemonicToSeed(mnemonic);
  const ownerKey = deriveOwnerKey(seed);
  seed.fill(0);
  const { privateKeyToAccount } = await import("viem/accounts");
  return { ownerKey, account: privateKeyToAccount(toHex(account.privateKey)), address: account.address };
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
