export type { Artifact, Hex, ImmutableReferences, StorageLayout, StorageType, StorageVariable } from "./artifact.js";
export type { FoundingNode, FoundingRegistry, FoundingSigners, GovernanceTiming } from "./constructorArguments.js";
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
  lucidGovernorAbi,
  lucidTimelockAbi,
  nodeRegistryAbi,
  paramRegistryAbi,
  signerRegistryAbi,
} from "./genesisContracts.js";
