import { fromHex, hasCode, toHex } from "@lucid/consensus/base";
import { StorageError } from "../errors.js";
import { readFileBounded, writeFileAtomic } from "../files/atomicFile.js";
import type { FileSystem } from "../files/fileSystem.js";
import { realFileSystem } from "../files/realFileSystem.js";
import { type Account, accountFromPrivateKey } from "./account.js";
import type { BlsKey } from "./blsKey.js";
import { decryptKeystoreBls, encryptKeystoreBls } from "./keystoreBls.js";
import { decryptKeystoreV3, encryptKeystoreV3 } from "./keystoreV3.js";
import { entropyToMnemonic, mnemonicToEntropy } from "./mnemonic.js";
import { generateDeviceId, type PeerKey, peerKeyFromSecret } from "./peerKey.js";
import type { ScryptCost } from "./scrypt.js";

/** Larger than any keystore; a bound against reading something else. */
const MAX_BYTES = 64 << 10;

export interface SecretFileOptions {
  readonly files?: FileSystem;
  /** Lower cost for tests. */
  readonly cost?: ScryptCost;
}

/** Writes a file that only its owner may read, atomically. */
export async function writeSecretFile(
  path: string,
  content: Uint8Array,
  options: SecretFileOptions = {},
): Promise<void> {
  await writeFileAtomic(options.files ?? realFileSystem, path, content, 0o600);
}

/** @throws StorageError SECRET_EXPOSED when the group or others may read or write it, IO_NOT_FOUND, IO_DENIED */
export async function readSecretFile(path: string, options: SecretFileOptions = {}): Promise<Uint8Array> {
  const files = options.files ?? realFileSystem;
  const stat = await files.stat(path);
  if (stat !== undefined && (stat.mode & 0o077) !== 0) {
    throw new StorageError({
      code: "SECRET_EXPOSED",
      message: `${path} can be read by other users; run chmod 600 on it`,
      meta: { path, mode: stat.mode.toString(8) },
    });
  }
  return readFileBounded(files, path, MAX_BYTES);
}

function damaged(path: string, what: string): StorageError {
  return new StorageError({ code: "KEYSTORE_DAMAGED", message: `${path} ${what}`, meta: { path } });
}

async function writeJson(path: string, value: object, options: SecretFileOptions): Promise<void> {
  await writeSecretFile(path, new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`), options);
}

async function readJson(path: string, options: SecretFileOptions): Promise<unknown> {
  const bytes = await readSecretFile(path, options);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // Without the cause: the parser quotes what it read.
    throw damaged(path, "is no JSON");
  }
}

/** Errors of a keystore say which file it was. */
async function naming<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof StorageError && error.code.startsWith("KEYSTORE_")) {
      throw new StorageError({ code: error.code, message: `${path}: ${error.message}`, meta: { ...error.meta, path } });
    }
    throw error;
  }
}

/** keys/owner.json: the mnemonic's entropy in a Web3 v3 keystore. */
export async function saveOwner(
  path: string,
  mnemonic: string,
  passphrase: string,
  options: SecretFileOptions = {},
): Promise<void> {
  const entropy = mnemonicToEntropy(mnemonic);
  await writeJson(path, await encryptKeystoreV3(entropy, passphrase, costOf(options)), options);
  entropy.fill(0);
}

/** The mnemonic. @throws StorageError KEYSTORE_PASSPHRASE, KEYSTORE_DAMAGED, KEYSTORE_UNSUPPORTED, SECRET_EXPOSED */
export async function loadOwner(path: string, passphrase: string, options: SecretFileOptions = {}): Promise<string> {
  const keystore = await readJson(path, options);
  const entropy = await naming(path, () => decryptKeystoreV3(keystore, passphrase));
  try {
    return entropyToMnemonic(entropy);
  } catch (error) {
    if (hasCode(error, "KEY_INVALID")) throw damaged(path, "holds no mnemonic");
    throw error;
  } finally {
    entropy.fill(0);
  }
}

/** keys/account.json: a Web3 v3 keystore that other wallets open too. */
export async function saveAccount(
  path: string,
  account: Account,
  passphrase: string,
  options: SecretFileOptions = {},
): Promise<void> {
  const keystore = await encryptKeystoreV3(account.privateKey, passphrase, {
    ...costOf(options),
    address: account.address,
  });
  await writeJson(path, keystore, options);
}

export async function loadAccount(path: string, passphrase: string, options: SecretFileOptions = {}): Promise<Account> {
  const keystore = await readJson(path, options);
  const secret = await naming(path, () => decryptKeystoreV3(keystore, passphrase));
  try {
    return accountFromPrivateKey(secret);
  } catch (error) {
    if (hasCode(error, "KEY_INVALID")) throw damaged(path, "holds no account key");
    throw error;
  } finally {
    secret.fill(0);
  }
}

/** The address in an account's keystore, for which no passphrase is needed; undefined when it names none. */
export async function readAccountAddress(
  path: string,
  options: SecretFileOptions = {},
): Promise<Uint8Array | undefined> {
  const keystore = await readJson(path, options);
  const address =
    typeof keystore === "object" && keystore !== null && "address" in keystore ? keystore.address : undefined;
  return typeof address === "string" && /^(0x)?[0-9a-fA-F]{40}$/.test(address) ? fromHex(address, 20) : undefined;
}

/** keys/bls.json: EIP-2335. */
export async function saveBlsKey(
  path: string,
  key: BlsKey & { readonly path?: string },
  passphrase: string,
  options: SecretFileOptions = {},
): Promise<void> {
  const settings = { ...costOf(options), ...(key.path === undefined ? {} : { path: key.path }) };
  await writeJson(path, await encryptKeystoreBls(key.secretKey, passphrase, settings), options);
}

export async function loadBlsKey(
  path: string,
  passphrase: string,
  options: SecretFileOptions = {},
): Promise<BlsKey & { readonly path: string }> {
  const keystore = await readJson(path, options);
  return naming(path, () => decryptKeystoreBls(keystore, passphrase));
}

/** The public key in a validator's keystore, 48 bytes, for which no passphrase is needed. */
export async function readBlsPublicKey(path: string, options: SecretFileOptions = {}): Promise<Uint8Array> {
  const keystore = await readJson(path, options);
  const key = typeof keystore === "object" && keystore !== null && "pubkey" in keystore ? keystore.pubkey : undefined;
  if (typeof key !== "string" || !/^(0x)?[0-9a-fA-F]{96}$/.test(key)) throw damaged(path, "names no public key");
  return fromHex(key, 48);
}

/** keys/peer.key: the Ed25519 seed in hex. */
export async function savePeerKey(path: string, key: PeerKey, options: SecretFileOptions = {}): Promise<void> {
  await writeSecretFile(path, new TextEncoder().encode(`${toHex(key.secretKey)}\n`), options);
}

export async function loadPeerKey(path: string, options: SecretFileOptions = {}): Promise<PeerKey> {
  const text = new TextDecoder().decode(await readSecretFile(path, options)).trim();
  if (!/^0x[0-9a-f]{64}$/.test(text)) throw damaged(path, "holds no peer key");
  return peerKeyFromSecret(fromHex(text, 32));
}

/** keys/device.json: makes the device id at the first call and reads it afterwards. */
export async function loadOrCreateDeviceId(path: string, options: SecretFileOptions = {}): Promise<Uint8Array> {
  const files = options.files ?? realFileSystem;
  if ((await files.stat(path)) === undefined) await writeJson(path, { deviceId: toHex(generateDeviceId()) }, options);
  const value = await readJson(path, options);
  const id = typeof value === "object" && value !== null && "deviceId" in value ? value.deviceId : undefined;
  if (typeof id !== "string" || !/^0x[0-9a-f]{64}$/.test(id)) throw damaged(path, "holds no device id");
  return fromHex(id, 32);
}

function costOf(options: SecretFileOptions): { cost?: ScryptCost } {
  return options.cost === undefined ? {} : { cost: options.cost };
}
