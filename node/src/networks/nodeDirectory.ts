import { join } from "node:path";
import { toHex } from "@lucid/consensus/base";
import {
  ensureDirectory,
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

/** Version of the layout of a data directory. */
export const DATA_FORMAT = 1;

export interface NodeDirectoryOptions {
  readonly dataDir: string;
  readonly identity: NodeIdentity;
  readonly genesis: GenesisFile;
  readonly passphrase: string;
  /** Lower cost for keys that are public anyway. */
  readonly cost?: ScryptCost;
}

/**
 * Writes a data directory that `lucid start` can use. VERSION, which makes it one, comes last: an interrupted init
 * leaves a folder that init can use again.
 */
export async function writeNodeDirectory(options: NodeDirectoryOptions): Promise<void> {
  const { dataDir, identity, genesis, passphrase } = options;
  const secret = options.cost === undefined ? {} : { cost: options.cost };
  const keys = join(dataDir, "keys");
  const text = (path: string, content: string): Promise<void> =>
    writeFileAtomic(realFileSystem, join(dataDir, path), new TextEncoder().encode(content));
  await ensureDirectory(realFileSystem, keys);
  await Promise.all([
    saveOwner(join(keys, "owner.json"), identity.mnemonic, passphrase, secret),
    saveAccount(join(keys, "account.json"), identity.account, passphrase, secret),
    saveBlsKey(join(keys, "bls.json"), identity.bls, passphrase, secret),
    savePeerKey(join(keys, "peer.key"), identity.peer),
    loadOrCreateDeviceId(join(keys, "device.json")),
  ]);
  const own = toHex(identity.bls.publicKey);
  const founder = genesis.validators.some(({ blsPublicKey }) => blsPublicKey === own);
  await text("config.yaml", configFileText(founder ? { validator: true } : {}));
  await text("genesis.json", formatGenesisFile(genesis));
  const version = { format: DATA_FORMAT, network: genesis.network, genesisRoot: toHex(genesisRootOf(genesis)) };
  await text("VERSION", `${JSON.stringify(version)}\n`);
}
