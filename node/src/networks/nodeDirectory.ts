import { toHex } from "@lucid/consensus/base";
import {
  createDataDirectory,
  loadOrCreateDeviceId,
  realFileSystem,
  type ScryptCost,
  saveAccount,
  saveBlsKey,
  saveOwner,
  savePeerKey,
  writeFileAtomic,
} from "@lucid/storage";
import { configFileText } from "../config/index.js";
import { genesisRootOf } from "./genesis.js";
import { formatGenesisFile, type GenesisFile } from "./genesisFile.js";
import type { NodeIdentity } from "./identity.js";

export interface NodeDirectoryOptions {
  readonly dataDir: string;
  readonly identity: NodeIdentity;
  readonly genesis: GenesisFile;
  readonly passphrase: string;
  /** Lower cost for keys that are public anyway. */
  readonly cost?: ScryptCost;
}

/**
 * Makes a data directory that `lucid start` can use. An interrupted init leaves a folder that init can use again.
 * @throws StorageError DATA_EXISTS, IO_DENIED, DISK_FULL
 */
export async function writeNodeDirectory(options: NodeDirectoryOptions): Promise<void> {
  const { dataDir, identity, genesis, passphrase } = options;
  const secret = options.cost === undefined ? {} : { cost: options.cost };
  const own = toHex(identity.bls.publicKey);
  const founder = genesis.validators.some(({ blsPublicKey }) => blsPublicKey === own);
  const write = (path: string, text: string): Promise<void> =>
    writeFileAtomic(realFileSystem, path, new TextEncoder().encode(text), 0o644);
  await createDataDirectory(dataDir, {
    network: genesis.network,
    genesisRoot: toHex(genesisRootOf(genesis)),
    async populate(paths) {
      await Promise.all([
        saveOwner(paths.ownerKey, identity.mnemonic, passphrase, secret),
        saveAccount(paths.accountKey, identity.account, passphrase, secret),
        saveBlsKey(paths.blsKey, identity.bls, passphrase, secret),
        savePeerKey(paths.peerKey, identity.peer),
        loadOrCreateDeviceId(paths.device),
      ]);
      await write(paths.config, configFileText(founder ? { validator: true } : {}));
      await write(paths.genesis, formatGenesisFile(genesis));
    },
  });
}
