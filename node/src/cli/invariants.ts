import { BlsVerifier, type ChainConfig } from "@lucid/consensus";
import { fromHex, toHex } from "@lucid/consensus/base";
import {
  type DataDirectory,
  databaseInvariants,
  type Invariant,
  indexInvariants,
  type KeyValueStore,
  StorageError,
} from "@lucid/storage";
import { chainInvariants } from "../chain/chainInvariants.js";
import { signatureInvariant } from "../chain/signatureInvariant.js";
import { loadGenesisFile } from "../networks/index.js";
import { configOf } from "../node/genesisChain.js";
import { recordInvariants } from "../records/recordInvariants.js";
import { replicationInvariants } from "../replication/replicationInvariants.js";
import { stateInvariants } from "../state/stateInvariants.js";

/** What holds in the database of a node, chunks aside. `signatures`: also that a quorum signed each block. */
export async function nodeInvariants(
  store: KeyValueStore,
  directory: Pick<DataDirectory, "paths" | "version">,
  options: { readonly signatures: boolean },
): Promise<Invariant[]> {
  return [
    ...databaseInvariants(store),
    ...chainInvariants(store, fromHex(directory.version.genesisRoot, 32)),
    ...(options.signatures ? [signatureInvariant(store, await networkOf(directory), new BlsVerifier())] : []),
    ...recordInvariants(store),
    ...indexInvariants(store),
    ...replicationInvariants(store),
    ...stateInvariants(store),
  ];
}

/** @throws StorageError DATA_NETWORK, NodeError GENESIS_FILE */
async function networkOf({ paths, version }: Pick<DataDirectory, "paths" | "version">): Promise<ChainConfig> {
  const config = configOf(await loadGenesisFile(paths.genesis));
  const root = toHex(config.genesisRoot);
  if (root === version.genesisRoot) return config;
  throw new StorageError({
    code: "DATA_NETWORK",
    message: `${paths.genesis} is of the network with genesis ${root}, the data directory of ${version.genesisRoot}; put the right file back`,
    meta: { found: root, expected: version.genesisRoot },
  });
}
