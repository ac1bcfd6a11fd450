import { existsSync } from "node:fs";
import { fromHex, toHex } from "@lucid/consensus/base";
import {
  createDataDirectory,
  type DataPaths,
  dataPaths,
  ensureDirectory,
  loadOrCreateDeviceId,
  loadPeerKey,
  readBlsPublicKey,
  realFileSystem,
  type ScryptCost,
  saveAccount,
  saveBlsKey,
  saveOwner,
  savePeerKey,
  writeFileAtomic,
} from "@lucid/storage";
import { configFileText, type SettingName } from "../config/index.js";
import { NodeError } from "../errors.js";
import { genesisRootOf } from "./genesis.js";
import { formatGenesisFile, type GenesisFile } from "./genesisFile.js";
import type { NodeIdentity } from "./identity.js";
import { formatNetworkFile, type NetworkFacts } from "./networkFile.js";
import { formatOperatorFile, type OperatorFile } from "./operatorFile.js";

/** New keys and how they are locked; `cost` is lower for keys that are worth little. */
export interface NewKeys {
  readonly identity: NodeIdentity;
  readonly passphrase: string;
  readonly cost?: ScryptCost;
}

export interface NodeDirectoryOptions {
  readonly dataDir: string;
  /** Those that `writeOperatorKeys` put there before there was a network, or new ones. */
  readonly keys: NewKeys | "prepared";
  readonly genesis: GenesisFile;
  /** Bootstrap nodes and the like, for networks that are files. */
  readonly facts?: NetworkFacts;
  /** Lines of config.yaml that count. */
  readonly settings?: Partial<Record<SettingName, unknown>>;
}

function write(path: string, text: string): Promise<void> {
  return writeFileAtomic(realFileSystem, path, new TextEncoder().encode(text), 0o644);
}

async function saveKeys(paths: DataPaths, { identity, passphrase, cost }: NewKeys): Promise<void> {
  const secret = cost === undefined ? {} : { cost };
  await Promise.all([
    saveOwner(paths.ownerKey, identity.mnemonic, passphrase, secret),
    saveAccount(paths.accountKey, identity.account, passphrase, secret),
    saveBlsKey(paths.blsKey, identity.bls, passphrase, secret),
    savePeerKey(paths.peerKey, identity.peer),
    loadOrCreateDeviceId(paths.device),
  ]);
}

/**
 * Makes a data directory that `lucid start` can use. An interrupted init leaves a folder that init can use again.
 * @throws StorageError DATA_EXISTS, IO_DENIED, DISK_FULL; NodeError OPERATOR_FILE when the prepared keys found no network
 */
export async function writeNodeDirectory(options: NodeDirectoryOptions): Promise<void> {
  const { dataDir, keys, genesis, facts, settings = {} } = options;
  const own = toHex(
    keys === "prepared" ? await readBlsPublicKey(dataPaths(dataDir).blsKey) : keys.identity.bls.publicKey,
  );
  const founder = genesis.validators.some(({ blsPublicKey }) => blsPublicKey === own);
  await createDataDirectory(dataDir, {
    network: genesis.network,
    genesisRoot: toHex(genesisRootOf(genesis)),
    async populate(paths) {
      if (keys !== "prepared") await saveKeys(paths, keys);
      await write(paths.config, configFileText({ ...(founder ? { validator: true } : {}), ...settings }));
      await write(paths.genesis, formatGenesisFile(genesis));
      if (facts !== undefined) await write(paths.network, formatNetworkFile(facts));
    },
  });
}

/**
 * Keys of an operator of a network that does not exist yet, with the public file that its founders get.
 * @throws NodeError FILE_EXISTS when the folder has such keys
 */
export async function writeOperatorKeys(dataDir: string, keys: NewKeys, file: OperatorFile): Promise<void> {
  const paths = dataPaths(dataDir);
  if (hasOperatorKeys(dataDir)) {
    throw new NodeError({ code: "FILE_EXISTS", message: `${dataDir} holds an operator's keys already` });
  }
  await ensureDirectory(realFileSystem, dataDir);
  await ensureDirectory(realFileSystem, paths.keys);
  await saveKeys(paths, keys);
  // Last: from now on init takes these keys.
  await write(paths.operator, formatOperatorFile(file));
}

/** True when the folder has keys that were made before its network. */
export function hasOperatorKeys(dataDir: string): boolean {
  const { operator, version } = dataPaths(dataDir);
  return existsSync(operator) && !existsSync(version);
}

/**
 * That the founders took the operator's entry as it was sent.
 * @throws NodeError OPERATOR_FILE, naming what is missing or differs
 */
export async function checkFounded(dataDir: string, genesis: GenesisFile): Promise<void> {
  const paths = dataPaths(dataDir);
  const own = toHex(await readBlsPublicKey(paths.blsKey));
  const entry = genesis.validators.find(({ blsPublicKey }) => blsPublicKey === own);
  if (entry === undefined) {
    throw new NodeError({
      code: "OPERATOR_FILE",
      message: `the network was founded without the keys of ${dataDir}`,
      meta: { fix: "send operator.json to its founders, or join with lucid init in another folder and register" },
    });
  }
  const { publicKey } = await loadPeerKey(paths.peerKey);
  if (toHex(publicKey) !== toHex(fromHex(entry.peerId, 32))) {
    throw new NodeError({ code: "OPERATOR_FILE", message: "the network's file has another peer key than this folder" });
  }
}
