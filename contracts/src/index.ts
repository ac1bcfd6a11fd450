export type { Artifact, Hex, ImmutableReferences, StorageLayout, StorageType, StorageVariable } from "./artifact.js";
export {
  abis,
  artifactOf,
  contractAddresses,
  type GenesisContract,
  type GenesisContractName,
  genesisContracts,
  lucidAnchorsAbi,
  lucidChunkStoreAbi,
} from "./genesisContracts.js";
