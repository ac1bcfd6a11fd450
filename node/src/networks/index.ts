export { type FoundingPlan, foundNetwork } from "./foundNetwork.js";
export {
  consensusGenesis,
  createGenesisFile,
  DEVNET_SIGNERS,
  genesisAlloc,
  genesisContractOptions,
  genesisRootOf,
  type NewNetwork,
  verifyGenesisFile,
} from "./genesis.js";
export {
  formatGenesisFile,
  type GenesisFile,
  type GenesisFileAccount,
  type GenesisFileValidator,
  genesisFileSchema,
  loadGenesisFile,
  parseGenesisFile,
} from "./genesisFile.js";
export { deriveIdentity, genesisValidator, type NodeIdentity } from "./identity.js";
export {
  type BuiltInNetwork,
  builtInNetworks,
  type FoundedNetwork,
  factsOf,
  findNetwork,
  formatNetworkFile,
  isBuiltIn,
  loadNetworkFile,
  type NetworkFacts,
  type NetworkFile,
  networkFacts,
  newNetworkFile,
  parseNetworkFile,
} from "./networkFile.js";
export {
  checkFounded,
  hasOperatorKeys,
  type NewKeys,
  type NodeDirectoryOptions,
  writeNodeDirectory,
  writeOperatorKeys,
} from "./nodeDirectory.js";
export {
  formatOperatorFile,
  loadOperatorFile,
  type OperatorFile,
  parseOperatorFile,
  reachedAt,
} from "./operatorFile.js";
