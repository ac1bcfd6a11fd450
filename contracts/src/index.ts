export type { Artifact, Hex, ImmutableReferences, StorageLayout, StorageType, StorageVariable } from "./artifact.js";
export {
  abis,
  artifactOf,
  contractAddresses,
  type GenesisContract,
  type GenesisContractName,
  type GenesisContractOptions,
  genesisContracts,
  lucidAnchorsAbi,
  lucidChunkStoreAbi,
  nodeRegistryAbi,
  paramRegistryAbi,
  TIMELOCK,
} from "./genesisContracts.js";
export type { FoundingNode, FoundingRegistry } from "./registryArguments.js";
